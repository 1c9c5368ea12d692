"""The four questions that people ask first, each answered from the facts that decide it."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product
from typing import cast

from audit.core.three_valued import Truth, combine_with_and, combine_with_or
from audit.definitions.base import Answer, FactUsed
from audit.definitions.common_uses import COMMON_USES
from audit.definitions.lineage import trace_lineage
from audit.definitions.permissions import DecidingClause, judge_permission
from audit.definitions.rules import COMPONENT_WORDS, get_component_facts
from audit.licenses.uses import PERMISSION_WORDS, Permission
from audit.records.model import Model, Registry, format_section

COMMERCIAL = "commercial"
"""The question that asks for a permission."""
_REBUILD_COMPONENTS = (
    "data-information",
    "training-code",
    "data-preprocessing-code",
    "model-architecture",
)


_WEIGHTS = "model-parameters-final"
_DATA_COMPONENTS = ("datasets", "data-information")
_SAFETY_COMPONENTS = (_WEIGHTS, "datasets", "evaluation-code")
_SAFETY_REASON = "weights, data or its description, and evaluation code can be inspected"

_CORE_COMPONENTS = ("data-information", "training-code")
_REBUILD_REASONS = {
    True: "data information, training code, preprocessing code and architecture are released",
    False: "everything is released, but the base model, if there is one, is not known",
}

_ReleaseByPart = dict[tuple[Model, str], Truth]
"""Whether each part that a rebuild needs is released, for each model of the chain."""

_ANSWER_ORDER: tuple[Answer, ...] = ("no", "unknown", "partly", "yes")


@dataclass(frozen=True)
class AnsweredQuestion:
    """One question, its answer and the fact that decided."""

    id: str
    question: str
    answer: Answer | Permission
    """Of the question about commercial use, what `allows` answers; yes, partly, no or unknown of
    the others."""
    reason: str
    facts: tuple[FactUsed, ...] = ()

    @property
    def words(self) -> str:
        """The answer as people read it, the same wherever a permission is spoken of."""
        if self.id != COMMERCIAL:
            return self.answer
        return PERMISSION_WORDS[cast("Permission", self.answer)]


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
    decider = min(chain, key=_rank_data_visibility)
    answer = _judge_data_visibility(decider)
    reason = f"{_format_base_prefix(decider, chain)}{_describe_data(decider, answer)}"
    used = ["datasets", "data-information"]
    if answer == "yes" and not is_known:
        answer = "partly"
        reason = f"{reason}; whether a base model learned from other data is unknown"
        used = ["datasets"]
    facts = _list_facts_used(decider, used)
    return AnsweredQuestion(
        "learned-from", "Can you see what it learned from?", answer, reason, facts
    )


def _rank_data_visibility(model: Model) -> int:
    return _ANSWER_ORDER.index(_judge_data_visibility(model))


def _describe_data(model: Model, answer: Answer) -> str:
    datasets = get_component_facts(model, "datasets")
    if answer == "partly" and datasets.status in ("unknown", "not-released", "not-found"):
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
    releases = _map_releases(chain)
    total = combine_with_and(releases.values())
    if total != "yes":
        return _explain_lacking_part(chain, releases, total)
    answer: Answer = "yes" if is_known else "unknown"
    facts = _list_facts_used(chain[0], _REBUILD_COMPONENTS)
    return _build_rebuild_answer(answer, _REBUILD_REASONS[is_known], facts)


def _map_releases(chain: tuple[Model, ...]) -> _ReleaseByPart:
    parts = product(chain, _REBUILD_COMPONENTS)
    return {(model, name): _judge_release(model, name) for model, name in parts}


def _explain_lacking_part(
    chain: tuple[Model, ...], releases: _ReleaseByPart, total: Truth
) -> AnsweredQuestion:
    """The answer below yes, with the first part that makes it so."""
    model, name = next(part for part, released in releases.items() if released == total)
    prefix = _format_base_prefix(model, chain)
    reason = f"{prefix}{COMPONENT_WORDS[name]}: {_describe_state(model, name)}"
    answer = _judge_core(chain[0], releases) if total == "no" else "unknown"
    return _build_rebuild_answer(answer, reason, _list_facts_used(model, (name,)))


def _judge_core(model: Model, releases: _ReleaseByPart) -> Answer:
    """With the data information or the training code, a rebuild is partly possible."""
    core = combine_with_or(releases[model, name] for name in _CORE_COMPONENTS)
    return "partly" if core == "yes" else "no"


def _build_rebuild_answer(
    answer: Answer, reason: str, facts: tuple[FactUsed, ...]
) -> AnsweredQuestion:
    return AnsweredQuestion("rebuild", "Can you rebuild it?", answer, reason, facts)


def _answer_commercial_use(model: Model, registry: Registry) -> AnsweredQuestion:
    """What the terms make of the most common of the common uses."""
    permission = judge_permission(model, registry, COMMON_USES[0].use)
    if permission.clauses:
        clause = permission.clauses[0]
        reason, fact = _describe_clause(clause, registry), _build_clause_fact(clause)
    else:
        reason = f"{model.weights.license} allows it without conditions on use"
        fact = _build_license_fact(model)
    question = f"May you {COMMON_USES[0].infinitive}?"
    return AnsweredQuestion(COMMERCIAL, question, permission.value, reason, (fact,))


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


def _answer_safety_audit(model: Model) -> AnsweredQuestion:
    """Yes when outsiders have weights, evaluation code, and the data or enough information on it.

    Partly with weights alone.
    """
    weights = _judge_release(model, _WEIGHTS)
    if weights != "yes":
        reason = f"the weights: {_describe_state(model, _WEIGHTS)}"
        return _build_safety_answer(model, weights, reason, (_WEIGHTS,))
    lacking = _find_lacking_for_audit(model)
    if lacking is None:
        return _build_safety_answer(model, "yes", _SAFETY_REASON, _SAFETY_COMPONENTS)
    state = f"{COMPONENT_WORDS[lacking]}: {_describe_state(model, lacking)}"
    reason = f"the weights can be inspected; {state}"
    return _build_safety_answer(model, "partly", reason, (_WEIGHTS, lacking))


def _find_lacking_for_audit(model: Model) -> str | None:
    """What outsiders lack beside the weights: the data comes first."""
    data = combine_with_or(_judge_release(model, name) for name in _DATA_COMPONENTS)
    if data != "yes":
        return "datasets"
    return None if _judge_release(model, "evaluation-code") == "yes" else "evaluation-code"


def _build_safety_answer(
    model: Model, answer: Answer, reason: str, used: Iterable[str]
) -> AnsweredQuestion:
    facts = _list_facts_used(model, used)
    return AnsweredQuestion("safety", "Can outsiders audit it for safety?", answer, reason, facts)


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
