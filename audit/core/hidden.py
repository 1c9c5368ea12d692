"""Characters that nobody sees and a reader or a terminal obeys: control, direction, zero width.

The one table of them for what comes in: records, forms and what is kept of an answer. What goes
out is escaped in `core.escape`, whatever came in.
"""

import json
import unicodedata

from audit.core.surrogates import REPLACEMENT

HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Control characters, formats (direction, zero width, tags), half characters, odd line ends."""


def is_hidden(character: str) -> bool:
    """Whether a character shows nothing of itself, a line end and a tab among them."""
    return unicodedata.category(character) in HIDDEN_CATEGORIES


def find_hidden_character(text: str) -> str | None:
    """The first, as an escape that can be shown; None where there is none."""
    if text.isprintable():
        return None
    found = next(filter(is_hidden, text), None)
    return None if found is None else ascii(found)[1:-1]


def replace_hidden_characters(text: str) -> str:
    """The text with U+FFFD for each: it stays another text than one without them."""
    if text.isprintable():
        return text
    return "".join(REPLACEMENT if is_hidden(character) else character for character in text)


def escape_hidden_characters(text: str) -> str:
    """The text with each as an escape of JSON; line ends and tabs stay."""
    if text.isprintable():
        return text
    return "".join(map(_escape_hidden, text))


def _escape_hidden(character: str) -> str:
    if character in "\n\t" or not is_hidden(character):
        return character
    return json.dumps(character)[1:-1]
