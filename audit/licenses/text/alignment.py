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
        is_cheap = pairs <= MAX_STRETCH_PAIRS and looked_at <= MAX_TOTAL_PAIRS
        found += _compare_stretch(old, new, stretch) if is_cheap else [stretch]
        old_place, new_place = old_next, new_next
    return _join_neighbors(found)


def _find_anchors(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Places of runs that each text has once, as many as keep their order."""
    here, there = _find_single_runs(old), _find_single_runs(new)
    pairs = sorted((place, there[run]) for run, place in here.items() if run in there)
    return [pairs[index] for index in _find_longest_rise([place for _, place in pairs])]


def _find_longest_rise(numbers: Sequence[int]) -> list[int]:
    """Indexes of the longest subsequence that rises, by patience sorting in n log n steps."""
    smallest_ends: list[int] = []
    """The smallest number that ends a rising sequence, by its length less one."""
    end_indexes: list[int] = []
    previous: list[int | None] = []
    for index, number in enumerate(numbers):
        length = bisect_left(smallest_ends, number)
        previous.append(end_indexes[length - 1] if length else None)
        smallest_ends[length : length + 1] = [number]
        end_indexes[length : length + 1] = [index]
    return _trace_back(previous, end_indexes[-1] if end_indexes else None)


def _trace_back(previous: Sequence[int | None], end: int | None) -> list[int]:
    """The chain of indexes that leads to the end, first to last."""
    chosen: list[int] = []
    at = end
    while at is not None:
        chosen.append(at)
        at = previous[at]
    return chosen[::-1]


def _find_single_runs(words: Sequence[str]) -> dict[tuple[str, ...], int]:
    runs = [
        tuple(words[place : place + ANCHOR_WORDS]) for place in range(len(words) - ANCHOR_WORDS + 1)
    ]
    once = {run for run, count in Counter(runs).items() if count == 1}
    return {run: place for place, run in enumerate(runs) if run in once}


def _narrow_stretch(old: Sequence[str], new: Sequence[str], stretch: WordChange) -> WordChange:
    """A stretch without the words that are the same at its beginning and its end."""
    old_start, new_start = stretch.old_start, stretch.new_start
    old_end, new_end = stretch.old_end, stretch.new_end
    while old_start < old_end and new_start < new_end and old[old_start] == new[new_start]:
        old_start += 1
        new_start += 1
    while old_start < old_end and new_start < new_end and old[old_end - 1] == new[new_end - 1]:
        old_end -= 1
        new_end -= 1
    return WordChange(old_start, old_end, new_start, new_end)


def _compare_stretch(
    old: Sequence[str], new: Sequence[str], stretch: WordChange
) -> list[WordChange]:
    """The changes within one stretch."""
    before = old[stretch.old_start : stretch.old_end]
    after = new[stretch.new_start : stretch.new_end]
    if not before and not after:
        return []
    if not before or not after:
        return [stretch]
    changes = _find_changes_by_difflib(before, after)
    return [_shift_change(change, stretch) for change in changes]


def _find_changes_by_difflib(old: Sequence[str], new: Sequence[str]) -> list[WordChange]:
    opcodes = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    return [WordChange(*places) for tag, *places in opcodes if tag != "equal"]


def _shift_change(change: WordChange, stretch: WordChange) -> WordChange:
    """A change within a stretch, by its places in the whole texts."""
    return WordChange(
        stretch.old_start + change.old_start,
        stretch.old_start + change.old_end,
        stretch.new_start + change.new_start,
        stretch.new_start + change.new_end,
    )


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
