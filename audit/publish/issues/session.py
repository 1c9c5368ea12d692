"""One run of publishing: what it was given, what it remembers, and what it has done so far."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from audit.publish.issues.ledger import IssueLedger
from audit.publish.issues.signing import MarkerKey
from audit.publish.issues.tracker import IssueTracker
from audit.publish.issues.types import DesiredIssue, IssueClosure

DEFAULT_MAX_NEW_ISSUES = 5
MAX_NEW_ISSUES = 20
"""New issues in one run, whatever is asked for."""


@dataclass(frozen=True)
class PublishOptions:
    """How to publish."""

    root: Path
    now: datetime
    pages: str
    """Base URL under which people find the registry's files."""
    account: str | None = None
    """Our own login, for a token that may not ask for it."""
    most_new: int = DEFAULT_MAX_NEW_ISSUES
    dry_run: bool = False
    """Write neither to GitHub nor to the ledger."""
    key: MarkerKey = field(default_factory=MarkerKey)
    """What our hidden lines are signed with."""


@dataclass
class PublishResult:
    """What was done."""

    opened: list[int] = field(default_factory=list)
    edited: list[int] = field(default_factory=list)
    closed: list[int] = field(default_factory=list)
    waiting: int = 0
    """Issues beyond the cap."""
    held_back: list[str] = field(default_factory=list)
    """What was not dared, and why."""


@dataclass
class PublishSession:
    """What all steps of a run share.

    Every step that changes GitHub is followed by `save_ledger`.
    """

    tracker: IssueTracker
    ledger: IssueLedger
    options: PublishOptions
    account: str
    """Our own login."""
    desired: Sequence[DesiredIssue]
    closures: Mapping[str, IssueClosure]
    """Findings that no longer stand."""
    key: MarkerKey = field(default_factory=MarkerKey)
    is_adopting: bool = False
    """Whether hidden lines without today's digest are still believed."""
    result: PublishResult = field(default_factory=PublishResult)

    def sign_status(self, body: str) -> str:
        """The status issue's body; signed once everything older is, for that ends the adoption."""
        return body if self.is_adopting else self.key.sign(body)

    def hold_back(self, reason: str) -> None:
        """Note what is not dared, and why."""
        self.result.held_back.append(reason)

    def save_ledger(self) -> None:
        """Write down what was done so far."""
        if not self.options.dry_run:
            self.ledger.save_ledger()
