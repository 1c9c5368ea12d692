"""Branches and tags as records write them: names, ranges of names, and commits behind names."""

import re
from collections.abc import Iterable, Iterator

NAMED_RANGE = re.compile(r"(.*)\{(\d{1,9})\.\.(\d{1,9})\.\.([1-9]\d{0,8})\}(.*)")
"""`step{1000..143000..1000}`: the first, the last and the step, as shells write them."""
PINNED_COMMIT = re.compile(r"(.+)@([0-9a-f]{40})")
MAX_NAMED_REVISIONS = 2_000
"""More from one record is a slip of the pen, and would fill an observation."""


def expand_revision_names(written: Iterable[str]) -> frozenset[str]:
    """Every name that a record writes, its ranges written out. At most MAX_NAMED_REVISIONS."""
    names: set[str] = set()
    for word in written:
        for name in _expand_word(word):
            names.add(name)
            if len(names) >= MAX_NAMED_REVISIONS:
                return frozenset(names)
    return frozenset(names)


def find_pinned_commits(written: Iterable[str]) -> dict[str, str]:
    """The commits that a record writes behind names, as `name@commit`."""
    matches = map(PINNED_COMMIT.fullmatch, written)
    return {match[1]: match[2] for match in matches if match}


def _expand_word(word: str) -> Iterator[str]:
    pinned = PINNED_COMMIT.fullmatch(word)
    match = NAMED_RANGE.fullmatch(word)
    if pinned or match is None:
        yield pinned[1] if pinned else word
        return
    before, first, last, step, after = match.groups()
    for number in range(int(first), int(last) + 1, int(step)):
        yield f"{before}{number}{after}"
