"""What a maker's list of repositories showed beyond those that are tracked: later ones of a line."""

from dataclasses import dataclass
from typing import Literal

MAX_LATER_REPOSITORIES = 200
"""Kept of one maker; more in lines that the registry knows is no release, and nobody reads it."""


@dataclass(frozen=True)
class LaterRepository:
    """A repository that was created after the audit first saw its maker's list."""

    repo: str
    hub_id: str
    """The Hub's own number, which survives a rename."""
    created_at: str
    is_read: bool = False
    """Whether a list showed its card; what it states of the license is unknown before."""
    license_tag: str | Literal[False] = False
    license_name: str | None = None

    @property
    def is_due(self) -> bool:
        """Whether the next list is asked for its card: unread, or without a license so far."""
        return not self.is_read or not self.license_tag


@dataclass(frozen=True)
class MakerFacts:
    """A maker's repositories, as far as later generations go."""

    repo: str
    """The list as its target names it."""
    since: str
    """Creation of the newest repository at first sight: nothing older is ever news."""
    later: tuple[LaterRepository, ...] = ()
    """Those of known lines, by creation. What a later list does not show stays: lists are cut."""

    @property
    def texts_due(self) -> tuple[str, ...]:
        """Texts are read once a record names the repository."""
        return ()

    @property
    def license_files(self) -> tuple[()]:
        """As above."""
        return ()

    @property
    def wants_cards(self) -> bool:
        """Whether the next list is asked for cards, which make it longer."""
        return any(each.is_due for each in self.later)
