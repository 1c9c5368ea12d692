"""The four questions that people ask first, each answered from the facts that decide it."""

from collections.abc import Iterable
from dataclasses import dataclass

from audit.core.three_valued import Truth, every, some
from audit.definitions.base import Answer, FactUsed
from audit.definitions.lineage import lineage_of
from audit.definitions.permissions import IntendedUse, Permission, allows
from audit.definitions.rules import WORDS, part_of
from audit.records.model import Model, Registry, placed

_REBUILD = ("data-information", "training-code", "data-preprocessing-code", "model-architecture")


@dataclass(frozen=True)
class Question:
    """One question, its answer (yes, partly, no or unknown) and the fact that decided."""

    id: str
    question: str
    answer: Answer
    reason: str
    facts: tuple[FactUsed, ...] = ()


def four_questions(model: Model, registry: Registry) -> tuple[Question, Question, Question, Question]:
    """See what it learned from, rebuild it, use it commercially, audit it. Raises BadExpression for an unknown license."""
    lineage = lineage_of(model, registry)
    chain = (model, *lineage.ancestors)
    known = not lineage.unrecorded and not lineage.unstated
    return _learned_from(chain, known), _rebuild(chain, known), _commercial(model, registry), _safety(model)


def _learned_from(chain: tuple[Model, ...], known: bool) -> Question:
    """Yes when the data of the whole chain is public, partly when some of it is, or when it is fully described."""
    question = "Can you see what it learned from?"
    answers = [_data(each) for each in chain]
    worst = min(range(len(chain)), key=lambda index: ("no", "unknown", "partly", "yes").index(answers[index]))
    answer, decider = answers[worst], chain[worst]
    datasets = part_of(decider, "datasets")
    reason = f"{_of(decider, chain)}the training datasets are {datasets.state}"
    if answer == "partly" and datasets.status in ("unknown", "not-released"):
        reason = f"{_of(decider, chain)}the data is described well enough to obtain its equal, and not published whole"
    if answer == "yes" and not known:
        return Question(
            "learned-from",
            question,
            "partly",
            f"{reason}; whether a base model learned from other data is unknown",
            _facts(decider, ("datasets",)),
        )
    return Question("learned-from", question, answer, reason, _facts(decider, ("datasets", "data-information")))


def _data(model: Model) -> Answer:
    status = part_of(model, "datasets").status
    if status in ("released", "not-applicable"):
        return "yes"
    if status in ("partial", "described") or model.data_information.sufficient == "yes":
        return "partly"
    return "unknown" if status == "unknown" else "no"


def _rebuild(chain: tuple[Model, ...], known: bool) -> Question:
    """Yes when data information, training and processing code and architecture are there for the whole chain."""
    question = "Can you rebuild it?"
    found = {(each.id, name): _truth(each, name) for each in chain for name in _REBUILD}
    total = every(found.values())
    if total == "yes" and known:
        return Question(
            "rebuild",
            question,
            "yes",
            "data information, training code, preprocessing code and architecture are released",
            _facts(chain[0], _REBUILD),
        )
    if total == "yes":
        return Question(
            "rebuild",
            question,
            "unknown",
            "everything is released, but the base model, if there is one, is not known",
            _facts(chain[0], _REBUILD),
        )
    decider, name = next(key for key, value in found.items() if value == total)
    model = next(each for each in chain if each.id == decider)
    reason = f"{_of(model, chain)}{WORDS[name]}: {part_of(model, name).state}"
    core = some(found[(chain[0].id, each)] for each in ("data-information", "training-code"))
    answer: Answer = "unknown" if total == "unknown" else "partly" if core == "yes" else "no"
    return Question("rebuild", question, answer, reason, _facts(model, (name,)))


def _commercial(model: Model, registry: Registry) -> Question:
    """Yes without conditions, partly with some (a threshold, a policy, a territory), no when a license must be asked for."""
    permission = allows(model, registry, IntendedUse(commercial=True))
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
        where = f"{license.name}, {placed(first.section)}" if license and first.section else first.license
        reason = f"{where}: {first.summary}" if first.license != "unknown" else first.summary
        facts = (FactUsed(f"licenses/{first.license}" if first.section else f"models/{first.model}", first.kind, first.summary, first.evidence),)
    else:
        reason = f"{model.weights.license} allows it without conditions on use"
        facts = (FactUsed(model.weights.origin or model.ref, "model-parameters-final.license", str(model.weights.license), model.weights.evidence),)
    return Question("commercial", "May you use it commercially?", words[permission.value], reason, facts)


def _safety(model: Model) -> Question:
    """Yes when weights, evaluation code and the data, or enough information on it, are open to outsiders; partly with weights alone."""
    question = "Can outsiders audit it for safety?"
    weights = _truth(model, "model-parameters-final")
    if weights != "yes":
        reason = f"the weights: {part_of(model, 'model-parameters-final').state}"
        return Question("safety", question, weights, reason, _facts(model, ("model-parameters-final",)))
    data = some((_truth(model, "datasets"), _truth(model, "data-information")))
    if data == "yes" and _truth(model, "evaluation-code") == "yes":
        names = ("model-parameters-final", "datasets", "evaluation-code")
        return Question("safety", question, "yes", "weights, data or its description, and evaluation code can be inspected", _facts(model, names))
    lacking = "datasets" if data != "yes" else "evaluation-code"
    reason = f"the weights can be inspected; {WORDS[lacking]}: {part_of(model, lacking).state}"
    return Question("safety", question, "partly", reason, _facts(model, ("model-parameters-final", lacking)))


def _truth(model: Model, name: str) -> Truth:
    status = part_of(model, name).status
    return "yes" if status in ("released", "not-applicable") else "unknown" if status == "unknown" else "no"


def _facts(model: Model, names: Iterable[str]) -> tuple[FactUsed, ...]:
    parts = (part_of(model, name) for name in names)
    return tuple(FactUsed(part.record, part.name, part.state, part.evidence) for part in parts)


def _of(model: Model, chain: tuple[Model, ...]) -> str:
    return "" if model is chain[0] else f"base {model.id}: "
