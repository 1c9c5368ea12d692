"""Text from elsewhere made harmless, one function for each place in which it is shown.

Markdown text: `escape_markdown`. Markdown code: `format_code_span`, `format_code_block`. Mails,
chats and logs: `defang_line`. Terminals: `escape_unprintable`. HTML and XML are written by
ElementTree, which escapes by itself.

GitHub looks for mentions, references and closing words in the rendered text, so that neither
escaping nor character references stop them; inside code it never looks for them. In issues and
comments everything upstream is in code.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import urlsplit

MAX_VALUE_CHARACTERS = 300
MAX_LINE_CHARACTERS = 400
CUT_MARK = "… (cut)"

_INVISIBLE_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_MARKDOWN_PUNCTUATION = frozenset(",.-/ '\"();:?+%")
"""None of this begins markup as long as all other punctuation is escaped."""
_MARKDOWN_SPECIAL = re.compile(r"[^A-Za-z0-9,.\-/ '\"();:?+%]")
_LINKED_SCHEMES = re.compile(r"(?i)(https?|ftp|mailto|xmpp):")
_INERT_URL = re.compile(r"[A-Za-z0-9:/._~%?&=+#@,-]+")
_DEFANGED = (
    (r"(?i)(\w):(?=//)", r"\1[:]"),
    (r"(?i)\b(www|mailto|xmpp|javascript|data)([.:])", r"\1[\2]"),
    (r"(?<=\w)\.(?=[A-Za-z]{2})", "[.]"),
    (r"&(?=[A-Za-z#])", "& "),
    ("@", "[at]"),
    ("<", "‹"),
    (">", "›"),
    ("`", "'"),
    (r"#(?=\d)", "no. "),
    (r"[\[\]]\(", "("),
    # Commands that the log of a CI job would obey.
    (r"^(?=::|##\[)", "- "),
)
"""What works somewhere, and what is written in its place; one after the other."""


def sanitize_line(value: str, limit: int = MAX_VALUE_CHARACTERS) -> str:
    """One line without control, bidi, zero-width and unassigned characters; a cut is marked.

    It cannot pass for one of our hidden lines.
    """
    # Cut before the work: a value of a megabyte costs no more than one of a line.
    line = _join_visible(value[: 4 * limit])
    if len(line) <= limit and len(value) <= 4 * limit:
        return line
    return line[:limit] + CUT_MARK


def _join_visible(value: str) -> str:
    visible = "".join(" " if _is_invisible(character) else character for character in value)
    return re.sub(r"\s+", " ", visible).strip().replace("<!--", "<!- -")


def _is_invisible(character: str) -> bool:
    return unicodedata.category(character) in _INVISIBLE_CATEGORIES


@lru_cache(maxsize=1 << 16)
def escape_markdown(value: str) -> str:
    """Upstream text as inert Markdown.

    Punctuation as character references, hidden characters as spaces.
    """
    # Backslashes do not do: a bare address, `www.` or an e-mail address would still become a link.
    inert = _MARKDOWN_SPECIAL.sub(lambda match: _escape_markdown_character(match[0]), value)
    if "." in inert:
        inert = re.sub(r"(?i)www\.", "www&#46;", inert)
    if ":" in inert:
        inert = _LINKED_SCHEMES.sub(r"\1&#58;", inert)
    return re.sub(r"\s+", " ", inert).strip()


def _escape_markdown_character(character: str) -> str:
    if unicodedata.category(character) in ("Cc", "Cf", "Zl", "Zp"):
        return " "
    if not character.isascii() or character.isalnum() or character in _MARKDOWN_PUNCTUATION:
        return character
    return f"&#{ord(character)};"


def format_code_span(value: str, limit: int = MAX_VALUE_CHARACTERS) -> str:
    """A Markdown code span that the value cannot leave."""
    line = sanitize_line(value, limit) or "(empty)"
    ticks = "`" * (_measure_longest_run(line, "`") + 1)
    space = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{ticks}{space}{line}{space}{ticks}"


def format_code_block(lines: Iterable[str], language: str = "") -> str:
    """A fenced Markdown block that its lines cannot end."""
    safe = [sanitize_line(line, MAX_LINE_CHARACTERS) for line in lines]
    longest = max((_measure_longest_run(line, "`") for line in safe), default=0)
    ticks = "`" * max(3, longest + 1)
    return "\n".join([f"{ticks}{language}", *safe, ticks])


def _measure_longest_run(text: str, character: str) -> int:
    runs = re.findall(f"{re.escape(character)}+", text)
    return max(map(len, runs), default=0)


def format_safe_link(label: str, url: str) -> str:
    """A Markdown link with a label of ours; a URL that could break out of it becomes code."""
    parts = urlsplit(url)
    is_web = parts.scheme in ("https", "http") and bool(parts.hostname)
    if is_web and _INERT_URL.fullmatch(url):
        return f"[{label}]({url})"
    return format_code_span(url)


def defang_line(value: str, limit: int = MAX_VALUE_CHARACTERS) -> str:
    """One line for a mail, a chat or a log.

    No URL, mention, reference or tag in it works any more.
    """
    line = sanitize_line(value, limit)
    for live, inert in _DEFANGED:
        line = re.sub(live, inert, line)
    return line


def escape_unprintable(text: str) -> str:
    """Text for a terminal: what it would obey, or what hides in a line, as an escape.

    Line ends stay.
    """
    return "".join(map(_escape_unprintable_character, text))


def _escape_unprintable_character(character: str) -> str:
    if character == "\n" or character.isprintable():
        return character
    return ascii(character)[1:-1]


def format_printable_line(text: str) -> str:
    """Text on one line, with U+FFFD for each character that could turn or hide what follows."""
    words = " ".join(text.split())
    return "".join(character if character.isprintable() else "\ufffd" for character in words)
