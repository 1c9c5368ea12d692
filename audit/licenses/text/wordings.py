"""Wordings of licenses as digests, and whether a text is one of them, name or year filled in.

A generated file, `spdx_wordings.json.gz`, holds those of the SPDX list; `nox -s update-licenses`
writes it. It holds no text: a wording is the digests of its stretches of words in order.
"""

import base64
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import islice

from audit.licenses.text.core_words import (
    MAX_FILLED_WORDS,
    list_core_words,
    may_be_filled_in,
    unify_spelling,
)
from audit.licenses.text.labels import strip_labels

ANCHOR_WORDS = 8
"""Words by which a text is found to be like a wording, before it is compared."""
MAX_TRIES = 200
"""Places in a text that are compared: a text of nothing but anchors must not take long."""
MAX_TITLE_WORDS = 40
_GNU = "GPL-1.0 GPL-2.0 GPL-3.0 LGPL-2.0 LGPL-2.1 LGPL-3.0 AGPL-1.0 AGPL-3.0"
_OUTDATED_IDS = frozenset(f"{_GNU} GFDL-1.1 GFDL-1.2 GFDL-1.3".split())
"""Names that SPDX withdrew; today's end in -only and -or-later."""
NO_GAP = ""
NAMES_GAP = "*"
"""Names and years may be filled in; any other gap is the digest of what may stand there as well."""
_TITLES = "the license agreement public version v text full official spdxlicenseidentifier"
_TITLE_WORDS = frozenset(_TITLES.split())


@dataclass(frozen=True)
class Part:
    """A stretch of words of a wording between what may be filled in."""

    count: int
    digest: str
    gap: str
    """What may stand before it."""
    may_begin: bool
    """Whether a text may leave out all that stands before it."""
    may_end: bool
    """Whether a text may leave out all that follows."""


@dataclass(frozen=True)
class Anchor:
    """Where a few telling words stand in a wording."""

    part: int
    offset: int
    count: int
    digest: str


@dataclass(frozen=True)
class Wording:
    """The words of one text, which may be that of several licenses."""

    ids: tuple[str, ...]
    title: frozenset[str]
    """Words of its names, which may stand above it."""
    parts: tuple[Part, ...]
    anchor: Anchor
    ends_open: bool = False
    """Whether something may be filled in behind it."""

    def match(self, words: Sequence[str], anchor_place: int) -> int:
        """How many of a text's words are this wording; 0 where the text is not it as a whole."""
        start = anchor_place - self.anchor.offset
        first = self._match_before(words, start)
        end = self._match_after(words, start) if first else None
        if first is None or end is None:
            return 0
        return sum(part.count for part in self.parts[first[0] : end[0] + 1])

    def _match_before(self, words: Sequence[str], start: int) -> tuple[int, int] | None:
        """The part with which the text begins, where what stands before it is a title."""
        number, at = self.anchor.part, start
        while True:
            if self.parts[number].may_begin and self._is_heading(words[:at]):
                return number, at
            before = self._find_part_before(words, number, at) if number else None
            if before is None:
                return None
            number, at = number - 1, before

    def _match_after(self, words: Sequence[str], start: int) -> tuple[int, int] | None:
        """The part with which the text ends, where nothing else follows."""
        number = self.anchor.part
        at = _match_part(words, self.parts[number], start)
        while at is not None:
            if self.parts[number].may_end and self._is_ending(words[at:]):
                return number, at
            number += 1
            if number == len(self.parts):
                return None
            at = _find_part_after(words, self.parts[number], at)
        return None

    def _find_part_before(self, words: Sequence[str], number: int, at: int) -> int | None:
        gap, part = self.parts[number].gap, self.parts[number - 1]
        for width in _list_widths(gap):
            start = at - width - part.count
            is_there = start >= 0 and _match_part(words, part, start) is not None
            if is_there and _may_fill(words[at - width : at], gap):
                return start
        return None

    def _is_heading(self, words: Sequence[str]) -> bool:
        """Whether words before a text are its title, and perhaps a copyright notice."""
        names = 0
        while names < len(words) and words[names] in self._title_words:
            names += 1
        notice = words[names:]
        is_notice = not notice or (notice[0] in ("copyright", "c") and may_be_filled_in(notice))
        return is_notice and names <= MAX_TITLE_WORDS

    @property
    def _title_words(self) -> frozenset[str]:
        return self.title | _TITLE_WORDS

    def _is_ending(self, words: Sequence[str]) -> bool:
        return not words or (self.ends_open and may_be_filled_in(words))


