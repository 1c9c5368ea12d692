"""`publish`: make the issues say what the audit knows. A reconcile, so that a killed one heals itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from audit.core.pausing import refuse_when_paused
from audit.publish.issues.body import MAX_BODY, wanted_issue
from audit.publish.issues.labels import LABELS
from audit.publish.issues.ledger import Ledger
from audit.publish.issues.open_findings import standing_and_gone
from audit.publish.issues.reconcile import Reconciled, reconcile
from audit.publish.issues.remote_lock import remote_lock
from audit.publish.issues.status_body import TITLE, status_body
from audit.publish.issues.tracker import Refused, Tracker, TrackerFailed, Uncertain
from audit.publish.issues.types import STATUS_MARKER, Close, Create, Issue, Settled, Update, Wanted, digest, note_marker
from audit.records.model import Registry
from audit.store.run_status import read_heartbeat

MOST_NEW = 5
HARD_CAP = 20
"""New issues in one run, whatever is asked for."""
UNBELIEVABLE = "GitHub's listing lacks issues that stand: nothing new was opened in this run"
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
    most_new: int = MOST_NEW
    dry_run: bool = False
    """Write neither to GitHub nor to the ledger."""


@dataclass
class Published:
    """What was done."""

    opened: list[int] = field(default_factory=list)
    edited: list[int] = field(default_factory=list)
    closed: list[int] = field(default_factory=list)
    waiting: int = 0
    """Issues beyond the cap."""
    held_back: list[str] = field(default_factory=list)
    """What was not dared, and why."""


def publish(registry: Registry, tracker: Tracker, ledger: Ledger, options: PublishOptions) -> Published:
    """Reconcile once. The caller holds the registry's lock. Raises Paused, Busy, TrackerFailed."""
    refuse_when_paused(options.root)
    findings, gone = standing_and_gone(registry, options.root)
    wanted = tuple(wanted_issue(each, registry, options.pages) for each in findings)
    session = _Session(tracker, ledger, options, wanted, gone)
    return session.run()


