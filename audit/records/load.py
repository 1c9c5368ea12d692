"""Load the registry whole: every file strict, every error at once, nothing half-accepted."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from audit.core.collector import hold_collector
from audit.core.digests import digest_files, digest_text
from audit.core.errors import InvalidRecordsError, Problem, UsageError
from audit.core.json_folders import find_json_files, refuse_links
from audit.core.registry_folder import require_registry_folder
from audit.records.build import RecordBuilder
from audit.records.model import Model
from audit.records.read import (
    RECORD_FOLDERS,
    PathParts,
    RawRecord,
    build_record_id,
    find_content_problems,
    read_record,
)
from audit.records.references import find_cross_record_problems
from audit.records.registry import Registry

ADDRESS_FILE = "address.json"
"""Says that a folder is a registry, and where it is published."""
Built = TypeVar("Built")
RawRecords = Sequence[RawRecord]
IdsByFolder = dict[str, set[str]]


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
    with hold_collector():
        return require_valid_registry(read_all_records(root))


def require_valid_registry(loaded: LoadedRecords) -> Registry:
    """The registry that was read. Raises InvalidRecordsError."""
    if loaded.registry is None:
        raise InvalidRecordsError(list(loaded.problems))
    return loaded.registry


def read_all_records(root: Path) -> LoadedRecords:
    """Read and check every record. Raises UsageError when `root` holds none."""
    require_registry_folder(root)
    refuse_links(root)
    files = _read_files(root)
    _require_models(files, root)
    registry = build_registry(files.valid)
    # A record that fails its schema is checked against the others too, so that its writer sees
    # everything at once.
    everything = _index_contents((*files.valid, *files.broken))
    found = find_cross_record_problems(registry, everything, root.name, files.known)
    return _finish_loading(registry, [*files.problems, *found], files.valid)


@dataclass(frozen=True)
class _RecordFiles:
    """What the files hold, each by itself."""

    valid: list[RawRecord]
    broken: list[RawRecord]
    """Strict JSON that fails its schema."""
    problems: list[Problem]
    known: IdsByFolder
    """Ids by folder of every file, readable or not."""

    def add(
        self, folder: str, parts: PathParts, record: RawRecord | None, found: list[Problem]
    ) -> None:
        """Take in what one file holds, and what is wrong with it."""
        self.problems.extend(found)
        self.known[folder].add(build_record_id(parts))
        if record:
            group = self.broken if found else self.valid
            group.append(record)


def _require_models(files: _RecordFiles, root: Path) -> None:
    """An empty folder is a mistake of whoever named it, unless it says that it is a registry."""
    if (root / ADDRESS_FILE).is_file():
        return
    if not files.problems and not any(record.folder == "models" for record in files.valid):
        where = f"{root}/models/<owner>/<name>.json"
        raise UsageError(f"{root}: holds no model records; expected files such as {where}")


def _read_files(root: Path) -> _RecordFiles:
    files = _RecordFiles([], [], [], _start_known_ids())
    for folder in RECORD_FOLDERS:
        for parts in find_json_files(root / folder):
            files.add(folder, parts, *read_record(root, folder, parts))
    return files


def _start_known_ids() -> IdsByFolder:
    return {folder: set() for folder in RECORD_FOLDERS}


def _index_contents(records: Iterable[RawRecord]) -> dict[str, Any]:
    return {record.ref: record.data for record in records}


def apply_record_changes(
    loaded: LoadedRecords, changes: Mapping[str, Any], root: str
) -> LoadedRecords:
    """What was read, with other JSON in some records: checked as if it had been read like that."""
    records = [_change_record(record, changes) for record in loaded.raw_records]
    problems = _find_problems_of_changed(records, changes)
    if problems:
        return LoadedRecords(None, tuple(sorted(problems)), tuple(records))
    registry, known = build_registry(records), _collect_ids(records)
    problems = find_cross_record_problems(registry, _index_contents(records), root, known)
    return _finish_loading(registry, problems, records)


def _collect_ids(records: Iterable[RawRecord]) -> IdsByFolder:
    known = _start_known_ids()
    for record in records:
        known[record.folder].add(record.id)
    return known


def _change_record(record: RawRecord, changes: Mapping[str, Any]) -> RawRecord:
    if record.ref not in changes:
        return record
    return replace(record, data=changes[record.ref], text="", shows_all=False)


def _find_problems_of_changed(records: RawRecords, changes: Mapping[str, Any]) -> list[Problem]:
    """Schema problems; a record that nobody changed passed its schema when it was read."""
    problems: list[Problem] = []
    for record in records:
        if record.ref in changes:
            problems += find_content_problems(record)
    return problems


def _finish_loading(
    registry: Registry, problems: Sequence[Problem], records: RawRecords
) -> LoadedRecords:
    """A registry with a problem is none."""
    found = tuple(sorted(set(problems)))
    return LoadedRecords(None if found else registry, found, tuple(records))


def build_registry(records: RawRecords) -> Registry:
    """Typed records, models merged with their families."""
    builder = RecordBuilder()
    families = _build_each(records, "families", builder.build_family)
    datasets = _build_each(records, "datasets", builder.build_dataset)
    licenses = _build_each(records, "licenses", builder.build_license)

    def build_model(data: Any) -> Model:
        return builder.build_model(data, families.get(data.get("family", "")))

    models = _build_each(records, "models", build_model)
    digest = digest_files({record.ref: _digest_record(record) for record in records})
    return Registry(models, families, datasets, licenses, digest)


def _digest_record(record: RawRecord) -> bytes:
    """Empty where no file holds what the record says."""
    return digest_text(record.text) if record.text else b""


def _build_each(
    records: RawRecords, folder: str, build: Callable[[Any], Built]
) -> dict[str, Built]:
    """The typed records of one folder by id."""
    return {record.id: build(record.data) for record in records if record.folder == folder}
