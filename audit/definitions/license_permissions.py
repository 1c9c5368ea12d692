"""What a license expression makes of an intended use, whatever model stands under it."""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from audit.definitions.deciding_clauses import (
    DecidingClause,
    build_condition_clause,
    build_freedom_clause,
)
from audit.licenses.clause_effects import is_field_named
from audit.licenses.condition_kind import ConditionKind
from audit.licenses.conditions import CONDITION_KINDS, find_condition_kind, judge_clause
from audit.licenses.fields_of_use import find_field
from audit.licenses.terms import EXPRESSION_CACHE_SIZE, EffectiveTerms, list_alternative_terms
from audit.licenses.uses import (
    GUARDRAIL_FIELD,
    IntendedUse,
    Permission,
    find_least_permission,
    rank_permission,
)
from audit.records.license import License, LicenseCondition
from audit.records.registry import Registry

USE_POLICY = "acceptable-use-policy"
FIELD_OF_USE = "field-of-use"
GUARDRAILS = "guardrails"
CACHE_SIZE = 65536
"""Answers kept: thousands of models share a few dozen expressions, and few uses are asked about."""
_ConditionEffects = Sequence[tuple[LicenseCondition, Permission | None]]
"""The clauses of a license, each with what it makes of a use."""
_ConditionKinds = Sequence[tuple[LicenseCondition, ConditionKind | None]]
"""The same with what the table of kinds knows about each."""


@lru_cache(maxsize=CACHE_SIZE)
def find_license_clauses(
    expression: str, use: IntendedUse, modalities: tuple[str, ...], registry: Registry
) -> tuple[DecidingClause, ...]:
    """The clauses of the alternative that allows the most, with the fewest clauses.

    They name no model yet. Raises InvalidExpressionError.
    """
    alternatives = list_alternative_terms(expression, registry)
    choices = [_collect_terms_clauses(terms, use, modalities, registry) for terms in alternatives]
    return max(choices, key=_rank_choice)


@lru_cache(maxsize=CACHE_SIZE)
def find_license_permission(
    expression: str, use: IntendedUse, modalities: tuple[str, ...], registry: Registry
) -> Permission:
    """What these clauses allow together. Raises InvalidExpressionError."""
    clauses = find_license_clauses(expression, use, modalities, registry)
    return find_least_permission(clause.effect for clause in clauses)


def _rank_choice(clauses: tuple[DecidingClause, ...]) -> tuple[int, int]:
    least = find_least_permission(clause.effect for clause in clauses)
    return rank_permission(least), -len(clauses)


def _collect_terms_clauses(
    terms: EffectiveTerms, use: IntendedUse, modalities: tuple[str, ...], registry: Registry
) -> tuple[DecidingClause, ...]:
    """The clauses of licenses that apply together."""
    clauses: list[DecidingClause] = []
    for id in terms.licenses:
        license = registry.licenses[id]
        clauses += _collect_freedom_clauses(license, use)
        clauses += _collect_condition_clauses(license, use, modalities, registry)
    return tuple(clauses)


def _collect_freedom_clauses(license: License, use: IntendedUse) -> Iterator[DecidingClause]:
    """The freedoms that the use needs and that the license withholds, or that nobody has read."""
    for freedom in _list_needed_freedoms(use):
        granted = license.freedoms[freedom]
        if granted == "no":
            words = f"The license does not let you {freedom} it."
            yield build_freedom_clause(license, freedom, words, "forbidden")
        elif granted == "unknown":
            words = f"Nobody has read whether the license lets you {freedom} it."
            yield build_freedom_clause(license, freedom, words, "unknown")


def _list_needed_freedoms(use: IntendedUse) -> Iterator[str]:
    yield "use"
    if use.fine_tune:
        yield "modify"
    if use.redistribute:
        yield "share"


def _collect_condition_clauses(
    license: License, use: IntendedUse, modalities: tuple[str, ...], registry: Registry
) -> Iterator[DecidingClause]:
    effects = [
        (condition, judge_clause(condition, kind, use, modalities))
        for condition, kind in _pair_conditions_with_kinds(license.id, registry)
    ]
    is_below = _is_below_thresholds(effects)
    is_unread_field = _is_field_left_to_policy(license.conditions, use)
    for condition, effect in effects:
        if effect is None or (is_below and condition.parameters.get("only_above_thresholds")):
            continue
        is_unread = is_unread_field and condition.kind == USE_POLICY
        yield build_condition_clause(license, condition, "unknown" if is_unread else effect)


@lru_cache(maxsize=EXPRESSION_CACHE_SIZE)
def _pair_conditions_with_kinds(id: str, registry: Registry) -> _ConditionKinds:
    conditions = registry.licenses[id].conditions
    return tuple((condition, find_condition_kind(condition)) for condition in conditions)


def _is_below_thresholds(effects: _ConditionEffects) -> bool:
    return all(effect is None for condition, effect in effects if _is_threshold(condition))


def _is_threshold(condition: LicenseCondition) -> bool:
    kind = CONDITION_KINDS.get(condition.kind)
    return kind is not None and kind.is_threshold


def _is_field_left_to_policy(conditions: Iterable[LicenseCondition], use: IntendedUse) -> bool:
    """Whether a field asked about is one that use policies name, and no recorded clause names it.

    What a policy says of fields that its record does not list is unread, unless the record says
    that it lists them all. A clause that names the field and only sets a duty was read too.
    """
    held = tuple(conditions)
    if any(condition.parameters.get("fields_listed") for condition in held):
        return False
    return any(_is_left_open(word, held) for word in use.fields)


def _is_left_open(word: str, conditions: tuple[LicenseCondition, ...]) -> bool:
    field = find_field(word)
    if field is None or field.is_ordinary:
        return False
    return not any(_is_decided_by(condition, field.id) for condition in conditions)


def _is_decided_by(condition: LicenseCondition, field: str) -> bool:
    if condition.kind == GUARDRAILS:
        return field == GUARDRAIL_FIELD
    return condition.kind == FIELD_OF_USE and is_field_named(condition, field)
