"""A set of generated files in a folder: which are out of date, and writing those.

Only files that match a pattern of the set are ever removed; whatever else is in the folder
belongs to others.
"""

import fnmatch
import io
import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from pathlib import Path, PurePosixPath

from audit.core.atomic_files import write_text_atomic
from audit.core.json_folders import refuse_linked_folder


def find_stale_files(folder: Path, wanted: Mapping[str, str], patterns: Iterable[str]) -> list[str]:
    """Paths of files that are missing, differ, or match a pattern and are not wanted any more.

    `wanted`: text by path below the folder; `patterns`: globs below it for all that such a set
    may hold.
    """
    return _find_stale(_Listing(str(folder)), wanted, patterns)


def _find_stale(
    listing: "_Listing", wanted: Mapping[str, str], patterns: Iterable[str]
) -> list[str]:
    folder = listing.folder
    outdated = {path for path, text in wanted.items() if not _has_text(f"{folder}/{path}", text)}
    others = set(chain.from_iterable(map(listing.find_paths, patterns))) - set(wanted)
    left_over = {path for path in others if not _is_plain_folder(f"{folder}/{path}")}
    stale = outdated | left_over
    _refuse_links_above(listing.folder, stale)
    return sorted(stale)


def _refuse_links_above(folder: str, paths: Iterable[str]) -> None:
    """Raises UsageError: what lies behind a linked folder is no page of ours to write or remove."""
    above = {parent for path in paths for parent in PurePosixPath(path).parents}
    for parent in sorted(above):
        refuse_linked_folder(Path(folder, parent))


def _is_plain_folder(path: str) -> bool:
    return os.path.isdir(path) and not os.path.islink(path)  # noqa: PTH112, PTH114


def _has_text(path: str, text: str) -> bool:
    # Bytes: reading as text would take other line ends, which CSV has, for ours.
    wanted = text.encode()
    if not _is_file_of_size(path, len(wanted)):
        return False
    with io.FileIO(path) as file:
        # A file that grows meanwhile is another one: one byte more tells.
        return file.read(len(wanted) + 1) == wanted


def _is_file_of_size(path: str, size: int) -> bool:
    """A file of another size is not read: somebody may have put gigabytes there."""
    # A string: two thousand Paths take a third of the comparison.
    try:
        found = os.stat(path)  # noqa: PTH116
    except OSError:
        return False
    return stat.S_ISREG(found.st_mode) and found.st_size == size


class _Listing:
    """What a folder holds: one look into each folder below it, though many patterns name it."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self._names: dict[str, list[str]] = {}

    def find_paths(self, pattern: str) -> Iterator[str]:
        """Paths below the folder that match: `*` stands for no slash, `**` for any folders."""
        *above, last = pattern.split("/")
        places = [""]
        for part in above:
            places = [below for place in places for below in self._list_places(place, part)]
        for place in places:
            yield from (f"{place}{name}" for name in self._match(place, last))

    def _list_places(self, place: str, part: str) -> Iterator[str]:
        """Folders of a folder by one part of a pattern, each with a slash at its end."""
        if part != "**":
            yield from (f"{place}{name}/" for name in self._match(place, part))
            return
        for directory, _, _ in os.walk(f"{self.folder}/{place}"):
            below = os.path.relpath(directory, self.folder)
            yield "" if below == os.curdir else f"{below.replace(os.sep, '/')}/"

    def _match(self, place: str, pattern: str) -> list[str]:
        if place not in self._names:
            self._names[place] = _list_names(f"{self.folder}/{place}")
        return fnmatch.filter(self._names[place], pattern)


def _list_names(folder: str) -> list[str]:
    """Nothing of what is no folder, or is not there yet."""
    try:
        return os.listdir(folder)  # noqa: PTH208
    except OSError:
        return []


def write_generated_files(
    folder: Path, wanted: Mapping[str, str], patterns: Iterable[str]
) -> list[str]:
    """Write stale files and remove those not wanted any more; return the paths of both."""
    patterns, listing = tuple(patterns), _Listing(str(folder))
    stale = _find_stale(listing, wanted, patterns)
    for path in stale:
        _bring_up_to_date(folder / path, wanted.get(path))
    for path in _list_temporary_files(listing, patterns):
        (folder / path).unlink(missing_ok=True)
    return stale


def _bring_up_to_date(path: Path, text: str | None) -> None:
    """Write the text; remove the file where none is wanted."""
    if text is None:
        path.unlink()
    else:
        write_text_atomic(path, text)


def _list_temporary_files(listing: _Listing, patterns: Iterable[str]) -> Iterator[str]:
    """What a killed command left behind of such files."""
    for pattern in map(PurePosixPath, patterns):
        yield from listing.find_paths(str(pattern.with_name(f".{pattern.name}.*.tmp")))
