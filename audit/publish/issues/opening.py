"""Opening new issues, one publisher at a time: from a listing that was taken under the lock."""

from collections.abc import Callable, Mapping, Sequence

from audit.publish.issues.body import MAX_BODY_CHARACTERS
from audit.publish.issues.labels import FIXED_LABELS
from audit.publish.issues.own_issues import (
    INCOMPLETE_LISTING_NOTICE,
    find_status_issue,
    list_own_issues,
)
from audit.publish.issues.reconcile import ReconcilePlan
from audit.publish.issues.remote_lock import hold_remote_lock
from audit.publish.issues.session import PublishSession
from audit.publish.issues.status_body import STATUS_TITLE
from audit.publish.issues.tracker_answers import OutcomeUncertain, RequestRefused
from audit.publish.issues.types import (
    STATUS_MARKER,
    CreateIssue,
    DesiredIssue,
    TrackedIssue,
    format_previous_issue_note,
)

OWNER_LABEL_COLOR = "bfd4f2"
OWNER_LABEL_DESCRIPTION = "Models or data of this maker"
_NOTE_ROOM = 200
"""Characters for the link to an earlier issue."""
PlanActions = Callable[[PublishSession, Sequence[TrackedIssue]], ReconcilePlan]


def open_under_lock(session: PublishSession, plan_actions: PlanActions) -> Sequence[TrackedIssue]:
    """Open what is new; all our issues after that. Raises PublisherBusy, TrackerError."""
    ledger = session.ledger
    labels = session.tracker.list_labels()
    ledger.locked = True
    session.save_ledger()
    with hold_remote_lock(session.tracker, labels, ledger.publisher, session.options.now):
        issues = _list_and_open(session, plan_actions, labels)
    ledger.locked = False
    session.save_ledger()
    return issues


def _list_and_open(
    session: PublishSession, plan_actions: PlanActions, labels: Mapping[str, str]
) -> Sequence[TrackedIssue]:
    listing = list_own_issues(session)
    if not listing.is_complete:
        session.hold_back(INCOMPLETE_LISTING_NOTICE)
        return listing.issues
    plan = plan_actions(session, listing.issues)
    return [*listing.issues, *_open_missing_issues(session, plan, listing.issues, labels)]


def _open_missing_issues(
    session: PublishSession,
    plan: ReconcilePlan,
    standing: Sequence[TrackedIssue],
    labels: Mapping[str, str],
) -> list[TrackedIssue]:
    actions = [action for action in plan.actions if isinstance(action, CreateIssue)]
    _create_missing_labels(session, labels, actions)
    opened = list(filter(None, (_open_issue(session, action) for action in actions)))
    if find_status_issue(standing) is None:
        opened.append(_open_status_issue(session))
    return opened


def _create_missing_labels(
    session: PublishSession, standing: Mapping[str, str], actions: Sequence[CreateIssue]
) -> None:
    known = {name.lower() for name in standing}
    for name, (color, description) in _collect_wanted_labels(actions).items():
        if name.lower() not in known:
            session.tracker.create_label(name, color, description)


def _collect_wanted_labels(actions: Sequence[CreateIssue]) -> dict[str, tuple[str, str]]:
    """Color and description by name; a label that is not fixed is that of a maker."""
    wanted = dict(FIXED_LABELS)
    for action in actions:
        for label in action.desired.labels:
            wanted.setdefault(label, (OWNER_LABEL_COLOR, OWNER_LABEL_DESCRIPTION))
    return wanted


def _open_issue(session: PublishSession, action: CreateIssue) -> TrackedIssue | None:
    """The issue; None where GitHub refused it, or where nobody knows whether it did."""
    desired = action.desired
    _record_asked(session, desired.finding_id)
    try:
        issue = _request_or_find_issue(session, action)
    except RequestRefused as error:
        session.ledger.asked.remove(desired.finding_id)
        session.hold_back(f"{desired.title}: {error}")
        return None
    if issue is not None:
        _record_opened(session, desired.finding_id, issue.number)
    return issue


def _request_or_find_issue(session: PublishSession, action: CreateIssue) -> TrackedIssue | None:
    """Where no answer came, what a listing shows. Raises RequestRefused."""
    try:
        return _request_issue(session, action)
    except OutcomeUncertain as error:
        issue = _find_open_issue(session, action.desired)
        if issue is None:
            session.hold_back(str(error))
        return issue


def _record_asked(session: PublishSession, finding_id: str) -> None:
    """Before the request: a killed run leaves what to search for."""
    if finding_id not in session.ledger.asked:
        session.ledger.asked.append(finding_id)
        session.save_ledger()


def _record_opened(session: PublishSession, finding_id: str, number: int) -> None:
    session.ledger.issues[finding_id] = number
    session.ledger.asked.remove(finding_id)
    session.save_ledger()
    session.result.opened.append(number)


def _request_issue(session: PublishSession, action: CreateIssue) -> TrackedIssue:
    desired, body = action.desired, action.desired.body
    if action.previous_number:
        body = format_previous_issue_note(action.previous_number) + body
    body = body[: MAX_BODY_CHARACTERS + _NOTE_ROOM]
    return session.tracker.create_issue(desired.title, body, desired.labels)


def _find_open_issue(session: PublishSession, desired: DesiredIssue) -> TrackedIssue | None:
    """The issue about a finding, if it was opened although no answer came."""
    for issue in session.tracker.list_issues(session.account):
        marked = issue.marked_finding
        is_wanted = marked is not None and marked[0] == desired.finding_id
        if is_wanted and issue.is_open and session.key.is_signed(issue.body):
            return issue
    return None


def _open_status_issue(session: PublishSession) -> TrackedIssue:
    body = session.sign_status(f"The audit begins.\n\n{STATUS_MARKER}")
    issue = session.tracker.create_issue(STATUS_TITLE, body, ("audit-status",))
    session.ledger.status = issue.number
    session.save_ledger()
    return issue
