"""The words of a text that are its terms."""

import re
from collections.abc import Sequence

from audit.licenses.text.normalize import split_words
from audit.licenses.text.notices import is_lone_notice, is_name_or_year

MAX_FILLED_WORDS = 40
"""The names and years of a few holders."""
_SCHEME = re.compile(r"https?://(?:www\.)?", re.IGNORECASE)
_INNER_HYPHEN = re.compile(r"(?<=[a-z])[-‐‑](?:[ \t]*\n[ \t]*)?(?=[a-z])", re.IGNORECASE)
_LICENCE = re.compile(r"(?<=licen)c(?=e)", re.IGNORECASE)
_WRAPPED_IDEOGRAPHS = re.compile(
    r"(?<=[\u3000-\u9fff\uff00-\uffef])\s+(?=[\u3000-\u9fff\uff00-\uffef])"
)


def unify_spelling(clean: str) -> str:
    """A clean text without differences of spelling: of addresses, hyphens, licence and license.

    Chinese and Japanese have no spaces, so that lines may be broken anywhere.
    """
    text = _LICENCE.sub("s", _INNER_HYPHEN.sub("", _SCHEME.sub("", clean)))
    return _WRAPPED_IDEOGRAPHS.sub("", text)


def list_core_words(clean: str, in_place_of_notice: str | None = None) -> list[str]:
    """The words of a clean text without copyright notices on lines of their own.

    A word may stand for each notice, as in a wording, where others write theirs.
    """
    lines = clean.split("\n")
    kept: list[str] = []
    for number, line in enumerate(lines):
        words = split_words(line)
        if not words:
            continue
        if not is_lone_notice(lines, number, words):
            kept += words
        elif in_place_of_notice:
            kept.append(in_place_of_notice)
    return kept


def may_be_filled_in(words: Sequence[str]) -> bool:
    """Whether words can be what somebody filled in: names and years, and few of them."""
    return len(words) <= MAX_FILLED_WORDS and all(map(is_name_or_year, words))
