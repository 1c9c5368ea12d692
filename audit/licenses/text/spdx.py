"""Which SPDX license a text is, where the text is that license and nothing else.

All dealings with licenseclassifier are here. The library answers with the license that it finds
and passes over what it takes for names and notices: a restriction in such a place, or behind the
license, still gets the plain name. So whatever no wording of the license has counts as left over.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from licenseclassifier import identify_license

from audit.licenses.text.normalize import split_words
from audit.licenses.text.notices import MAX_NOTICE_WORDS, is_copyright_notice
from audit.licenses.text.spdx_words import find_license_words
from audit.licenses.text.word_lists import NEGATIONS

_PARAGRAPH_LABEL = re.compile(r"[a-z]|[ivx]+|\d{1,2}")
"""Numbering of paragraphs, which templates leave open."""
_CURRENT_SPDX_IDS = {
    "GPL-2.0": "GPL-2.0-only",
    "GPL-3.0": "GPL-3.0-only",
    "LGPL-2.1": "LGPL-2.1-only",
    "LGPL-3.0": "LGPL-3.0-only",
    "AGPL-3.0": "AGPL-3.0-only",
}
"""Names that SPDX withdrew and the library still gives."""


@dataclass(frozen=True)
class SpdxReading:
    """What of the SPDX list a text holds."""

    license: str | None
    """The id, where the text is that license and nothing else."""
    within: tuple[str, ...]
    """Every license whose text is in it as a whole, in alphabetical order."""


def find_spdx_licenses(clean: str, words: Sequence[str]) -> SpdxReading:
    """Look for SPDX licenses in a clean text, given with its words."""
    found = identify_license(clean, coverage_threshold=0)
    within = tuple(sorted({_CURRENT_SPDX_IDS.get(match.id, match.id) for match in found}))
    if len(found) != 1:
        return SpdxReading(None, within)
    match = found[0]
    around = split_words(clean[: match.start]) + split_words(clean[match.end :])
    is_plain = _is_license_title(around, match.id) and not _has_left_over_words(words, match.id)
    return SpdxReading(within[0] if is_plain else None, within)


def _is_license_title(words: Sequence[str], id: str) -> bool:
    """Whether words do no more than name the license, as 'The MIT License (MIT)' does."""
    allowed = {*split_words(id), "the", "license", "spdx", "identifier"}
    return len(words) <= MAX_NOTICE_WORDS and allowed.issuperset(words)


def _has_left_over_words(words: Sequence[str], id: str) -> bool:
    """Whether a text has words that no wording of its license has.

    Notices, numbering and a title do not count.
    """
    if _has_strange_negation(words, id):
        return True
    rest = _count_strange_words(words, id) - _count_notice_words(words)
    return not all(map(_PARAGRAPH_LABEL.fullmatch, rest))


def _count_strange_words(words: Sequence[str], id: str) -> Counter[str]:
    """The words beyond those of the wordings and of the license's name, twice: title and notice."""
    rest = Counter(words) - find_license_words(id).counts
    for word in (*split_words(id), "the", "license"):
        rest[word] = max(0, rest[word] - 2)
    return rest


def _has_strange_negation(words: Sequence[str], id: str) -> bool:
    """Whether a negation is between words between which no wording of the license has one.

    Patterns leave gaps for names, into which a negation would fit.
    """
    known = find_license_words(id).negation_pairs
    around = pairwise(pairwise(["", *words, ""]))
    return any(
        before[1] in NEGATIONS and known.isdisjoint((before, after)) for before, after in around
    )


def _count_notice_words(words: Sequence[str]) -> Counter[str]:
    """The words of copyright notices; each ends at the first word that no notice has."""
    found: Counter[str] = Counter()
    for start, word in enumerate(words):
        if word == "copyright":
            found.update(words[start : _find_notice_end(words, start)])
    return found


def _find_notice_end(words: Sequence[str], start: int) -> int:
    most = min(len(words), start + MAX_NOTICE_WORDS)
    end = start + 1
    while end < most and is_copyright_notice(words[start : end + 1]):
        end += 1
    return end
