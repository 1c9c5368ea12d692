"""What changed between two bills of materials, whatever their formats."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from audit.publish.bom.entries import BomEntry, EntryKind

Change = Literal["added", "removed", "changed"]


@dataclass(frozen=True)
class FieldChange:
    """One thing that is said otherwise."""

    field: str
    before: str
    """Empty where the older bill says nothing."""
    after: str


@dataclass(frozen=True)
class EntryChange:
    """A package that one of two bills lacks, or of which they say different things."""

    change: Change
    kind: EntryKind
    name: str
    fields: tuple[FieldChange, ...] = ()


def compare_boms(old: Sequence[BomEntry], new: Sequence[BomEntry]) -> list[EntryChange]:
    """The differences, in alphabetical order within each kind.

    What one of the bills lists at several versions is compared version by version.
    """
    repeated = _find_repeated(old) | _find_repeated(new)
    before, after = _map_entries(old, repeated), _map_entries(new, repeated)
    found = (_compare(before.get(key), after.get(key)) for key in sorted({*before, *after}))
    return [each for each in found if each is not None]


def _find_repeated(entries: Sequence[BomEntry]) -> set[tuple[str, str]]:
    counts = Counter(entry.key for entry in entries)
    return {key for key, count in counts.items() if count > 1}


def _map_entries(
    entries: Sequence[BomEntry], repeated: Collection[tuple[str, str]]
) -> Mapping[tuple[str, ...], BomEntry]:
    return {
        (*entry.key, entry.version if entry.key in repeated else ""): entry for entry in entries
    }


def _compare(old: BomEntry | None, new: BomEntry | None) -> EntryChange | None:
    if old and new:
        fields = tuple(_compare_fields(old, new))
        return EntryChange("changed", new.kind, new.name, fields) if fields else None
    if new:
        return EntryChange("added", new.kind, new.name, tuple(_compare_stated(_NOTHING, new)))
    if old:
        return EntryChange("removed", old.kind, old.name, tuple(_compare_stated(old, _NOTHING)))
    return None


_NOTHING = BomEntry("other", "")


def _compare_fields(old: BomEntry, new: BomEntry) -> Iterator[FieldChange]:
    """What both say; what the registry says, where both bills were written by it."""
    yield from _compare_stated(old, new)
    if old.facts and new.facts:
        for name in sorted({*old.facts, *new.facts}):
            yield from _compare_field(name, _join_fact(old, name), _join_fact(new, name))


def _compare_stated(old: BomEntry, new: BomEntry) -> Iterator[FieldChange]:
    yield from _compare_field("version", old.version, new.version)
    yield from _compare_field("license", old.license, new.license)


def _join_fact(entry: BomEntry, name: str) -> str:
    return ", ".join(entry.facts.get(name, ()))


def _compare_field(field: str, before: str, after: str) -> Iterator[FieldChange]:
    if before != after:
        yield FieldChange(field, before, after)
