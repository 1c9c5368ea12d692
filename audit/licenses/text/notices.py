"""Lines around a license that are not part of its terms: copyright notices and bare titles.

A line is only taken for a notice when it can be nothing else. "Copyright 2025 Example. No
commercial use." stays, and is seen.
"""

import re
from collections.abc import Sequence

from audit.licenses.text.normalize import split_words

MAX_NOTICE_WORDS = 16
MAX_TITLE_LINES = 4
"""A title stands above the text; the same words further down are part of it."""
BARE_TITLES = frozenset(
    {
        "license",
        "licence",
        "the license",
        "license file",
        "license text",
        "mit license",
        "the mit license",
        "the mit license mit",
    }
)
_YEAR = re.compile(r"(19|20)\d\d|yyyy")
_WORDS_OF_TERMS_LIST = (
    "not no non nor only use used uses user users using usage commercial noncommercial "
    "commercially prohibited forbidden banned may must shall should will cannot can license "
    "licensed licensee licence permission permitted permit grant granted grants except unless "
    "without if is are be this that these those any you your under subject to terms condition "
    "conditions million billion thousand research academic revenue distribute distribution "
    "redistribute redistribution copy copies copying allowed restricted restriction modify share "
    "sell sale within outside free for with"
)
_WORDS_OF_TERMS = frozenset(_WORDS_OF_TERMS_LIST.split())


def strip_notices(clean: str) -> list[str]:
    """The words of a clean text without copyright notices and without a bare title above it."""
    kept: list[str] = []
    lines = clean.split("\n")
    seen = 0
    for number, line in enumerate(lines):
        words = split_words(line)
        if not words:
            continue
        seen += 1
        may_be_title = seen <= MAX_TITLE_LINES and not kept
        if may_be_title and _is_bare_title(words):
            continue
        if not is_lone_notice(lines, number, words):
            kept += words
    return kept


def _is_bare_title(words: Sequence[str]) -> bool:
    return " ".join(words) in BARE_TITLES


def is_lone_notice(lines: Sequence[str], number: int, words: Sequence[str]) -> bool:
    """Whether a line, given with its words, is a copyright notice between blank lines or others."""
    if not is_copyright_notice(words):
        return False
    return all(_is_blank_or_notice(lines, neighbor) for neighbor in (number - 1, number + 1))


def is_copyright_notice(words: Sequence[str]) -> bool:
    """Whether words are a copyright notice and nothing more: who, and which years."""
    if not words or len(words) > MAX_NOTICE_WORDS:
        return False
    if list(words[:3]) == ["all", "rights", "reserved"]:
        return len(words) == 3
    return words[0] in ("copyright", "c") and len(words) > 1 and all(map(is_name_or_year, words))


def is_name_or_year(word: str) -> bool:
    """A name or a year. Any other number, and any word that terms are made of, may be a term."""
    if word in _WORDS_OF_TERMS:
        return False
    has_digit = any(character.isdigit() for character in word)
    return not has_digit or _YEAR.fullmatch(word) is not None


def _is_blank_or_notice(lines: Sequence[str], number: int) -> bool:
    """Whether a neighboring line leaves this one alone.

    Rewrapping must not turn a sentence into a notice.
    """
    if not 0 <= number < len(lines):
        return True
    words = split_words(lines[number])
    return not words or words[0] in ("copyright", "c", "all") or _is_bare_title(words)
