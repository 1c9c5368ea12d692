"""Load the registry whole: every file strict, every error at once, nothing half-accepted."""

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from audit.errors import InvalidRecords, Problem, UsageError
from audit.records.build import build_dataset, build_family, build_license, build_model
from audit.records.check import cross_problems
from audit.records.schemas import schema_problems
from audit.records.types import Registry
from audit.storage import BadFile, read_json

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


@dataclass(frozen=True)
class Loaded:
    """What was read: the registry where it is valid, and every problem where it is not."""

    registry: Registry | None
    problems: tuple[Problem, ...]
    raw: tuple[RawRecord, ...]


def load_registry(root: Path) -> Registry:
    """The records under `root`, valid and merged. Raises InvalidRecords, or UsageError where there is no registry."""
    loaded = read_registry(root)
    if loaded.registry is None:
        raise InvalidRecords(list(loaded.problems))
    return loaded.registry


def read_registry(root: Path) -> Loaded:
    """Read and check every record. Raises UsageError when `root` holds none."""
    with _without_collection():
        return _read_registry(root)


@contextmanager
def _without_collection() -> Iterator[None]:
    """Nothing that is loaded here becomes garbage, so that looking for some, a third of the time, is left out."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _read_registry(root: Path) -> Loaded:
    if not root.is_dir():
        raise UsageError(f"{root}: no such folder; point --registry at the folder that holds models/, licenses/ and datasets/")
    problems: list[Problem] = []
    raw: list[RawRecord] = []
    for folder, (schema, depth) in FOLDERS.items():
        for path in sorted((root / folder).rglob("*.json")):
            record = read_record(root, folder, path, depth, schema, problems)
            if record:
                raw.append(record)
    if not problems and not any(each.folder == "models" for each in raw):
        raise UsageError(f"{root}: holds no model records; expected files such as {root.name}/models/<owner>/<name>.json")
    if problems:
        return Loaded(None, tuple(sorted(problems)), tuple(raw))
    registry = build_registry(raw)
    problems = cross_problems(registry, {f"{each.folder}/{each.id}": each.data for each in raw}, root.name)
    return Loaded(None if problems else registry, tuple(sorted(problems)), tuple(raw))


def read_record(root: Path, folder: str, path: Path, depth: int, schema: str, problems: list[Problem]) -> RawRecord | None:
    """One record that follows its schema and stands where its id says; else None, and what is wrong in `problems`."""
    shown = str(Path(root.name) / path.relative_to(root))
    parts = path.relative_to(root / folder).with_suffix("").parts
    if path.name.startswith("."):
        return None
    if path.suffix != ".json" or len(parts) != depth:
        where = "<owner>/<name>.json" if depth == 2 else "<id>.json"
        problems.append(Problem(shown, "$", "the file is in the wrong place", f"move it to {root.name}/{folder}/{where}"))
        return None
    # with_suffix would cut "1.5" of "Qwen1.5.json" twice; the id is the path without ".json" only.
    expected = "/".join((*parts[:-1], path.name.removesuffix(".json")))
    try:
        data = read_json(path, shown)
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
    return None if found else RawRecord(folder, expected, shown, data)


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
