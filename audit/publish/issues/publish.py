"""`publish`: make the issues say what the audit knows. A reconcile, so that a killed one heals itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from audit.core.pausing import require_not_paused
from audit.publish.issues.body import MAX_BODY_CHARACTERS, build_desired_issue
from audit.publish.issues.labels import FIXED_LABELS
from audit.publish.issues.ledger import IssueLedger
from audit.publish.issues.open_findings import load_open_and_closed_findings
from audit.publish.issues.reconcile import ReconcilePlan, reconcile_issues
from audit.publish.issues.remote_lock import hold_remote_lock
from audit.publish.issues.status_body import STATUS_TITLE, render_status_body
from audit.publish.issues.tracker import (
    IssueTracker,
    OutcomeUncertain,
    RequestRefused,
    TrackerError,
)
from audit.publish.issues.types import (
    STATUS_MARKER,
    CloseIssue,
    CreateIssue,
    DesiredIssue,
    IssueClosure,
    TrackedIssue,
    UpdateIssue,
    compute_short_digest,
    format_note_marker,
)
from audit.records.model import Registry
from audit.store.run_status import read_heartbeat

DEFAULT_MAX_NEW_ISSUES = 5
MAX_NEW_ISSUES = 20
"""New issues in one run, whatever is asked for."""
INCOMPLETE_LISTING_NOTICE = (
    "GitHub's listing lacks issues that stand: nothing new was opened in this run"
)
OWNER_LABEL_COLOR = "bfd4f2"


@dataclass(frozen=True)
class PublishOptions:
    """How to publish."""

    root: Path
    now: datetime
    pages: str
    """Base address under which people find the registry's files."""
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


def publish_issues(
    registry: Registry, tracker: IssueTracker, ledger: IssueLedger, options: PublishOptions
) -> PublishResult:
    """Reconcile once. The caller holds the registry's lock. Raises Paused, Busy, TrackerFailed."""
    require_not_paused(options.root)
    findings, gone = load_open_and_closed_findings(registry, options.root)
    wanted = tuple(build_desired_issue(each, registry, options.pages) for each in findings)
    session = _PublishSession(tracker, ledger, options, wanted, gone)
    return session.reconcile_once()


