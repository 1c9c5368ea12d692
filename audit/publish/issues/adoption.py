"""Issues of ours from before the key: signed once, so that no second one is opened.

As long as the status issue has no digest of today's key (a first key, or one that was lost and
replaced), the hidden lines of our own account are believed without one. Each that speaks of a
finding that we hold is signed, and at last the status issue; from then on only signed ones count.
"""

from collections.abc import Sequence
from dataclasses import replace

from audit.publish.issues.session import PublishSession
from audit.publish.issues.tracker_answers import RequestRefused
from audit.publish.issues.types import TrackedIssue, is_status_body


def select_trusted_issues(
    session: PublishSession, issues: Sequence[TrackedIssue]
) -> list[TrackedIssue]:
    """Issues of our own account whose hidden line is ours, too. Notes whether they are adopted."""
    ours = [issue for issue in issues if issue.author == session.account]
    signed = [issue for issue in ours if session.key.is_signed(issue.body)]
    session.is_adopting = not any(is_status_body(issue.body) for issue in signed)
    return ours if session.is_adopting else signed


def adopt_issues(session: PublishSession, issues: Sequence[TrackedIssue]) -> list[TrackedIssue]:
    """Sign what was believed without a digest. Raises TrackerError."""
    if not session.is_adopting:
        return list(issues)
    held = {wanted.finding_id for wanted in session.desired} | set(session.closures)
    adopted = [_adopt(session, issue, held) for issue in issues]
    session.is_adopting = None in adopted
    return [new or issue for new, issue in zip(adopted, issues, strict=True)]


def _adopt(session: PublishSession, issue: TrackedIssue, held: set[str]) -> TrackedIssue | None:
    """The issue as it reads now; None where GitHub refused to change it."""
    marked = issue.marked_finding
    body = session.key.sign(issue.body)
    if marked is None or marked[0] not in held or body == issue.body:
        return issue
    try:
        session.tracker.edit_issue(issue.number, {"body": body})
    except RequestRefused as error:
        session.hold_back(str(error))
        return None
    session.result.edited.append(issue.number)
    return replace(issue, body=body)
