"""`publish`: make the issues say what the audit knows.

A reconcile, so that a killed one heals itself.
"""

from collections.abc import Iterable, Iterator, Sequence

from audit.core.errors import UsageError
from audit.core.grouping import group_pairs
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
from audit.records.registry import Registry
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
    account = _resolve_account(tracker, options)
    ledger.account = account
    key = options.key
    desired = [key.sign_issue(issue) for issue in desired]
    closures = {id: key.sign_closure(closure) for id, closure in closures.items()}
    session = PublishSession(tracker, ledger, options, account, desired, closures, key)
    return _reconcile_once(session)


def _resolve_account(tracker: IssueTracker, options: PublishOptions) -> str:
    """Whose token this is, by GitHub; by --account only where GitHub does not tell a token.

    Never by the ledger: a file that was merged must not say whose issues are ours.
    """
    account = tracker.fetch_account()
    if account and options.account and account.lower() != options.account.lower():
        raise UsageError(
            f"--account {options.account!r} is not whose token this is; leave the option out"
        )
    account = account or options.account
    if account is None:
        raise TrackerError(
            "GitHub does not say whose token this is, so that our issues cannot be told "
            "from others'; pass --account LOGIN"
        )
    return account


def _reconcile_once(session: PublishSession) -> PublishResult:
    listing = list_own_issues(session)
    issues = listing.issues
    plan = _plan_actions(session, issues)
    session.save_ledger()
    _apply_changes(session, plan)
    if _has_to_open(session, plan, issues):
        issues = _open_issues(session, listing)
    session.result.waiting = len(plan.overflow)
    _update_status_issue(session, find_status_issue(issues), plan)
    return session.result


def _apply_changes(session: PublishSession, plan: ReconcilePlan) -> None:
    """What stands already; opening needs the lock."""
    for action in plan.actions:
        if not isinstance(action, CreateIssue):
            apply_change(session, action)


def _open_issues(session: PublishSession, listing: IssueListing) -> Sequence[TrackedIssue]:
    """All our issues after that; nothing is opened by a listing that lacks some."""
    if listing.is_complete:
        return open_under_lock(session, _plan_actions)
    session.hold_back(INCOMPLETE_LISTING_NOTICE)
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
    """The newest issue of each finding that should have one and has none that is open."""
    marked = group_pairs(_pair_findings_with_issues(issues))
    for wanted in session.desired:
        found = marked.get(wanted.finding_id, ())
        if found and not any(issue.is_open for issue in found):
            yield found[-1].number


def _pair_findings_with_issues(
    issues: Iterable[TrackedIssue],
) -> Iterator[tuple[str, TrackedIssue]]:
    for issue in issues:
        if issue.marked_finding:
            yield issue.marked_finding[0], issue


def _update_status_issue(
    session: PublishSession, issue: TrackedIssue | None, plan: ReconcilePlan
) -> None:
    if issue is None:
        return
    if not issue.is_open:
        # Closed by a person, and read by nobody; but what is signed ends with it.
        _sign_closed_status(session, issue)
        return
    heartbeat = read_heartbeat(session.options.root)
    body = session.sign_status(
        render_status_body(heartbeat, plan.overflow, session.result.held_back)
    )
    if not _reads_alike(body, issue.body):
        session.tracker.edit_issue(issue.number, {"body": body})


def _sign_closed_status(session: PublishSession, issue: TrackedIssue) -> None:
    body = session.sign_status(issue.body)
    if body != issue.body:
        session.tracker.edit_issue(issue.number, {"body": body})


def _reads_alike(first: str, second: str) -> bool:
    """GitHub may hand line ends back in its own way; that is no difference."""
    return first.strip() == second.replace("\r\n", "\n").strip()
