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
    BaseModelLink,
    Evidence,
    Freedom,
    License,
    LicenseCondition,
    Model,
    Registry,
)

USE_POLICY = "acceptable-use-policy"
FIELD_OF_USE = "field-of-use"


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
    clauses: list[DecidingClause] = []
    for each in (model, *find_licensors(model, lineage)):
        clauses += _collect_weights_clauses(each, registry, use)
    clauses += [
        _build_unrecorded_clause(base) for _, base in list_foreign_unrecorded_bases(lineage)
    ]
    clauses += _collect_suggested_base(lineage)
    clauses.sort(key=lambda clause: rank_permission(clause.effect))
    value = find_least_permission(clause.effect for clause in clauses)
    return PermissionAnswer(model.id, use, value, tuple(clauses), _list_open_questions(lineage))


def _build_unrecorded_clause(base: BaseModelLink) -> DecidingClause:
    words = "The registry does not hold this base model, so its terms are unknown."
    return DecidingClause(base.id, "unknown", "", "lineage", words, "unknown", base.evidence)


def _collect_suggested_base(lineage: Lineage) -> Iterator[DecidingClause]:
    """A derivative by its name, of which nobody verified from what it was derived."""
    for model in lineage.unstated_models:
        word = find_suggested_base(model)
        if word is not None:
            words = f"The name suggests a base model ({word}) of another maker, and no source states it."
            yield DecidingClause(model.id, "unknown", "", "lineage", words, "unknown")


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
    if plain is not None or weights.license is None:
        return (plain,) if plain else ()
    choices = []
    for terms in list_alternative_terms(weights.license, registry):
        choices.append(tuple(_collect_terms_clauses(model, terms, registry, use)))
    return max(choices, key=_rank_choice)


def _rank_choice(clauses: tuple[DecidingClause, ...]) -> tuple[int, int]:
    least = find_least_permission(clause.effect for clause in clauses)
    return rank_permission(least), -len(clauses)


def _build_plain_clause(model: Model, weights: ComponentFacts) -> DecidingClause | None:
    """What decides before any license is read; None where the license does."""
    effect: Permission = "needs-separate-license"
    if weights.status == "unknown":
        kind, words = "weights", "Whether the weights are released is unknown."
        effect = "unknown"
    elif weights.status not in ("released", "partial"):
        kind = "weights"
        words = "The weights are not released; use goes through the maker and the maker's terms."
    elif weights.license is None:
        kind, words = "license", "The license of the weights is unknown."
        effect = "unknown"
    elif weights.license == NO_LICENSE:
        kind, words = "license", "Published without a license: nothing is granted."
    else:
        return None
    license = weights.license or "unknown"
    return DecidingClause(model.id, license, "", kind, words, effect, weights.evidence)


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
    needed: list[tuple[str, Freedom, bool]] = [
        ("use", license.freedoms["use"], True),
        ("modify", license.freedoms["modify"], use.fine_tune),
        ("share", license.freedoms["share"], use.redistribute),
    ]
    for freedom, granted, is_needed in needed:
        if not is_needed or granted not in ("no", "unknown"):
            continue
        effect: Permission = "forbidden"
        words = f"The license does not let you {freedom} it."
        if granted == "unknown":
            effect = "unknown"
            words = f"Nobody has read whether the license lets you {freedom} it."
        kind = f"freedom to {freedom}"
        yield DecidingClause(model.id, license.id, "", kind, words, effect, license.evidence)


def _collect_condition_clauses(
    model: Model, license: License, use: IntendedUse
) -> Iterator[DecidingClause]:
    effects = [
        (condition, compute_clause_effect(condition, use, model.modalities))
        for condition in license.conditions
    ]
    is_below = all(effect is None for condition, effect in effects if _is_threshold(condition))
    is_unread_field = _is_field_left_to_policy(effects, use)
    for condition, effect in effects:
        if effect is None:
            continue
        if is_below and condition.parameters.get("only_above_thresholds"):
            continue
        if is_unread_field and condition.kind == USE_POLICY:
            effect = "unknown"
        yield DecidingClause(
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


def _is_field_left_to_policy(
    effects: Sequence[tuple[LicenseCondition, Permission | None]], use: IntendedUse
) -> bool:
    """Whether the field asked about is one that use policies name, and no recorded clause names it.

    What a policy says of fields that its record does not list is unread. A clause that names the
    field and only sets a duty was read too.
    """
    field = find_field(use.field) if use.field else None
    if field is None or field.is_ordinary:
        return False
    return not any(
        condition.kind == FIELD_OF_USE and is_field_named(condition, field.id)
        for condition, _ in effects
    )
