"""feeds/: what changed, for feed readers; their links stay within the site."""

from collections.abc import Iterator
from dataclasses import dataclass

from audit.core.references import split_reference
from audit.publish.feeds.formats import render_atom_feed
from audit.publish.feeds.model import Feed
from audit.publish.site.html import SitePage
from audit.publish.site.paths import CHANGES, find_feed, find_maker_page, find_record_page
from audit.publish.site.site_data import SiteData

FEED_ENDING = ".atom"


@dataclass(frozen=True)
class SiteFeedAddress:
    """Addresses within the site, as one feed writes them."""

    data: SiteData
    up: str
    """Leads from the feed to the site: steps up, or where it is published."""

    def build_page_url(self, record: str) -> str:
        """The page of a record; of one that is gone, the list of changes."""
        is_recorded = self.data.registry.get(record) is not None
        return self.up + (find_record_page(record) if is_recorded else CHANGES)

    def build_topic_url(self, topic: str) -> str:
        """The page of a maker, a record, or all changes."""
        folder, id = split_reference(topic)
        if folder != "owners":
            return self.build_page_url(topic) if id else self.up + CHANGES
        has_page = id in self.data.rows_by_owner
        return self.up + (find_maker_page(id) if has_page else "datasets/index.html")

    def build_feed_url(self, path: str) -> str:
        """A file below `feeds`."""
        return self.up + find_feed(path.removesuffix(FEED_ENDING))


def render_site_feeds(data: SiteData) -> Iterator[SitePage]:
    """Every feed of `feeds` as Atom, the only one of the formats whose links may be relative."""
    for feed in data.feeds.values():
        address = SiteFeedAddress(data, _find_way_up(feed, data))
        yield f"feeds/{feed.name}{FEED_ENDING}", render_atom_feed(feed, address).encode()


def _find_way_up(feed: Feed, data: SiteData) -> str:
    steps = feed.name.count("/") + 1
    return f"{data.base_url}/" if data.base_url else "../" * steps
