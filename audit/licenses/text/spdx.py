"""Which SPDX license a text is, where the text is that license and nothing else.

All dealings with licenseclassifier are here. The library answers with the license that it finds
and passes over what it takes for names and notices: a restriction in such a place, or behind the
license, still gets the plain name. So whatever no wording of the license has counts as left over.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from licenseclassifier import LicenseIdentificationResult, identify_license

from audit.licenses.text.normalize import split_words
from audit.licenses.text.notices import MAX_NOTICE_WORDS, is_copyright_notice
from audit.licenses.text.spdx_words import find_license_words
from audit.licenses.text.word_lists import NEGATIONS
from audit.licenses.text.wording_data import load_spdx_wordings

MIN_WHOLE_SHARE = 0.5
"""Of the words of a license: less is a notice that names it, or its address."""
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
    same_text: tuple[str, ...] = ()
    """Other ids whose text is the same, such as that of the license "or any later version"."""
    is_word_for_word: bool = False
    """Whether the text is one of the wordings of the list, so that nothing can be missing."""
    points_to: tuple[str, ...] = ()
    """Licenses that it only names, or whose notice it holds, in alphabetical order."""


def find_spdx_licenses(clean: str, words: Sequence[str]) -> SpdxReading:
    """Look for SPDX licenses in a clean text, given with its words."""
    ids = load_spdx_wordings().find_ids(clean)
    if ids:
        return SpdxReading(ids[0], (ids[0],), ids[1:], is_word_for_word=True)
    return _find_by_patterns(clean, words)


def _find_by_patterns(clean: str, words: Sequence[str]) -> SpdxReading:
    found = identify_license(clean, coverage_threshold=0)
    whole = [match for match in found if not _is_pointer(clean, match)]
    within = _list_ids(whole)
    is_alone = len(found) == 1 and len(whole) == 1
    license = within[0] if is_alone and _is_plain(clean, words, whole[0]) else None
    return SpdxReading(license, within, points_to=_list_ids(found, other_than=within))


def _is_plain(clean: str, words: Sequence[str], match: LicenseIdentificationResult) -> bool:
    """Whether nothing but a title stands around a license, and nothing else in it."""
    around = split_words(clean[: match.start]) + split_words(clean[match.end :])
    return _is_license_title(around, match.id) and not _has_left_over_words(words, match.id)


def _list_ids(
    found: Iterable[LicenseIdentificationResult], other_than: Sequence[str] = ()
) -> tuple[str, ...]:
    ids = {_CURRENT_SPDX_IDS.get(match.id, match.id) for match in found}
    return tuple(sorted(ids.difference(other_than)))


def _is_pointer(clean: str, match: LicenseIdentificationResult) -> bool:
    """Whether a notice or an address was found where the library says that the license is."""
    whole = load_spdx_wordings().count_words(_CURRENT_SPDX_IDS.get(match.id, match.id))
    return len(split_words(clean[match.start : match.end])) < MIN_WHOLE_SHARE * whole


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
