"""The clauses that make terms more open or more closed, and which clause covers which."""

from collections.abc import Iterator

from audit.licenses.clause_strictness import is_exception_kept, rank_harshness
from audit.licenses.condition_kind import ConditionKind
from audit.licenses.conditions import find_condition_kind
from audit.licenses.terms import EffectiveTerms, LicenseClause
from audit.records.license import LicenseCondition

KindAndClause = tuple[ConditionKind, LicenseClause]


def list_weighty_clauses(terms: EffectiveTerms) -> Iterator[KindAndClause]:
    """The clauses with their kinds, without those that every open license has."""
    for clause in terms.clauses:
        kind = find_condition_kind(clause.condition)
        if kind and not kind.is_weightless(clause.condition):
            yield kind, clause


def list_uncovered_clauses(terms: EffectiveTerms, other: EffectiveTerms) -> list[KindAndClause]:
    """The weighty clauses of the terms that demand more than any clause of the other ones."""
    return [
        (kind, clause)
        for kind, clause in list_weighty_clauses(terms)
        if not is_demanded(clause.condition, kind, other)
    ]


def is_demanded(condition: LicenseCondition, kind: ConditionKind, terms: EffectiveTerms) -> bool:
    """Whether some clause of the terms demands at least what this one does."""
    return any(_is_no_stricter(clause, condition, kind) for clause in terms.clauses)


def _is_no_stricter(clause: LicenseClause, new: LicenseCondition, kind: ConditionKind) -> bool:
    old = clause.condition
    if kind.is_duty_on_sharing and _is_ban_on_sharing(old):
        return True
    if old.kind != new.kind:
        return False
    if rank_harshness(new.parameters) > rank_harshness(old.parameters):
        return False
    if not is_exception_kept(old.parameters, new.parameters):
        return False
    return kind.is_no_stricter(old.parameters, new.parameters)


def _is_ban_on_sharing(condition: LicenseCondition) -> bool:
    """A ban that is at least as strict as any duty of whoever shares."""
    effect = condition.parameters.get("effect")
    return condition.kind == "redistribution" and effect == "forbidden"
