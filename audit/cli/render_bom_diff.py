"""The difference of two bills of materials as people read it."""

from collections.abc import Iterator, Mapping, Sequence

from audit.core.escape import sanitize_line
from audit.publish.bom.diff import Change, EntryChange, FieldChange

_SIGNS: Mapping[Change, str] = {"added": "+", "removed": "-", "changed": "~"}
_KIND_WORDS = {"model": "model", "dataset": "dataset", "other": "package"}


def render_bom_diff(changes: Sequence[EntryChange]) -> str:
    """A line for each package, below it what is said otherwise."""
    if not changes:
        return "The two bills list the same, in the same words."
    return "\n".join(line for change in changes for line in _list_lines(change))


def _list_lines(change: EntryChange) -> Iterator[str]:
    kind = _KIND_WORDS[change.kind]
    yield f"{_SIGNS[change.change]} {kind} {sanitize_line(change.name)}"
    for field in change.fields:
        yield f"    {field.field}: {_describe(field, change.change)}"


def _describe(field: FieldChange, change: Change) -> str:
    before, after = (sanitize_line(each) or "not stated" for each in (field.before, field.after))
    if change == "added":
        return after
    return before if change == "removed" else f"{before} -> {after}"
