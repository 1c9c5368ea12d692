"""What should stand on GitHub, what stands there, and what to do about the difference."""

import hashlib
import json
import re
from dataclasses import dataclass
from typing import Literal

Reason = Literal["completed", "not_planned", "duplicate"]
_MARKER = re.compile(r"(?m)^<!-- drift:v1 id=([0-9a-f]{12}) observed=([0-9a-f]{12}) -->\s*$")
PREVIOUS = re.compile(r"An earlier issue about the same: #\d+\.\n\n")
STATUS_MARKER = "<!-- drift:v1 audit-status -->"


def marker(id: str, observed: str) -> str:
    """The hidden line of an issue's body: the finding and the value that it speaks of."""
    return f"<!-- drift:v1 id={id} observed={observed} -->"


def note_marker(*parts: object) -> str:
    """The hidden line of a comment; a comment that stands already is not made again."""
    return f"<!-- drift:v1 note={digest(*parts)} -->"


def digest(*parts: object) -> str:
    """Twelve hex digits for a value, the same on every machine."""
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()[:12]


@dataclass(frozen=True)
class Wanted:
    """The issue of one confirmed finding, as it should read."""

    id: str
    observed: str
    title: str
    body: str
    """With its marker."""
    labels: tuple[str, ...]
    comment: str
    """What to say where the observed value has changed, or the drift has come back."""


@dataclass(frozen=True)
class Settled:
    """A finding that no longer stands, and why."""

    comment: str
    reason: Reason = "completed"


@dataclass(frozen=True)
class Issue:
    """An issue that our own account opened."""

    number: int
    title: str
    body: str
    open: bool
    closed_at: str | None = None
    closed_by: str | None = None
    """None when nobody asked; the listing does not say."""
    labels: tuple[str, ...] = ()

    @property
    def finding(self) -> tuple[str, str] | None:
        """Finding and observed value by the marker; None for an issue that is not about a finding."""
        # The last one is ours: what stands before it can be upstream's, and what people add behind it has none.
        found = _MARKER.findall(self.body)
        return (found[-1][0], found[-1][1]) if found else None


@dataclass(frozen=True)
class Create:
    """Open an issue."""

    wanted: Wanted
    previous: int | None = None
    """An earlier issue about the same finding, closed too long ago to be opened again."""


@dataclass(frozen=True)
class Update:
    """Make an issue read as it should; with a comment where people should hear of it."""

    number: int
    wanted: Wanted
    comment: str = ""
    reopen: bool = False
    labels: tuple[str, ...] | None = None
    """None where they are right already."""


@dataclass(frozen=True)
class Close:
    """Close an issue, saying why."""

    number: int
    id: str
    comment: str
    reason: Reason


Action = Create | Update | Close
