"""Which feeds there are, and what stands in each.

Made from the history alone, so that the same history gives the same bytes.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from audit.core.grouping import group_pairs
from audit.core.references import get_owner, split_reference
from audit.drift.events import Event
from audit.drift.kinds import find_drift_kind
from audit.publish.news import NewsEntry, collect_news
from audit.publish.topics import list_family_topics, list_topics
from audit.records.registry import Registry

TAG_AUTHORITY = "tag:open-model-registry.example,2026:"
"""Frozen (RFC 4151): neither a move nor a fork nor a new year makes another id.

Nobody can own the name (RFC 2606), so nothing else has these ids.
"""
MAX_FEED_ENTRIES = 100
EMPTY_FEED_UPDATED = "1970-01-01T00:00:00Z"
"""`updated` of a feed without entries: the clock of a build is no news."""


class FeedAddress(Protocol):
    """Where the pages stand that a feed leads to: those of the repository, or of the site."""

    def build_page_url(self, record: str) -> str:
        """The page of a record."""

    def build_topic_url(self, topic: str) -> str:
        """The page of what a feed is about."""

    def build_feed_url(self, path: str) -> str:
        """A file below `feeds`."""


@dataclass(frozen=True)
class Feed:
    """One feed, before it is written in a format."""

    name: str
    """Its path below `feeds` without the ending, and its identity: `all`, `models/owner/name`."""
    title: str
    entries: tuple[NewsEntry, ...]
    """The newest first."""
    topic: str = ""
    """What it is about, where its name is a former id of that."""

    @property
    def id(self) -> str:
        """A tag: address that never changes."""
        return f"{TAG_AUTHORITY}feed/{self.name}"

    @property
    def updated(self) -> str:
        """When the newest entry was seen."""
        return max((entry.time for entry in self.entries), default=EMPTY_FEED_UPDATED)


def build_entry_id(entry: NewsEntry) -> str:
    """A tag: address that never changes; the same entry has it in every feed."""
    return f"{TAG_AUTHORITY}event/{entry.key}"


def build_feeds(registry: Registry, events: Iterable[Event]) -> list[Feed]:
    """Every feed.

    Two about everything, one per maker and family from the first day, and one per model, license
    and dataset with news.
    """
    news = collect_news(events)
    closed = [entry for entry in news if _is_closing(entry)]
    return [
        _build_feed("all", "All drift", news),
        _build_feed("more-closed", "What became more closed", closed),
        *_build_topic_feeds(news, registry),
    ]


def _build_topic_feeds(news: Iterable[NewsEntry], registry: Registry) -> Iterator[Feed]:
    followed: dict[str, Sequence[NewsEntry]] = dict.fromkeys(list_standing_topics(registry), ())
    for topic, entries in sorted((followed | _group_by_topic(news, registry)).items()):
        folder, id = split_reference(topic)
        feed = _build_feed(topic, f"{_TOPIC_TITLES[folder]} {id}", entries)
        yield feed
        # Who subscribed before a rename goes on reading under the old address.
        for former in registry.list_former_refs(topic):
            yield replace(feed, name=former, topic=topic)


def list_standing_topics(registry: Registry) -> Iterator[str]:
    """What can be followed before there is any news of it."""
    for id in (*registry.models, *registry.datasets):
        yield f"owners/{get_owner(id)}"
    for id in registry.families:
        yield f"families/{id}"


def _group_by_topic(
    news: Iterable[NewsEntry], registry: Registry
) -> dict[str, Sequence[NewsEntry]]:
    return {**group_pairs(_pair_topics_with_news(news, registry))}


def _pair_topics_with_news(
    news: Iterable[NewsEntry], registry: Registry
) -> Iterator[tuple[str, NewsEntry]]:
    for entry in news:
        for topic in list_topics(entry, registry) | list_family_topics(entry, registry):
            yield topic, entry


def _is_closing(entry: NewsEntry) -> bool:
    if find_drift_kind(entry.finding.kind).is_news:
        return False
    return entry.finding.direction == "more-closed" and not entry.is_over


_TOPIC_TITLES = {
    "owners": "Models and data of",
    "families": "Family",
    "models": "Model",
    "datasets": "Dataset",
    "licenses": "License",
}


def _build_feed(name: str, title: str, entries: Sequence[NewsEntry]) -> Feed:
    return Feed(name, f"{title} — Open Model Registry", tuple(entries[:MAX_FEED_ENTRIES]))


def find_feed_page_url(feed: Feed, address: FeedAddress) -> str:
    """The page that a feed is about."""
    return address.build_topic_url(feed.topic or feed.name)
