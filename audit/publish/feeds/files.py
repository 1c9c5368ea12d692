"""The folder `registry/feeds`: what should stand there, what is out of date, and writing it."""

from collections.abc import Mapping
from pathlib import Path

from audit.publish.feeds.formats import render_atom_feed, render_json_feed
from audit.publish.feeds.index import render_feed_index
from audit.publish.feeds.model import Feed, build_feeds
from audit.publish.generated_files import find_stale_files, write_generated_files
from audit.publish.urls import RegistryAddress, read_address
from audit.records.registry import Registry
from audit.store.events import EventStore

FEED_PATTERNS = ("README.md", "**/*.atom", "**/*.json")


def build_feed_files(registry: Registry, root: Path) -> dict[str, str]:
    """Every file by its path below `feeds`, from the history under `root`.

    Raises InvalidFileError.
    """
    return render_feed_files(
        build_feeds(registry, EventStore(root).load_events(registry)), read_address(root)
    )


def render_feed_files(found: list[Feed], address: RegistryAddress) -> dict[str, str]:
    """Every feed in both formats, and the index."""
    files = {"README.md": render_feed_index(found, address)}
    for feed in found:
        files |= {
            f"{feed.name}.atom": render_atom_feed(feed, address),
            f"{feed.name}.json": render_json_feed(feed, address),
        }
    return files


def find_stale_feeds(root: Path, wanted: Mapping[str, str]) -> list[str]:
    """Files that are missing, differ, or belong to nothing any more."""
    return find_stale_files(root / "feeds", wanted, FEED_PATTERNS)


def write_feeds(root: Path, wanted: Mapping[str, str]) -> list[str]:
    """Write what is stale and say which. The same history writes nothing a second time."""
    return write_generated_files(root / "feeds", wanted, FEED_PATTERNS)
