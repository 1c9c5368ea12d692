"""Dates that people write: each is a day that exists, and none is still to come.

What was seen or published tomorrow is a slip of the pen. The clock is the caller's.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

from audit.core.errors import InvalidRecordsError, Problem
from audit.records.any_form import walk_document
from audit.records.read import RawRecord

DATE_KEYS = frozenset({"seen", "date", "since"})
"""Keys under which a record says when something was. What is to be, such as the day on which a
license takes effect, stands under others.
"""
FARTHEST_ZONE = timedelta(hours=14)
"""Where a day begins first."""
FIX = "write the day on which it was, as YYYY-MM-DD"


def find_date_problems(records: Iterable[RawRecord], now: datetime) -> Iterator[Problem]:
    """Days that no calendar has, and days after today."""
    today = (now + FARTHEST_ZONE).date().isoformat()
    sound: set[str] = set()
    for record in records:
        for value in _list_dates(record.data) - sound:
            if _explain_date(value, today):
                yield from _find_problems_of_record(record, today)
                break
            sound.add(value)


def _find_problems_of_record(record: RawRecord, today: str) -> Iterator[Problem]:
    for holder, key, value in walk_document(record.data):
        message = _explain_date(value, today) if key in DATE_KEYS else None
        if message:
            yield Problem(record.shown_path, f"{holder}.{key}", message, FIX)


def _list_dates(data: Any) -> set[str]:
    """Each once. It does not say where, which makes it ten times as fast as a walk."""
    found: set[str] = set()
    waiting = [data]
    while waiting:
        holder = waiting.pop()
        if isinstance(holder, list):
            waiting += [member for member in holder if isinstance(member, (dict, list))]
        elif isinstance(holder, dict):
            for key, value in holder.items():
                if isinstance(value, str):
                    if key in DATE_KEYS:
                        found.add(value)
                elif isinstance(value, (dict, list)):
                    waiting.append(value)
    return found


def require_past_dates(
    records: Iterable[RawRecord], now: datetime, before: Iterable[RawRecord] = ()
) -> None:
    """Raises InvalidRecordsError, with each date that is none or is still to come.

    `before`: the records as they were, whose dates nobody writes anew.
    """
    problems = set(find_date_problems(records, now)) - set(find_date_problems(before, now))
    if problems:
        raise InvalidRecordsError(sorted(problems))


def _explain_date(value: object, today: str) -> str | None:
    """What is wrong with a date as exact as its source; None where nothing is."""
    if not isinstance(value, str):
        return None
    if len(value) == len(today) and not _exists(value):
        return f"{value!r} is no day of the calendar"
    # Of months and years, too, the earlier one sorts first.
    return f"{value!r} is still to come" if value > today[: len(value)] else None


def _exists(value: str) -> bool:
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True
