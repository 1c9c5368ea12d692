"""Which feeds there are, and what stands in each. Made from the history alone, so that the same history gives the same bytes."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from audit.publish.address import Address
from audit.publish.news import News, news
from audit.publish.topics import topics
from audit.records.model import Registry

AUTHORITY = "tag:open-model-registry.example,2026:"
"""Frozen (RFC 4151): neither a move nor a fork nor a new year makes another id. Nobody can own the name (RFC 2606), so nothing else has these ids."""
MAX_ENTRIES = 100
NEVER = "1970-01-01T00:00:00Z"
"""`updated` of a feed without entries: the clock of a build is no news."""


@dataclass(frozen=True)
class Feed:
    """One feed, before it is written in a format."""

    name: str
    """Its path below `feeds` without the ending, and its identity: `all`, `models/owner/name`."""
    title: str
    entries: tuple[News, ...]
    """The newest first."""

    @property
    def id(self) -> str:
        """A tag: address that never changes."""
        return f"{AUTHORITY}feed/{self.name}"

    @property
    def updated(self) -> str:
        """When the newest entry was seen."""
        return max((each.time for each in self.entries), default=NEVER)


def entry_id(entry: News) -> str:
    """A tag: address that never changes; the same entry has it in every feed."""
    return f"{AUTHORITY}event/{entry.key}"


def feeds(registry: Registry, events: Iterable[Mapping[str, Any]]) -> list[Feed]:
    """Every feed: two that always are, and one per owner, model, license and dataset of which there is news."""
    found = news(events)
    closed = [each for each in found if each.finding.direction == "more-closed" and not each.over]
    by_topic: dict[str, list[News]] = defaultdict(list)
    for each in found:
        for topic in topics(each, registry):
            by_topic[topic].append(each)
    fixed = [_feed("all", "All drift", found), _feed("more-closed", "What became more closed", closed)]
    return [*fixed, *_of_topics(by_topic)]


def _of_topics(by_topic: Mapping[str, Sequence[News]]) -> Iterator[Feed]:
    for topic in sorted(by_topic):
        folder, _, id = topic.partition("/")
        yield _feed(topic, f"{_TITLES[folder]} {id}", by_topic[topic])


_TITLES = {"owners": "Models and data of", "models": "Model", "datasets": "Dataset", "licenses": "License"}


def _feed(name: str, title: str, entries: Sequence[News]) -> Feed:
    return Feed(name, f"{title} — Open Model Registry", tuple(entries[:MAX_ENTRIES]))


def subject(feed: Feed, address: Address) -> str:
    """The page that a feed is about."""
    folder, _, rest = feed.name.partition("/")
    if folder == "owners":
        return f"{address.pages}/README.md"
    return address.page(feed.name) if rest else f"{address.pages}/feeds/README.md"
