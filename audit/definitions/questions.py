"""The four questions that people ask first, each answered from the facts that decide it."""

from collections.abc import Iterable
from dataclasses import dataclass

from audit.core.three_valued import Truth, combine_with_and, combine_with_or
from audit.definitions.base import Answer, FactUsed
from audit.definitions.lineage import trace_lineage
from audit.definitions.permissions import judge_permission
from audit.definitions.rules import COMPONENT_WORDS, get_component_facts
from audit.licenses.uses import IntendedUse, Permission
from audit.records.model import Model, Registry, format_section

_REBUILD_COMPONENTS = (
    "data-information",
    "training-code",
    "data-preprocessing-code",
    "model-architecture",
)


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
    """See what it learned from, rebuild it, use it commercially, audit it. Raises BadExpression for an unknown license."""
    lineage = trace_lineage(model, registry)
    chain = (model, *lineage.ancestors)
    known = not lineage.unrecorded_bases and not lineage.unstated_models
    return (
        _answer_learned_from(chain, known),
        _answer_rebuild(chain, known),
        _answer_commercial_use(model, registry),
        _answer_safety_audit(model),
    )


def _answer_learned_from(chain: tuple[Model, ...], known: bool) -> AnsweredQuestion:
    """Yes when the data of the whole chain is public, partly when some of it is, or when it is fully described."""
    question = "Can you see what it learned from?"
    answers = [_judge_data_visibility(each) for each in chain]
    worst = min(
        range(len(chain)),
        key=lambda index: ("no", "unknown", "partly", "yes").index(answers[index]),
    )
    answer, decider = answers[worst], chain[worst]
    datasets = get_component_facts(decider, "datasets")
    reason = (
        f"{_format_base_prefix(decider, chain)}the training datasets are {datasets.state_words}"
    )
    if answer == "partly" and datasets.status in ("unknown", "not-released"):
        reason = f"{_format_base_prefix(decider, chain)}the data is described well enough to obtain its equal, and not published whole"
    if answer == "yes" and not known:
        return AnsweredQuestion(
            "learned-from",
            question,
            "partly",
            f"{reason}; whether a base model learned from other data is unknown",
            _list_facts_used(decider, ("datasets",)),
        )
    return AnsweredQuestion(
        "learned-from",
        question,
        answer,
        reason,
        _list_facts_used(decider, ("datasets", "data-information")),
    )


def _judge_data_visibility(model: Model) -> Answer:
    status = get_component_facts(model, "datasets").status
    if status in ("released", "not-applicable"):
        return "yes"
    if status in ("partial", "described") or model.data_information.sufficient == "yes":
        return "partly"
    return "unknown" if status == "unknown" else "no"


def _answer_rebuild(chain: tuple[Model, ...], known: bool) -> AnsweredQuestion:
    """Yes when data information, training and processing code and architecture are there for the whole chain."""
    question = "Can you rebuild it?"
    found = {
        (each.id, name): _judge_release(each, name)
        for each in chain
        for name in _REBUILD_COMPONENTS
    }
    total = combine_with_and(found.values())
    if total == "yes" and known:
        return AnsweredQuestion(
            "rebuild",
            question,
            "yes",
            "data information, training code, preprocessing code and architecture are released",
            _list_facts_used(chain[0], _REBUILD_COMPONENTS),
        )
    if total == "yes":
        return AnsweredQuestion(
            "rebuild",
            question,
            "unknown",
            "everything is released, but the base model, if there is one, is not known",
            _list_facts_used(chain[0], _REBUILD_COMPONENTS),
        )
    decider, name = next(key for key, value in found.items() if value == total)
    model = next(each for each in chain if each.id == decider)
    reason = f"{_format_base_prefix(model, chain)}{COMPONENT_WORDS[name]}: {get_component_facts(model, name).state_words}"
    core = combine_with_or(
        found[(chain[0].id, each)] for each in ("data-information", "training-code")
    )
    answer: Answer = "unknown" if total == "unknown" else "partly" if core == "yes" else "no"
    return AnsweredQuestion("rebuild", question, answer, reason, _list_facts_used(model, (name,)))


def _answer_commercial_use(model: Model, registry: Registry) -> AnsweredQuestion:
    """Yes without conditions, partly with some (a threshold, a policy, a territory), no when a license must be asked for."""
    permission = judge_permission(model, registry, IntendedUse(commercial=True))
    words: dict[Permission, Answer] = {
        "allowed": "yes",
        "allowed-with-obligations": "partly",
        "needs-separate-license": "no",
        "forbidden": "no",
        "unknown": "unknown",
    }
    if permission.clauses:
        first = permission.clauses[0]
        license = registry.licenses.get(first.license)
        where = (
            f"{license.name}, {format_section(first.section)}"
            if license and first.section
            else first.license
        )
        reason = f"{where}: {first.summary}" if first.license != "unknown" else first.summary
        facts = (
            FactUsed(
                f"licenses/{first.license}" if first.section else f"models/{first.model}",
                first.kind,
                first.summary,
                first.evidence,
            ),
        )
    else:
        reason = f"{model.weights.license} allows it without conditions on use"
        facts = (
            FactUsed(
                model.weights.origin or model.ref,
                "model-parameters-final.license",
                str(model.weights.license),
                model.weights.evidence,
            ),
        )
    return AnsweredQuestion(
        "commercial", "May you use it commercially?", words[permission.value], reason, facts
    )


def _answer_safety_audit(model: Model) -> AnsweredQuestion:
    """Yes when weights, evaluation code and the data, or enough information on it, are open to outsiders; partly with weights alone."""
    question = "Can outsiders audit it for safety?"
    weights = _judge_release(model, "model-parameters-final")
    if weights != "yes":
        reason = f"the weights: {get_component_facts(model, 'model-parameters-final').state_words}"
        return AnsweredQuestion(
            "safety",
            question,
            weights,
            reason,
            _list_facts_used(model, ("model-parameters-final",)),
        )
    data = combine_with_or(
        (_judge_release(model, "datasets"), _judge_release(model, "data-information"))
    )
    if data == "yes" and _judge_release(model, "evaluation-code") == "yes":
        names = ("model-parameters-final", "datasets", "evaluation-code")
        return AnsweredQuestion(
            "safety",
            question,
            "yes",
            "weights, data or its description, and evaluation code can be inspected",
            _list_facts_used(model, names),
        )
    lacking = "datasets" if data != "yes" else "evaluation-code"
    reason = f"the weights can be inspected; {COMPONENT_WORDS[lacking]}: {get_component_facts(model, lacking).state_words}"
    return AnsweredQuestion(
        "safety",
        question,
        "partly",
        reason,
        _list_facts_used(model, ("model-parameters-final", lacking)),
    )


def _judge_release(model: Model, name: str) -> Truth:
    status = get_component_facts(model, name).status
    return (
        "yes"
        if status in ("released", "not-applicable")
        else "unknown"
        if status == "unknown"
        else "no"
    )


def _list_facts_used(model: Model, names: Iterable[str]) -> tuple[FactUsed, ...]:
    parts = (get_component_facts(model, name) for name in names)
    return tuple(
        FactUsed(part.record, part.name, part.state_words, part.evidence) for part in parts
    )


def _format_base_prefix(model: Model, chain: tuple[Model, ...]) -> str:
    return "" if model is chain[0] else f"base {model.id}: "
