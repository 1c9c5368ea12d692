"""Which words of two texts belong together, in time that no input can stretch.

First by runs of words that stand once in each text, in one order (Bram Cohen's patience diff); between them by difflib,
where that is cheap. What would be costly, such as a hundred thousand times the same word, counts as replaced as a whole.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

RUN = 8
"""Words of a run that anchors."""
MAX_PAIRS = 200_000
"""Pairs of equal words that difflib may look at in one stretch; it can look at each several times."""
MAX_ALL_PAIRS = 500_000
"""And in all stretches together: anchors by chance can leave thousands of them."""


@dataclass(frozen=True)
class Change:
    """Words `old_start:old_end` of the old text became `new_start:new_end` of the new one; either may be empty."""

    old_start: int
    old_end: int
    new_start: int
    new_end: int


def changes(old: Sequence[str], new: Sequence[str]) -> list[Change]:
    """Every change in order, none where the words are the same."""
    found: list[Change] = []
    old_place = new_place = looked_at = 0
    for old_next, new_next in [*_anchors(old, new), (len(old), len(new))]:
        stretch = _narrowed(old, new, Change(old_place, old_next, new_place, new_next))
        pairs = _pairs(old, new, stretch)
        looked_at += pairs
        cheap = pairs <= MAX_PAIRS and looked_at <= MAX_ALL_PAIRS
        found += _within(old, new, stretch) if cheap else [stretch]
        old_place, new_place = old_next, new_next
    return _joined(found)


def _anchors(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Places of runs that stand once in each text, as many as keep their order."""
    here, there = _single_runs(old), _single_runs(new)
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


def _single_runs(words: Sequence[str]) -> dict[tuple[str, ...], int]:
    runs = [tuple(words[place : place + RUN]) for place in range(len(words) - RUN + 1)]
    once = {run for run, count in Counter(runs).items() if count == 1}
    return {run: place for place, run in enumerate(runs) if run in once}


def _narrowed(old: Sequence[str], new: Sequence[str], stretch: Change) -> Change:
    """A stretch without the words that are the same at its beginning and its end."""
    first, last = (stretch.old_start, stretch.new_start), (stretch.old_end, stretch.new_end)
    while first[0] < last[0] and first[1] < last[1] and old[first[0]] == new[first[1]]:
        first = (first[0] + 1, first[1] + 1)
    while first[0] < last[0] and first[1] < last[1] and old[last[0] - 1] == new[last[1] - 1]:
        last = (last[0] - 1, last[1] - 1)
    return Change(first[0], last[0], first[1], last[1])


def _within(old: Sequence[str], new: Sequence[str], stretch: Change) -> list[Change]:
    """The changes within one stretch."""
    a, b = old[stretch.old_start : stretch.old_end], new[stretch.new_start : stretch.new_end]
    if not a and not b:
        return []
    if not a or not b:
        return [stretch]
    return [
        Change(stretch.old_start + i1, stretch.old_start + i2, stretch.new_start + j1, stretch.new_start + j2)
        for tag, i1, i2, j1, j2 in SequenceMatcher(None, a, b, autojunk=False).get_opcodes()
        if tag != "equal"
    ]


def _pairs(old: Sequence[str], new: Sequence[str], stretch: Change) -> int:
    if stretch.old_start == stretch.old_end or stretch.new_start == stretch.new_end:
        return 0
    counts = Counter(new[stretch.new_start : stretch.new_end])
    return sum(counts[word] for word in old[stretch.old_start : stretch.old_end])


def _joined(found: list[Change]) -> list[Change]:
    """Neighbors as one."""
    joined: list[Change] = []
    for each in found:
        last = joined[-1] if joined else None
        if last and (last.old_end, last.new_end) == (each.old_start, each.new_start):
            joined[-1] = Change(last.old_start, each.old_end, last.new_start, each.new_end)
        else:
            joined.append(each)
    return joined
