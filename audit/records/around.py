"""One model with all that its answer rests on, so that a question about it does not wait for a thousand other records."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from audit.errors import InvalidRecords, Problem, UsageError
from audit.records.check import cross_problems
from audit.records.load import FOLDERS, RawRecord, build_registry, read_record
from audit.records.suggest import nearest
from audit.records.types import Model, Registry


def load_around(root: Path, name: str) -> tuple[Model, Registry]:
    """The model of this id in any case of letters, its family, every license, its chain of bases and the datasets of all of them.

    Raises UsageError, with the nearest names, for an unknown model; InvalidRecords when one of these records is wrong.
    """
    ids = _ids(root)
    id = _found(name, ids)
    raw: dict[tuple[str, str], RawRecord] = {}
    problems: list[Problem] = []
    waiting = [("models", id), *(("licenses", each.name.removesuffix(".json")) for each in sorted((root / "licenses").glob("*.json")))]
    while waiting:
        folder, wanted = waiting.pop()
        if (folder, wanted) in raw or not (root / folder / f"{wanted}.json").is_file():
            continue
        schema, depth = FOLDERS[folder]
        record = read_record(root, folder, (*wanted.split("/")[:-1], f"{wanted.split('/')[-1]}.json"), depth, schema, problems)
        if record:
            raw[folder, wanted] = record
            waiting += _needed(folder, record.data)
    if problems:
        raise InvalidRecords(problems)
    # The order of the files, as when everything is loaded.
    records = [raw[key] for key in sorted(raw)]
    registry = build_registry(records)
    problems = cross_problems(registry, {f"{each.folder}/{each.id}": each.data for each in records}, root.name)
    if problems:
        raise InvalidRecords(problems)
    return registry.models[id], registry


def _ids(root: Path) -> list[str]:
    if not (root / "models").is_dir():
        raise UsageError(f"{root}: holds no model records; expected files such as {root.name}/models/<owner>/<name>.json")
    return [f"{path.parent.name}/{path.name.removesuffix('.json')}" for path in sorted((root / "models").glob("*/*.json"))]


def _found(name: str, ids: Iterable[str]) -> str:
    by_lower = {id.lower(): id for id in ids}
    id = name if name in by_lower.values() else by_lower.get(name.lower())
    if id is None:
        raise UsageError(f"{name}: no such model in the registry{nearest(name, by_lower.values())}; write its id as owner/name")
    return id


def _needed(folder: str, data: Any) -> Iterator[tuple[str, str]]:
    """The records that one points to."""
    if folder == "models":
        if data.get("family"):
            yield "families", data["family"]
        yield from (("models", base["id"]) for base in data.get("base_models", ()))
    if folder in ("models", "families"):
        yield from (("datasets", each) for component in data.get("components", {}).values() for each in component.get("datasets", ()))
    if folder == "datasets":
        yield from (("datasets", each) for each in data.get("derived_from", ()))
