"""May I use it for this? The answer, with each clause that decided it. Terms as data, not legal advice.

The effective terms follow the chain of base models: a derivative never gets more than its base.
A lineage that nobody stated, or a maker's own base without a record, is named as an open question and does not change the answer.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from audit.definitions.lineage import list_foreign_unrecorded_bases, trace_lineage
from audit.definitions.rules import get_component_facts
from audit.licenses.conditions import (
    PERMISSION_ORDER,
    IntendedUse,
    Permission,
    compute_clause_effect,
)
from audit.licenses.expression import NO_LICENSE
from audit.licenses.terms import EffectiveTerms, list_alternative_terms
from audit.records.model import Evidence, Freedom, Model, Registry

__all__ = ["DecidingClause", "IntendedUse", "Permission", "PermissionAnswer", "judge_permission"]


THRESHOLD_KINDS = frozenset({"user-threshold", "revenue-threshold"})


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
    """What the terms of a model and of its bases make of an intended use. Raises BadExpression for an unknown license."""
    lineage = trace_lineage(model, registry)
    clauses = list(_collect_weights_clauses(model, registry, use))
    for ancestor in lineage.ancestors:
        # Weights that were never published bind nobody who takes only the derivative's.
        if get_component_facts(ancestor, "model-parameters-final").status != "not-released":
            clauses += _collect_weights_clauses(ancestor, registry, use)
    words = "The registry does not hold this base model, so its terms are unknown."
    clauses += [
        DecidingClause(base.id, "unknown", "", "lineage", words, "unknown", base.evidence)
        for _, base in list_foreign_unrecorded_bases(lineage)
    ]
    clauses.sort(key=lambda clause: PERMISSION_ORDER.index(clause.effect))
    questions = tuple(
        f"whether {each.id} was derived from another model" for each in lineage.unstated_models
    )
    questions += tuple(
        f"the terms of {base.id}, which the registry does not hold"
        for _, base in lineage.unrecorded_bases
    )
    return PermissionAnswer(
        model.id, use, _find_least_permission(clauses), tuple(clauses), questions
    )


def _collect_weights_clauses(
    model: Model, registry: Registry, use: IntendedUse
) -> tuple[DecidingClause, ...]:
    part = get_component_facts(model, "model-parameters-final")
    if part.status == "unknown":
        return (
            _build_plain_clause(
                model,
                part.license,
                "weights",
                "Whether the weights are released is unknown.",
                "unknown",
                part.evidence,
            ),
        )
    if part.license is None and part.status in ("released", "partial"):
        return (
            _build_plain_clause(
                model,
                None,
                "license",
                "The license of the weights is unknown.",
                "unknown",
                part.evidence,
            ),
        )
    if part.license is None or part.status not in ("released", "partial"):
        words = "The weights are not released; use goes through the maker and the maker's terms."
        return (
            _build_plain_clause(
                model, part.license, "weights", words, "needs-separate-license", part.evidence
            ),
        )
    if part.license == NO_LICENSE:
        return (
            _build_plain_clause(
                model,
                NO_LICENSE,
                "license",
                "Published without a license: nothing is granted.",
                "needs-separate-license",
                part.evidence,
            ),
        )
    choices = [
        tuple(_collect_terms_clauses(model, terms, registry, use))
        for terms in list_alternative_terms(part.license, registry)
    ]
    return max(
        choices,
        key=lambda clauses: (
            PERMISSION_ORDER.index(_find_least_permission(clauses)),
            -len(clauses),
        ),
    )


def _collect_terms_clauses(
    model: Model, terms: EffectiveTerms, registry: Registry, use: IntendedUse
) -> Iterator[DecidingClause]:
    """The clauses of licenses that apply together: freedoms withheld or unread, then conditions."""
    for id in terms.licenses:
        license = registry.licenses[id]
        asked: list[tuple[str, Freedom, bool]] = [
            ("use", license.use, True),
            ("modify", license.modify, use.fine_tune),
            ("share", license.share, use.redistribute),
        ]
        for freedom, granted, wanted in asked:
            if wanted and granted in ("no", "unknown"):
                words = (
                    f"The license does not let you {freedom} it."
                    if granted == "no"
                    else f"Nobody has read whether the license lets you {freedom} it."
                )
                yield DecidingClause(
                    model.id,
                    id,
                    "",
                    f"freedom to {freedom}",
                    words,
                    "forbidden" if granted == "no" else "unknown",
                    license.evidence,
                )
        effects = [
            (condition, compute_clause_effect(condition, use, model.modalities))
            for condition in license.conditions
        ]
        below = all(
            effect is None for condition, effect in effects if condition.kind in THRESHOLD_KINDS
        )
        for condition, effect in effects:
            if effect is not None and not (
                below and condition.parameters.get("only_above_thresholds")
            ):
                yield DecidingClause(
                    model.id,
                    id,
                    condition.section,
                    condition.kind,
                    condition.summary,
                    effect,
                    condition.evidence,
                    condition.parameters,
                )


def _find_least_permission(clauses: Iterable[DecidingClause]) -> Permission:
    effects = [clause.effect for clause in clauses]
    return min(effects, key=PERMISSION_ORDER.index) if effects else "allowed"


def _build_plain_clause(
    model: Model,
    license: str | None,
    kind: str,
    summary: str,
    effect: Permission,
    evidence: tuple[Evidence, ...],
) -> DecidingClause:
    return DecidingClause(model.id, license or "unknown", "", kind, summary, effect, evidence)
