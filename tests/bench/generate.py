"""Registries of any size, grown from the real one: the same records, copied under more owners, shaped as the real Hub is."""

import json
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

OWNER_GROWTH_POWER = 0.75
"""Owners grow as models to this power. Drawing parts of the real registry shows 0.3; more owners cost more, so this is the harder case."""


@dataclass(frozen=True)
class RecordCopies:
    """Which copies of which records a grown registry holds."""

    folder: str
    records: dict[str, str]
    """Text of each real record by id."""
    copies: list[tuple[str, str]]
    """(new id, id of the record that it copies)."""


def generate_registry(source: Path, target: Path, models: int) -> None:
    """Write a valid registry with so many models to `target`; datasets grow along. Licenses and families stay."""
    for folder in ("licenses", "families"):
        shutil.copytree(source / folder, target / folder, ignore=shutil.ignore_patterns("*.md"))
    real = _read_records(source / "models")
    datasets = _read_records(source / "datasets")
    grown = [
        _plan_copies("datasets", datasets, max(len(datasets), models * len(datasets) // len(real))),
        _plan_copies("models", _sample_records(real, models), models),
    ]
    for each in grown:
        for id, text in each.records.items():
            _write_record(target / each.folder / f"{id}.json", text)
        for new, old in each.copies:
            _write_record(
                target / each.folder / f"{new}.json", _rename_record(each.records[old], old, new)
            )


def _read_records(folder: Path) -> dict[str, str]:
    return {
        f"{path.parent.name}/{path.name.removesuffix('.json')}": path.read_text(encoding="utf-8")
        for path in sorted(folder.glob("*/*.json"))
    }


def _sample_records(real: dict[str, str], models: int) -> dict[str, str]:
    """Every so-manyth record where fewer are wanted than there are."""
    if models >= len(real):
        return real
    ids = sorted(real)
    return {
        ids[number * len(ids) // models]: real[ids[number * len(ids) // models]]
        for number in range(models)
    }


def _plan_copies(folder: str, real: dict[str, str], wanted: int) -> RecordCopies:
    return RecordCopies(folder, real, list(_list_copies(real, wanted)))


def _list_copies(real: dict[str, str], wanted: int) -> Iterator[tuple[str, str]]:
    """Copies in turn, given to owners until each has as many as its rank in a larger registry asks for."""
    ids = sorted(real)
    copied = [id for id in ids if not _has_own_base(id, real[id])]
    sizes = Counter(id.partition("/")[0] for id in ids)
    names = [name for name, _ in sizes.most_common()]
    number = 0
    for rank, size in enumerate(compute_owner_sizes(sorted(sizes.values(), reverse=True), wanted)):
        owner = names[rank] if rank < len(names) else f"owner-{rank}"
        for _ in range(size - sizes[owner]):
            if number == wanted - len(ids):
                return
            old = copied[number % len(copied)]
            yield f"{owner}/{old.partition('/')[2]}-x{number}", old
            number += 1


def _has_own_base(id: str, text: str) -> bool:
    """Whether a model has a base of its own maker, whose license grants what it likes: under another owner that would be a contradiction."""
    owner = id.partition("/")[0].lower()
    return any(
        base["id"].partition("/")[0].lower() == owner
        for base in json.loads(text).get("base_models", ())
    )


def compute_owner_sizes(real: list[int], wanted: int) -> list[int]:
    """Repositories per owner, largest first: the real curve over more owners, scaled until it holds as many as wanted."""
    owners = round(len(real) * max(1.0, wanted / sum(real)) ** OWNER_GROWTH_POWER)
    curve = [real[rank * len(real) // owners] for rank in range(owners)]
    low, high = 0.0, 1000.0
    for _ in range(60):
        scale = (low + high) / 2
        low, high = (
            (scale, high)
            if sum(max(1, int(scale * each)) for each in curve) < wanted
            else (low, scale)
        )
    return [max(1, int(high * each)) for each in curve]


def _rename_record(text: str, old: str, new: str) -> str:
    """The record under another id, its Hub repository and the addresses of it included."""
    repo = (json.loads(text).get("hub") or {}).get("repo", old)
    return re.sub(rf"(?<![\w.-])(?:{re.escape(old)}|{re.escape(repo)})(?![\w.-])", new, text)


def _write_record(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
