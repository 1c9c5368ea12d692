"""The difference of two sets of terms: freedoms, and clauses that came, went or changed.

The one comparison behind findings, issues and pages; each says it in its own words.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from audit.licenses.expression import InvalidExpressionError
from audit.licenses.terms import EffectiveTerms, LicenseClause, find_best_terms
from audit.records.license import Freedom, format_section
from audit.records.registry import Registry

MAX_TERMS_CHANGE_LINES = 20
MAX_TERMS_CHANGE_CHARACTERS = 600
_FREEDOM_NAMES = ("use", "study", "modify", "share")


@dataclass(frozen=True)
class FreedomChange:
    """A freedom that is granted otherwise."""

    name: str
    before: Freedom
    after: Freedom


@dataclass(frozen=True)
class ParameterChange:
    """A number or switch of a clause that is another one now; None where it is not stated."""

    clause: LicenseClause
    """The clause as it is now."""
    name: str
    before: object
    after: object


@dataclass(frozen=True)
class ClauseChange:
    """What became of the clauses of one kind. A clause that both sides have is left out."""

    kind: str
    added: tuple[LicenseClause, ...]
    removed: tuple[LicenseClause, ...]

    def list_parameter_changes(self) -> list[ParameterChange]:
        """What changed, where as many clauses went as came, so that each became another."""
        if len(self.added) != len(self.removed):
            return []
        changes: list[ParameterChange] = []
        for was, now in zip(self.removed, self.added, strict=True):
            changes += _compare_parameters(was, now)
        return changes


@dataclass(frozen=True)
class TermsDiff:
    """All that differs between two sets of terms."""

    freedoms: tuple[FreedomChange, ...]
    added: tuple[LicenseClause, ...]
    """Clauses of the new terms that the old ones lack, with these parameters, in their order."""
    removed: tuple[LicenseClause, ...]
    kinds: tuple[str, ...]
    """Every kind of clause that either has, as the old terms and then the new ones order them."""

    def group_by_kind(self) -> list[ClauseChange]:
        """The clauses that came or went, by kind."""
        changes = [
            ClauseChange(kind, _select_kind(self.added, kind), _select_kind(self.removed, kind))
            for kind in self.kinds
        ]
        return [change for change in changes if change.added or change.removed]


def compare_terms(old: EffectiveTerms, new: EffectiveTerms) -> TermsDiff:
    """What differs. Two clauses are the same when their kind and parameters are."""
    granted = zip(_FREEDOM_NAMES, old.freedoms, new.freedoms, strict=True)
    freedoms = tuple(FreedomChange(name, was, now) for name, was, now in granted if was != now)
    kinds = dict.fromkeys(clause.condition.kind for clause in (*old.clauses, *new.clauses))
    return TermsDiff(freedoms, _list_lacking(new, old), _list_lacking(old, new), tuple(kinds))


def _compare_parameters(was: LicenseClause, now: LicenseClause) -> list[ParameterChange]:
    old, new = was.condition.parameters, now.condition.parameters
    return [
        ParameterChange(now, name, old.get(name), new.get(name))
        for name in sorted({*old, *new})
        if old.get(name) != new.get(name)
    ]


def _select_kind(clauses: Iterable[LicenseClause], kind: str) -> tuple[LicenseClause, ...]:
    return tuple(clause for clause in clauses if clause.condition.kind == kind)


def _list_lacking(terms: EffectiveTerms, other: EffectiveTerms) -> tuple[LicenseClause, ...]:
    """The clauses of the terms that the other ones do not have."""
    known = [_read_content(clause) for clause in other.clauses]
    return tuple(clause for clause in terms.clauses if _read_content(clause) not in known)


def _read_content(clause: LicenseClause) -> tuple[str, Mapping[str, object]]:
    """What makes two clauses the same, whichever license they come from."""
    return clause.condition.kind, clause.condition.parameters


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
    diff = compare_terms(old, new)
    return _limit_lines([_shorten_line(line) for line in _describe_diff(diff)])


def _limit_lines(lines: Sequence[str]) -> tuple[str, ...]:
    more = len(lines) - MAX_TERMS_CHANGE_LINES
    if more <= 0:
        return tuple(lines)
    return (*lines[:MAX_TERMS_CHANGE_LINES], f"… and {more} more")


def _shorten_line(line: str) -> str:
    if len(line) <= MAX_TERMS_CHANGE_CHARACTERS:
        return line
    return f"{line[:MAX_TERMS_CHANGE_CHARACTERS]}…"


def _describe_diff(diff: TermsDiff) -> Iterator[str]:
    for freedom in diff.freedoms:
        yield f"freedom to {freedom.name}: {freedom.before} → {freedom.after}"
    for clauses in diff.group_by_kind():
        yield from _describe_clauses(clauses)


def _describe_clauses(change: ClauseChange) -> Iterator[str]:
    parameters = change.list_parameter_changes()
    if parameters:
        yield from map(_format_parameter_change, parameters)
        return
    yield from (f"new {_format_clause(clause)}" for clause in change.added)
    yield from (f"no longer {_format_clause(clause)}" for clause in change.removed)


def _format_parameter_change(change: ParameterChange) -> str:
    condition = change.clause.condition
    values = f"{format_parameter(change.before)} → {format_parameter(change.after)}"
    return f"{condition.kind}, {change.name}: {values} ({format_section(condition.section)})"


def format_parameter(value: object) -> str:
    """A number or switch of a clause, in words."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None:
        return "not stated"
    if isinstance(value, int):
        return f"{value:,}"
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _format_clause(clause: LicenseClause) -> str:
    condition = clause.condition
    return f"{condition.kind}: {condition.summary} ({format_section(condition.section)})"
