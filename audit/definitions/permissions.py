"""May I use it for this? The answer, with each clause that decided it.

Terms as data, not legal advice.

The effective terms follow the chain of base models of other makers: a derivative of another's model
never gets more than its base. A lineage that nobody stated is named as an open question, and makes
the answer unknown where the name suggests whose model it is.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from audit.definitions.lineage import (
    Lineage,
    find_licensors,
    find_suggested_base,
    list_foreign_unrecorded_bases,
    trace_lineage,
)
from audit.definitions.rules import ComponentFacts, get_component_facts
from audit.licenses.clause_effects import is_field_named
from audit.licenses.conditions import CONDITION_KINDS, compute_clause_effect
from audit.licenses.expression import NO_LICENSE
from audit.licenses.fields_of_use import find_field
from audit.licenses.terms import EffectiveTerms, list_alternative_terms
from audit.licenses.uses import (
    IntendedUse,
    Permission,
    find_least_permission,
    rank_permission,
)
from audit.records.model import (
    Evidence,
    License,
    LicenseCondition,
    Model,
    Registry,
)

_WITHHELD_WORDS = "The weights are not released; use goes through the maker and the maker's terms."

USE_POLICY = "acceptable-use-policy"
FIELD_OF_USE = "field-of-use"

_UNRECORDED_WORDS = "The registry does not hold this base model, so its terms are unknown."
_SUGGESTED_WORDS = "The name suggests a base model ({}) of another maker, and no source states it."


_ConditionEffects = Sequence[tuple[LicenseCondition, Permission | None]]
"""The clauses of a license, each with what it makes of a use."""


@dataclass(frozen=True)
class DecidingClause:
    """A clause that bears on the intended use, and what it makes of it."""

    model: str
    """The model, or the base, whose license it is."""
    license: str
    section: str
    kind: str
    summary: str
    effect: Permission
    evidence: tuple[Evidence, ...] = ()
    parameters: Mapping[str, object] = field(default_factory=dict)
    """The clause's numbers and words, such as `users` or `display`."""


@dataclass(frozen=True)
class PermissionAnswer:
    """The answer for one model and one intended use."""

    model: str
    use: IntendedUse
    value: Permission
    clauses: tuple[DecidingClause, ...]
    """The harshest first."""
    open_questions: tuple[str, ...] = ()


def judge_permission(model: Model, registry: Registry, use: IntendedUse) -> PermissionAnswer:
    """What the terms of a model and of its bases make of an intended use.

    Raises InvalidExpressionError for an unknown license.
    """
    lineage = trace_lineage(model, registry)
    clauses = [
        *_collect_chain_clauses(model, lineage, registry, use),
        *_collect_lineage_clauses(lineage),
    ]
    clauses.sort(key=_rank_clause)
    value = find_least_permission(clause.effect for clause in clauses)
    return PermissionAnswer(model.id, use, value, tuple(clauses), _list_open_questions(lineage))


def _rank_clause(clause: DecidingClause) -> int:
    return rank_permission(clause.effect)


def _collect_chain_clauses(
    model: Model, lineage: Lineage, registry: Registry, use: IntendedUse
) -> Iterator[DecidingClause]:
    for holder in (model, *find_licensors(model, lineage)):
        yield from _collect_weights_clauses(holder, registry, use)


def _collect_lineage_clauses(lineage: Lineage) -> Iterator[DecidingClause]:
    """What stays unknown about the bases of other makers."""
    for _, base in list_foreign_unrecorded_bases(lineage):
        yield _build_lineage_clause(base.id, _UNRECORDED_WORDS, base.evidence)
    for model in lineage.unstated_models:
        word = find_suggested_base(model)
        if word is not None:
            yield _build_lineage_clause(model.id, _SUGGESTED_WORDS.format(word))


def _build_lineage_clause(
    id: str, words: str, evidence: tuple[Evidence, ...] = ()
) -> DecidingClause:
    return DecidingClause(id, "unknown", "", "lineage", words, "unknown", evidence)


def _list_open_questions(lineage: Lineage) -> tuple[str, ...]:
    derived = [
        f"whether {model.id} was derived from another model" for model in lineage.unstated_models
    ]
    terms = [
        f"the terms of {base.id}, which the registry does not hold"
        for _, base in lineage.unrecorded_bases
    ]
    return (*derived, *terms)


def _collect_weights_clauses(
    model: Model, registry: Registry, use: IntendedUse
) -> tuple[DecidingClause, ...]:
    """The clauses of the alternative that allows the most, with the fewest clauses."""
    weights = get_component_facts(model, "model-parameters-final")
    plain = _build_plain_clause(model, weights)
    if plain is not None:
        return (plain,)
    assert weights.license is not None, "an unknown license is decided without reading it"
    alternatives = list_alternative_terms(weights.license, registry)
    choices = [tuple(_collect_terms_clauses(model, terms, registry, use)) for terms in alternatives]
    return max(choices, key=_rank_choice)


