"""Load the registry whole: every file strict, every error at once, nothing half-accepted."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from audit.errors import InvalidRecords, Problem, UsageError
from audit.memory import without_collection
from audit.records.build import build_dataset, build_family, build_license, build_model
from audit.records.check import cross_problems
from audit.records.schemas import schema_problems
from audit.records.types import Registry
from audit.storage import BadFile, json_files, parse_json, read_text

FOLDERS: Mapping[str, tuple[str, int]] = {"models": ("model", 2), "families": ("family", 1), "datasets": ("dataset", 2), "licenses": ("license", 1)}
"""Record folder: its schema, and how many path parts an id has."""


@dataclass(frozen=True)
class RawRecord:
    """One record file as read, before it is typed."""

    folder: str
    id: str
    shown: str
    """Path as shown to people."""
    data: Any
    digest: str
    """sha256 of the file."""


@dataclass(frozen=True)
class Loaded:
    """What was read: the registry where it is valid, and every problem where it is not."""

    registry: Registry | None
    problems: tuple[Problem, ...]
    raw: tuple[RawRecord, ...]

    @property
    def digests(self) -> dict[str, str]:
        """sha256 of each record's file, by reference."""
        return {f"{each.folder}/{each.id}": each.digest for each in self.raw}


def load_registry(root: Path) -> Registry:
    """The records under `root`, valid and merged. Raises InvalidRecords, or UsageError where there is no registry."""
    return valid(read_registry(root))


def valid(loaded: Loaded) -> Registry:
    """The registry that was read. Raises InvalidRecords."""
    if loaded.registry is None:
        raise InvalidRecords(list(loaded.problems))
    return loaded.registry


def read_registry(root: Path) -> Loaded:
    """Read and check every record. Raises UsageError when `root` holds none."""
    with without_collection():
        return _read_registry(root)


def _read_registry(root: Path) -> Loaded:
    if not root.is_dir():
        raise UsageError(f"{root}: no such folder; point --registry at the folder that holds models/, licenses/ and datasets/")
    problems: list[Problem] = []
    raw: list[RawRecord] = []
    for folder, (schema, depth) in FOLDERS.items():
        for parts in json_files(root / folder):
            record = read_record(root, folder, parts, depth, schema, problems)
            if record:
                raw.append(record)
    if not problems and not any(each.folder == "models" for each in raw):
        raise UsageError(f"{root}: holds no model records; expected files such as {root.name}/models/<owner>/<name>.json")
    if problems:
        return Loaded(None, tuple(sorted(problems)), tuple(raw))
    registry = build_registry(raw)
    problems = cross_problems(registry, {f"{each.folder}/{each.id}": each.data for each in raw}, root.name)
    return Loaded(None if problems else registry, tuple(sorted(problems)), tuple(raw))


def read_record(root: Path, folder: str, parts: tuple[str, ...], depth: int, schema: str, problems: list[Problem]) -> RawRecord | None:
    """One record that follows its schema and stands where its id says; else None, and what is wrong in `problems`.

    `parts`: of its path below the folder.
    """
    shown = "/".join((root.name, folder, *parts))
    if len(parts) != depth:
        where = "<owner>/<name>.json" if depth == 2 else "<id>.json"
        problems.append(Problem(shown, "$", "the file is in the wrong place", f"move it to {root.name}/{folder}/{where}"))
        return None
    # with_suffix would cut "1.5" of "Qwen1.5.json" twice; the id is the path without ".json" only.
    expected = "/".join(parts).removesuffix(".json")
    try:
        text = read_text(root.joinpath(folder, *parts), shown)
        data = parse_json(text, shown)
    except BadFile as error:
        problems.append(error.problem)
        return None
    found = schema_problems(schema, data, shown)
    if not found and data["id"] != expected:
        found = [
            Problem(
                shown,
                "$.id",
                f"the id {data['id']!r} disagrees with the path",
                f"write {expected!r}, or move the file to {root.name}/{folder}/{data['id']}.json",
            )
        ]
    problems.extend(found)
    return None if found else RawRecord(folder, expected, shown, data, hashlib.sha256(text.encode()).hexdigest())


def build_registry(raw: Sequence[RawRecord]) -> Registry:
    """Typed records, models merged with their families."""
    by_folder: dict[str, dict[str, Any]] = {folder: {} for folder in FOLDERS}
    for each in raw:
        by_folder[each.folder][each.id] = each.data
    families = {id: build_family(data) for id, data in by_folder["families"].items()}
    return Registry(
        models={id: build_model(data, families.get(data.get("family", ""))) for id, data in by_folder["models"].items()},
        families=families,
        datasets={id: build_dataset(data) for id, data in by_folder["datasets"].items()},
        licenses={id: build_license(data) for id, data in by_folder["licenses"].items()},
    )
