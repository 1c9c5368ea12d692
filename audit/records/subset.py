"""One model with all that its answer rests on, so that a question about it does not wait for a thousand other records."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from audit.core.errors import InvalidRecords, Problem, UsageError
from audit.core.near_names import nearest
from audit.records.load import FOLDERS, RawRecord, build_registry, read_record
from audit.records.model import Model, Registry
from audit.records.references import cross_problems


def load_around(root: Path, name: str) -> tuple[Model, Registry]:
    """The model of this id in any case of letters, its family, every license, its chain of bases and the datasets of all of them.

    Raises UsageError, with the nearest names, for an unknown model; InvalidRecords when one of these records is wrong.
    """
    id = _found(name, root)
    raw: dict[tuple[str, str], RawRecord] = {}
    problems: list[Problem] = []
    waiting = [("models", id), *(("licenses", each.name.removesuffix(".json")) for each in sorted((root / "licenses").glob("*.json")))]
    while waiting:
        folder, wanted = waiting.pop()
        if (folder, wanted) in raw or not (root / folder / f"{wanted}.json").is_file():
            continue
        schema, depth = FOLDERS[folder]
        record, found = read_record(root, folder, (*wanted.split("/")[:-1], f"{wanted.split('/')[-1]}.json"), depth, schema)
        problems += found
        if record and not found:
            raw[folder, wanted] = record
            waiting += _needed(folder, record.data)
    if problems:
        raise InvalidRecords(problems)
    # The order of the files, as when everything is loaded.
    records = [raw[key] for key in sorted(raw)]
    registry = build_registry(records)
    known = {folder: _ids(root, folder) for folder in FOLDERS}
    problems = cross_problems(registry, {f"{each.folder}/{each.id}": each.data for each in records}, root.name, known)
    if problems:
        raise InvalidRecords(problems)
    return registry.models[id], registry


def _ids(root: Path, folder: str) -> set[str]:
    return {path.relative_to(root / folder).as_posix().removesuffix(".json") for path in (root / folder).rglob("*.json")}


def _found(name: str, root: Path) -> str:
    ids = sorted(_ids(root, "models"))
    if not ids:
        raise UsageError(f"{root}: holds no model records; expected files such as {root.name}/models/<owner>/<name>.json")
    id = name if name in ids else {each.lower(): each for each in ids}.get(name.lower())
    if id is None:
        raise UsageError(f"{name}: no such model in the registry{nearest(name, ids)}; write its id as owner/name")
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
