"""What to do about each finding, from what should stand and what does. Pure; the table of the audit anchors, section 4.

A reconcile looks at states, not at a stream of events: whatever a killed run left undone is simply still to do.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from audit.publish.issues.labels import corrected
from audit.publish.issues.types import PREVIOUS, Action, Close, Create, Issue, Settled, Update, Wanted

REOPEN_WITHIN = timedelta(days=30)
"""Later than this a drift that comes back is a new story, with a link to the old one."""


@dataclass(frozen=True)
class Reconciled:
    """Actions in the order in which to do them, and what has to wait."""

    actions: tuple[Action, ...]
    overflow: tuple[Wanted, ...]
    """Issues beyond the cap of new ones: named in the status issue, opened by a later run."""


def reconcile(
    wanted: Sequence[Wanted],
    settled: Mapping[str, Settled],
    issues: Iterable[Issue],
    account: str,
    now: datetime,
    most_new: int,
) -> Reconciled:
    """Compare. `settled` are findings that no longer stand; what is in neither is left alone. `account` is our own login."""
    by_id: dict[str, list[Issue]] = defaultdict(list)
    for issue in sorted(issues, key=lambda each: each.number):
        if issue.finding:
            by_id[issue.finding[0]].append(issue)
    actions: list[Action] = []
    new: list[Create] = []
    for each in wanted:
        action = _wanted(each, by_id[each.id], account, now)
        if isinstance(action, Create):
            new.append(action)
        elif action:
            actions.append(action)
    for id, answer in settled.items():
        actions += [Close(issue.number, id, answer.comment, answer.reason) for issue in by_id[id] if issue.open]
    for found in by_id.values():
        actions += _duplicates(found)
    return Reconciled((*actions, *new[:most_new]), tuple(each.wanted for each in new[most_new:]))


def _wanted(wanted: Wanted, found: Sequence[Issue], account: str, now: datetime) -> Action | None:
    standing = next((issue for issue in found if issue.open), None)
    if standing:
        return _standing(wanted, standing)
    if not found:
        return Create(wanted)
    last = found[-1]
    same = last.finding is not None and last.finding[1] == wanted.observed
    if last.closed_by != account:
        return None if same else Create(wanted, last.number)
    wanted = _with_link(wanted, last)
    recent = last.closed_at is not None and now - datetime.fromisoformat(last.closed_at) <= REOPEN_WITHIN
    if not recent:
        return Create(wanted, last.number)
    return Update(last.number, wanted, wanted.comment, reopen=True, labels=corrected(last.labels, wanted.labels))


def _standing(wanted: Wanted, issue: Issue) -> Update | None:
    wanted = _with_link(wanted, issue)
    labels = corrected(issue.labels, wanted.labels)
    changed = issue.finding is not None and issue.finding[1] != wanted.observed
    if changed:
        return Update(issue.number, wanted, wanted.comment, labels=labels)
    # GitHub may hand line ends back in its own way; that is no difference.
    same = issue.title == wanted.title and issue.body.replace("\r\n", "\n").strip() == wanted.body.strip()
    return None if same and labels is None else Update(issue.number, wanted, labels=labels)


def _with_link(wanted: Wanted, issue: Issue) -> Wanted:
    """The link to an earlier issue stays through every edit."""
    link = PREVIOUS.match(issue.body)
    return replace(wanted, body=link[0] + wanted.body) if link else wanted


def _duplicates(found: Sequence[Issue]) -> list[Action]:
    """Of several open issues about one finding the oldest stays. None should arise; a second publisher elsewhere could make one."""
    standing = [issue for issue in found if issue.open]
    return [Close(issue.number, issue.finding[0], f"This is said in #{standing[0].number} already.", "duplicate") for issue in standing[1:] if issue.finding]
