"""The feed of one project: what concerns the models and datasets that it uses."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from audit.drift.events import Event
from audit.publish.digest import DigestTime, build_digest
from audit.publish.feeds.formats import render_atom_feed, render_json_feed
from audit.publish.feeds.model import MAX_FEED_ENTRIES, Feed
from audit.publish.news import NewsEntry
from audit.publish.urls import RegistryAddress
from audit.records.registry import Registry

_BEGINNING = "0000"
"""Before every moment of the history, which is compared as text."""
_NO_WORD = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True)
class ProjectAddress:
    """Entries lead to the registry's pages; where the feed will lie is for the project to say."""

    registry: RegistryAddress

    def build_page_url(self, record: str) -> str:
        """The page of a record."""
        return self.registry.build_page_url(record)

    def build_topic_url(self, topic: str) -> str:  # noqa: ARG002
        """The page of all feeds: a project has none here."""
        return self.registry.build_topic_url("feeds")

    def build_feed_url(self, path: str) -> str:  # noqa: ARG002
        """Not known."""
        return ""


def build_project_feed_files(
    title: str,
    names: Sequence[str],
    registry: Registry,
    events: Iterable[Event],
    address: RegistryAddress,
) -> dict[str, str]:
    """The feed in both formats by file name, from the whole history.

    `names`: as `build_digest` takes them.
    """
    told = build_digest(registry, events, DigestTime(_BEGINNING, "9999"), names)
    feed = _build_feed(title, [item.news for item in told.items])
    where = ProjectAddress(address)
    return {
        f"{feed.name}.atom": render_atom_feed(feed, where),
        f"{feed.name}.json": render_json_feed(feed, where),
    }


def _build_feed(title: str, news: Iterable[NewsEntry]) -> Feed:
    entries = sorted(news, key=lambda entry: (entry.time, entry.key), reverse=True)
    name = f"project-{_NO_WORD.sub('-', title.lower()).strip('-') or 'unnamed'}"
    words = f"Models of {title} — Open Model Registry"
    return Feed(name, words, tuple(entries[:MAX_FEED_ENTRIES]))
