"""The difference of two sets of terms, line by line: conditions added, removed, or with another number."""

from collections.abc import Iterator

from audit.licenses.expression import InvalidExpressionError
from audit.licenses.terms import EffectiveTerms, LicenseClause, find_best_terms
from audit.records.model import Registry, format_section

MAX_TERMS_CHANGE_LINES = 20
MAX_TERMS_CHANGE_CHARACTERS = 600
_FREEDOM_NAMES = ("use", "study", "modify", "share")


def describe_terms_change(
    before: str | None, after: str | None, registry: Registry
) -> tuple[str, ...]:
    """Lines for a person; none where one side is not known."""
    if before is None or after is None:
        return ()
    try:
        old, new = find_best_terms(before, registry), find_best_terms(after, registry)
    except InvalidExpressionError:
        return ()
    lines = [
        _shorten_line(each)
        for each in (*_describe_freedom_changes(old, new), *_describe_clause_changes(old, new))
    ]
    more = len(lines) - MAX_TERMS_CHANGE_LINES
    return tuple(lines if more <= 0 else [*lines[:MAX_TERMS_CHANGE_LINES], f"… and {more} more"])


def _shorten_line(line: str) -> str:
    return (
        line
        if len(line) <= MAX_TERMS_CHANGE_CHARACTERS
        else f"{line[:MAX_TERMS_CHANGE_CHARACTERS]}…"
    )


def _describe_freedom_changes(old: EffectiveTerms, new: EffectiveTerms) -> Iterator[str]:
    for name, was, now in zip(_FREEDOM_NAMES, old.freedoms, new.freedoms, strict=True):
        if was != now:
            yield f"freedom to {name}: {was} → {now}"


def _describe_clause_changes(old: EffectiveTerms, new: EffectiveTerms) -> Iterator[str]:
    was, now = _group_clauses_by_kind(old), _group_clauses_by_kind(new)
    for kind in [*was, *(kind for kind in now if kind not in was)]:
        before, after = was.get(kind, []), now.get(kind, [])
        if len(before) == len(after):
            yield from (
                line
                for a, b in zip(before, after, strict=True)
                for line in _describe_parameter_changes(a, b)
            )
            continue
        known = [each.condition.parameters for each in before]
        kept = [each.condition.parameters for each in after]
        yield from (
            f"new {_format_clause(each)}"
            for each in after
            if each.condition.parameters not in known
        )
        yield from (
            f"no longer {_format_clause(each)}"
            for each in before
            if each.condition.parameters not in kept
        )


def _group_clauses_by_kind(terms: EffectiveTerms) -> dict[str, list[LicenseClause]]:
    found: dict[str, list[LicenseClause]] = {}
    for clause in terms.clauses:
        found.setdefault(clause.condition.kind, []).append(clause)
    return found


def _describe_parameter_changes(before: LicenseClause, after: LicenseClause) -> Iterator[str]:
    old, new = before.condition.parameters, after.condition.parameters
    for name in sorted({*old, *new}):
        if old.get(name) != new.get(name):
            yield f"{after.condition.kind}, {name}: {_format_value(old.get(name))} → {_format_value(new.get(name))} ({format_section(after.condition.section)})"


def _format_value(value: object) -> str:
    if isinstance(value, bool) or value is None:
        return {True: "yes", False: "no", None: "not stated"}[value]
    if isinstance(value, int):
        return f"{value:,}"
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _format_clause(clause: LicenseClause) -> str:
    return f"{clause.condition.kind}: {clause.condition.summary} ({format_section(clause.condition.section)})"