class _PublishSession:
    """One run of publishing. Every step that changes GitHub is followed by a write of the ledger."""

    def __init__(
        self,
        tracker: IssueTracker,
        ledger: IssueLedger,
        options: PublishOptions,
        wanted: Sequence[DesiredIssue],
        gone: Mapping[str, IssueClosure],
    ) -> None:
        self._tracker = tracker
        self._ledger = ledger
        self._options = options
        self._desired_issues = wanted
        self._closures = gone
        self._account = ""
        self._result = PublishResult()

    def reconcile_once(self) -> PublishResult:
        self._account = self._resolve_account()
        found, complete = self._list_own_issues()
        issues: Sequence[TrackedIssue] = found
        plan = self._plan_actions(issues)
        self._save_ledger()
        for action in plan.actions:
            if not isinstance(action, CreateIssue):
                self._apply_change(action)
        status = self._find_status_issue(issues)
        if (
            any(isinstance(each, CreateIssue) for each in plan.actions)
            or status is None
            or self._ledger.locked
        ):
            if complete:
                issues = self._create_under_lock(issues)
                status = self._find_status_issue(issues)
            else:
                self._result.held_back.append(INCOMPLETE_LISTING_NOTICE)
        self._result.waiting = len(plan.overflow)
        self._update_status_issue(status, plan)
        return self._result

    def _save_ledger(self) -> None:
        if not self._options.dry_run:
            self._ledger.save_ledger()

    def _resolve_account(self) -> str:
        account = self._options.account or self._ledger.account or self._tracker.fetch_account()
        if account is None:
            raise TrackerError(
                "GitHub does not say whose token this is, so that our issues cannot be told from others'; pass --account LOGIN"
            )
        self._ledger.account = account
        return account

    def _list_own_issues(self) -> tuple[list[TrackedIssue], bool]:
        """Our issues, and whether the listing can be believed: it must hold every issue that the ledger knows and that stands."""
        found = {issue.number: issue for issue in self._tracker.list_issues(self._account)}
        missing = {id: number for id, number in self._ledger.issues.items() if number not in found}
        complete = True
        for id, number in missing.items():
            issue = self._tracker.fetch_issue(number)
            if issue is None:
                del self._ledger.issues[id]
            else:
                found[number], complete = issue, False
        if self._ledger.status is not None and self._ledger.status not in found:
            issue = self._tracker.fetch_issue(self._ledger.status)
            if issue is None:
                self._ledger.status = None
            else:
                found[issue.number], complete = issue, False
        if complete and (self._ledger.asked or not found):
            # An account of an app may be listed under another name than it writes with.
            found |= {
                issue.number: issue
                for label in ("drift", "audit-status")
                for issue in self._tracker.list_labeled_issues(label, self._account)
            }
        for issue in found.values():
            if issue.marked_finding and (
                issue.is_open or issue.marked_finding[0] not in self._ledger.issues
            ):
                self._ledger.issues[issue.marked_finding[0]] = issue.number
        return [found[number] for number in sorted(found)], complete

    def _plan_actions(self, issues: Sequence[TrackedIssue]) -> ReconcilePlan:
        """Compare; who closed an issue is asked for only where it decides something."""
        wanted = {each.finding_id for each in self._desired_issues}
        last = {issue.marked_finding[0]: issue for issue in issues if issue.marked_finding}
        standing = {
            issue.marked_finding[0] for issue in issues if issue.marked_finding and issue.is_open
        }
        asked = {
            issue.number: self._tracker.fetch_issue(issue.number)
            for id, issue in last.items()
            if id in wanted - standing
        }
        known = [asked.get(issue.number) or issue for issue in issues]
        return reconcile_issues(
            self._desired_issues,
            self._closures,
            known,
            self._account,
            self._options.now,
            min(self._options.most_new, MAX_NEW_ISSUES),
        )

    def _create_under_lock(self, issues: Sequence[TrackedIssue]) -> Sequence[TrackedIssue]:
        """Open what is new under the lock, from a listing taken under the lock."""
        labels = self._tracker.list_labels()
        self._ledger.locked = True
        self._save_ledger()
        with hold_remote_lock(self._tracker, labels, self._ledger.publisher, self._options.now):
            issues, complete = self._list_own_issues()
            if complete:
                issues = [*issues, *self._create_missing_issues(issues, labels)]
            else:
                self._result.held_back.append(INCOMPLETE_LISTING_NOTICE)
        self._ledger.locked = False
        self._save_ledger()
        return issues

    def _create_missing_issues(
        self, issues: Sequence[TrackedIssue], labels: Mapping[str, str]
    ) -> list[TrackedIssue]:
        creates = [
            each for each in self._plan_actions(issues).actions if isinstance(each, CreateIssue)
        ]
        self._create_missing_labels(labels, creates)
        made = [issue for each in creates if (issue := self._create_issue(each))]
        return made if self._find_status_issue(issues) else [*made, self._open_status_issue()]

    def _create_missing_labels(
        self, standing: Mapping[str, str], creates: Sequence[CreateIssue]
    ) -> None:
        wanted = dict(FIXED_LABELS) | {
            label: (OWNER_LABEL_COLOR, "Models or data of this maker")
            for each in creates
            for label in each.desired.labels
            if label not in FIXED_LABELS
        }
        known = {name.lower() for name in standing}
        for name, (color, description) in wanted.items():
            if name.lower() not in known:
                self._tracker.create_label(name, color, description)

    def _create_issue(self, action: CreateIssue) -> TrackedIssue | None:
        wanted = action.desired
        if wanted.finding_id not in self._ledger.asked:
            self._ledger.asked.append(wanted.finding_id)
            self._save_ledger()
        before = (
            f"An earlier issue about the same: #{action.previous_number}.\n\n"
            if action.previous_number
            else ""
        )
        try:
            issue = self._tracker.create_issue(
                wanted.title, (before + wanted.body)[: MAX_BODY_CHARACTERS + 200], wanted.labels
            )
        except RequestRefused as error:
            self._ledger.asked.remove(wanted.finding_id)
            self._result.held_back.append(f"{wanted.title}: {error}")
            return None
        except OutcomeUncertain as error:
            found = next(
                (
                    each
                    for each in self._tracker.list_issues(self._account)
                    if each.marked_finding
                    and each.marked_finding[0] == wanted.finding_id
                    and each.is_open
                ),
                None,
            )
            if found is None:
                self._result.held_back.append(str(error))
                return None
            issue = found
        self._ledger.issues[wanted.finding_id] = issue.number
        self._ledger.asked.remove(wanted.finding_id)
        self._save_ledger()
        self._result.opened.append(issue.number)
        return issue

    def _apply_change(self, action: UpdateIssue | CloseIssue) -> None:
        """One issue that GitHub does not let us change is no reason to leave the others."""
        try:
            if isinstance(action, UpdateIssue):
                self._update_issue(action)
            else:
                self._close_issue(action)
        except RequestRefused as error:
            self._result.held_back.append(str(error))

    def _update_issue(self, action: UpdateIssue) -> None:
        """The comment first: a run killed after it finds the comment standing, and a run killed before it starts again."""
        if action.comment:
            self._add_comment_once(action.number, action.comment)
        changes: dict[str, object] = {"title": action.desired.title, "body": action.desired.body}
        changes |= {"state": "open", "state_reason": "reopened"} if action.reopen else {}
        changes |= {"labels": list(action.labels)} if action.labels is not None else {}
        self._tracker.edit_issue(action.number, changes)
        self._result.edited.append(action.number)

    def _close_issue(self, action: CloseIssue) -> None:
        self._add_comment_once(action.number, action.comment)
        reason = "not_planned" if action.reason == "duplicate" else action.reason
        self._tracker.edit_issue(action.number, {"state": "closed", "state_reason": reason})
        self._result.closed.append(action.number)

    def _add_comment_once(self, number: int, comment: str) -> None:
        mark = (
            comment.rpartition("\n")[2]
            if comment.rpartition("\n")[2].startswith("<!--")
            else format_note_marker(number, comment)
        )
        text = comment if mark in comment else f"{comment}\n\n{mark}"
        if not any(mark in each for each in self._tracker.list_comments(number)):
            self._tracker.add_comment(number, text)

    def _find_status_issue(self, issues: Sequence[TrackedIssue]) -> TrackedIssue | None:
        """The status issue; one that a person closed stays closed, and no other is opened."""
        return next((each for each in reversed(issues) if STATUS_MARKER in each.body), None)

    def _open_status_issue(self) -> TrackedIssue:
        issue = self._tracker.create_issue(
            STATUS_TITLE, f"The audit begins.\n\n{STATUS_MARKER}", ("audit-status",)
        )
        self._ledger.status = issue.number
        self._save_ledger()
        return issue

    def _update_status_issue(self, issue: TrackedIssue | None, plan: ReconcilePlan) -> None:
        if issue is None or not issue.is_open:
            return
        body = render_status_body(
            read_heartbeat(self._options.root), plan.overflow, self._result.held_back
        )
        if body.strip() != issue.body.replace("\r\n", "\n").strip():
            self._tracker.edit_issue(issue.number, {"body": body})


def derive_publisher_name(seed: str) -> str:
    """A name for this checkout, for its lock."""
    return compute_short_digest(seed)
