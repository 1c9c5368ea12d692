"""The whole site: every file in one order, written into a folder."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from audit.core.collector import spare_loaded
from audit.core.errors import UsageError
from audit.publish.site.api.files import ApiInput, render_api_files
from audit.publish.site.archive import ARCHIVE, SiteArchive
from audit.publish.site.changes import list_site_events, render_change_pages
from audit.publish.site.charts import render_chart_page
from audit.publish.site.compare import render_compare_page
from audit.publish.site.croissant import add_croissant
from audit.publish.site.data_pages import render_data_pages
from audit.publish.site.datasets import render_dataset_pages
from audit.publish.site.definitions import render_definition_pages
from audit.publish.site.exports import render_exports
from audit.publish.site.feeds import render_site_feeds
from audit.publish.site.first_page import render_first_page
from audit.publish.site.halves import open_other_half, render_both_halves, take_files
from audit.publish.site.html import SitePage, render_page
from audit.publish.site.licenses import list_license_rows, render_license_pages
from audit.publish.site.list_pages import (
    render_family_pages,
    render_label_pages,
    render_maker_pages,
)
from audit.publish.site.site_data import SiteData
from audit.publish.site.sitemap import follow_pages
from audit.publish.site.tally import SiteTally

SUMS_FILE = "SHA256SUMS"
"""Of every other file; by it a later build knows which files of a folder are a site's."""


@dataclass(frozen=True)
class BuiltSite:
    """What was written."""

    files: int
    bytes: int


def list_site_files(data: SiteData) -> Iterator[SitePage]:
    """Every file but the archive and the list of sums.

    One at a time: they do not all fit into memory at once.
    """
    yield from follow_pages(_list_files(data), data.base_url)


def _list_files(data: SiteData) -> Iterator[SitePage]:
    tally = SiteTally()
    with open_other_half(data, _list_more_files) as others:
        yield ".nojekyll", b""
        yield from render_first_page(data)
        # Fills the tally that later pages read.
        yield from render_both_halves(data, tally, others)
        yield from _list_counted_pages(data, tally)
        yield from take_files(others, tally)
    yield _render_missing_page(data)


def _render_missing_page(data: SiteData) -> SitePage:
    """A server shows it under any address: only whole links lead on from there."""
    up = f"{data.base_url}/" if data.base_url else ""
    return render_page("missing.html.j2", "404.html", data, up=up)


def _list_counted_pages(data: SiteData, tally: SiteTally) -> Iterator[SitePage]:
    yield from render_definition_pages(data, tally)
    yield from render_compare_page(data, tally)


def _list_more_files(data: SiteData) -> Iterator[SitePage]:
    yield from _list_plain_pages(data)
    yield from _list_shared_files(data)


def _list_plain_pages(data: SiteData) -> Iterator[SitePage]:
    yield from render_maker_pages(data)
    yield from render_family_pages(data)
    yield from render_label_pages(data)
    yield from render_dataset_pages(data)


def _list_shared_files(data: SiteData) -> Iterator[SitePage]:
    """What pages and programs both get."""
    events, licenses = list_site_events(data), list_license_rows(data)
    yield from render_license_pages(data, licenses)
    yield from render_change_pages(data, events)
    yield from render_chart_page(data, events)
    yield from add_croissant(data, render_exports(data, events))
    yield from render_site_feeds(data)
    yield from render_api_files(ApiInput(data, licenses, events))
    yield from render_data_pages(data)


def write_site(folder: Path, data: SiteData) -> BuiltSite:
    """Write the site, and remove what an earlier build left.

    Raises UsageError for a folder that holds something else.
    """
    earlier = list_earlier_files(folder)
    archive = SiteArchive(folder, data.data_date)
    with spare_loaded():
        sums, total = _write_files(folder, list_site_files(data), archive)
    sums[ARCHIVE], size = archive.write()
    listed = "".join(f"{sums[path]}  {path}\n" for path in sorted(sums)).encode()
    _write_file(folder / SUMS_FILE, listed)
    for path in earlier - sums.keys():
        (folder / path).unlink(missing_ok=True)
    return BuiltSite(len(sums) + 1, total + size + len(listed))


def _write_files(
    folder: Path, files: Iterable[SitePage], archive: SiteArchive
) -> tuple[dict[str, str], int]:
    """The sum of each file, and their bytes."""
    sums, total = {}, 0
    for path, content in files:
        _write_file(folder / path, content)
        archive.add(path, content)
        sums[path] = hashlib.sha256(content).hexdigest()
        total += len(content)
    return sums, total


def _write_file(path: Path, content: bytes) -> None:
    """Write it where it differs, so that who copies the folder copies only what changed."""
    try:
        if not _holds(path, content):
            _write_in_folder(path, content)
    except OSError as error:
        raise UsageError(f"{path}: cannot be written: {error.strerror}") from error


def _write_in_folder(path: Path, content: bytes) -> None:
    """Most folders are there: what is missing is found out by the first file of it."""
    try:
        path.write_bytes(content)
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def _holds(path: Path, content: bytes) -> bool:
    return path.is_file() and path.stat().st_size == len(content) and path.read_bytes() == content


def list_earlier_files(folder: Path) -> set[str]:
    """The files of an earlier build. Raises UsageError where others may be among them."""
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return set()
    if not (folder / SUMS_FILE).is_file():
        raise UsageError(f"{folder} holds something else than a site; name a new or empty folder")
    lines = (folder / SUMS_FILE).read_text(encoding="utf-8").splitlines()
    return set(filter(_is_below, (line.partition("  ")[2] for line in lines)))


def _is_below(path: str) -> bool:
    """Whether a path of the list stays in the folder."""
    return bool(path) and ".." not in path and not path.startswith("/")