def _list_widths(gap: str) -> range:
    return range(1) if gap == NO_GAP else range(MAX_FILLED_WORDS + 1)


def _may_fill(words: Sequence[str], gap: str) -> bool:
    if gap == NO_GAP:
        return not words
    return may_be_filled_in(words) or digest_words(words) == gap


def _find_part_after(words: Sequence[str], part: Part, at: int) -> int | None:
    """Where a part ends that stands behind a place, with nothing but a filled gap between."""
    for width in _list_widths(part.gap):
        if _may_fill(words[at : at + width], part.gap):
            end = _match_part(words, part, at + width)
            if end is not None:
                return end
    return None


def _match_part(words: Sequence[str], part: Part, start: int) -> int | None:
    """Where a part ends that begins at a place; None where it does not stand there."""
    end = start + part.count
    is_there = start >= 0 and end <= len(words)
    return end if is_there and digest_words(words[start:end]) == part.digest else None


def digest_words(words: Sequence[str]) -> str:
    """A digest of words in order, long enough that no two wordings share one by chance."""
    digest = blake2b(" ".join(words).encode(), digest_size=12).digest()
    return base64.b64encode(digest).decode()


@dataclass(frozen=True)
class WordingIndex:
    """The wordings by their anchors."""

    by_anchor: Mapping[int, Mapping[str, tuple[Wording, ...]]]
    """By the number of words of the anchor, then by their digest."""
    lengths: Mapping[str, int]
    """The number of words of the shortest wording of each license."""

    def count_words(self, id: str) -> int:
        """The words of a license's shortest wording; 0 for one that has none here."""
        return self.lengths.get(id, 0)

    def find_ids(self, clean: str) -> tuple[str, ...]:
        """The licenses whose wording a clean text is, as many as share it; none for any other."""
        text = unify_spelling(clean)
        forms = dict.fromkeys(tuple(list_core_words(form)) for form in (text, strip_labels(text)))
        found = (self._find_ids_of_words(words) for words in forms)
        return next(filter(None, found), ())

    def _find_ids_of_words(self, words: Sequence[str]) -> tuple[str, ...]:
        """The longest wording counts."""
        best, ids = 0, set[str]()
        for wording, place in islice(self._find_anchors(words), MAX_TRIES):
            matched = wording.match(words, place)
            if matched and matched >= best:
                ids = {*(ids if matched == best else ()), *wording.ids}
                best = matched
        return tuple(sorted(ids, key=rank_id))

    def _find_anchors(self, words: Sequence[str]) -> Iterator[tuple[Wording, int]]:
        for count, wordings in self.by_anchor.items():
            for place in range(len(words) - count + 1):
                for wording in wordings.get(digest_words(words[place : place + count]), ()):
                    yield wording, place


def rank_id(id: str) -> tuple[bool, bool, str]:
    """The ids of one text: a text alone never says "or later"; what SPDX gave up comes last."""
    says_more = id.endswith(("+", "-or-later")) or "-with-" in id
    return says_more, id in _OUTDATED_IDS, id


def index_wordings(wordings: Iterable[Wording]) -> WordingIndex:
    """Wordings, ready to be found."""
    given = list(wordings)
    found: dict[int, dict[str, list[Wording]]] = defaultdict(lambda: defaultdict(list))
    for wording in given:
        found[wording.anchor.count][wording.anchor.digest].append(wording)
    by_anchor = {count: _freeze_groups(groups) for count, groups in found.items()}
    return WordingIndex(by_anchor, _measure_shortest(given))


def _measure_shortest(wordings: Iterable[Wording]) -> dict[str, int]:
    """The words of the shortest wording of each license."""
    lengths: dict[str, int] = {}
    for wording in wordings:
        count = sum(part.count for part in wording.parts)
        lengths |= {id: min(count, lengths.get(id, count)) for id in wording.ids}
    return lengths


def _freeze_groups(groups: Mapping[str, Sequence[Wording]]) -> dict[str, tuple[Wording, ...]]:
    return {digest: tuple(group) for digest, group in groups.items()}
