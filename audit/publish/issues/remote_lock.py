"""One publisher at a time, wherever it runs: a label that GitHub lets only one of two create.

Issues cannot be created under a condition; a label's name is unique, so that creating one is the
only lock there is. A lock left by a killed publisher is recognized by its own checkout. Others give
it up for lost after an hour and take the next number: two that do so at once still cannot both have
that one.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from audit.core.errors import RegistryError
from audit.publish.issues.tracker import IssueTracker

STALE_AFTER = timedelta(hours=1)
"""Longer than any publisher works: it opens at most 20 issues."""
_LOCK_COLOR = "ededed"
_LOCK_LABEL = re.compile(r"audit-publishing-(\d+)")
_LOCK_DESCRIPTION = re.compile(r"held by ([0-9a-f]+) since (\S+)")


class PublisherBusy(RegistryError):
    """Another publisher is at work; nothing is wrong, and nothing was done."""

    exit_status = 0


@contextmanager
def hold_remote_lock(
    tracker: IssueTracker, labels: dict[str, str], publisher: str, now: datetime
) -> Iterator[None]:
    """Hold the lock. `labels`: description by name of the labels that stand.

    Raises PublisherBusy, TrackerError.
    """
    held = _find_held_locks(labels)
    newest = max(held, default=0)
    if not newest or _parse_lock_owner(held[newest]) != publisher:
        if newest:
            _require_stale_lock(held[newest], now)
        _take_lock(tracker, newest + 1, publisher, now)
        held[newest + 1] = publisher
    yield
    # Not in a `finally`: after a failure the lock stays, and the next run of this checkout
    # knows it.
    for number in held:
        tracker.delete_label(_format_lock_label(number))


def _find_held_locks(labels: dict[str, str]) -> dict[int, str]:
    """Descriptions of the locks that stand, by number."""
    held = {}
    for name, description in labels.items():
        if match := _LOCK_LABEL.fullmatch(name):
            held[int(match[1])] = description
    return held


def _require_stale_lock(description: str, now: datetime) -> None:
    if not _is_stale(description, now):
        raise PublisherBusy(
            f"another publisher is at work ({description}); nothing was done, run it again later"
        )


def _take_lock(tracker: IssueTracker, number: int, publisher: str, now: datetime) -> None:
    description = f"held by {publisher} since {now.strftime('%Y-%m-%dT%H:%M:%SZ')}"
    if not tracker.create_label(_format_lock_label(number), _LOCK_COLOR, description):
        raise PublisherBusy(
            "another publisher has just begun; nothing was done, run it again later"
        )


def _format_lock_label(number: int) -> str:
    return f"audit-publishing-{number}"


def _parse_lock_owner(description: str) -> str:
    found = _LOCK_DESCRIPTION.search(description)
    return found[1] if found else ""


def _is_stale(description: str, now: datetime) -> bool:
    """Whether it cannot be a publisher at work. Whoever may write labels can write any date.

    One that is still to come would hold up all publishing until then.
    """
    found = _LOCK_DESCRIPTION.search(description)
    try:
        return found is None or abs(now - datetime.fromisoformat(found[2])) > STALE_AFTER
    except (ValueError, TypeError, OverflowError):
        return True
