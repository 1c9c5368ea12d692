"""May I use it for this? The answer, with each clause that decided it.

Terms as data, not legal advice.

The effective terms follow the chain of base models of other makers: a derivative of another's model
never gets more than its base. A lineage that nobody stated is named as an open question, and makes
the answer unknown where the name suggests whose model it is.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from audit.definitions.deciding_clauses import DecidingClause, build_lineage_clause
from audit.definitions.license_permissions import find_license_clauses, find_license_permission
from audit.definitions.lineage import (
    Lineage,
    find_licensors,
    list_foreign_unrecorded_bases,
    trace_parameters,
)
from audit.definitions.rules import ComponentFacts, get_component_facts
from audit.definitions.suggested_bases import find_suggested_base
from audit.licenses.expression import NO_LICENSE
from audit.licenses.uses import (
    IntendedUse,
    Permission,
    ToldPermission,
    find_least_permission,
    tell_permission,
)
from audit.records.model import Model
from audit.records.registry import Registry

__all__ = [
    "DecidingClause",
    "PermissionAnswer",
    "find_permission",
    "find_told_permission",
    "judge_permission",
]

_WITHHELD_WORDS = "The weights are not released; use goes through the maker and the maker's terms."

_UNRECORDED_WORDS = "The registry does not hold this base model, so its terms are unknown."
_SUGGESTED_WORDS = "The name suggests a base model ({}) of another maker, and no source states it."


@dataclass(frozen=True)
class PermissionAnswer:
    """The answer for one model and one intended use."""

    model: str
    use: IntendedUse
    value: Permission
    clauses: tuple[DecidingClause, ...]
    """The harshest first."""
    open_questions: tuple[str, ...] = ()
    is_lineage_open: bool = False
    """Whether it may have bases that nobody stated or recorded."""

    @property
    def told(self) -> ToldPermission:
        """The value as it is told of a model."""
        return tell_permission(self.value, is_lineage_open=self.is_lineage_open)


@lru_cache(maxsize=1 << 14)
def judge_permission(model: Model, registry: Registry, use: IntendedUse) -> PermissionAnswer:
    """What the terms of a model and of its bases make of an intended use.

    Raises InvalidExpressionError for an unknown license.
    """
    lineage = trace_parameters(model, registry)
    clauses = [
        *_collect_chain_clauses(model, lineage, registry, use),
        *_collect_lineage_clauses(model, lineage),
    ]
    clauses.sort(key=DecidingClause.rank)
    value = find_least_permission(clause.effect for clause in clauses)
    questions = tuple(_list_open_questions(model, lineage))
    return PermissionAnswer(
        model.id, use, value, tuple(clauses), questions, _is_lineage_open(lineage)
    )


def find_permission(model: Model, registry: Registry, use: IntendedUse) -> Permission:
    """The value of `judge_permission`, where nobody asks which clause decides.

    Raises InvalidExpressionError for an unknown license.
    """
    (permission,) = _find_permissions(model, registry, (use,))
    return permission


def find_told_permission(model: Model, registry: Registry, use: IntendedUse) -> ToldPermission:
    """What `judge_permission` tells, where nobody asks which clause decides.

    Raises InvalidExpressionError for an unknown license.
    """
    (told,) = find_told_permissions(model, registry, (use,))
    return told


def find_told_permissions(
    model: Model, registry: Registry, uses: Iterable[IntendedUse]
) -> list[ToldPermission]:
    """The same of several uses, in their order. Raises InvalidExpressionError."""
    is_open = _is_lineage_open(trace_parameters(model, registry))
    return [
        tell_permission(permission, is_lineage_open=is_open)
        for permission in _find_permissions(model, registry, uses)
    ]


def _find_permissions(
    model: Model, registry: Registry, uses: Iterable[IntendedUse]
) -> Iterator[Permission]:
    """Who holds rights in the model, and what is open about that, is the same for every use."""
    lineage = trace_parameters(model, registry)
    holders = (model, *find_licensors(model, lineage))
    shared = [clause.effect for clause in _collect_lineage_clauses(model, lineage)]
    for use in uses:
        effects = [_find_weights_permission(holder, registry, use) for holder in holders]
        yield find_least_permission((*effects, *shared))


def _is_lineage_open(lineage: Lineage) -> bool:
    return bool(lineage.unstated_models or lineage.unrecorded_bases)


def _find_weights_permission(model: Model, registry: Registry, use: IntendedUse) -> Permission:
    weights = get_component_facts(model, "model-parameters-final")
    decided = _decide_without_license(weights)
    if decided is not None:
        return decided[2]
    return find_license_permission(_read_license(weights), use, model.modalities, registry)


def _collect_chain_clauses(
    model: Model, lineage: Lineage, registry: Registry, use: IntendedUse
) -> Iterator[DecidingClause]:
    for holder in (model, *find_licensors(model, lineage)):
        yield from _collect_weights_clauses(holder, registry, use)


def _collect_lineage_clauses(model: Model, lineage: Lineage) -> Iterator[DecidingClause]:
    """What stays unknown about the bases of other makers."""
    for _, base in list_foreign_unrecorded_bases(lineage):
        yield build_lineage_clause(base.id, _UNRECORDED_WORDS, base.evidence)
    for holder in (model, *lineage.ancestors):
        word = find_suggested_base(holder)
        if word is not None:
            yield build_lineage_clause(holder.id, _SUGGESTED_WORDS.format(word))


def _list_open_questions(model: Model, lineage: Lineage) -> Iterator[str]:
    for holder in lineage.unstated_models:
        yield f"whether {holder.id} was derived from another model"
    for _, base in lineage.unrecorded_bases:
        yield f"the terms of {base.id}, which the registry does not hold"
    if model.weights.status == "withdrawn":
        yield f"where {model.id} can be had: its maker publishes it no more"


def _collect_weights_clauses(
    model: Model, registry: Registry, use: IntendedUse
) -> Iterator[DecidingClause]:
    """What the license of one model makes of the use, or what decides before it is read."""
    weights = get_component_facts(model, "model-parameters-final")
    plain = _build_plain_clause(model, weights)
    if plain is not None:
        yield plain
        return
    license = _read_license(weights)
    for clause in find_license_clauses(license, use, model.modalities, registry):
        yield clause.name_model(model.id)


def _read_license(weights: ComponentFacts) -> str:
    assert weights.license is not None, "an unknown license is decided without reading it"
    return weights.license


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
    # Whoever got a copy before a withdrawal holds it under the license that it had.
    if weights.status not in ("released", "partial", "withdrawn"):
        return "weights", _WITHHELD_WORDS, "needs-separate-license"
    if weights.license is None:
        return "license", "The license of the weights is unknown.", "unknown"
    if weights.license == NO_LICENSE:
        words = "Published without a license: nothing is granted."
        return "license", words, "needs-separate-license"
    return None
