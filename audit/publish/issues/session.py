"""One run of publishing: what it was given, what it remembers, and what it has done so far."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from audit.publish.issues.ledger import IssueLedger
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
    result: PublishResult = field(default_factory=PublishResult)

    def hold_back(self, reason: str) -> None:
        """Note what is not dared, and why."""
        self.result.held_back.append(reason)

    def save_ledger(self) -> None:
        """Write down what was done so far."""
        if not self.options.dry_run:
            self.ledger.save_ledger()
