"""What to do about each finding, from what should stand and what does. Pure; the table is in docs/operations.md.

A reconcile looks at states, not at a stream of events: whatever a killed run left undone is simply still to do.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from audit.publish.issues.labels import correct_labels
from audit.publish.issues.types import (
    PREVIOUS_ISSUE_NOTE,
    CloseIssue,
    CreateIssue,
    DesiredIssue,
    IssueAction,
    IssueClosure,
    TrackedIssue,
    UpdateIssue,
)

REOPEN_WITHIN = timedelta(days=30)
"""Later than this a drift that comes back is a new story, with a link to the old one."""


@dataclass(frozen=True)
class ReconcilePlan:
    """Actions in the order in which to do them, and what has to wait."""

    actions: tuple[IssueAction, ...]
    overflow: tuple[DesiredIssue, ...]
    """Issues beyond the cap of new ones: named in the status issue, opened by a later run."""


def reconcile_issues(
    wanted: Sequence[DesiredIssue],
    settled: Mapping[str, IssueClosure],
    issues: Iterable[TrackedIssue],
    account: str,
    now: datetime,
    most_new: int,
) -> ReconcilePlan:
    """Compare. `settled` are findings that no longer stand; what is in neither is left alone. `account` is our own login."""
    by_id: dict[str, list[TrackedIssue]] = defaultdict(list)
    for issue in sorted(issues, key=lambda each: each.number):
        if issue.marked_finding:
            by_id[issue.marked_finding[0]].append(issue)
    actions: list[IssueAction] = []
    new: list[CreateIssue] = []
    for each in wanted:
        action = _decide_action(each, by_id[each.finding_id], account, now)
        if isinstance(action, CreateIssue):
            new.append(action)
        elif action:
            actions.append(action)
    for id, answer in settled.items():
        actions += [
            CloseIssue(issue.number, id, answer.comment, answer.reason)
            for issue in by_id[id]
            if issue.is_open
        ]
    for found in by_id.values():
        actions += _close_duplicates(found)
    return ReconcilePlan(
        (*actions, *new[:most_new]), tuple(each.desired for each in new[most_new:])
    )


def _decide_action(
    wanted: DesiredIssue, found: Sequence[TrackedIssue], account: str, now: datetime
) -> IssueAction | None:
    standing = next((issue for issue in found if issue.is_open), None)
    if standing:
        return _decide_update(wanted, standing)
    if not found:
        return CreateIssue(wanted)
    last = found[-1]
    same = last.marked_finding is not None and last.marked_finding[1] == wanted.observed_digest
    if last.closed_by != account:
        return None if same else CreateIssue(wanted, last.number)
    wanted = _keep_previous_link(wanted, last)
    recent = (
        last.closed_at is not None and now - datetime.fromisoformat(last.closed_at) <= REOPEN_WITHIN
    )
    if not recent:
        return CreateIssue(wanted, last.number)
    return UpdateIssue(
        last.number,
        wanted,
        wanted.comment,
        reopen=True,
        labels=correct_labels(last.labels, wanted.labels),
    )


def _decide_update(wanted: DesiredIssue, issue: TrackedIssue) -> UpdateIssue | None:
    wanted = _keep_previous_link(wanted, issue)
    labels = correct_labels(issue.labels, wanted.labels)
    changed = issue.marked_finding is not None and issue.marked_finding[1] != wanted.observed_digest
    if changed:
        return UpdateIssue(issue.number, wanted, wanted.comment, labels=labels)
    # GitHub may hand line ends back in its own way; that is no difference.
    same = (
        issue.title == wanted.title
        and issue.body.replace("\r\n", "\n").strip() == wanted.body.strip()
    )
    return None if same and labels is None else UpdateIssue(issue.number, wanted, labels=labels)


def _keep_previous_link(wanted: DesiredIssue, issue: TrackedIssue) -> DesiredIssue:
    """The link to an earlier issue stays through every edit."""
    link = PREVIOUS_ISSUE_NOTE.match(issue.body)
    return replace(wanted, body=link[0] + wanted.body) if link else wanted


def _close_duplicates(found: Sequence[TrackedIssue]) -> list[IssueAction]:
    """Of several open issues about one finding the oldest stays. None should arise; a second publisher elsewhere could make one."""
    standing = [issue for issue in found if issue.is_open]
    return [
        CloseIssue(
            issue.number,
            issue.marked_finding[0],
            f"This is said in #{standing[0].number} already.",
            "duplicate",
        )
        for issue in standing[1:]
        if issue.marked_finding
    ]
