"""An owner's list of repositories at the Hub, page by page for as long as pages pay."""

from collections.abc import Collection
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin

import httpx2

from audit.observations.makers import LaterRepository
from audit.sources.answers import parsed
from audit.sources.deadline import begin_again
from audit.sources.huggingface.connection import HubConnection, Query
from audit.sources.huggingface.makers import MakerQuestion, read_creation
from audit.sources.huggingface.parse import RepositoryHead, parse_repository_head

HEAD_FIELDS: list[Any] = ["sha", "gated", "disabled", "private", "createdAt"]
PAGE_SIZE = 500
"""Entries asked for per page of a list; what the Hub's own JavaScript client asks at most."""
LISTING_QUERY: dict[str, Any] = {"sort": "likes", "limit": PAGE_SIZE, "expand": HEAD_FIELDS}
"""The most liked first: these are the ones that people track."""


Heads = dict[str, RepositoryHead]
"""By id."""


@dataclass(frozen=True)
class OwnerListing:
    """What an owner's list showed."""

    heads: Heads
    found_by_page: tuple[int, ...]
    """How many wanted repositories each page showed."""
    later: tuple[LaterRepository, ...] = ()
    """Repositories that were created after first sight, in lines that the registry knows."""
    newest: str = ""
    """Creation of the newest one; empty where the list has further pages."""


@dataclass(frozen=True)
class PageLimit:
    """How many pages of an owner's list are worth their requests."""

    wanted: frozenset[str]
    """Ids that are looked for; empty where everything is wanted."""
    pages: int
    """Pages that are requested while anything is missing."""
    spare: int
    """So many missing ones are left to look-ups after that."""

    def allows_page(self, seen: AbstractSet[str], page_count: int) -> bool:
        """Whether to request one more page of the list."""
        if not self.wanted:
            return True
        missing = len(self.wanted - seen)
        if not missing:
            return False
        return page_count < self.pages or (missing > self.spare and page_count < missing)


def fetch_owner_listing(
    connection: HubConnection,
    address: str,
    owner: str,
    page_limit: PageLimit,
    question: MakerQuestion | None = None,
) -> OwnerListing:
    """The owner's repositories in the list at an address. Raises what the client raises."""
    # Not HfApi.list_models: it waits up to five windows inside, drops the timeout, and takes
    # any origin that Link names.
    reading = _ListReading(page_limit.wanted, question)
    query: Query = _build_query(owner, question)
    following: str | None = address
    while following is not None and page_limit.allows_page(reading.heads.keys(), reading.pages):
        begin_again()
        rows, response = connection.fetch_json(following, query)
        reading.add_page(rows)
        following = parsed(find_next_page, response)
        # The address of a further page holds the query.
        query = None
    return reading.finish(is_whole=following is None)


@dataclass
class _ListReading:
    """What was read of a list so far."""

    wanted: frozenset[str]
    question: MakerQuestion | None
    heads: Heads = field(default_factory=dict)
    found_by_page: list[int] = field(default_factory=list)
    later: list[LaterRepository] = field(default_factory=list)
    newest: str = ""

    @property
    def pages(self) -> int:
        return len(self.found_by_page)

    def add_page(self, rows: Any) -> None:
        """Raises UndocumentedAnswer."""
        page = parsed(_parse_heads, rows, self.wanted)
        self.found_by_page.append(len(self.wanted & page.keys() - self.heads.keys()))
        self.heads |= page
        if self.question and self.question.is_first_sight:
            self.newest = max([self.newest, *map(read_creation, rows)])
        elif self.question:
            self.later += parsed(self.question.list_later, rows)

    def finish(self, *, is_whole: bool) -> OwnerListing:
        """Of a list that was cut, nobody knows the newest."""
        newest = self.newest if is_whole else ""
        return OwnerListing(self.heads, tuple(self.found_by_page), tuple(self.later), newest)


def _build_query(owner: str, question: MakerQuestion | None) -> Query:
    extra = question.extra_fields if question else []
    return {"author": owner, **LISTING_QUERY, "expand": [*HEAD_FIELDS, *extra]}


def _parse_heads(rows: Any, wanted: Collection[str]) -> Heads:
    # Of the owner's other repositories, often thousands, nothing is read but the name.
    relevant = [row for row in rows if not wanted or row["id"] in wanted]
    heads = [parse_repository_head(row) for row in relevant]
    return {head.repo: head for head in heads}


def find_next_page(response: httpx2.Response) -> str | None:
    """Address of the next page of a list."""
    following = response.links.get("next", {}).get("url")
    return urljoin(str(response.url), following) if following else None
