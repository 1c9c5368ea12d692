"""What differs between two states of the records, fact by fact, each with its evidence. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from audit.records.json_paths import format_json_path

ChangeKind = Literal["added", "changed", "removed"]
RecordsByRef = Mapping[str, Any]
"""The JSON of each record by reference."""
IGNORED_KEYS = frozenset({"$schema", "id"})

CITING_KEYS = frozenset({"evidence", "followed", "set_aside"})
"""Keys that say where a value was read, and are no facts of their own."""


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
class _CitedValue:
    value: str
    evidence: tuple[str, ...]


_FactsByPath = Mapping[str, _CitedValue]


def compare_records(before: RecordsByRef, after: RecordsByRef) -> list[RecordChange]:
    """Every record that differs, by reference."""
    return [
        _compare_record(ref, before.get(ref), after.get(ref))
        for ref in sorted({*before, *after})
        if before.get(ref) != after.get(ref)
    ]


def _compare_record(ref: str, before: Any, after: Any) -> RecordChange:
    facts = _compare_facts(dict(_list_facts(before)), dict(_list_facts(after)))
    return RecordChange(
        ref, _classify_change(before, after), facts, _find_new_sources(before, after)
    )


def _find_new_sources(before: Any, after: Any) -> tuple[tuple[str, str], ...]:
    """Key and address of the evidence that the record did not have before."""
    known = _map_sources(before).values()
    return tuple((key, url) for key, url in _map_sources(after).items() if url not in known)


def _compare_facts(old: _FactsByPath, new: _FactsByPath) -> tuple[FactChange, ...]:
    """The facts that differ, those of the new state first."""
    paths = dict.fromkeys([*new, *old])
    changed = [path for path in paths if old.get(path) != new.get(path)]
    return tuple(_compare_fact(path, old.get(path), new.get(path)) for path in changed)


def _classify_change(before: Any, after: Any) -> ChangeKind:
    if before is None:
        return "added"
    return "removed" if after is None else "changed"


def _map_sources(record: Any) -> dict[str, str]:
    """The addresses of a record's evidence by key; none for a record that is not there."""
    return {key: row["url"] for key, row in (record or {}).get("evidence", {}).items()}


def _compare_fact(path: str, old: _CitedValue | None, new: _CitedValue | None) -> FactChange:
    if old and new:
        return FactChange(path, old.value, new.value, new.evidence, old.evidence == new.evidence)
    shown = new or old
    return FactChange(path, _get_value(old), _get_value(new), shown.evidence if shown else ())


def _get_value(cited: _CitedValue | None) -> str | None:
    return cited.value if cited else None


def _list_facts(record: Any) -> Iterator[tuple[str, _CitedValue]]:
    if record is None:
        return
    table = record.get("evidence", {})
    for key, value in record.items():
        if key not in IGNORED_KEYS and key != "evidence":
            yield from _walk_facts(value, (key,), (), table)


def _walk_facts(
    value: Any, parts: tuple[str | int, ...], cited: tuple[str, ...], table: Mapping[str, Any]
) -> Iterator[tuple[str, _CitedValue]]:
    """Leaves, each with the evidence of the nearest holder that cites some."""
    if _is_leaf(value):
        yield format_json_path(parts), _CitedValue(_format_value(value), _find_urls(cited, table))
        return
    cited = _find_own_citations(value) or cited
    for part, inner in _list_inner_values(value):
        yield from _walk_facts(inner, (*parts, part), cited, table)


def _find_urls(keys: Iterable[str], table: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(table[key]["url"] for key in keys if key in table)


def _find_own_citations(holder: Any) -> tuple[str, ...]:
    """Keys of the evidence that an object cites for all that is in it; none for a list."""
    if not isinstance(holder, dict):
        return ()
    return tuple(holder.get("evidence") or holder.get("followed") or ())


def _is_leaf(value: Any) -> bool:
    """A list of plain values is one fact."""
    if isinstance(value, list):
        return not any(isinstance(item, dict) for item in value)
    return not isinstance(value, dict)


def _list_inner_values(value: Any) -> Iterator[tuple[str | int, Any]]:
    if isinstance(value, list):
        yield from enumerate(value)
        return
    for key, inner in value.items():
        if key not in CITING_KEYS:
            yield key, inner


def _format_value(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_format_value(item) for item in value) or "(empty list)"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "null" if value is None else str(value)
