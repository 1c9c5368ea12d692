"""Load the registry whole: every file strict, every error at once, nothing half-accepted."""

import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from audit.core.errors import InvalidRecordsError, Problem, UsageError
from audit.core.json_files import InvalidFileError, find_json_files, parse_json, read_text_file
from audit.records.build import RecordBuilder
from audit.records.model import Registry
from audit.records.references import find_cross_record_problems
from audit.records.schema import find_schema_problems

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


@dataclass(frozen=True)
class LoadedRecords:
    """What was read: the registry where it is valid, and every problem where it is not."""

    registry: Registry | None
    problems: tuple[Problem, ...]
    raw_records: tuple[RawRecord, ...]
    """The records that pass their schema."""

    @property
    def partial_registry(self) -> Registry:
        """What can be built of the records that pass their schema: for whoever only looks something up."""
        return self.registry or build_registry(self.raw_records)


def load_registry(root: Path) -> Registry:
    """The records under `root`, valid and merged. Raises InvalidRecords, or UsageError where there is no registry."""
    return require_valid_registry(read_all_records(root))


def require_valid_registry(loaded: LoadedRecords) -> Registry:
    """The registry that was read. Raises InvalidRecords."""
    if loaded.registry is None:
        raise InvalidRecordsError(list(loaded.problems))
    return loaded.registry


def read_all_records(root: Path) -> LoadedRecords:
    """Read and check every record. Raises UsageError when `root` holds none."""
    if not root.is_dir():
        raise UsageError(
            f"{root}: no such folder; point --registry at the folder that holds models/, licenses/ and datasets/"
        )
    problems: list[Problem] = []
    raw: list[RawRecord] = []
    broken: list[RawRecord] = []
    known: dict[str, set[str]] = {folder: set() for folder in RECORD_FOLDERS}
    for folder, (schema, depth) in RECORD_FOLDERS.items():
        for parts in find_json_files(root / folder):
            record, found = read_record(root, folder, parts, depth, schema)
            problems += found
            known[folder].add("/".join(parts).removesuffix(".json"))
            if record:
                (broken if found else raw).append(record)
    if not problems and not any(each.folder == "models" for each in raw):
        raise UsageError(
            f"{root}: holds no model records; expected files such as {root}/models/<owner>/<name>.json"
        )
    registry = build_registry(raw)
    # A record that fails its schema is checked against the others too, so that its writer sees everything at once.
    problems += find_cross_record_problems(
        registry,
        {f"{each.folder}/{each.id}": each.data for each in (*raw, *broken)},
        root.name,
        known,
    )
    return LoadedRecords(None if problems else registry, tuple(sorted(set(problems))), tuple(raw))


def apply_record_changes(
    loaded: LoadedRecords, changes: Mapping[str, Any], root: str
) -> LoadedRecords:
    """What was read, with other JSON in some of its records: checked as if it had been read like that."""
    raw = [
        replace(each, data=changes[ref]) if (ref := f"{each.folder}/{each.id}") in changes else each
        for each in loaded.raw_records
    ]
    changed = [each for each in raw if f"{each.folder}/{each.id}" in changes]
    problems = [
        problem
        for each in changed
        for problem in find_schema_problems(
            RECORD_FOLDERS[each.folder][0], each.data, each.shown_path
        )
    ]
    if problems:
        return LoadedRecords(None, tuple(sorted(problems)), tuple(raw))
    registry = build_registry(raw)
    known = {
        folder: {each.id for each in raw if each.folder == folder} for folder in RECORD_FOLDERS
    }
    problems = find_cross_record_problems(
        registry, {f"{each.folder}/{each.id}": each.data for each in raw}, root, known
    )
    return LoadedRecords(None if problems else registry, tuple(sorted(problems)), tuple(raw))


def read_record(
    root: Path, folder: str, parts: tuple[str, ...], depth: int, schema: str
) -> tuple[RawRecord | None, list[Problem]]:
    """The record of one file, where it is strict JSON, and what is wrong with it. `parts`: of its path below the folder."""
    shown = "/".join((root.name, folder, *parts))
    if len(parts) != depth:
        where = "<owner>/<name>.json" if depth == 2 else "<id>.json"
        return None, [
            Problem(
                shown,
                "$",
                "the file is in the wrong place",
                f"move it to {root.name}/{folder}/{where}",
            )
        ]
    path = root.joinpath(folder, *parts)
    if not stat.S_ISREG(path.lstat().st_mode):
        # A link can lead to a device without an end, or to a file that is nobody's business.
        return None, [
            Problem(
                shown, "$", "the file is a link or no plain file", "put the record itself there"
            )
        ]
    # with_suffix would cut "1.5" of "Qwen1.5.json" twice; the id is the path without ".json" only.
    expected = "/".join(parts).removesuffix(".json")
    try:
        text = read_text_file(path, shown)
        data = parse_json(text, shown)
    except InvalidFileError as error:
        return None, [error.problem]
    found = find_schema_problems(schema, data, shown)
    if not found and data["id"] != expected:
        found = [
            Problem(
                shown,
                "$.id",
                f"the id {data['id']!r} disagrees with the path",
                f"write {expected!r}, or move the file to {root.name}/{folder}/{data['id']}.json",
            )
        ]
    return RawRecord(folder, expected, shown, data), found


def build_registry(raw: Sequence[RawRecord]) -> Registry:
    """Typed records, models merged with their families."""
    by_folder: dict[str, dict[str, Any]] = {folder: {} for folder in RECORD_FOLDERS}
    for each in raw:
        by_folder[each.folder][each.id] = each.data
    builder = RecordBuilder()
    families = {id: builder.build_family(data) for id, data in by_folder["families"].items()}
    return Registry(
        models={
            id: builder.build_model(data, families.get(data.get("family", "")))
            for id, data in by_folder["models"].items()
        },
        families=families,
        datasets={id: builder.build_dataset(data) for id, data in by_folder["datasets"].items()},
        licenses={id: builder.build_license(data) for id, data in by_folder["licenses"].items()},
    )