class _Session:
    """One run of publishing. Every step that changes GitHub is followed by a write of the ledger."""

    def __init__(self, tracker: Tracker, ledger: Ledger, options: PublishOptions, wanted: Sequence[Wanted], gone: Mapping[str, Settled]) -> None:
        self._tracker = tracker
        self._ledger = ledger
        self._options = options
        self._wanted = wanted
        self._gone = gone
        self._account = ""
        self._done = Published()

    def run(self) -> Published:
        self._account = self._who()
        found, complete = self._look()
        issues: Sequence[Issue] = found
        plan = self._plan(issues)
        self._save()
        for action in plan.actions:
            if not isinstance(action, Create):
                self._change(action)
        status = self._status_issue(issues)
        if any(isinstance(each, Create) for each in plan.actions) or status is None or self._ledger.locked:
            if complete:
                issues = self._create_all(issues)
                status = self._status_issue(issues)
            else:
                self._done.held_back.append(UNBELIEVABLE)
        self._done.waiting = len(plan.overflow)
        self._write_status(status, plan)
        return self._done

    def _save(self) -> None:
        if not self._options.dry_run:
            self._ledger.save()

    def _who(self) -> str:
        account = self._options.account or self._ledger.account or self._tracker.account()
        if account is None:
            raise TrackerFailed("GitHub does not say whose token this is, so that our issues cannot be told from others'; pass --account LOGIN")
        self._ledger.account = account
        return account

    def _look(self) -> tuple[list[Issue], bool]:
        """Our issues, and whether the listing can be believed: it must hold every issue that the ledger knows and that stands."""
        found = {issue.number: issue for issue in self._tracker.issues(self._account)}
        missing = {id: number for id, number in self._ledger.issues.items() if number not in found}
        complete = True
        for id, number in missing.items():
            issue = self._tracker.issue(number)
            if issue is None:
                del self._ledger.issues[id]
            else:
                found[number], complete = issue, False
        if self._ledger.status is not None and self._ledger.status not in found:
            issue = self._tracker.issue(self._ledger.status)
            if issue is None:
                self._ledger.status = None
            else:
                found[issue.number], complete = issue, False
        if complete and (self._ledger.asked or not found):
            # An account of an app may be listed under another name than it writes with.
            found |= {issue.number: issue for label in ("drift", "audit-status") for issue in self._tracker.labelled(label, self._account)}
        for issue in found.values():
            if issue.finding and (issue.open or issue.finding[0] not in self._ledger.issues):
                self._ledger.issues[issue.finding[0]] = issue.number
        return [found[number] for number in sorted(found)], complete

    def _plan(self, issues: Sequence[Issue]) -> Reconciled:
        """Compare; who closed an issue is asked for only where it decides something."""
        wanted = {each.id for each in self._wanted}
        last = {issue.finding[0]: issue for issue in issues if issue.finding}
        standing = {issue.finding[0] for issue in issues if issue.finding and issue.open}
        asked = {issue.number: self._tracker.issue(issue.number) for id, issue in last.items() if id in wanted - standing}
        known = [asked.get(issue.number) or issue for issue in issues]
        return reconcile(self._wanted, self._gone, known, self._account, self._options.now, min(self._options.most_new, HARD_CAP))

    def _create_all(self, issues: Sequence[Issue]) -> Sequence[Issue]:
        """Open what is new under the lock, from a listing taken under the lock."""
        labels = self._tracker.labels()
        self._ledger.locked = True
        self._save()
        with remote_lock(self._tracker, labels, self._ledger.publisher, self._options.now):
            issues, complete = self._look()
            if complete:
                issues = [*issues, *self._create_missing(issues, labels)]
            else:
                self._done.held_back.append(UNBELIEVABLE)
        self._ledger.locked = False
        self._save()
        return issues

    def _create_missing(self, issues: Sequence[Issue], labels: Mapping[str, str]) -> list[Issue]:
        creates = [each for each in self._plan(issues).actions if isinstance(each, Create)]
        self._labels(labels, creates)
        made = [issue for each in creates if (issue := self._create(each))]
        return made if self._status_issue(issues) else [*made, self._open_status()]

    def _labels(self, standing: Mapping[str, str], creates: Sequence[Create]) -> None:
        wanted = dict(LABELS) | {
            label: (OWNER_LABEL_COLOR, "Models or data of this maker") for each in creates for label in each.wanted.labels if label not in LABELS
        }
        known = {name.lower() for name in standing}
        for name, (color, description) in wanted.items():
            if name.lower() not in known:
                self._tracker.create_label(name, color, description)

    def _create(self, action: Create) -> Issue | None:
        wanted = action.wanted
        if wanted.id not in self._ledger.asked:
            self._ledger.asked.append(wanted.id)
            self._save()
        before = f"An earlier issue about the same: #{action.previous}.\n\n" if action.previous else ""
        try:
            issue = self._tracker.create(wanted.title, (before + wanted.body)[: MAX_BODY + 200], wanted.labels)
        except Refused as error:
            self._ledger.asked.remove(wanted.id)
            self._done.held_back.append(f"{wanted.title}: {error}")
            return None
        except Uncertain as error:
            found = next((each for each in self._tracker.issues(self._account) if each.finding and each.finding[0] == wanted.id and each.open), None)
            if found is None:
                self._done.held_back.append(str(error))
                return None
            issue = found
        self._ledger.issues[wanted.id] = issue.number
        self._ledger.asked.remove(wanted.id)
        self._save()
        self._done.opened.append(issue.number)
        return issue

    def _change(self, action: Update | Close) -> None:
        """One issue that GitHub does not let us change is no reason to leave the others."""
        try:
            if isinstance(action, Update):
                self._update(action)
            else:
                self._close(action)
        except Refused as error:
            self._done.held_back.append(str(error))

    def _update(self, action: Update) -> None:
        """The comment first: a run killed after it finds the comment standing, and a run killed before it starts again."""
        if action.comment:
            self._say(action.number, action.comment)
        changes: dict[str, object] = {"title": action.wanted.title, "body": action.wanted.body}
        changes |= {"state": "open", "state_reason": "reopened"} if action.reopen else {}
        changes |= {"labels": list(action.labels)} if action.labels is not None else {}
        self._tracker.edit(action.number, changes)
        self._done.edited.append(action.number)

    def _close(self, action: Close) -> None:
        self._say(action.number, action.comment)
        reason = "not_planned" if action.reason == "duplicate" else action.reason
        self._tracker.edit(action.number, {"state": "closed", "state_reason": reason})
        self._done.closed.append(action.number)

    def _say(self, number: int, comment: str) -> None:
        mark = comment.rpartition("\n")[2] if comment.rpartition("\n")[2].startswith("<!--") else note_marker(number, comment)
        text = comment if mark in comment else f"{comment}\n\n{mark}"
        if not any(mark in each for each in self._tracker.comments(number)):
            self._tracker.comment(number, text)

    def _status_issue(self, issues: Sequence[Issue]) -> Issue | None:
        """The status issue; one that a person closed stays closed, and no other is opened."""
        return next((each for each in reversed(issues) if STATUS_MARKER in each.body), None)

    def _open_status(self) -> Issue:
        issue = self._tracker.create(TITLE, f"The audit begins.\n\n{STATUS_MARKER}", ("audit-status",))
        self._ledger.status = issue.number
        self._save()
        return issue

    def _write_status(self, issue: Issue | None, plan: Reconciled) -> None:
        if issue is None or not issue.open:
            return
        body = status_body(read_heartbeat(self._options.root), plan.overflow, self._done.held_back)
        if body.strip() != issue.body.replace("\r\n", "\n").strip():
            self._tracker.edit(issue.number, {"body": body})


def publisher_name(seed: str) -> str:
    """A name for this checkout, for its lock."""
    return digest(seed)
