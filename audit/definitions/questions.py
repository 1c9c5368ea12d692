"""The four questions that people ask first, each answered from the facts that decide it."""

from collections.abc import Iterable
from dataclasses import dataclass

from audit.core.three_valued import Truth, combine_with_and, combine_with_or
from audit.definitions.base import Answer, FactUsed
from audit.definitions.lineage import trace_lineage
from audit.definitions.permissions import DecidingClause, judge_permission
from audit.definitions.rules import COMPONENT_WORDS, get_component_facts
from audit.licenses.uses import IntendedUse, Permission
from audit.records.model import Model, Registry, format_section

_REBUILD_COMPONENTS = (
    "data-information",
    "training-code",
    "data-preprocessing-code",
    "model-architecture",
)


_CORE_COMPONENTS = ("data-information", "training-code")
_REBUILD_REASONS = {
    True: "data information, training code, preprocessing code and architecture are released",
    False: "everything is released, but the base model, if there is one, is not known",
}
_ANSWER_ORDER: tuple[Answer, ...] = ("no", "unknown", "partly", "yes")
_ANSWERS_BY_PERMISSION: dict[Permission, Answer] = {
    "allowed": "yes",
    "allowed-with-obligations": "partly",
    "needs-separate-license": "no",
    "forbidden": "no",
    "unknown": "unknown",
}


@dataclass(frozen=True)
class AnsweredQuestion:
    """One question, its answer (yes, partly, no or unknown) and the fact that decided."""

    id: str
    question: str
    answer: Answer
    reason: str
    facts: tuple[FactUsed, ...] = ()


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
        _answer_learned_from(chain, is_known),
        _answer_rebuild(chain, is_known),
        _answer_commercial_use(model, registry),
        _answer_safety_audit(model),
    )


def _answer_learned_from(chain: tuple[Model, ...], is_known: bool) -> AnsweredQuestion:
    """Yes when the data of the whole chain is public.

    Partly when some of it is, or when it is fully described.
    """
    decider = min(chain, key=lambda model: _ANSWER_ORDER.index(_judge_data_visibility(model)))
    answer = _judge_data_visibility(decider)
    reason = f"{_format_base_prefix(decider, chain)}{_describe_data(decider, answer)}"
    used = ["datasets", "data-information"]
    if answer == "yes" and not is_known:
        answer = "partly"
        reason = f"{reason}; whether a base model learned from other data is unknown"
        used = ["datasets"]
    question = "Can you see what it learned from?"
    return AnsweredQuestion(
        "learned-from", question, answer, reason, _list_facts_used(decider, used)
    )


def _describe_data(model: Model, answer: Answer) -> str:
    datasets = get_component_facts(model, "datasets")
    if answer == "partly" and datasets.status in ("unknown", "not-released"):
        return "the data is described well enough to obtain its equal, and not published whole"
    return f"the training datasets are {datasets.state_words}"


def _judge_data_visibility(model: Model) -> Answer:
    status = get_component_facts(model, "datasets").status
    if status in ("released", "not-applicable"):
        return "yes"
    if status in ("partial", "described") or model.data_information.sufficient == "yes":
        return "partly"
    return "unknown" if status == "unknown" else "no"


def _answer_rebuild(chain: tuple[Model, ...], is_known: bool) -> AnsweredQuestion:
    """Yes when data information, training and processing code and architecture are released.

    For the whole chain.
    """
    question = "Can you rebuild it?"
    found = {}
    for model in chain:
        for name in _REBUILD_COMPONENTS:
            found[model, name] = _judge_release(model, name)
    total = combine_with_and(found.values())
    if total == "yes":
        answer: Answer = "yes" if is_known else "unknown"
        facts = _list_facts_used(chain[0], _REBUILD_COMPONENTS)
        return AnsweredQuestion("rebuild", question, answer, _REBUILD_REASONS[is_known], facts)
    model, name = next(key for key, value in found.items() if value == total)
    state = get_component_facts(model, name).state_words
    reason = f"{_format_base_prefix(model, chain)}{COMPONENT_WORDS[name]}: {state}"
    answer = "unknown"
    if total == "no":
        core = combine_with_or(found[chain[0], part] for part in _CORE_COMPONENTS)
        answer = "partly" if core == "yes" else "no"
    return AnsweredQuestion("rebuild", question, answer, reason, _list_facts_used(model, (name,)))


def _answer_commercial_use(model: Model, registry: Registry) -> AnsweredQuestion:
    """Yes without conditions, no when a license must be requested.

    Partly with some conditions: a threshold, a policy, a territory.
    """
    permission = judge_permission(model, registry, IntendedUse(commercial=True))
    answer = _ANSWERS_BY_PERMISSION[permission.value]
    if permission.clauses:
        clause = permission.clauses[0]
        reason = _describe_clause(clause, registry)
        record = f"licenses/{clause.license}" if clause.section else f"models/{clause.model}"
        fact = FactUsed(record, clause.kind, clause.summary, clause.evidence)
    else:
        weights = model.weights
        reason = f"{weights.license} allows it without conditions on use"
        record, field = weights.origin or model.ref, "model-parameters-final.license"
        fact = FactUsed(record, field, str(weights.license), weights.evidence)
    question = "May you use it commercially?"
    return AnsweredQuestion("commercial", question, answer, reason, (fact,))


def _describe_clause(clause: DecidingClause, registry: Registry) -> str:
    if clause.license == "unknown":
        return clause.summary
    license = registry.licenses.get(clause.license)
    where = clause.license
    if license and clause.section:
        where = f"{license.name}, {format_section(clause.section)}"
    return f"{where}: {clause.summary}"


def _answer_safety_audit(model: Model) -> AnsweredQuestion:
    """Yes when outsiders have weights, evaluation code, and the data or enough information on it.

    Partly with weights alone.
    """
    weights = _judge_release(model, "model-parameters-final")
    data = combine_with_or(_judge_release(model, name) for name in ("datasets", "data-information"))
    answer: Answer = "partly"
    used = ["model-parameters-final"]
    if weights != "yes":
        answer, reason = weights, f"the weights: {_describe_state(model, used[0])}"
    elif data == "yes" and _judge_release(model, "evaluation-code") == "yes":
        answer = "yes"
        reason = "weights, data or its description, and evaluation code can be inspected"
        used += ["datasets", "evaluation-code"]
    else:
        lacking = "datasets" if data != "yes" else "evaluation-code"
        state = _describe_state(model, lacking)
        reason = f"the weights can be inspected; {COMPONENT_WORDS[lacking]}: {state}"
        used.append(lacking)
    question = "Can outsiders audit it for safety?"
    return AnsweredQuestion("safety", question, answer, reason, _list_facts_used(model, used))


def _describe_state(model: Model, name: str) -> str:
    return get_component_facts(model, name).state_words


def _judge_release(model: Model, name: str) -> Truth:
    status = get_component_facts(model, name).status
    if status in ("released", "not-applicable"):
        return "yes"
    return "unknown" if status == "unknown" else "no"


def _list_facts_used(model: Model, names: Iterable[str]) -> tuple[FactUsed, ...]:
    return tuple(get_component_facts(model, name).as_fact() for name in names)


def _format_base_prefix(model: Model, chain: tuple[Model, ...]) -> str:
    return "" if model is chain[0] else f"base {model.id}: "
