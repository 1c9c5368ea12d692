"""Which words of two texts belong together, in time that no input can stretch.

First by runs of words that stand once in each text, in one order (Bram Cohen's patience diff);
between them by difflib, where that is cheap. What would be costly, such as a hundred thousand times
the same word, counts as replaced as a whole.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

ANCHOR_WORDS = 8
"""Words of a run that anchors."""
MAX_STRETCH_PAIRS = 200_000
"""Pairs of equal words that difflib may look at in one stretch, each several times."""
MAX_TOTAL_PAIRS = 500_000
"""And in all stretches together: anchors by chance can leave thousands of them."""


@dataclass(frozen=True)
class WordChange:
    """Words of the old text that became words of the new one; either may be empty."""

    old_start: int
    old_end: int
    new_start: int
    new_end: int


def find_word_changes(old: Sequence[str], new: Sequence[str]) -> list[WordChange]:
    """Every change in order, none where the words are the same."""
    found: list[WordChange] = []
    old_place = new_place = looked_at = 0
    for old_next, new_next in [*_find_anchors(old, new), (len(old), len(new))]:
        stretch = _narrow_stretch(old, new, WordChange(old_place, old_next, new_place, new_next))
        pairs = _count_equal_pairs(old, new, stretch)
        looked_at += pairs
        cheap = pairs <= MAX_STRETCH_PAIRS and looked_at <= MAX_TOTAL_PAIRS
        found += _compare_stretch(old, new, stretch) if cheap else [stretch]
        old_place, new_place = old_next, new_next
    return _join_neighbors(found)


def _find_anchors(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Places of runs that stand once in each text, as many as keep their order."""
    here, there = _find_single_runs(old), _find_single_runs(new)
    pairs = sorted((place, there[run]) for run, place in here.items() if run in there)
    tails: list[int] = []
    """Smallest end of an ordered sequence, by its length."""
    chosen: list[tuple[int, int]] = []
    before: list[int] = []
    ends: list[int] = []
    for index, (_, place) in enumerate(pairs):
        length = bisect_left(tails, place)
        before.append(ends[length - 1] if length else -1)
        tails[length : length + 1] = [place]
        ends[length : length + 1] = [index]
    at = ends[-1] if ends else -1
    while at >= 0:
        chosen.append(pairs[at])
        at = before[at]
    return chosen[::-1]


def _find_single_runs(words: Sequence[str]) -> dict[tuple[str, ...], int]:
    runs = [
        tuple(words[place : place + ANCHOR_WORDS]) for place in range(len(words) - ANCHOR_WORDS + 1)
    ]
    once = {run for run, count in Counter(runs).items() if count == 1}
    return {run: place for place, run in enumerate(runs) if run in once}


def _narrow_stretch(old: Sequence[str], new: Sequence[str], stretch: WordChange) -> WordChange:
    """A stretch without the words that are the same at its beginning and its end."""
    first, last = (stretch.old_start, stretch.new_start), (stretch.old_end, stretch.new_end)
    while first[0] < last[0] and first[1] < last[1] and old[first[0]] == new[first[1]]:
        first = (first[0] + 1, first[1] + 1)
    while first[0] < last[0] and first[1] < last[1] and old[last[0] - 1] == new[last[1] - 1]:
        last = (last[0] - 1, last[1] - 1)
    return WordChange(first[0], last[0], first[1], last[1])


def _compare_stretch(
    old: Sequence[str], new: Sequence[str], stretch: WordChange
) -> list[WordChange]:
    """The changes within one stretch."""
    a, b = old[stretch.old_start : stretch.old_end], new[stretch.new_start : stretch.new_end]
    if not a and not b:
        return []
    if not a or not b:
        return [stretch]
    return [
        WordChange(
            stretch.old_start + i1,
            stretch.old_start + i2,
            stretch.new_start + j1,
            stretch.new_start + j2,
        )
        for tag, i1, i2, j1, j2 in SequenceMatcher(None, a, b, autojunk=False).get_opcodes()
        if tag != "equal"
    ]


def _count_equal_pairs(old: Sequence[str], new: Sequence[str], stretch: WordChange) -> int:
    if stretch.old_start == stretch.old_end or stretch.new_start == stretch.new_end:
        return 0
    counts = Counter(new[stretch.new_start : stretch.new_end])
    return sum(counts[word] for word in old[stretch.old_start : stretch.old_end])


def _join_neighbors(found: list[WordChange]) -> list[WordChange]:
    """Neighbors as one."""
    joined: list[WordChange] = []
    for each in found:
        last = joined[-1] if joined else None
        if last and (last.old_end, last.new_end) == (each.old_start, each.new_start):
            joined[-1] = WordChange(last.old_start, each.old_end, last.new_start, each.new_end)
        else:
            joined.append(each)
    return joined
