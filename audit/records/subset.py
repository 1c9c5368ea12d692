"""A few models with all that an answer about them rests on.

A question about it does not wait for a thousand other records: reading all of them would take
three times as long as the whole answer.
"""

import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from audit.core.errors import InvalidRecordsError, Problem, UsageError
from audit.core.json_files import MAX_RECORD_BYTES
from audit.core.json_folders import find_json_files, refuse_links
from audit.records.load import build_registry
from audit.records.model import Model
from audit.records.model_names import KnownNames, resolve_model_name
from audit.records.read import RECORD_FOLDERS, RawRecord, read_record
from audit.records.references import find_cross_record_problems
from audit.records.registry import Registry

RecordKey = tuple[str, str]
"""Folder and id."""
EARLIER_NAME_KEYS = (b'"former_ids"', b'"other_names"')


def load_model_closure(root: Path, name: str) -> tuple[Model, Registry]:
    """The model that a name means, with every record that its answer rests on.

    Those are its family, every license, its chain of bases, and the datasets of all of them.

    Raises UsageError, with the nearest names, for an unknown model; InvalidRecordsError when one
    of these records is wrong.
    """
    (model,), registry = load_models_closure(root, (name,))
    return model, registry


def load_models_closure(root: Path, names: Sequence[str]) -> tuple[tuple[Model, ...], Registry]:
    """The models of these ids, in their order, with every record that answers rest on.

    Without any name, the licenses alone. Raises the errors of `load_model_closure`.
    """
    if root.is_dir():
        refuse_links(root)
    ids = [_find_model_id(name, root) for name in names]
    records = _read_closure(root, ids)
    registry = build_registry(records)
    _require_no_problems(_check_references(records, registry, root))
    return tuple(registry.models[id] for id in ids), registry


def _check_references(records: list[RawRecord], registry: Registry, root: Path) -> list[Problem]:
    """Against the ids of all files: what was not read is there."""
    known = {folder: _list_record_ids(root, folder) for folder in RECORD_FOLDERS}
    contents = {record.ref: record.data for record in records}
    return find_cross_record_problems(registry, contents, root.name, known)


def _require_no_problems(problems: list[Problem]) -> None:
    if problems:
        raise InvalidRecordsError(problems)


def _read_closure(root: Path, ids: Sequence[str]) -> list[RawRecord]:
    """Records of models and all that they need, in the order of files.

    Raises InvalidRecordsError.
    """
    found: dict[RecordKey, RawRecord] = {}
    problems: list[Problem] = []
    waiting = [*(("models", id) for id in ids), *_list_licenses(root)]
    while waiting:
        key = waiting.pop()
        if key in found:
            continue
        record, wrong = _read_where_present(root, *key)
        problems += wrong
        if record and not wrong:
            found[key] = record
            waiting += _list_needed_records(record.folder, record.data)
    _require_no_problems(problems)
    return [found[key] for key in sorted(found)]


def _read_where_present(root: Path, folder: str, id: str) -> tuple[RawRecord | None, list[Problem]]:
    """The record and its problems; nothing where it is missing, which its referrer is told of."""
    path = f"{id}.json"
    if not os.path.lexists(root / folder / path):
        return None, []
    return read_record(root, folder, tuple(path.split("/")))


def _list_licenses(root: Path) -> list[RecordKey]:
    ids = sorted(path.stem for path in (root / "licenses").glob("*.json"))
    return [("licenses", id) for id in ids]


def _list_record_ids(root: Path, folder: str) -> set[str]:
    paths = map("/".join, find_json_files(root / folder))
    return {path.removesuffix(".json") for path in paths}


def _find_model_id(name: str, root: Path) -> str:
    ids = sorted(_list_record_ids(root, "models"))
    if not ids:
        where = f"{root.name}/models/<owner>/<name>.json"
        raise UsageError(f"{root}: holds no model records; expected files such as {where}")
    if name in ids:
        return name
    former = _read_earlier_names(root, ids)
    try:
        return resolve_model_name(name, KnownNames(ids, former))
    except UsageError:
        # Only now is it worth reading every record: a family is told apart from a mistake.
        return resolve_model_name(name, KnownNames(ids, former, _read_families(root, ids)))


def _read_earlier_names(root: Path, ids: Sequence[str]) -> dict[str, str]:
    """Ids of today by other names. Of a thousand files, only those that hold one are parsed."""
    former: dict[str, str] = {}
    for id in ids:
        if _may_have_earlier_names(root / "models" / f"{id}.json"):
            former |= dict.fromkeys(_list_earlier_names(_read_data(root, id)), id)
    return former


def _may_have_earlier_names(path: Path) -> bool:
    """Whether the text says so; what is no plain file of a record's size is not opened."""
    found = path.lstat()
    if not stat.S_ISREG(found.st_mode) or found.st_size > MAX_RECORD_BYTES:
        return False
    content = path.read_bytes()
    return any(key in content for key in EARLIER_NAME_KEYS)


def _read_families(root: Path, ids: Sequence[str]) -> dict[str, list[str]]:
    """Ids of models by family."""
    families: dict[str, list[str]] = {}
    for id in ids:
        family = _read_data(root, id).get("family")
        if family:
            families.setdefault(family, []).append(id)
    return families


def _read_data(root: Path, id: str) -> Any:
    """A record that is right; what is wrong with others is said where they are needed."""
    record, wrong = read_record(root, "models", tuple(f"{id}.json".split("/")))
    return {} if record is None or wrong else record.data


def _list_earlier_names(data: Any) -> Iterator[str]:
    """Ids of before, and other names of the repository."""
    yield from data.get("former_ids", ())
    for other in data.get("other_names", ()):
        yield other["name"]


def _list_needed_records(folder: str, data: Any) -> Iterator[RecordKey]:
    """The records that one points to."""
    if folder == "models":
        yield from _list_ancestors(data)
    if folder in ("models", "families"):
        yield from _list_component_datasets(data)
    if folder == "datasets":
        for dataset in data.get("derived_from", ()):
            yield "datasets", dataset


def _list_ancestors(model: Any) -> Iterator[RecordKey]:
    """A model's family and its bases."""
    if model.get("family"):
        yield "families", model["family"]
    for base in model.get("base_models", ()):
        yield "models", base["id"]


def _list_component_datasets(data: Any) -> Iterator[RecordKey]:
    for component in data.get("components", {}).values():
        for dataset in component.get("datasets", ()):
            yield "datasets", dataset