def _rank_choice(clauses: tuple[DecidingClause, ...]) -> tuple[int, int]:
    least = find_least_permission(clause.effect for clause in clauses)
    return rank_permission(least), -len(clauses)


def _build_plain_clause(model: Model, weights: ComponentFacts) -> DecidingClause | None:
    """What decides before any license is read; None where the license does."""
    decided = _decide_without_license(weights)
    if decided is None:
        return None
    kind, words, effect = decided
    license = weights.license or "unknown"
    return DecidingClause(model.id, license, "", kind, words, effect, weights.evidence)


def _decide_without_license(weights: ComponentFacts) -> tuple[str, str, Permission] | None:
    """The kind, the words and the effect."""
    if weights.status == "unknown":
        return "weights", "Whether the weights are released is unknown.", "unknown"
    if weights.status not in ("released", "partial"):
        return "weights", _WITHHELD_WORDS, "needs-separate-license"
    if weights.license is None:
        return "license", "The license of the weights is unknown.", "unknown"
    if weights.license == NO_LICENSE:
        words = "Published without a license: nothing is granted."
        return "license", words, "needs-separate-license"
    return None


def _collect_terms_clauses(
    model: Model, terms: EffectiveTerms, registry: Registry, use: IntendedUse
) -> Iterator[DecidingClause]:
    """The clauses of licenses that apply together."""
    for id in terms.licenses:
        license = registry.licenses[id]
        yield from _collect_freedom_clauses(model, license, use)
        yield from _collect_condition_clauses(model, license, use)


def _collect_freedom_clauses(
    model: Model, license: License, use: IntendedUse
) -> Iterator[DecidingClause]:
    """The freedoms that the use needs and that the license withholds, or that nobody has read."""
    for freedom in _list_needed_freedoms(use):
        granted = license.freedoms[freedom]
        if granted == "no":
            words = f"The license does not let you {freedom} it."
            yield _build_freedom_clause(model, license, freedom, words, "forbidden")
        elif granted == "unknown":
            words = f"Nobody has read whether the license lets you {freedom} it."
            yield _build_freedom_clause(model, license, freedom, words, "unknown")


def _list_needed_freedoms(use: IntendedUse) -> Iterator[str]:
    yield "use"
    if use.fine_tune:
        yield "modify"
    if use.redistribute:
        yield "share"


def _build_freedom_clause(
    model: Model, license: License, freedom: str, words: str, effect: Permission
) -> DecidingClause:
    kind = f"freedom to {freedom}"
    return DecidingClause(model.id, license.id, "", kind, words, effect, license.evidence)


def _collect_condition_clauses(
    model: Model, license: License, use: IntendedUse
) -> Iterator[DecidingClause]:
    effects = [
        (condition, compute_clause_effect(condition, use, model.modalities))
        for condition in license.conditions
    ]
    is_below = _is_below_thresholds(effects)
    is_unread_field = _is_field_left_to_policy(effects, use)
    for condition, effect in effects:
        if effect is None or (is_below and condition.parameters.get("only_above_thresholds")):
            continue
        is_unread = is_unread_field and condition.kind == USE_POLICY
        decided: Permission = "unknown" if is_unread else effect
        yield _build_condition_clause(model, license, condition, decided)


def _is_below_thresholds(effects: _ConditionEffects) -> bool:
    return all(effect is None for condition, effect in effects if _is_threshold(condition))


def _build_condition_clause(
    model: Model, license: License, condition: LicenseCondition, effect: Permission
) -> DecidingClause:
    return DecidingClause(
        model.id,
        license.id,
        condition.section,
        condition.kind,
        condition.summary,
        effect,
        condition.evidence,
        condition.parameters,
    )


def _is_threshold(condition: LicenseCondition) -> bool:
    kind = CONDITION_KINDS.get(condition.kind)
    return kind is not None and kind.is_threshold


def _is_field_left_to_policy(effects: _ConditionEffects, use: IntendedUse) -> bool:
    """Whether the field asked about is one that use policies name, and no recorded clause names it.

    What a policy says of fields that its record does not list is unread. A clause that names the
    field and only sets a duty was read too.
    """
    field = find_field(use.field) if use.field else None
    if field is None or field.is_ordinary:
        return False
    limits = [condition for condition, _ in effects if condition.kind == FIELD_OF_USE]
    return not any(is_field_named(condition, field.id) for condition in limits)
