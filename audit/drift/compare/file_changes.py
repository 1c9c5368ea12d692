"""Which license files are other ones than before? By their bytes, and not by where they lie.

A file that was moved or renamed says what it said. Where a path has other bytes its text changed;
a file that went and one that came under nearly the same name are one whose text changed.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from audit.observations.facts import LicenseFile


@dataclass(frozen=True)
class FileChanges:
    """What became of the license files of a repository."""

    changed: tuple[tuple[LicenseFile, LicenseFile], ...]
    removed: tuple[LicenseFile, ...]
    added: tuple[LicenseFile, ...]


def find_file_changes(before: Sequence[LicenseFile], now: Sequence[LicenseFile]) -> FileChanges:
    """Files whose text changed, that went, and that came, each in the order of their paths."""
    there = {file.path: file for file in now}
    known = {file.path: file for file in before}
    changed = [(old, there[old.path]) for old in before if _is_replaced(old, there)]
    removed = [old for old in before if old.path not in there and not _has_bytes(old, now)]
    added = [new for new in now if new.path not in known and not _has_bytes(new, before)]
    renamed = list(_pair_by_name(removed, added))
    return FileChanges(
        (*changed, *renamed),
        tuple(file for file in removed if not _is_in(file, (old for old, _ in renamed))),
        tuple(file for file in added if not _is_in(file, (new for _, new in renamed))),
    )


def _is_replaced(old: LicenseFile, there: dict[str, LicenseFile]) -> bool:
    return old.path in there and not has_same_bytes(old, there[old.path])


def _has_bytes(file: LicenseFile, others: Iterable[LicenseFile]) -> bool:
    return any(has_same_bytes(file, other) for other in others)


def has_same_bytes(left: LicenseFile, right: LicenseFile) -> bool:
    """Whether two files are told by one digest; one whose digest nobody knows is like no other."""
    if left.sha256 and right.sha256:
        return left.sha256 == right.sha256
    return bool(left.blob_id) and left.blob_id == right.blob_id


def _pair_by_name(
    removed: Sequence[LicenseFile], added: Sequence[LicenseFile]
) -> Iterator[tuple[LicenseFile, LicenseFile]]:
    """A file that went with the one that came in its place, where only one can be meant."""
    for old in removed:
        came = [new for new in added if _get_plain_name(new) == _get_plain_name(old)]
        went = [each for each in removed if _get_plain_name(each) == _get_plain_name(old)]
        if len(came) == len(went) == 1:
            yield old, came[0]


def _get_plain_name(file: LicenseFile) -> str:
    """`license` for `LICENSE`, `License.md`, `docs/LICENCE.txt`."""
    name = PurePosixPath(file.path).name.lower().replace("licence", "license")
    return re.sub(r"\.(?:md|txt|rst|html?)$", "", name)


def _is_in(file: LicenseFile, files: Iterable[LicenseFile]) -> bool:
    return any(file is each for each in files)
