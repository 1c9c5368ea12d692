"""The Hub's list of what changed last, newest first, read down to a known moment.

The order is that of `list_models(sort="last_modified")`, which the Hub's client documents and sends
as `sort=lastModified`; the following page is found by the cursor in `Link`.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from audit.observations.facts import Target
from audit.sources.answers import parsed
from audit.sources.deadline import begin_again
from audit.sources.failures import UndocumentedAnswer
from audit.sources.huggingface.connection import HubConnection, Query
from audit.sources.huggingface.listing import HEAD_FIELDS, find_next_page
from audit.sources.huggingface.parse import RepositoryHead, parse_repository_head
from audit.sources.newest import ListedRow, NewestAnswer, NewestQuestion, NewestReading

NEWEST_FIELDS = [*HEAD_FIELDS, "lastModified"]
PAGE_SIZES = (1000, 500)
"""Entries asked for per page, the second where the Hub refuses the first.

What the Hub grants is not documented: 1,000 is widely reported, 500 is what its own JavaScript
client asks at most. A Hub that cuts the page shorter is followed by its cursor.
"""


def fetch_newest_changes(
    connection: HubConnection, address: str, question: NewestQuestion, page_size: int
) -> NewestAnswer:
    """The list at an address, as far down as the question asks. Raises what the client raises."""
    reading = NewestReading(question)
    query: Query = {"sort": "lastModified", "limit": page_size, "expand": NEWEST_FIELDS}
    following: str | None = address
    while following is not None and reading.wants_page():
        begin_again()
        rows, response = connection.fetch_json(following, query)
        reading.add_page(parsed(_parse_rows, rows, question.tracked))
        following, query = parsed(find_next_page, response), None
        if following is not None and not _has_cursor(following):
            reading.distrust_pages()
    return reading.finish(ended=following is None)


def _parse_rows(rows: Any, tracked: Mapping[str, Target]) -> list[ListedRow]:
    if not isinstance(rows, list):
        raise UndocumentedAnswer("not a list")
    return list(_list_rows(rows, tracked))


def _list_rows(rows: list[Any], tracked: Mapping[str, Target]) -> Iterator[ListedRow]:
    # Of the Hub's other repositories nothing is read but the name and the date.
    for row in rows:
        repo = row["id"]
        head = _parse_head(row) if repo in tracked else None
        yield ListedRow(repo, _parse_date(row.get("lastModified")), head)


def _parse_head(row: Mapping[str, Any]) -> RepositoryHead | None:
    """The head of a tracked repository; None where it says too little, and is looked up instead."""
    try:
        return parsed(parse_repository_head, row)
    except UndocumentedAnswer:
        return None


def _parse_date(value: object) -> datetime | None:
    if not isinstance(value, str):
        return None
    moment = datetime.fromisoformat(value)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _has_cursor(address: str) -> bool:
    return "cursor" in parse_qs(urlsplit(address).query)
