"""The difference of two sets of terms: freedoms, and clauses that came, went or changed.

The one comparison behind findings, issues and pages; each says it in its own words.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from audit.licenses.terms import EffectiveTerms, LicenseClause
from audit.records.license import Freedom

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
