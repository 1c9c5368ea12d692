"""The four questions that people ask first, each answered from the facts that decide it."""

from audit.definitions.answered_question import COMMERCIAL, AnsweredQuestion
from audit.definitions.base import FactUsed
from audit.definitions.common_uses import COMMON_USES
from audit.definitions.data_questions import (
    answer_learned_from,
    answer_rebuild,
    answer_safety_audit,
)
from audit.definitions.lineage import trace_lineage
from audit.definitions.permissions import DecidingClause, PermissionAnswer, judge_permission
from audit.licenses.uses import PERMISSION_ORDER
from audit.records.license import format_section
from audit.records.model import Model
from audit.records.registry import Registry


def answer_four_questions(
    model: Model, registry: Registry
) -> tuple[AnsweredQuestion, AnsweredQuestion, AnsweredQuestion, AnsweredQuestion]:
    """See what it learned from, rebuild it, use it commercially, audit it.

    Raises InvalidExpressionError for an unknown license.
    """
    lineage = trace_lineage(model, registry)
    chain = (model, *lineage.ancestors)
    is_known = not lineage.unrecorded_bases and not lineage.unstated_models
    return (
        answer_learned_from(chain, is_known, registry),
        answer_rebuild(chain, is_known),
        _answer_commercial_use(model, registry),
        answer_safety_audit(chain, is_known),
    )


def _answer_commercial_use(model: Model, registry: Registry) -> AnsweredQuestion:
    """What the terms make of the most common of the common uses."""
    permission = judge_permission(model, registry, COMMON_USES[0].use)
    if permission.clauses:
        clause = permission.clauses[0]
        reason, fact = _describe_clause(clause, registry), _build_clause_fact(clause)
        if clause.model != model.id:
            reason = f"base {clause.model}: {reason}"
    else:
        reason = f"{model.weights.license} allows it without conditions on use"
        fact = _build_license_fact(model)
    reason += _format_open_question(permission)
    question = f"May you {COMMON_USES[0].infinitive}?"
    return AnsweredQuestion(COMMERCIAL, question, permission.told, reason, (fact,))


def _format_open_question(permission: PermissionAnswer) -> str:
    """What a grant leaves open, such as a lineage that nobody stated; nothing beside a refusal."""
    rank = PERMISSION_ORDER.index(permission.value)
    if not permission.open_questions or rank < PERMISSION_ORDER.index("allowed-with-obligations"):
        return ""
    return f"; open: {permission.open_questions[0].rstrip('.')}"


def _build_clause_fact(clause: DecidingClause) -> FactUsed:
    record = f"licenses/{clause.license}" if clause.section else f"models/{clause.model}"
    return FactUsed(record, clause.kind, clause.summary, clause.evidence)


def _build_license_fact(model: Model) -> FactUsed:
    weights = model.weights
    record, field = weights.origin or model.ref, "model-parameters-final.license"
    return FactUsed(record, field, str(weights.license), weights.evidence)


def _describe_clause(clause: DecidingClause, registry: Registry) -> str:
    if clause.license == "unknown":
        return clause.summary
    return f"{_name_place(clause, registry)}: {clause.summary}"


def _name_place(clause: DecidingClause, registry: Registry) -> str:
    license = registry.licenses.get(clause.license)
    if license is None or not clause.section:
        return clause.license
    return f"{license.name}, {format_section(clause.section)}"
