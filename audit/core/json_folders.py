"""The JSON files of a folder, none of them behind a link."""

import os
from collections.abc import Iterator
from pathlib import Path

from audit.core.errors import UsageError


def find_json_files(folder: Path) -> Iterator[tuple[str, ...]]:
    """The JSON files below a folder, as the parts of their paths, sorted; hidden ones left out.

    Strings, for ten thousand Paths cost half a second, and `os.walk` twice as much as this.
    Raises UsageError for a folder that is a link: what stands behind it is nobody's business, and would be shown.
    """
    refuse_linked_folder(folder)
    yield from _walk_folder(str(folder), ())


def _walk_folder(directory: str, above: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Files before folders. What cannot be listed holds nothing."""
    folders, names = [], []
    for entry in _list_entries(directory):
        if _is_folder(entry):
            if entry.is_symlink():
                refuse_linked_folder(Path(entry.path))
            folders.append(entry.name)
        elif entry.name.endswith(".json") and not entry.name.startswith("."):
            names.append(entry.name)
    for name in sorted(names):
        yield (*above, name)
    for name in sorted(folders):
        yield from _walk_folder(f"{directory}/{name}", (*above, name))


def _is_folder(entry: os.DirEntry[str]) -> bool:
    """A link that leads to itself is none."""
    try:
        return entry.is_dir()
    except OSError:
        return False


def _list_entries(directory: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(directory) as entries:
            return list(entries)
    except OSError:
        return []


def refuse_links(root: Path) -> None:
    """Refuse a registry that is a link or holds one: what is read would not be its own.

    Neither would what is written. Raises UsageError.
    """
    if root.is_symlink():
        raise UsageError(f"{root}: is a link; name the folder that it leads to")
    with os.scandir(root) as entries:
        for entry in entries:
            if entry.is_symlink():
                raise UsageError(f"{entry.path} is a symbolic link; put what it leads to there")


def refuse_every_link(root: Path) -> None:
    """The same at any depth: for a command that hands on whatever lies there. Raises UsageError."""
    refuse_links(root)
    for folder, folders, files in os.walk(root):
        for name in (*folders, *files):
            path = Path(folder, name)
            if path.is_symlink():
                raise UsageError(f"{path} is a symbolic link; put what it leads to there")


def refuse_linked_folder(folder: Path) -> None:
    """Raises UsageError."""
    if folder.is_symlink():
        raise UsageError(f"{folder} is a symbolic link; put the folder itself there")
