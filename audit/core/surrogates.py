"""Half a character: a lone surrogate.

JSON can write it as an escape, and no file in UTF-8 can hold it. JavaScript's strings may hold
one, and its JSON passes it on; Python reads it, and fails where the text is stored or sent.
"""

import re

REPLACEMENT = "\ufffd"
"""What Unicode has for a character that could not be read."""
_ESCAPES = re.compile(
    r"\\(?:"
    r"u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    r"|(u[dD][89a-fA-F][0-9a-fA-F]{2})"
    r"|.)",
    re.DOTALL,
)
"""Every escape of a JSON text, pairs of surrogates as one.

The group is a half that stands alone.
"""


def lone_surrogate(text: str) -> int | None:
    """Where a JSON text has the first half a character, as itself or as an escape.

    None where it has none.
    """
    # Nearly every text ends here: to look for a few letters costs nothing, to read every escape
    # does.
    if _may_escape(text):
        for found in _ESCAPES.finditer(text):
            if found[1]:
                return found.start()
    return _find_half(text)


def _find_half(text: str) -> int | None:
    """Where a text has half a character. To encode it finds one five times as fast as a pattern."""
    if text.isascii():
        return None
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        return error.start
    return None


def without_lone_escapes(text: str) -> str:
    """A JSON text with U+FFFD in place of every escape that is half a character."""
    return _ESCAPES.sub(_replaced, text) if _may_escape(text) else text


def _may_escape(text: str) -> bool:
    # To look for one letter costs a tenth of looking for three.
    return "\\" in text and ("\\ud" in text or "\\uD" in text)


def _replaced(escape: re.Match[str]) -> str:
    return "\\ufffd" if escape[1] else escape[0]
