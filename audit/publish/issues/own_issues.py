"""Which issues of ours stand on GitHub, and whether its listing of them can be believed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from audit.publish.issues.adoption import adopt_issues, select_trusted_issues
from audit.publish.issues.ledger import IssueLedger
from audit.publish.issues.session import PublishSession
from audit.publish.issues.tracker import IssueTracker
from audit.publish.issues.types import TrackedIssue, is_status_body

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
    unlisted = _fetch_unlisted_issues(session, found)
    found |= unlisted
    if not unlisted and (ledger.asked or not found):
        found |= _fetch_labeled_issues(tracker, session.account)
    issues = select_trusted_issues(session, [found[number] for number in sorted(found)])
    _record_issue_numbers(ledger, issues)
    return IssueListing(adopt_issues(session, issues), not unlisted)


def find_status_issue(issues: Sequence[TrackedIssue]) -> TrackedIssue | None:
    """The status issue; one that a person closed stays closed, and no other is opened."""
    return next((issue for issue in reversed(issues) if is_status_body(issue.body)), None)


def _fetch_unlisted_issues(
    session: PublishSession, listed: Mapping[int, TrackedIssue]
) -> dict[int, TrackedIssue]:
    """Issues of ours that the ledger names, that stand, and that were not listed.

    The others leave the ledger: it is a cache, which anybody who can merge a file can write.
    """
    ledger = session.ledger
    found: dict[int, TrackedIssue] = {}
    for id, number in list(ledger.issues.items()):
        if number not in listed:
            found |= _fetch_recorded_issue(session, id)
    if ledger.status in listed or ledger.status in found:
        return found
    return found | _fetch_status_issue(session)


def _fetch_recorded_issue(session: PublishSession, id: str) -> dict[int, TrackedIssue]:
    issue = session.tracker.fetch_issue(session.ledger.issues[id])
    marked = issue.marked_finding if issue else None
    if issue is None or issue.author != session.account or marked is None or marked[0] != id:
        del session.ledger.issues[id]
        return {}
    return {issue.number: issue}


def _fetch_status_issue(session: PublishSession) -> dict[int, TrackedIssue]:
    if session.ledger.status is None:
        return {}
    status = session.tracker.fetch_issue(session.ledger.status)
    if status is None or status.author != session.account or not is_status_body(status.body):
        session.ledger.status = None
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
