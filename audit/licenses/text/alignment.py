"""Which words of two texts belong together, in time that no input can stretch.

First by runs of words that stand once in each text, in one order (Bram Cohen's patience diff);
between them by difflib, where that is cheap. What would be costly, such as a hundred thousand times
the same word, counts as replaced as a whole.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

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

    def take_old(self, words: Sequence[str]) -> Sequence[str]:
        """Those of the old text's words that it is about."""
        return words[self.old_start : self.old_end]

    def take_new(self, words: Sequence[str]) -> Sequence[str]:
        """Those of the new text's words that it is about."""
        return words[self.new_start : self.new_end]


def find_word_changes(old: Sequence[str], new: Sequence[str]) -> list[WordChange]:
    """Every change in order, none where the words are the same."""
    found: list[WordChange] = []
    looked_at = 0
    for between_anchors in _list_stretches(old, new):
        stretch = _narrow_stretch(old, new, between_anchors)
        pairs = _count_equal_pairs(old, new, stretch)
        looked_at += pairs
        is_cheap = pairs <= MAX_STRETCH_PAIRS and looked_at <= MAX_TOTAL_PAIRS
        found += _compare_stretch(old, new, stretch) if is_cheap else [stretch]
    return _join_neighbors(found)


def _list_stretches(old: Sequence[str], new: Sequence[str]) -> Iterator[WordChange]:
    """The words from each anchor to the next, from the beginning to the end of both texts."""
    ends = [*_find_anchors(old, new), (len(old), len(new))]
    for (old_start, new_start), (old_end, new_end) in pairwise([(0, 0), *ends]):
        yield WordChange(old_start, old_end, new_start, new_end)


def _find_anchors(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Places of runs that each text has once, as many as keep their order."""
    pairs = _pair_places(_find_single_runs(old), _find_single_runs(new))
    new_places = [place for _, place in pairs]
    return [pairs[index] for index in _find_longest_rise(new_places)]


def _pair_places(
    old: Mapping[tuple[str, ...], int], new: Mapping[tuple[str, ...], int]
) -> list[tuple[int, int]]:
    """Old and new place of each run that both have, as the old text orders them."""
    return sorted((old[run], new[run]) for run in old.keys() & new.keys())


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
    """Where the runs that come once begin."""
    last = len(words) - ANCHOR_WORDS
    runs = [tuple(words[place : place + ANCHOR_WORDS]) for place in range(last + 1)]
    counts = Counter(runs)
    return {run: place for place, run in enumerate(runs) if counts[run] == 1}


def _narrow_stretch(old: Sequence[str], new: Sequence[str], stretch: WordChange) -> WordChange:
    """A stretch without the words that are the same at its beginning and its end."""
    before, after = stretch.take_old(old), stretch.take_new(new)
    head = _count_leading_equals(before, after)
    # From the end only as far as the beginning left words.
    tail = _count_leading_equals(before[head:][::-1], after[head:][::-1])
    return WordChange(
        stretch.old_start + head,
        stretch.old_end - tail,
        stretch.new_start + head,
        stretch.new_end - tail,
    )


def _count_leading_equals(left: Sequence[str], right: Sequence[str]) -> int:
    count = 0
    for one, other in zip(left, right, strict=False):
        if one != other:
            break
        count += 1
    return count


def _compare_stretch(
    old: Sequence[str], new: Sequence[str], stretch: WordChange
) -> list[WordChange]:
    """The changes within one stretch."""
    before, after = stretch.take_old(old), stretch.take_new(new)
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
    counts = Counter(stretch.take_new(new))
    if not counts:
        return 0
    return sum(counts[word] for word in stretch.take_old(old))


def _join_neighbors(found: list[WordChange]) -> list[WordChange]:
    """Neighbors as one."""
    joined: list[WordChange] = []
    for change in found:
        if joined and _are_neighbors(joined[-1], change):
            joined[-1] = _join_changes(joined[-1], change)
        else:
            joined.append(change)
    return joined


def _are_neighbors(left: WordChange, right: WordChange) -> bool:
    return (left.old_end, left.new_end) == (right.old_start, right.new_start)


def _join_changes(left: WordChange, right: WordChange) -> WordChange:
    return WordChange(left.old_start, right.old_end, left.new_start, right.new_end)
