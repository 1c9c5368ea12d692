"""The branches and tags of a repository, as much of them as records name."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class RevisionFacts:
    """What a host said of the branches and tags of a repository."""

    repo: str
    """As it was asked for."""
    branches: int
    tags: int
    digest: str
    """sha256 of all their names and commits: whether anything moved at all."""
    named: Mapping[str, str]
    """Commits of those that a record names, by name."""
    tagged: tuple[str, ...] = ()
    """Which of them are tags, sorted."""

    @property
    def texts_due(self) -> tuple[str, ...]:
        """Nothing is left to read."""
        return ()

    @property
    def license_files(self) -> tuple[()]:
        """Branches carry no terms of their own."""
        return ()
