"""Which issues of ours stand on GitHub, and whether its listing of them can be believed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from audit.publish.issues.ledger import IssueLedger
from audit.publish.issues.session import PublishSession
from audit.publish.issues.tracker import IssueTracker
from audit.publish.issues.types import STATUS_MARKER, TrackedIssue

INCOMPLETE_LISTING_NOTICE = (
    "GitHub's listing lacks issues that stand: nothing new was opened in this run"
)
LISTED_LABELS = ("drift", "audit-status")


@dataclass(frozen=True)
class IssueListing:
    """Our issues by rising number."""

    issues: Sequence[TrackedIssue]
    is_complete: bool
    """Whether GitHub listed every issue that the ledger knows and that stands."""


def list_own_issues(session: PublishSession) -> IssueListing:
    """List our issues, and bring the ledger in line with them. Raises TrackerError."""
    tracker, ledger = session.tracker, session.ledger
    found = {issue.number: issue for issue in tracker.list_issues(session.account)}
    unlisted = _fetch_unlisted_issues(tracker, ledger, found)
    found |= unlisted
    if not unlisted and (ledger.asked or not found):
        found |= _fetch_labeled_issues(tracker, session.account)
    _record_issue_numbers(ledger, found.values())
    return IssueListing([found[number] for number in sorted(found)], not unlisted)


def find_status_issue(issues: Sequence[TrackedIssue]) -> TrackedIssue | None:
    """The status issue; one that a person closed stays closed, and no other is opened."""
    return next((issue for issue in reversed(issues) if STATUS_MARKER in issue.body), None)


def _fetch_unlisted_issues(
    tracker: IssueTracker, ledger: IssueLedger, listed: Mapping[int, TrackedIssue]
) -> dict[int, TrackedIssue]:
    """Issues of the ledger that stand and were not listed.

    Those that do not stand leave the ledger.
    """
    found: dict[int, TrackedIssue] = {}
    for id, number in list(ledger.issues.items()):
        if number not in listed:
            found |= _fetch_recorded_issue(tracker, ledger, id)
    if ledger.status in listed or ledger.status in found:
        return found
    return found | _fetch_status_issue(tracker, ledger)


def _fetch_recorded_issue(
    tracker: IssueTracker, ledger: IssueLedger, id: str
) -> dict[int, TrackedIssue]:
    issue = tracker.fetch_issue(ledger.issues[id])
    if issue is None:
        del ledger.issues[id]
        return {}
    return {issue.number: issue}


def _fetch_status_issue(tracker: IssueTracker, ledger: IssueLedger) -> dict[int, TrackedIssue]:
    if ledger.status is None:
        return {}
    status = tracker.fetch_issue(ledger.status)
    if status is None:
        ledger.status = None
        return {}
    return {status.number: status}


def _fetch_labeled_issues(tracker: IssueTracker, account: str) -> dict[int, TrackedIssue]:
    # An account of an app may be listed under another name than it writes with.
    found: dict[int, TrackedIssue] = {}
    for label in LISTED_LABELS:
        for issue in tracker.list_labeled_issues(label, account):
            found[issue.number] = issue
    return found


def _record_issue_numbers(ledger: IssueLedger, issues: Iterable[TrackedIssue]) -> None:
    for issue in issues:
        if issue.marked_finding:
            id, _ = issue.marked_finding
            if issue.is_open or id not in ledger.issues:
                ledger.issues[id] = issue.number
