"""What differs between two states of the records, fact by fact, each with the evidence that stands next to it. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from audit.records.schema import json_path

ChangeKind = Literal["added", "changed", "removed"]
Records = Mapping[str, Any]
"""The JSON of each record by reference."""
QUIET = frozenset({"$schema", "id"})


@dataclass(frozen=True)
class FactChange:
    """One fact before and after; None where it was not there."""

    path: str
    before: str | None
    after: str | None
    evidence: tuple[str, ...]
    """Addresses that the fact cites now, or cited before it was removed."""
    same_evidence: bool = False
    """Another value by the same evidence: what was read otherwise than before?"""


@dataclass(frozen=True)
class RecordChange:
    """One record that a branch touches."""

    ref: str
    kind: ChangeKind
    facts: tuple[FactChange, ...]
    sources: tuple[tuple[str, str], ...]
    """Evidence that is new in the record: key and address."""


@dataclass(frozen=True)
class _Fact:
    value: str
    evidence: tuple[str, ...]


def record_changes(before: Records, after: Records) -> list[RecordChange]:
    """Every record that differs, by reference."""
    return [_change(ref, before.get(ref), after.get(ref)) for ref in sorted({*before, *after}) if before.get(ref) != after.get(ref)]


def _change(ref: str, before: Any, after: Any) -> RecordChange:
    kind: ChangeKind = "added" if before is None else "removed" if after is None else "changed"
    old, new = dict(_facts(before)), dict(_facts(after))
    changed = [path for path in dict.fromkeys([*new, *old]) if old.get(path) != new.get(path)]
    facts = tuple(_fact_change(path, old.get(path), new.get(path)) for path in changed)
    known = {row["url"] for row in (before or {}).get("evidence", {}).values()}
    sources = tuple((key, row["url"]) for key, row in (after or {}).get("evidence", {}).items() if row["url"] not in known)
    return RecordChange(ref, kind, facts, sources)


def _fact_change(path: str, old: _Fact | None, new: _Fact | None) -> FactChange:
    shown = new or old
    same = old is not None and new is not None and old.evidence == new.evidence
    return FactChange(path, old.value if old else None, new.value if new else None, shown.evidence if shown else (), same)


def _facts(record: Any) -> Iterator[tuple[str, _Fact]]:
    if record is None:
        return
    table = record.get("evidence", {})
    for key, value in record.items():
        if key not in QUIET and key != "evidence":
            yield from _walk(value, (key,), (), table)


def _walk(value: Any, parts: tuple[str | int, ...], cited: tuple[str, ...], table: Mapping[str, Any]) -> Iterator[tuple[str, _Fact]]:
    """Leaves, each with the evidence of the nearest holder that cites some."""
    if isinstance(value, dict):
        cited = tuple(value.get("evidence") or value.get("followed") or cited)
        for key, inner in value.items():
            if key not in ("evidence", "followed", "set_aside"):
                yield from _walk(inner, (*parts, key), cited, table)
    elif isinstance(value, list) and any(isinstance(each, dict) for each in value):
        for index, inner in enumerate(value):
            yield from _walk(inner, (*parts, index), cited, table)
    else:
        addresses = tuple(table[key]["url"] for key in cited if key in table)
        yield json_path(parts), _Fact(_plain(value), addresses)


def _plain(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_plain(each) for each in value) or "(empty list)"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "null" if value is None else str(value)
