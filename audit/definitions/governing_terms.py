"""Which licenses govern the use of a model, and what else is written in them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from audit.definitions.clause_view import is_silent_kind
from audit.definitions.lineage import find_licensors, trace_lineage
from audit.definitions.permissions import DecidingClause, PermissionAnswer, judge_permission
from audit.licenses.conditions import find_condition_kind
from audit.licenses.expression import NO_LICENSE
from audit.licenses.terms import list_alternative_terms
from audit.licenses.uses import IntendedUse, rank_permission
from audit.records.license import License, LicenseCondition
from audit.records.model import Model
from audit.records.registry import Registry

HISTORY = "history"
"""The kind of a clause that stands for terms that nobody knows for a past day."""


@dataclass(frozen=True)
class GoverningTerms:
    """A license that binds whoever uses the model, and the model that brings it along."""

    model: Model
    """The model itself, or a base of another maker."""
    license: License


def list_governing_terms(
    model: Model, answer: PermissionAnswer, registry: Registry
) -> tuple[GoverningTerms, ...]:
    """The licenses of the model and of the bases whose terms bind, each with its holder.

    Of licenses to choose from, the ones that the answer rests on. Raises InvalidExpressionError.
    """
    holders = (model, *find_licensors(model, trace_lineage(model, registry)))
    return tuple(
        GoverningTerms(holder, registry.licenses[id])
        for holder in holders
        for id in _find_chosen_licenses(holder, answer, registry)
    )


def _find_chosen_licenses(
    holder: Model, answer: PermissionAnswer, registry: Registry
) -> tuple[str, ...]:
    """The alternative that allows the use most, as the answer took it; none where none is known."""
    expression = holder.weights.license
    if expression is None or expression == NO_LICENSE or _is_terms_unknown(holder, answer):
        return ()
    choices = [terms.licenses for terms in list_alternative_terms(expression, registry)]
    if len(choices) == 1:
        return choices[0]
    alone = {each: _judge_alone(holder, each, answer.use, registry) for each in choices}
    return max(choices, key=alone.__getitem__)


def _is_terms_unknown(holder: Model, answer: PermissionAnswer) -> bool:
    own = (clause for clause in answer.clauses if clause.model == holder.id)
    return any(clause.kind == HISTORY for clause in own)


def _judge_alone(
    holder: Model, licenses: tuple[str, ...], use: IntendedUse, registry: Registry
) -> tuple[int, int]:
    """How much licenses that apply together allow, and how little they ask for."""
    weights = replace(holder.weights, license=" AND ".join(licenses))
    components = {**holder.components, weights.name: weights}
    answer = judge_permission(replace(holder, components=components), registry, use)
    return rank_permission(answer.value), -len(answer.clauses)


def list_silent_clauses(terms: tuple[GoverningTerms, ...]) -> Iterator[DecidingClause]:
    """The clauses that no use can touch, such as those on patents, trademarks and the law."""
    for each in terms:
        for condition in each.license.conditions:
            if find_condition_kind(condition) and is_silent_kind(condition.kind):
                yield _build_silent_clause(each, condition)


def _build_silent_clause(terms: GoverningTerms, condition: LicenseCondition) -> DecidingClause:
    return DecidingClause(
        terms.model.id,
        terms.license.id,
        condition.section,
        condition.kind,
        condition.summary,
        "allowed",
        condition.evidence,
        condition.parameters,
    )
