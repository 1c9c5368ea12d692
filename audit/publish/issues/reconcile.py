"""What to do about each finding, from what should stand and what does.

Pure; the table is in docs/operations.md.

A reconcile looks at states, not at a stream of events: whatever a killed run left undone is
simply still to do.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
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
    """Compare what should stand with what does.

    `settled` are findings that are over; what is in neither is left alone. `account` is our own
    login.
    """
    by_finding = _group_by_finding(issues)
    decided = [
        _decide_action(desired, by_finding[desired.finding_id], account, now) for desired in wanted
    ]
    # An issue about a finding that we do not hold is left alone, whatever it says of itself.
    held = dict.fromkeys([*(desired.finding_id for desired in wanted), *settled])
    closings = _list_closings(settled, held, by_finding)
    return _order_actions(decided, closings, most_new)


def _order_actions(
    decided: Sequence[CreateIssue | UpdateIssue | None],
    closings: Iterable[CloseIssue],
    most_new: int,
) -> ReconcilePlan:
    """What stands is set right before anything new is opened."""
    new = [action for action in decided if isinstance(action, CreateIssue)]
    changes = [action for action in decided if isinstance(action, UpdateIssue)]
    overflow = tuple(action.desired for action in new[most_new:])
    return ReconcilePlan((*changes, *closings, *new[:most_new]), overflow)


def _list_closings(
    settled: Mapping[str, IssueClosure],
    held: Iterable[str],
    by_finding: Mapping[str, Sequence[TrackedIssue]],
) -> Iterator[CloseIssue]:
    for id, closure in settled.items():
        yield from _close_open_issues(id, closure, by_finding.get(id, ()))
    for id in held:
        yield from _close_duplicates(by_finding.get(id, ()))


def _group_by_finding(issues: Iterable[TrackedIssue]) -> defaultdict[str, list[TrackedIssue]]:
    """Issues by the id of their finding, each list by rising number."""
    found: defaultdict[str, list[TrackedIssue]] = defaultdict(list)
    for issue in sorted(issues, key=lambda issue: issue.number):
        if issue.marked_finding:
            found[issue.marked_finding[0]].append(issue)
    return found


def _decide_action(
    wanted: DesiredIssue, found: Sequence[TrackedIssue], account: str, now: datetime
) -> CreateIssue | UpdateIssue | None:
    if not found:
        return CreateIssue(wanted)
    standing = next((issue for issue in found if issue.is_open), None)
    if standing:
        return _decide_update(wanted, standing)
    return _decide_return(wanted, found[-1], account, now)


def _decide_return(
    wanted: DesiredIssue, last: TrackedIssue, account: str, now: datetime
) -> CreateIssue | UpdateIssue | None:
    """What to do about a drift whose last issue is closed."""
    if last.closed_by != account:
        # A person accepted the very value that was observed then.
        return None if _speaks_of_value(last, wanted) else CreateIssue(wanted, last.number)
    if not _was_closed_recently(last, now):
        return CreateIssue(_keep_previous_link(wanted, last), last.number)
    return _reopen(wanted, last)


def _reopen(wanted: DesiredIssue, last: TrackedIssue) -> UpdateIssue:
    return UpdateIssue(
        last.number,
        _keep_previous_link(wanted, last),
        wanted.comment,
        reopen=True,
        labels=correct_labels(last.labels, wanted.labels),
    )


def _was_closed_recently(issue: TrackedIssue, now: datetime) -> bool:
    if issue.closed_at is None:
        return False
    return now - datetime.fromisoformat(issue.closed_at) <= REOPEN_WITHIN


def _decide_update(wanted: DesiredIssue, issue: TrackedIssue) -> UpdateIssue | None:
    linked = _keep_previous_link(wanted, issue)
    labels = correct_labels(issue.labels, wanted.labels)
    if not _speaks_of_value(issue, wanted):
        return UpdateIssue(issue.number, linked, wanted.comment, labels=labels)
    if labels is None and _reads_as_wanted(issue, linked):
        return None
    return UpdateIssue(issue.number, linked, labels=labels)


def _speaks_of_value(issue: TrackedIssue, wanted: DesiredIssue) -> bool:
    """Whether the issue is about the value that is observed now."""
    return issue.marked_finding is not None and issue.marked_finding[1] == wanted.observed_digest


def _reads_as_wanted(issue: TrackedIssue, wanted: DesiredIssue) -> bool:
    # GitHub may hand line ends back in its own way; that is no difference.
    body = issue.body.replace("\r\n", "\n").strip()
    return issue.title == wanted.title and body == wanted.body.strip()


def _keep_previous_link(wanted: DesiredIssue, issue: TrackedIssue) -> DesiredIssue:
    """The link to an earlier issue stays through every edit."""
    link = PREVIOUS_ISSUE_NOTE.match(issue.body)
    return replace(wanted, body=link[0] + wanted.body) if link else wanted


def _close_open_issues(
    id: str, closure: IssueClosure, issues: Sequence[TrackedIssue]
) -> Iterator[CloseIssue]:
    for issue in issues:
        if issue.is_open:
            yield CloseIssue(issue.number, id, closure.comment, closure.reason)


def _close_duplicates(issues: Sequence[TrackedIssue]) -> Iterator[CloseIssue]:
    """Of several open issues about one finding the oldest stays.

    None should arise; a second publisher elsewhere could make one.
    """
    standing = [issue for issue in issues if issue.is_open]
    for issue in standing[1:]:
        if issue.marked_finding:
            id, _ = issue.marked_finding
            comment = f"This is said in #{standing[0].number} already."
            yield CloseIssue(issue.number, id, comment, "duplicate")
