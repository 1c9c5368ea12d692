"""The difference of two sets of terms, line by line: conditions added, removed, or with another number."""

from collections.abc import Iterator

from audit.licenses.expression import BadExpression
from audit.licenses.terms import Clause, Terms, terms_of
from audit.records.model import Registry, placed

MAX_LINES = 20
MAX_CHARACTERS = 600
_FREEDOMS = ("use", "study", "modify", "share")


def terms_change(before: str | None, after: str | None, registry: Registry) -> tuple[str, ...]:
    """Lines for a person; none where one side is not known."""
    if before is None or after is None:
        return ()
    try:
        old, new = terms_of(before, registry), terms_of(after, registry)
    except BadExpression:
        return ()
    lines = [_short(each) for each in (*_freedoms(old, new), *_clauses(old, new))]
    more = len(lines) - MAX_LINES
    return tuple(lines if more <= 0 else [*lines[:MAX_LINES], f"… and {more} more"])


def _short(line: str) -> str:
    return line if len(line) <= MAX_CHARACTERS else f"{line[:MAX_CHARACTERS]}…"


def _freedoms(old: Terms, new: Terms) -> Iterator[str]:
    for name, was, now in zip(_FREEDOMS, old.freedoms, new.freedoms, strict=True):
        if was != now:
            yield f"freedom to {name}: {was} → {now}"


def _clauses(old: Terms, new: Terms) -> Iterator[str]:
    was, now = _by_kind(old), _by_kind(new)
    for kind in [*was, *(kind for kind in now if kind not in was)]:
        before, after = was.get(kind, []), now.get(kind, [])
        if len(before) == len(after):
            yield from (line for a, b in zip(before, after, strict=True) for line in _parameters(a, b))
            continue
        known = [each.condition.parameters for each in before]
        kept = [each.condition.parameters for each in after]
        yield from (f"new {_said(each)}" for each in after if each.condition.parameters not in known)
        yield from (f"no longer {_said(each)}" for each in before if each.condition.parameters not in kept)


def _by_kind(terms: Terms) -> dict[str, list[Clause]]:
    found: dict[str, list[Clause]] = {}
    for clause in terms.clauses:
        found.setdefault(clause.condition.kind, []).append(clause)
    return found


def _parameters(before: Clause, after: Clause) -> Iterator[str]:
    old, new = before.condition.parameters, after.condition.parameters
    for name in sorted({*old, *new}):
        if old.get(name) != new.get(name):
            yield f"{after.condition.kind}, {name}: {_value(old.get(name))} → {_value(new.get(name))} ({placed(after.condition.section)})"


def _value(value: object) -> str:
    if isinstance(value, bool) or value is None:
        return {True: "yes", False: "no", None: "not stated"}[value]
    if isinstance(value, int):
        return f"{value:,}"
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _said(clause: Clause) -> str:
    return f"{clause.condition.kind}: {clause.condition.summary} ({placed(clause.condition.section)})"
