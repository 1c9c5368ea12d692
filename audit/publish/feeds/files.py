"""The folder `registry/feeds`: what should stand there, what is out of date, and writing it."""

from collections.abc import Mapping
from pathlib import Path

from audit.core.json_files import remove_leftovers, write_atomic
from audit.publish.address import Address, read_address
from audit.publish.feeds.formats import atom, json_feed
from audit.publish.feeds.index import index_page
from audit.publish.feeds.model import Feed, feeds
from audit.records.model import Registry
from audit.store.events import EventStore


def feed_files(registry: Registry, root: Path) -> dict[str, str]:
    """Every file by its path below `feeds`, from the history under `root`. Raises BadFile."""
    return files_of(feeds(registry, EventStore(root).load()), read_address(root))


def files_of(found: list[Feed], address: Address) -> dict[str, str]:
    """Every feed in both formats, and the index."""
    files = {"README.md": index_page(found, address)}
    for feed in found:
        files |= {f"{feed.name}.atom": atom(feed, address), f"{feed.name}.json": json_feed(feed, address)}
    return files


def stale_feeds(root: Path, wanted: Mapping[str, str]) -> list[str]:
    """Files that are missing, differ, or belong to nothing any more."""
    folder = root / "feeds"
    stale = [path for path, text in wanted.items() if not (folder / path).is_file() or (folder / path).read_text(encoding="utf-8") != text]
    standing = [path.relative_to(folder).as_posix() for ending in ("atom", "json") for path in folder.rglob(f"*.{ending}")]
    return sorted({*stale, *(path for path in standing if path not in wanted)})


def write_feeds(root: Path, wanted: Mapping[str, str]) -> list[str]:
    """Write what is stale and say which. The same history writes nothing a second time."""
    remove_leftovers(root / "feeds")
    changed = stale_feeds(root, wanted)
    for path in changed:
        if path in wanted:
            write_atomic(root / "feeds" / path, wanted[path])
        else:
            (root / "feeds" / path).unlink()
    return changed
