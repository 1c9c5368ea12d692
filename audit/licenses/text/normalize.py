"""Texts of licenses without their formatting: equal results mean that only the formatting differs.

Wrapping, line ends, byte order marks, quote marks, bullets, emphasis, letter case and e-mail
addresses are formatting. Words, numbers, dates, percent and currency signs are not.
"""

import html
import re
import unicodedata

NORMALIZER_VERSION = 1
"""Raise it with every change that gives the words of some text differently.

Stored texts are then read again, and no finding follows. `nox -s update-licenses` must follow.
"""
BINARY_SIGNATURES = (b"%PDF-", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"{\\rtf")
"""How documents begin that are no plain text: PDF, OOXML, old Word, RTF."""
MAX_FRONT_MATTER_LINES = 200

_FRONT_MATTER_LINE = re.compile(r"\s*(#.*|-\s.*|[\w-]+\s*:(\s.*)?)?|\s+\S.*")
_CODE_FENCE = re.compile(r"^[ \t]*(`{3,}|~{3,})[ \t]*[\w.+-]*[ \t]*$", re.MULTILINE)
_HTML_TAG = re.compile(
    r"</?(?:br|p|b|i|em|strong|u|ul|ol|li|pre|code|center|hr|h[1-6]|div|span)\s*/?>", re.IGNORECASE
)
_MARKDOWN_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_LONG_REFERENCE = re.compile(r"&#[xX]?[0-9a-fA-F]{9,};?")
"""No character has a number of nine digits, and Python refuses to read one of thousands."""
_INVISIBLE_CHARACTERS = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))
_PLAIN_CHARACTERS = str.maketrans(
    {"‘": "'", "’": "'", "‚": "'", "‛": "'", "ʼ": "'", "`": "'", "´": "'", "©": "(c)"}
)
_LIGATURES = str.maketrans({"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl"})
_TOKEN = re.compile(
    # An e-mail address, as one word.
    r"(?<![\w.%+-])[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}"
    r"|\d+(?:[.,]\d+)+[^\W_]*"  # 1.5, 700,000,000: the separator is part of the number
    r"|[^\W_]+(?:'[^\W_]+)*"  # words, licensee's
    r"|[%$€£¥≤≥]"
)


def normalize_text(content: bytes) -> str:
    """The words and numbers of a text in order, in lower case, with single spaces."""
    return " ".join(split_words(clean_text(content)))


def clean_text(content: bytes) -> str:
    """A text as a person would read it.

    Decoded, without front matter, markup, escapes and invisible characters.
    """
    text = _unify_line_ends(_decode_text(content)).translate(_INVISIBLE_CHARACTERS)
    text = _strip_markup(_strip_front_matter(text))
    # An escape can stand for an invisible character.
    text = html.unescape(text).translate(_INVISIBLE_CHARACTERS)
    return unicodedata.normalize("NFC", text).translate(_PLAIN_CHARACTERS).translate(_LIGATURES)


def _unify_line_ends(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _strip_markup(text: str) -> str:
    text = _HTML_TAG.sub(" ", _CODE_FENCE.sub(" ", text))
    return _MARKDOWN_ESCAPE.sub(r"\1", _LONG_REFERENCE.sub(" ", text))


def take_leading_bytes(content: bytes, limit: int) -> bytes:
    """The first bytes of a text, without half a character at the end."""
    cut = content[:limit]
    if len(content) <= limit or _detect_utf16(content) is not None:
        return cut
    while cut and cut[-1] & 0xC0 == 0x80:
        cut = cut[:-1]
    return cut[:-1] if cut and cut[-1] >= 0xC0 else cut


def split_words(clean: str) -> list[str]:
    """The words and numbers of a clean text, in lower case."""
    return [_mask_email(_fold_case(each)) for each in _TOKEN.findall(clean)]


def find_word_spans(clean: str) -> list[tuple[str, int, int]]:
    """The words of a clean text, each with its place, which a person can be shown."""
    return [
        (_mask_email(_fold_case(each.group())), each.start(), each.end())
        for each in _TOKEN.finditer(clean)
    ]


def _fold_case(token: str) -> str:
    return token.lower() if token.isascii() else unicodedata.normalize("NFC", token.casefold())


def _mask_email(token: str) -> str:
    """Whom to write to is no term: one e-mail address is as good as another."""
    return "e-mail" if "@" in token else token


def is_text(content: bytes) -> bool:
    """Whether bytes are plain text, so that what stands in them can be compared."""
    return not content.startswith(BINARY_SIGNATURES) and (
        b"\0" not in content or _detect_utf16(content) is not None
    )


def _decode_text(content: bytes) -> str:
    encoding = _detect_utf16(content)
    if encoding is not None:
        return content.decode(encoding, errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        # Every byte is a letter of latin-1, so that this cannot fail and a changed byte is seen.
        return content.decode("latin-1")


def _detect_utf16(content: bytes) -> str | None:
    """The encoding that a byte order mark names; without one nothing is guessed."""
    return "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else None


def _strip_front_matter(text: str) -> str:
    """The text without a YAML block at its start.

    A title between two rules is no such block and stays.
    """
    lines = text.lstrip("\n").split("\n")
    if lines[0].rstrip() != "---":
        return text
    for number, line in enumerate(lines[1 : MAX_FRONT_MATTER_LINES + 1], start=1):
        if line.rstrip() in ("---", "..."):
            return "\n".join(lines[number + 1 :])
        if not _may_be_front_matter(line, is_first=number == 1):
            return text
    return text


def _may_be_front_matter(line: str, *, is_first: bool) -> bool:
    if is_first and ":" not in line:
        return False
    return _FRONT_MATTER_LINE.fullmatch(line) is not None
