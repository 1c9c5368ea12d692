"""What should stand on GitHub, what stands there, and what to do about the difference."""

import hashlib
import json
import re
from dataclasses import dataclass
from typing import Literal

CloseReason = Literal["completed", "not_planned", "duplicate"]
_ISSUE_MARKER = re.compile(
    r"(?m)^<!-- drift:v1 id=([0-9a-f]{12}) observed=([0-9a-f]{12})(?: key=[0-9a-f]+)? -->\s*$"
)
PREVIOUS_ISSUE_NOTE = re.compile(r"An earlier issue about the same: #\d+\.\n\n")
STATUS_MARKER = "<!-- drift:v1 audit-status -->"
_STATUS_LINE = re.compile(r"(?m)^<!-- drift:v1 audit-status(?: key=[0-9a-f]+)? -->\s*$")


def format_issue_marker(id: str, observed: str) -> str:
    """The hidden line of an issue's body: the finding and the value that it speaks of."""
    return f"<!-- drift:v1 id={id} observed={observed} -->"


def format_note_marker(*parts: object) -> str:
    """The hidden line of a comment; a comment that stands already is not made again."""
    return f"<!-- drift:v1 note={compute_short_digest(*parts)} -->"


def is_status_body(body: str) -> bool:
    """Whether an issue is the one about the audit itself."""
    return _STATUS_LINE.search(body) is not None


def format_previous_issue_note(number: int) -> str:
    """The first line of a body where an earlier issue was closed too long ago to be reopened."""
    return f"An earlier issue about the same: #{number}.\n\n"


def compute_short_digest(*parts: object) -> str:
    """Twelve hex digits for a value, the same on every machine."""
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()[:12]


@dataclass(frozen=True)
class DesiredIssue:
    """The issue of one confirmed finding, as it should read."""

    finding_id: str
    observed_digest: str
    title: str
    body: str
    """With its marker."""
    labels: tuple[str, ...]
    comment: str
    """What to say where the observed value has changed, or the drift has come back."""


@dataclass(frozen=True)
class IssueClosure:
    """A finding that no longer stands, and why."""

    comment: str
    reason: CloseReason = "completed"


@dataclass(frozen=True)
class TrackedIssue:
    """An issue that our own account opened."""

    number: int
    title: str
    body: str
    is_open: bool
    closed_at: str | None = None
    closed_by: str | None = None
    """None when nobody asked; the listing does not say."""
    labels: tuple[str, ...] = ()
    author: str | None = None
    """Login of the account that opened it, None where the answer names none."""

    @property
    def marked_finding(self) -> tuple[str, str] | None:
        """Finding and observed value by the marker.

        None for an issue that is not about a finding.
        """
        # The last one is ours: what stands before it can be upstream's.
        found = _ISSUE_MARKER.findall(self.body)
        return (found[-1][0], found[-1][1]) if found else None


@dataclass(frozen=True)
class CreateIssue:
    """Open an issue."""

    desired: DesiredIssue
    previous_number: int | None = None
    """An earlier issue about the same finding, closed too long ago to be opened again."""


@dataclass(frozen=True)
class UpdateIssue:
    """Make an issue read as it should; with a comment where people should hear of it."""

    number: int
    desired: DesiredIssue
    comment: str = ""
    reopen: bool = False
    labels: tuple[str, ...] | None = None
    """None where they are right already."""


@dataclass(frozen=True)
class CloseIssue:
    """Close an issue, saying why."""

    number: int
    finding_id: str
    comment: str
    reason: CloseReason


IssueAction = CreateIssue | UpdateIssue | CloseIssue
