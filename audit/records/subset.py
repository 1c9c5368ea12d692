"""One model with all that its answer rests on, so that a question about it does not wait for a thousand other records."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from audit.core.errors import InvalidRecordsError, Problem, UsageError
from audit.core.near_names import format_near_names
from audit.records.load import RECORD_FOLDERS, RawRecord, build_registry, read_record
from audit.records.model import Model, Registry
from audit.records.references import find_cross_record_problems


def load_model_closure(root: Path, name: str) -> tuple[Model, Registry]:
    """The model of this id in any case of letters, its family, every license, its chain of bases and the datasets of all of them.

    Raises UsageError, with the nearest names, for an unknown model; InvalidRecords when one of these records is wrong.
    """
    id = _find_model_id(name, root)
    raw: dict[tuple[str, str], RawRecord] = {}
    problems: list[Problem] = []
    waiting = [
        ("models", id),
        *(
            ("licenses", each.name.removesuffix(".json"))
            for each in sorted((root / "licenses").glob("*.json"))
        ),
    ]
    while waiting:
        folder, wanted = waiting.pop()
        if (folder, wanted) in raw or not (root / folder / f"{wanted}.json").is_file():
            continue
        schema, depth = RECORD_FOLDERS[folder]
        record, found = read_record(
            root, folder, (*wanted.split("/")[:-1], f"{wanted.split('/')[-1]}.json"), depth, schema
        )
        problems += found
        if record and not found:
            raw[folder, wanted] = record
            waiting += _list_needed_records(folder, record.data)
    if problems:
        raise InvalidRecordsError(problems)
    # The order of the files, as when everything is loaded.
    records = [raw[key] for key in sorted(raw)]
    registry = build_registry(records)
    known = {folder: _list_record_ids(root, folder) for folder in RECORD_FOLDERS}
    problems = find_cross_record_problems(
        registry, {f"{each.folder}/{each.id}": each.data for each in records}, root.name, known
    )
    if problems:
        raise InvalidRecordsError(problems)
    return registry.models[id], registry


def _list_record_ids(root: Path, folder: str) -> set[str]:
    return {
        path.relative_to(root / folder).as_posix().removesuffix(".json")
        for path in (root / folder).rglob("*.json")
    }


def _find_model_id(name: str, root: Path) -> str:
    ids = sorted(_list_record_ids(root, "models"))
    if not ids:
        raise UsageError(
            f"{root}: holds no model records; expected files such as {root.name}/models/<owner>/<name>.json"
        )
    id = name if name in ids else {each.lower(): each for each in ids}.get(name.lower())
    if id is None:
        raise UsageError(
            f"{name}: no such model in the registry{format_near_names(name, ids)}; write its id as owner/name"
        )
    return id


def _list_needed_records(folder: str, data: Any) -> Iterator[tuple[str, str]]:
    """The records that one points to."""
    if folder == "models":
        if data.get("family"):
            yield "families", data["family"]
        yield from (("models", base["id"]) for base in data.get("base_models", ()))
    if folder in ("models", "families"):
        yield from (
            ("datasets", each)
            for component in data.get("components", {}).values()
            for each in component.get("datasets", ())
        )
    if folder == "datasets":
        yield from (("datasets", each) for each in data.get("derived_from", ()))
