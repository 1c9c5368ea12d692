"""What a fact was read from: sources, contradictions between them, places where nothing was found."""

from dataclasses import dataclass
from typing import Literal

PlaceKind = Literal[
    "card", "code-tree", "report", "announcement", "paper", "dataset-hub", "website"
]
"""Where a maker may have published something."""


@dataclass(frozen=True)
class Evidence:
    """One source that was read."""

    key: str
    url: str
    seen: str
    kind: Literal["primary", "secondary"]
    revision: str | None = None
    quote: str | None = None
    note: str | None = None
    record: str = ""
    """The record whose table holds it: `models/…` or `families/…`."""


@dataclass(frozen=True)
class EvidenceConflict:
    """Sources that disagree about a fact."""

    followed: tuple[Evidence, ...]
    set_aside: tuple[Evidence, ...]
    why: str


@dataclass(frozen=True)
class PlaceLookedIn:
    """A place where a reviewer looked for a component, and what was there to read on that day."""

    place: PlaceKind
    url: str
    seen: str
    kind: Literal["primary", "secondary"] = "primary"
    revision: str | None = None
    reached: bool = True
