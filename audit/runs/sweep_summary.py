"""What a sweep says of itself in the report: which lists it trusted, and why not."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from audit.core.wording import join_first
from audit.sources.newest import DISTRUST_WORDS, Distrust

MAX_NAMED = 5
KIND_WORDS: Mapping[str, str] = {"model": "models", "dataset": "datasets", "code": "code"}


@dataclass(frozen=True)
class SweptList:
    """One list of what changed last."""

    host: str
    kind: str
    covered_by: str
    """`newest` for the list itself, `owners` for the lists of all owners, `nothing` where it could
    not be read and the next sweep reads from the same mark.
    """
    pages: int
    entries: int
    moved: int
    """Tracked repositories in it."""
    distrust: Distrust = ""
    failure: str = ""

    @property
    def words(self) -> str:
        """One line for people."""
        name = f"{KIND_WORDS[self.kind]} changed last"
        if self.failure:
            return f"{name}: could not be read ({self.failure}); {_COVERED_WORDS[self.covered_by]}"
        if self.distrust:
            reason = DISTRUST_WORDS[self.distrust]
            return f"{name}: NOT TRUSTED, {reason}; {_COVERED_WORDS[self.covered_by]}"
        if self.covered_by == "newest":
            return f"{name}: {self.moved} of ours in {self.entries} ({self.pages} pages)"
        return f"{name}: {_COVERED_WORDS[self.covered_by]}"


_COVERED_WORDS: Mapping[str, str] = {
    "newest": "read",
    "owners": "the lists of the owners were read instead",
    "nothing": "the next sweep reads from the same mark",
}


@dataclass(frozen=True)
class SweepSummary:
    """What one sweep did besides looking at its targets."""

    lists: tuple[SweptList, ...]
    rotation: Mapping[str, int]
    """Requests of this hour's share, by host."""
    suspicions: int
    """Suspicions whose next look was due."""
    unlisted: tuple[str, ...] = ()
    """Keys of targets with a new commit that the list of what changed last had not shown."""

    def serialize(self) -> dict[str, Any]:
        """For the report."""
        return {
            "lists": [asdict(each) for each in self.lists],
            "rotation": dict(self.rotation),
            "suspicions": self.suspicions,
            "unlisted": list(self.unlisted),
        }

    def list_lines(self) -> Iterator[str]:
        """For people."""
        for each in self.lists:
            yield each.words
        if self.unlisted:
            names = join_first(list(self.unlisted), MAX_NAMED)
            yield f"NOT LISTED as changed: {names}; the next sweep does without the list"
        share = sum(self.rotation.values())
        yield f"rotation: {share} requests; suspicions looked at again: {self.suspicions}"
