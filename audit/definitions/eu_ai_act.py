"""EU AI Act, Article 53(2): conditions of the open-source exemption for general-purpose models. Conditions, not legal advice.

Source: Regulation (EU) 2024/1689, Articles 51 and 53(2), recital 102. Parameters, architecture and information on usage are
public, and a free and open license allows access, use, modification and distribution: no payment, no limit on field of use,
users, revenue or territory. The exemption is lost with systemic risk, which is presumed above 10^25 FLOP of cumulative training
compute. Choices:

* Information on the architecture is enough when it is described; the Act asks for information, not for code.
* A gate that a person opens is no public access; one that opens automatically is.
* Training compute is summed over the chain of base models, since the presumption counts it cumulatively.
"""

from audit.core.three_valued import some
from audit.definitions.base import Answer, FactUsed, Step, Verdict, needs_of, one_step, outcome
from audit.definitions.lineage import lineage_of, lineage_steps
from audit.definitions.rules import WORDS, Rule, apply, availability, available_step, part_of
from audit.records.model import Model, Registry, Status

FRAMEWORK = "eu-ai-act-53-2"
VERSION = "2024/1689"
SYSTEMIC_FLOP = 1e25
"""Article 51(2): presumed to have high-impact capabilities above this much cumulative training compute."""
_PUBLIC = "Article 53(2): parameters, architecture and usage information are made publicly available"
_LICENSE = "Article 53(2): a free and open-source license allows access, use, modification and distribution"
_SYSTEMIC = "Article 53(2), last sentence, and Article 51(2): no systemic risk"
_INFORMATION: dict[Status, Answer] = {
    "released": "yes",
    "partial": "yes",
    "described": "yes",
    "not-released": "no",
    "unknown": "unknown",
    "not-applicable": "no",
}
_USAGE = ("model-card", "technical-report", "research-paper")


def judge(model: Model, registry: Registry) -> Verdict:
    """`conditions-met`, `conditions-not-met` or `undetermined`. Raises BadExpression for a license that the registry does not hold."""
    lineage = lineage_of(model, registry)
    terms = Rule("license", _LICENSE, "model-parameters-final", "open-terms")
    # Weights that were never published bind nobody who takes only the derivative's.
    published = [base for base in lineage.ancestors if availability(base, "model-parameters-final") != "no"]
    steps = (
        available_step("parameters", _PUBLIC, model, "model-parameters-final"),
        _access(model),
        _architecture(model),
        _usage(model),
        apply(terms, model, registry),
        *lineage_steps(model, lineage, _LICENSE),
        *(apply(terms, base, registry, base.id) for base in published),
        _compute(model, lineage.ancestors),
    )
    value = {"yes": "conditions-met", "no": "conditions-not-met", "unknown": "undetermined"}[outcome(steps)]
    unknown, improve = needs_of(steps, "unknown"), needs_of(steps, "no")
    near = steps[-1].answer != "no" and one_step(improve, unknown)  # compute once spent cannot be taken back
    return Verdict(FRAMEWORK, VERSION, value, steps, unknown, improve, one_step_away=near)


def _access(model: Model) -> Step:
    if model.hub is None:
        return Step("access", _PUBLIC, "not-applicable", "not on the Hub, so no gate of it applies")
    answers: dict[object, Answer] = {False: "yes", "auto": "yes", "manual": "no"}
    answer = answers.get(model.hub.gated, "unknown")
    words = {
        "yes": "anybody can obtain the files",
        "no": "a person decides who obtains the files",
        "unknown": "who can obtain the files is unknown",
    }
    needs = {"no": "open the gate to everybody", "unknown": "look whether the download is gated, and how"}.get(answer, "")
    fact = FactUsed(model.ref, "hub.gated", str(model.hub.gated).lower(), model.hub.evidence)
    return Step("access", _PUBLIC, answer, words[answer], (fact,), needs=needs)


def _architecture(model: Model) -> Step:
    part = part_of(model, "model-architecture")
    answer = _INFORMATION[part.status]
    needs = {"no": "publish information on the architecture", "unknown": "establish whether the architecture is documented"}.get(answer, "")
    fact = FactUsed(part.record, "model-architecture", part.state, part.evidence)
    return Step("architecture", _PUBLIC, answer, f"information on the architecture: {part.state}", (fact,), needs=needs)


def _usage(model: Model) -> Step:
    parts = [part_of(model, name) for name in _USAGE]
    answer: Answer = some("yes" if part.status == "released" else "unknown" if part.status == "unknown" else "no" for part in parts)
    shown = [part for part in parts if part.status == "released"] or parts
    reason = "information on usage: " + ", ".join(f"{WORDS[part.name]} {part.state}" for part in shown)
    needs = {"no": "publish information on usage", "unknown": "establish whether a model card is published"}.get(answer, "")
    return Step("usage", _PUBLIC, answer, reason, tuple(FactUsed(part.record, part.name, part.state, part.evidence) for part in shown), needs=needs)


def _compute(model: Model, ancestors: tuple[Model, ...]) -> Step:
    chain = (model, *ancestors)
    facts = tuple(FactUsed(each.ref, "training_compute", _flop(each.training_flop), each.training_flop_evidence) for each in chain)
    known = sum(each.training_flop or 0.0 for each in chain)
    unknown = [each.id for each in chain if each.training_flop is None]
    if known > SYSTEMIC_FLOP:
        return Step(
            "systemic-risk",
            _SYSTEMIC,
            "no",
            f"{known:.2g} FLOP known, above 1e25",
            facts,
            needs="nothing: training compute does not change",
        )
    if unknown:
        names = ", ".join(unknown)
        return Step(
            "systemic-risk",
            _SYSTEMIC,
            "unknown",
            f"training compute of {names} unknown",
            facts,
            needs=f"establish the training compute of {names}",
        )
    return Step("systemic-risk", _SYSTEMIC, "yes", f"{known:.2g} FLOP, not above 1e25", facts)


def _flop(value: float | None) -> str:
    return "unknown" if value is None else f"{value:.2g} FLOP"
