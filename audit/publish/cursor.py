"""How far a receiver was told: a file of the caller, written once the receiver has taken the news.

It holds the ids of what was told and not a time alone: an event may enter the history late, with a
time that lies behind the last call.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from audit.core.atomic_files import write_text_atomic
from audit.core.errors import Problem
from audit.core.json_files import InvalidFileError, dump_json, read_json_file

CURSOR_FORMAT = "cursor/1"
MAX_CURSOR_BYTES = 64 << 20
"""Room for half a million ids."""


@dataclass(frozen=True)
class Cursor:
    """What a receiver has behind it."""

    until: str
    """End of the last time that was told, UTC."""
    told: frozenset[str]
    """Ids of the news up to then, whether they were of the receiver's list or not.

    A model that joins the list later brings none of its old news.
    """


def read_cursor(path: Path) -> Cursor | None:
    """The cursor; None before the first call. Raises InvalidFileError."""
    if not path.exists():
        return None
    data: Any = read_json_file(path, path.name, MAX_CURSOR_BYTES)
    if not _is_cursor(data):
        fix = "name another file, or delete it and begin with --since"
        raise InvalidFileError(Problem(path.name, "$", f"not of the form {CURSOR_FORMAT}", fix))
    return Cursor(data["until"], frozenset(data["told"]))


def _is_cursor(data: Any) -> bool:
    if not isinstance(data, dict) or data.get("format") != CURSOR_FORMAT:
        return False
    until, told = data.get("until"), data.get("told")
    is_list = isinstance(told, list) and all(isinstance(id, str) for id in told)
    return isinstance(until, str) and is_list


def write_cursor(path: Path, cursor: Cursor) -> None:
    """Replace the file as a whole."""
    document = {"format": CURSOR_FORMAT, "until": cursor.until, "told": sorted(cursor.told)}
    write_text_atomic(path, dump_json(document))
