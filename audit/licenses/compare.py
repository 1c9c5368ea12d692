"""Direction of a change of terms, by freedoms and conditions as data. It never reads prose."""

from collections.abc import Iterator, Mapping
from typing import Literal

from audit.licenses.clause_strictness import (
    EFFECT_HARSHNESS,
    is_exception_kept,
    rank_harshness,
)
from audit.licenses.condition_kind import ConditionKind
from audit.licenses.conditions import find_condition_kind
from audit.licenses.expression import InvalidExpressionError
from audit.licenses.terms import (
    FREEDOM_RANK,
    EffectiveTerms,
    LicenseClause,
    evaluate_open_terms,
    list_alternative_terms,
)
from audit.records.license import LicenseCondition
from audit.records.registry import Registry

Direction = Literal["more-closed", "more-open", "neutral", "unreviewed"]
Alternatives = tuple[EffectiveTerms, ...]
"""Terms between which the licensee may choose, at least one."""


def compare_expressions(before: str | None, after: str | None, registry: Registry) -> Direction:
    """Direction from one license expression to another.

    `unreviewed` where either is unknown, names a license that the registry does not hold or that
    nobody has read, where a clause is not understood, or where each gives something that the other
    withholds.
    """
    if before == after:
        return "neutral"
    if before is None or after is None:
        return "unreviewed"
    try:
        old = list_alternative_terms(before, registry)
        new = list_alternative_terms(after, registry)
    except InvalidExpressionError:
        return "unreviewed"
    return compare_alternatives(old, new)


def compare_alternatives(before: Alternatives, after: Alternatives) -> Direction:
    """Direction where the licensee may choose.

    More open when whatever could be chosen before is matched or bettered after.
    """
    if not all(map(_is_read, (*before, *after))):
        return "unreviewed"
    is_all_kept = _are_all_matched(before, after)
    is_nothing_gained = _are_all_matched(after, before)
    if is_all_kept and is_nothing_gained:
        return "neutral"
    if is_all_kept:
        return "more-open"
    return "more-closed" if is_nothing_gained else _compare_headlines(before, after)


def _are_all_matched(wanted: Alternatives, choices: Alternatives) -> bool:
    return all(_is_matched(terms, choices) for terms in wanted)


def rank_commercial_freedom(terms: EffectiveTerms) -> int:
    """How free commerce is, from 0 to 6.

    0 nothing is granted, 1 commerce or use outside research is forbidden, 2 it needs a license,
    3 it needs a registration, 4 it is free within limits, 5 it is free for any purpose on
    conditions, 6 the terms are open.
    """
    if terms.use == "no":
        return 0
    withheld, registration = _measure_hurdles(terms)
    if withheld >= EFFECT_HARSHNESS["forbidden"]:
        return 1
    if withheld >= EFFECT_HARSHNESS["needs-license"]:
        return 2
    if registration >= EFFECT_HARSHNESS["needs-license"]:
        return 3
    if evaluate_open_terms(terms) == "yes":
        return 6
    return 5 if set(terms.freedoms) == {"yes"} else 4


def _measure_hurdles(terms: EffectiveTerms) -> tuple[int, int]:
    """The harshest effect of clauses that withhold uses, and of those that ask to register."""
    withheld = registration = 0
    for kind, condition in _list_weighty_clauses(terms):
        harshness = rank_harshness(condition.parameters)
        if kind.withheld_use:
            withheld = max(withheld, harshness)
        if kind.is_registration:
            registration = max(registration, harshness)
    return withheld, registration


def _is_read(terms: EffectiveTerms) -> bool:
    """Whether each freedom was read and each clause is understood."""
    is_understood = all(find_condition_kind(clause.condition) for clause in terms.clauses)
    return is_understood and "unknown" not in terms.freedoms


def _is_matched(wanted: EffectiveTerms, choices: Alternatives) -> bool:
    """Whether one of the choices grants what is wanted and demands nothing more."""
    return any(_is_at_least_as_open(wanted, terms) for terms in choices)


def _is_at_least_as_open(old: EffectiveTerms, new: EffectiveTerms) -> bool:
    """Whether `new` grants whatever `old` grants and demands nothing more."""
    if set(old.freedoms) == {"no"}:
        return True
    for was, now in zip(old.freedoms, new.freedoms, strict=True):
        if FREEDOM_RANK[now] < FREEDOM_RANK[was]:
            return False
    return all(_is_demanded(condition, kind, old) for kind, condition in _list_weighty_clauses(new))


def _is_demanded(condition: LicenseCondition, kind: ConditionKind, terms: EffectiveTerms) -> bool:
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


def _compare_headlines(before: Alternatives, after: Alternatives) -> Direction:
    """Direction where neither side gives all that the other gives: by what matters most to most.

    First how free commerce is; then whether kinds of clauses only went or grew milder, or only
    came or grew harsher.
    """
    was = max(map(rank_commercial_freedom, before))
    now = max(map(rank_commercial_freedom, after))
    if was != now:
        return "more-open" if now > was else "more-closed"
    if len(before) > 1 or len(after) > 1:
        return "unreviewed"
    return _compare_harshness(before[0], after[0])


def _compare_harshness(before: EffectiveTerms, after: EffectiveTerms) -> Direction:
    old, new = _find_harshest_effects(before), _find_harshest_effects(after)
    is_harsher = _has_harsher_kind(old, new)
    if is_harsher == _has_harsher_kind(new, old):
        return "unreviewed"
    return "more-closed" if is_harsher else "more-open"


def _has_harsher_kind(old: Mapping[str, int], new: Mapping[str, int]) -> bool:
    """Whether some kind of clause came or grew harsher."""
    return any(harshness > old.get(kind, -1) for kind, harshness in new.items())


def _find_harshest_effects(terms: EffectiveTerms) -> dict[str, int]:
    found: dict[str, int] = {}
    for kind, condition in _list_weighty_clauses(terms):
        harshness = rank_harshness(condition.parameters)
        found[kind.id] = max(found.get(kind.id, -1), harshness)
    return found


def _list_weighty_clauses(
    terms: EffectiveTerms,
) -> Iterator[tuple[ConditionKind, LicenseCondition]]:
    """The clauses with their kinds, without those that every open license has."""
    for clause in terms.clauses:
        kind = find_condition_kind(clause.condition)
        if kind and not kind.is_weightless(clause.condition):
            yield kind, clause.condition
