"""`publish`: make the issues say what the audit knows.

A reconcile, so that a killed one heals itself.
"""

from collections.abc import Iterator, Sequence

from audit.core.pausing import require_not_paused
from audit.publish.issues.body import build_desired_issue
from audit.publish.issues.changes import apply_change
from audit.publish.issues.ledger import IssueLedger
from audit.publish.issues.open_findings import load_open_and_closed_findings
from audit.publish.issues.opening import open_under_lock
from audit.publish.issues.own_issues import (
    INCOMPLETE_LISTING_NOTICE,
    IssueListing,
    find_status_issue,
    list_own_issues,
)
from audit.publish.issues.reconcile import ReconcilePlan, reconcile_issues
from audit.publish.issues.session import (
    MAX_NEW_ISSUES,
    PublishOptions,
    PublishResult,
    PublishSession,
)
from audit.publish.issues.status_body import render_status_body
from audit.publish.issues.tracker import IssueTracker
from audit.publish.issues.tracker_answers import TrackerError
from audit.publish.issues.types import CreateIssue, TrackedIssue
from audit.records.model import Registry
from audit.store.run_status import read_heartbeat


def publish_issues(
    registry: Registry, tracker: IssueTracker, ledger: IssueLedger, options: PublishOptions
) -> PublishResult:
    """Reconcile once. The caller holds the registry's lock.

    Raises AuditPausedError, PublisherBusy, TrackerError.
    """
    require_not_paused(options.root)
    findings, closures = load_open_and_closed_findings(registry, options.root)
    desired = [build_desired_issue(finding, registry, options.pages) for finding in findings]
    account = _resolve_account(tracker, ledger, options)
    session = PublishSession(tracker, ledger, options, account, desired, closures)
    return _reconcile_once(session)


def _resolve_account(tracker: IssueTracker, ledger: IssueLedger, options: PublishOptions) -> str:
    account = options.account or ledger.account or tracker.fetch_account()
    if account is None:
        raise TrackerError(
            "GitHub does not say whose token this is, so that our issues cannot be told "
            "from others'; pass --account LOGIN"
        )
    ledger.account = account
    return account


def _reconcile_once(session: PublishSession) -> PublishResult:
    listing = list_own_issues(session)
    issues = listing.issues
    plan = _plan_actions(session, issues)
    session.save_ledger()
    for action in plan.actions:
        if not isinstance(action, CreateIssue):
            apply_change(session, action)
    if _has_to_open(session, plan, issues):
        issues = _open_issues(session, listing)
    session.result.waiting = len(plan.overflow)
    _update_status_issue(session, find_status_issue(issues), plan)
    return session.result


def _open_issues(session: PublishSession, listing: IssueListing) -> Sequence[TrackedIssue]:
    """All our issues after that; nothing is opened by a listing that lacks some."""
    if listing.is_complete:
        return open_under_lock(session, _plan_actions)
    session.result.held_back.append(INCOMPLETE_LISTING_NOTICE)
    return listing.issues


def _has_to_open(
    session: PublishSession, plan: ReconcilePlan, issues: Sequence[TrackedIssue]
) -> bool:
    """Whether an issue is missing, or a killed run of ours left the lock behind."""
    is_new = any(isinstance(action, CreateIssue) for action in plan.actions)
    return is_new or find_status_issue(issues) is None or session.ledger.locked


def _plan_actions(session: PublishSession, issues: Sequence[TrackedIssue]) -> ReconcilePlan:
    """Compare. Who closed an issue is requested only where it decides something."""
    return reconcile_issues(
        session.desired,
        session.closures,
        _fetch_closing_accounts(session, issues),
        session.account,
        session.options.now,
        min(session.options.most_new, MAX_NEW_ISSUES),
    )


def _fetch_closing_accounts(
    session: PublishSession, issues: Sequence[TrackedIssue]
) -> list[TrackedIssue]:
    """The issues, and of the newest about a finding that has none open any more, who closed it."""
    fetched = {
        number: session.tracker.fetch_issue(number)
        for number in _list_deciding_numbers(session, issues)
    }
    return [fetched.get(issue.number) or issue for issue in issues]


def _list_deciding_numbers(
    session: PublishSession, issues: Sequence[TrackedIssue]
) -> Iterator[int]:
    newest: dict[str, int] = {}
    standing: set[str] = set()
    for issue in issues:
        if issue.marked_finding:
            id, _ = issue.marked_finding
            newest[id] = issue.number
            standing |= {id} if issue.is_open else set()
    closed = {wanted.finding_id for wanted in session.desired} - standing
    return (number for id, number in newest.items() if id in closed)


def _update_status_issue(
    session: PublishSession, issue: TrackedIssue | None, plan: ReconcilePlan
) -> None:
    if issue is None or not issue.is_open:
        return
    heartbeat = read_heartbeat(session.options.root)
    body = render_status_body(heartbeat, plan.overflow, session.result.held_back)
    # GitHub may hand line ends back in its own way; that is no difference.
    if body.strip() != issue.body.replace("\r\n", "\n").strip():
        session.tracker.edit_issue(issue.number, {"body": body})
