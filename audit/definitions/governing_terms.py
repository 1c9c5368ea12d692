"""Which licenses govern the use of a model, and what else is written in them."""

from collections.abc import Iterator
from dataclasses import dataclass

from audit.definitions.clause_view import is_silent_kind
from audit.definitions.lineage import find_licensors, trace_lineage
from audit.definitions.permissions import DecidingClause, PermissionAnswer
from audit.licenses.conditions import find_condition_kind
from audit.licenses.expression import NO_LICENSE
from audit.licenses.terms import list_alternative_terms
from audit.records.model import License, LicenseCondition, Model, Registry

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
    """The alternative whose clauses the answer lists, else the first."""
    expression = holder.weights.license
    own = [clause for clause in answer.clauses if clause.model == holder.id]
    is_unknown = any(clause.kind == HISTORY for clause in own)
    if expression is None or expression == NO_LICENSE or is_unknown:
        return ()
    named = {clause.license for clause in own}
    choices = [terms.licenses for terms in list_alternative_terms(expression, registry)]
    fitting = (licenses for licenses in choices if named <= set(licenses))
    return next(fitting, choices[0])


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
