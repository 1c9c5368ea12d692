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

    @property
    def ref(self) -> str:
        """The record's name among all records."""
        return f"{self.folder}/{self.id}"


@dataclass(frozen=True)
class LoadedRecords:
    """What was read: the registry where it is valid, and every problem where it is not."""

    registry: Registry | None
    problems: tuple[Problem, ...]
    raw_records: tuple[RawRecord, ...]
    """The records that pass their schema."""

    @property
    def partial_registry(self) -> Registry:
        """What can be built of the records that pass their schema, only to look something up."""
        return self.registry or build_registry(self.raw_records)


def load_registry(root: Path) -> Registry:
    """The records under `root`, valid and merged.

    Raises InvalidRecordsError, or UsageError where there is no registry.
    """
    return require_valid_registry(read_all_records(root))


def require_valid_registry(loaded: LoadedRecords) -> Registry:
    """The registry that was read. Raises InvalidRecordsError."""
    if loaded.registry is None:
        raise InvalidRecordsError(list(loaded.problems))
    return loaded.registry


def read_all_records(root: Path) -> LoadedRecords:
    """Read and check every record. Raises UsageError when `root` holds none."""
    if not root.is_dir():
        raise UsageError(
            f"{root}: no such folder; "
            "point --registry at the folder that holds models/, licenses/ and datasets/"
        )
    problems: list[Problem] = []
    valid: list[RawRecord] = []
    broken: list[RawRecord] = []
    known: dict[str, set[str]] = {folder: set() for folder in RECORD_FOLDERS}
    for folder in RECORD_FOLDERS:
        for parts in find_json_files(root / folder):
            record, found = read_record(root, folder, parts)
            problems += found
            known[folder].add(_build_id(parts))
            if record:
                (broken if found else valid).append(record)
    if not problems and not any(record.folder == "models" for record in valid):
        where = f"{root}/models/<owner>/<name>.json"
        raise UsageError(f"{root}: holds no model records; expected files such as {where}")
    registry = build_registry(valid)
    # A record that fails its schema is checked against the others too, so that its writer sees
    # everything at once.
    everything = {record.ref: record.data for record in (*valid, *broken)}
    problems += find_cross_record_problems(registry, everything, root.name, known)
    return _finish_loading(registry, problems, valid)


def apply_record_changes(
    loaded: LoadedRecords, changes: Mapping[str, Any], root: str
) -> LoadedRecords:
    """What was read, with other JSON in some records: checked as if it had been read like that."""
    records = []
    problems: list[Problem] = []
    known: dict[str, set[str]] = {folder: set() for folder in RECORD_FOLDERS}
    for record in loaded.raw_records:
        known[record.folder].add(record.id)
        if record.ref not in changes:
            records.append(record)
            continue
        changed = replace(record, data=changes[record.ref])
        records.append(changed)
        schema, _ = RECORD_FOLDERS[changed.folder]
        problems += find_schema_problems(schema, changed.data, changed.shown_path)
    if problems:
        return LoadedRecords(None, tuple(sorted(problems)), tuple(records))
    registry = build_registry(records)
    everything = {record.ref: record.data for record in records}
    problems = find_cross_record_problems(registry, everything, root, known)
    return _finish_loading(registry, problems, records)


def _finish_loading(
    registry: Registry, problems: Sequence[Problem], records: Sequence[RawRecord]
) -> LoadedRecords:
    """A registry with a problem is none."""
    found = tuple(sorted(set(problems)))
    return LoadedRecords(None if found else registry, found, tuple(records))


def read_record(
    root: Path, folder: str, parts: tuple[str, ...]
) -> tuple[RawRecord | None, list[Problem]]:
    """The record of one file, where it is strict JSON, and what is wrong with it.

    `parts`: of its path below the folder.
    """
    schema, depth = RECORD_FOLDERS[folder]
    shown = "/".join((root.name, folder, *parts))
    if len(parts) != depth:
        place = "<owner>/<name>.json" if depth == 2 else "<id>.json"
        fix = f"move it to {root.name}/{folder}/{place}"
        return None, [Problem(shown, "$", "the file is in the wrong place", fix)]
    path = root.joinpath(folder, *parts)
    if not stat.S_ISREG(path.lstat().st_mode):
        # A link can lead to a device without an end, or to a file that is nobody's business.
        fix = "put the record itself there"
        return None, [Problem(shown, "$", "the file is a link or no plain file", fix)]
    try:
        data = parse_json(read_text_file(path, shown), shown)
    except InvalidFileError as error:
        return None, [error.problem]
    record = RawRecord(folder, _build_id(parts), shown, data)
    return record, find_schema_problems(schema, data, shown) or _check_id(record, root.name)


def _build_id(parts: tuple[str, ...]) -> str:
    """The id is the path without `.json`; with_suffix would cut "1.5" of "Qwen1.5.json" too."""
    return "/".join(parts).removesuffix(".json")


def _check_id(record: RawRecord, root: str) -> list[Problem]:
    stated = record.data["id"]
    if stated == record.id:
        return []
    fix = f"write {record.id!r}, or move the file to {root}/{record.folder}/{stated}.json"
    message = f"the id {stated!r} disagrees with the path"
    return [Problem(record.shown_path, "$.id", message, fix)]


def build_registry(records: Sequence[RawRecord]) -> Registry:
    """Typed records, models merged with their families."""
    by_folder: dict[str, dict[str, Any]] = {folder: {} for folder in RECORD_FOLDERS}
    for record in records:
        by_folder[record.folder][record.id] = record.data
    builder = RecordBuilder()
    families = {id: builder.build_family(data) for id, data in by_folder["families"].items()}
    models = {}
    for id, data in by_folder["models"].items():
        models[id] = builder.build_model(data, families.get(data.get("family", "")))
    datasets = {id: builder.build_dataset(data) for id, data in by_folder["datasets"].items()}
    licenses = {id: builder.build_license(data) for id, data in by_folder["licenses"].items()}
    return Registry(models, families, datasets, licenses)
