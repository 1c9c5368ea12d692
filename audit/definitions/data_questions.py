"""Three of the four questions: what a model learned from, whether it can be rebuilt, and audited.

What nobody knows is never answered no: where an unknown fact could still make the answer partly,
it is unknown.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import product

from audit.core.three_valued import Truth, combine_with_and, combine_with_or
from audit.definitions.answered_question import AnsweredQuestion
from audit.definitions.base import Answer, FactUsed
from audit.definitions.rules import COMPONENT_WORDS, get_component_facts
from audit.records.component import ComponentStatus
from audit.records.model import Model
from audit.records.registry import Registry

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
_WEIGHTS_ONLY = "by the weights alone"
_BEYOND_WEIGHTS = (*_DATA_COMPONENTS, "evaluation-code", "training-code", "model-architecture")
"""What an audit can use beside the weights."""
_CORE_COMPONENTS = ("data-information", "training-code")
_REBUILD_REASONS = {
    True: (
        "an equivalent of it: data information, training code, preprocessing code and "
        "architecture are released"
    ),
    False: "everything is released, but the base model, if there is one, is not known",
}
_NOT_PUBLIC_CLASSES = ("obtainable", "unshareable")
_OPEN_LINEAGE = "whether a base model learned from other data is unknown"

_RELEASES: Mapping[ComponentStatus, Truth] = {
    "released": "yes",
    "not-applicable": "yes",
    "unknown": "unknown",
}
"""Any other status says that a part is not released whole."""
_ReleaseByPart = dict[tuple[Model, str], Truth]
"""Whether each part that a rebuild needs is released, for each model of the chain."""
_ANSWER_ORDER: tuple[str, ...] = ("no", "unknown", "partly", "yes")
_CORE_ANSWERS: dict[Truth, Answer] = {"yes": "partly", "unknown": "unknown", "no": "no"}


def answer_learned_from(
    chain: tuple[Model, ...], is_known: bool, registry: Registry
) -> AnsweredQuestion:
    """Yes when the data of the whole chain is public.

    Partly when some of it is, or when it is fully described.
    """
    judged = [_judge_data(member, chain, registry) for member in chain]
    found = min(judged, key=_rank_answer)
    if found.answer != "yes" or is_known:
        return found
    return replace(found, answer="partly", reason=f"{found.reason}; {_OPEN_LINEAGE}")


def _rank_answer(question: AnsweredQuestion) -> int:
    return _ANSWER_ORDER.index(question.answer)


def _judge_data(model: Model, chain: tuple[Model, ...], registry: Registry) -> AnsweredQuestion:
    answer, reason = _describe_data(model, registry)
    facts = _list_facts_used(model, _DATA_COMPONENTS)
    reason = f"{_format_base_prefix(model, chain)}{reason}"
    question = "Can you see what it learned from?"
    return AnsweredQuestion("learned-from", question, answer, reason, facts)


def _describe_data(model: Model, registry: Registry) -> tuple[Answer, str]:
    datasets = get_component_facts(model, "datasets")
    state = f"the training datasets are {datasets.state_words}"
    if datasets.status in ("released", "not-applicable"):
        withheld = _find_withheld_dataset(model, registry)
        return ("partly", f"{state}; {withheld}") if withheld else ("yes", state)
    if datasets.status in ("partial", "described"):
        return "partly", state
    sufficient = model.data_information.sufficient
    if sufficient == "yes":
        described = "the data is described well enough to obtain its equal, and not published whole"
        return "partly", described
    if datasets.status == "unknown":
        return "unknown", state
    if sufficient == "unknown":
        return "unknown", f"{state}; how well they are described is not judged yet"
    return "no", state


def _find_withheld_dataset(model: Model, registry: Registry) -> str:
    """A dataset that the record names and not everybody can obtain, in words."""
    for id in model.components["datasets"].datasets:
        dataset = registry.datasets.get(id)
        if dataset is None:
            continue
        access = dataset.availability.class_
        if dataset.status in ("withdrawn", "not-released"):
            return f"{id} is {dataset.status}"
        if access in _NOT_PUBLIC_CLASSES:
            return f"{id} is {access}, not public"
    return ""


def answer_rebuild(chain: tuple[Model, ...], is_known: bool) -> AnsweredQuestion:
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
    answer: Answer = "unknown"
    facts = _list_facts_used(model, (name,))
    if total == "no":
        answer, remark, further = _judge_core(chain[0], releases)
        reason, facts = f"{reason}{remark}", tuple(dict.fromkeys((*facts, *further)))
    return _build_rebuild_answer(answer, reason, facts)


def _judge_core(model: Model, releases: _ReleaseByPart) -> tuple[Answer, str, tuple[FactUsed, ...]]:
    """With the data information or the training code, a rebuild is partly possible."""
    core = combine_with_or(releases[model, name] for name in _CORE_COMPONENTS)
    if core == "no":
        return "no", "", ()
    name = next(name for name in _CORE_COMPONENTS if releases[model, name] == core)
    remark = f"; {COMPONENT_WORDS[name]}: {_describe_state(model, name)}"
    return _CORE_ANSWERS[core], remark, _list_facts_used(model, (name,))


def _build_rebuild_answer(
    answer: Answer, reason: str, facts: tuple[FactUsed, ...]
) -> AnsweredQuestion:
    return AnsweredQuestion("rebuild", "Can you rebuild it?", answer, reason, facts)


def answer_safety_audit(chain: tuple[Model, ...], is_known: bool) -> AnsweredQuestion:
    """Yes when outsiders have weights, evaluation code, and the data or enough information on it.

    The data of the whole chain. Partly with weights alone, and the answer says so.
    """
    model = chain[0]
    weights = _judge_release(model, _WEIGHTS)
    if weights != "yes":
        reason = f"the weights: {_describe_state(model, _WEIGHTS)}"
        return _build_safety_answer(model, weights, reason, (_WEIGHTS,))
    lacking = _find_lacking_for_audit(chain, is_known)
    if lacking is None:
        return _build_safety_answer(model, "yes", _SAFETY_REASON, _SAFETY_COMPONENTS)
    reason, used = f"the weights can be inspected; {lacking[0]}", (_WEIGHTS, lacking[1])
    found = _build_safety_answer(model, "partly", reason, used)
    has_more = any(_judge_release(model, name) == "yes" for name in _BEYOND_WEIGHTS)
    return found if has_more else replace(found, extent=_WEIGHTS_ONLY)


def _find_lacking_for_audit(chain: tuple[Model, ...], is_known: bool) -> tuple[str, str] | None:
    """What outsiders lack beside the weights, in words, and its name: the data comes first."""
    for member in chain:
        parts = [_judge_release(member, name) for name in _DATA_COMPONENTS]
        if combine_with_or(parts) != "yes":
            state = f"{COMPONENT_WORDS['datasets']}: {_describe_state(member, 'datasets')}"
            return f"{_format_base_prefix(member, chain)}{state}", "datasets"
    if not is_known:
        return _OPEN_LINEAGE, "datasets"
    name = "evaluation-code"
    if _judge_release(chain[0], name) == "yes":
        return None
    return f"{COMPONENT_WORDS[name]}: {_describe_state(chain[0], name)}", name


def _build_safety_answer(
    model: Model, answer: Answer, reason: str, used: Iterable[str]
) -> AnsweredQuestion:
    facts = _list_facts_used(model, used)
    return AnsweredQuestion("safety", "Can outsiders audit it for safety?", answer, reason, facts)


def _describe_state(model: Model, name: str) -> str:
    return get_component_facts(model, name).state_words


def _judge_release(model: Model, name: str) -> Truth:
    return _RELEASES.get(get_component_facts(model, name).status, "no")


def _list_facts_used(model: Model, names: Iterable[str]) -> tuple[FactUsed, ...]:
    return tuple(get_component_facts(model, name).fact for name in names)


def _format_base_prefix(model: Model, chain: tuple[Model, ...]) -> str:
    return "" if model is chain[0] else f"base {model.id}: "
