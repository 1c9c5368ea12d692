"""A set of generated files in a folder: which are out of date, and writing those.

Only files that match a pattern of the set are ever removed; whatever else is in the folder
belongs to others.
"""

import io
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath

from audit.core.atomic_files import write_text_atomic


def find_stale_files(folder: Path, wanted: Mapping[str, str], patterns: Iterable[str]) -> list[str]:
    """Paths of files that are missing, differ, or match a pattern and are not wanted any more.

    `wanted`: text by path below the folder; `patterns`: globs below it for all that such a set
    may hold.
    """
    outdated = {path for path, text in wanted.items() if not _has_text(f"{folder}/{path}", text)}
    left_over = set(_list_matching_files(folder, patterns)) - set(wanted)
    return sorted(outdated | left_over)


def _has_text(path: str, text: str) -> bool:
    # A string: two thousand Paths take a third of the comparison.
    if not os.path.isfile(path):  # noqa: PTH113
        return False
    # Bytes: reading as text would take other line ends, which CSV has, for ours.
    with io.FileIO(path) as file:
        return file.readall() == text.encode()


def _list_matching_files(folder: Path, patterns: Iterable[str]) -> Iterator[str]:
    for pattern in patterns:
        for path in folder.glob(pattern):
            yield path.relative_to(folder).as_posix()


def write_generated_files(
    folder: Path, wanted: Mapping[str, str], patterns: Iterable[str]
) -> list[str]:
    """Write stale files and remove those not wanted any more; return the paths of both."""
    patterns = tuple(patterns)
    stale = find_stale_files(folder, wanted, patterns)
    for path in stale:
        _bring_up_to_date(folder / path, wanted.get(path))
    _remove_temporary_files(folder, patterns)
    return stale


def _bring_up_to_date(path: Path, text: str | None) -> None:
    """Write the text; remove the file where none is wanted."""
    if text is None:
        path.unlink()
    else:
        write_text_atomic(path, text)


def _remove_temporary_files(folder: Path, patterns: Iterable[str]) -> None:
    """What a killed command left behind of such files."""
    for pattern in map(PurePosixPath, patterns):
        for path in folder.glob(str(pattern.with_name(f".{pattern.name}.*.tmp"))):
            path.unlink(missing_ok=True)
