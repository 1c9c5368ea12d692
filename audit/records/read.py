"""One record's file: where it may stand, its form, its schema and its id."""

import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from audit.core.errors import Problem
from audit.core.json_files import InvalidFileError, parse_json, read_registry_text
from audit.records.schema import find_schema_problems
from audit.records.text_rules import cut_problems, find_hidden_text_problems, shows_all_text

PathParts = tuple[str, ...]
RECORD_FOLDERS: Mapping[str, tuple[str, int]] = {
    "models": ("model", 2),
    "families": ("family", 1),
    "datasets": ("dataset", 2),
    "licenses": ("license", 1),
}
"""Record folder: its schema, and how many path parts an id has."""


@dataclass(frozen=True)
class RawRecord:
    """One record file as read, before it is typed."""

    folder: str
    id: str
    shown_path: str
    """Path as shown to people."""
    data: Any
    text: str = ""
    """What the file holds; empty where the data is no longer that."""
    shows_all: bool = False
    """Whether the file's text is known to hold no hidden character, so that no string has one."""

    @property
    def ref(self) -> str:
        """The record's name among all records."""
        return f"{self.folder}/{self.id}"


def read_record(
    root: Path, folder: str, parts: PathParts
) -> tuple[RawRecord | None, list[Problem]]:
    """The record of one file, where it is strict JSON, and what is wrong with it.

    `parts`: of its path below the folder.
    """
    below = "/".join((folder, *parts))
    shown, path = f"{root.name}/{below}", f"{root}/{below}"
    unfit = _check_file(path, folder, parts, root.name)
    if unfit:
        return None, [Problem(shown, "$", *unfit)]
    try:
        text = read_registry_text(path, shown)
        data = parse_json(text, shown)
    except InvalidFileError as error:
        return None, [error.problem]
    record = RawRecord(folder, build_record_id(parts), shown, data, text, shows_all_text(text))
    return record, cut_problems(_check_contents(record, root.name))


def _check_contents(record: RawRecord, root: str) -> list[Problem]:
    """A record of the wrong form need not have an id that could be compared."""
    return find_content_problems(record) or _check_id(record, root)


def find_content_problems(record: RawRecord) -> list[Problem]:
    """What is wrong with a record by itself, whatever its file is called."""
    schema, _ = RECORD_FOLDERS[record.folder]
    if record.shows_all:
        return find_schema_problems(schema, record.data, record.shown_path, is_whole=True)
    found = find_schema_problems(schema, record.data, record.shown_path)
    return [*find_hidden_text_problems(record.data, record.shown_path), *found]


def _check_file(path: str, folder: str, parts: PathParts, root: str) -> tuple[str, str] | None:
    """What is wrong with a file before it is opened, and what to do; None where nothing is."""
    _, depth = RECORD_FOLDERS[folder]
    if len(parts) != depth:
        place = "<owner>/<name>.json" if depth == 2 else "<id>.json"
        return "the file is in the wrong place", f"move it to {root}/{folder}/{place}"
    # A link can lead to a device without an end, or to a file that is nobody's business.
    if not stat.S_ISREG(os.lstat(path).st_mode):
        return "the file is a link or no plain file", "put the record itself there"
    return None


def build_record_id(parts: PathParts) -> str:
    """The id is the path without `.json`; with_suffix would cut "1.5" of "Qwen1.5.json" too."""
    return "/".join(parts).removesuffix(".json")


def _check_id(record: RawRecord, root: str) -> list[Problem]:
    stated = record.data["id"]
    if stated == record.id:
        return []
    fix = f"write {record.id!r}, or move the file to {root}/{record.folder}/{stated}.json"
    message = f"the id {stated!r} disagrees with the path"
    return [Problem(record.shown_path, "$.id", message, fix)]
