"""Writes the commits that are known into a list, and into code where one stands already.

Never past open drift: which terms one moves to is a decision of people.
"""

import os
import re
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from audit.core.atomic_files import write_text_atomic
from audit.core.grouping import group_pairs
from audit.core.plain_files import measure_plain_file, open_without_waiting
from audit.projects.finding.mention import Mention
from audit.projects.mentions import is_model_list
from audit.projects.pinned import CommitHistory
from audit.projects.watch import WatchedModel

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")
_ANY_WRITE_BIT = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH
_COMMIT = re.compile(r"[0-9a-f]{7,40}")


@dataclass(frozen=True)
class PinChange:
    """One place at which another commit is to stand."""

    place: Mention
    commit: str


def update_pins(root: Path, models: Iterable[WatchedModel], known: CommitHistory) -> list[str]:
    """Write what is known, and say what was written and what was left alone, one line each.

    `root`: the list, the file or the folder that was read. Raises UsageError where it cannot be
    written.
    """
    is_list = is_model_list(root)
    changes = [each for model in models for each in _list_changes(model, known, is_list)]
    said: list[str] = []
    for file, rows in group_pairs((each.place.file, each) for each in changes).items():
        said += _rewrite_file(root if root.is_file() else root / file, rows, is_list)
    return said


def _list_changes(
    watched: WatchedModel, known: CommitHistory, is_list: bool
) -> Iterator[PinChange]:
    model = known.registry.models.get(watched.id or "")
    commit = known.find_present_commit(model) if model else None
    if model is None or model.hub is None or commit is None or watched.drift:
        return
    # A mirror and a name without owner are other repositories, with commits of their own.
    names = {name.lower() for name in (model.hub.repo, model.id)}
    for place in watched.places:
        is_pin = is_list or _COMMIT.fullmatch(place.revision)
        if is_pin and place.is_use and place.model.lower() in names:
            yield PinChange(place, commit)


def _rewrite_file(path: Path, changes: Iterable[PinChange], is_list: bool) -> list[str]:
    """Change the lines and replace the file as a whole; a link or a binary is left alone.

    So is a file that nobody may write, and one that somebody else changes meanwhile.
    """
    read = _read_exactly(path)
    lines = _LINE.findall(read.text)
    said = []
    for change in changes:
        index = change.place.line - 1
        if index < len(lines) and _rewrite_line(lines, index, change, is_list):
            said.append(f"written: {_describe_change(change)}")
    if not said:
        return []
    if not read.is_writable:
        return [f"left alone: {path}: the file is read-only"]
    if _read_exactly(path) != read:
        return [f"left alone: {path}: it was changed meanwhile; run this again"]
    write_text_atomic(path, "".join(lines))
    return said


@dataclass(frozen=True)
class _ReadFile:
    """A file as it was read; the same file, unchanged, is equal."""

    text: str = ""
    """With its own ends of lines; empty for what is no plain text."""
    is_writable: bool = False
    identity: tuple[int, ...] = ()
    place: Path = Path()
    """Without links: its folder may be exchanged for one."""


def _read_exactly(path: Path) -> _ReadFile:
    """Read through one handle, so that what was looked at is what is read: no link, no pipe."""
    if measure_plain_file(path) is None:
        return _ReadFile()
    try:
        with open(path, "rb", opener=_open_no_link) as file:
            status = os.fstat(file.fileno())
            text = file.read().decode() if stat.S_ISREG(status.st_mode) else ""
            place = path.parent.resolve()
    except (OSError, UnicodeDecodeError):
        return _ReadFile()
    identity = (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)
    return _ReadFile(text, bool(status.st_mode & _ANY_WRITE_BIT), identity, place)


def _open_no_link(path: str, flags: int) -> int:
    # Windows has no such flag; links are rare there, and need a right of their own.
    return open_without_waiting(path, flags | getattr(os, "O_NOFOLLOW", 0))


def _rewrite_line(lines: list[str], index: int, change: PinChange, is_list: bool) -> bool:
    before, name, rest = lines[index].partition(change.place.model)
    old = f"@{change.place.revision}" if is_list and change.place.revision else ""
    if not name or change.place.revision == change.commit:
        return False
    if is_list:
        rest = f"@{change.commit}{rest.removeprefix(old)}"
    else:
        rest = rest.replace(change.place.revision, change.commit, 1)
    changed = f"{before}{name}{rest}"
    was_changed = changed != lines[index]
    lines[index] = changed
    return was_changed


def _describe_change(change: PinChange) -> str:
    place = change.place
    before = place.revision or "no commit"
    return f"{place.file}:{place.line}: {place.model}: {before} -> {change.commit}"
