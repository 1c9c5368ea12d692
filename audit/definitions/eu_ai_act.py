"""EU AI Act, Article 53(2): conditions of the open-source exemption for general-purpose models.

Conditions, not legal advice.

Source: Regulation (EU) 2024/1689, Articles 51 and 53(2), recital 102. Parameters, architecture and
information on usage are public, and a free and open license allows access, use, modification and
distribution: no payment, no limit on field of use, users, revenue or territory. The exemption is
lost with systemic risk, which is presumed above 10^25 FLOP of cumulative training compute. Choices:

* Information on the architecture is enough when it is described; the Act asks for information, not
  for code.
* A gate that a person opens is no public access; one that opens automatically is.
* Training compute is summed over the chain of base models, since the presumption counts it
  cumulatively.
"""

from audit.core.three_valued import Truth, combine_with_or
from audit.definitions.base import (
    Answer,
    Definition,
    FactUsed,
    Step,
    Verdict,
    collect_needs,
    combine_step_answers,
    is_one_step_away,
)
from audit.definitions.lineage import (
    Lineage,
    build_lineage_steps,
    find_binding_bases,
    trace_lineage,
)
from audit.definitions.rules import (
    COMPONENT_WORDS,
    ComponentFacts,
    ComponentRule,
    apply_availability_rule,
    apply_rule,
    get_component_facts,
)
from audit.records.model import ComponentStatus, Model, Registry

ID = "eu-ai-act-53-2"
VERSION = "2024/1689"
SYSTEMIC_FLOP = 1e25
"""Article 51(2): above this much cumulative compute, high-impact capabilities are presumed."""

_GATE_ANSWERS: dict[object, Answer] = {False: "yes", "auto": "yes", "manual": "no"}
_GATE_WORDS: dict[Answer, str] = {
    "yes": "anybody can obtain the files",
    "no": "a person decides who obtains the files",
    "unknown": "who can obtain the files is unknown",
}
_GATE_NEEDS: dict[Answer, str] = {
    "no": "open the gate to everybody",
    "unknown": "look whether the download is gated, and how",
}
_ARCHITECTURE_NEEDS: dict[Answer, str] = {
    "no": "publish information on the architecture",
    "unknown": "establish whether the architecture is documented",
}
_USAGE_NEEDS: dict[Answer, str] = {
    "no": "publish information on usage",
    "unknown": "establish whether a model card is published",
}

_PUBLIC_CLAUSE = (
    "Article 53(2): parameters, architecture and usage information are made publicly available"
)
_LICENSE_CLAUSE = (
    "Article 53(2): a free and open-source license allows access, use, modification and "
    "distribution"
)
_SYSTEMIC_RISK_CLAUSE = "Article 53(2), last sentence, and Article 51(2): no systemic risk"
_INFORMATION_ANSWERS: dict[ComponentStatus, Answer] = {
    "released": "yes",
    "partial": "yes",
    "described": "yes",
    "withdrawn": "no",
    "not-released": "no",
    "not-found": "no",
    "unknown": "unknown",
    "not-applicable": "no",
}
_LICENSE_RULE = ComponentRule("license", _LICENSE_CLAUSE, "model-parameters-final", "open-terms")
_VALUES: dict[Truth, str] = {
    "yes": "conditions-met",
    "no": "conditions-not-met",
    "unknown": "undetermined",
}
_USAGE_COMPONENTS = ("model-card", "technical-report", "research-paper")


def judge(model: Model, registry: Registry) -> Verdict:
    """`conditions-met`, `conditions-not-met` or `undetermined`.

    Raises InvalidExpressionError for a license that the registry does not hold.
    """
    lineage = trace_lineage(model, registry)
    compute = _check_training_compute((model, *lineage.ancestors))
    terms = _build_terms_steps(model, lineage, registry)
    steps = (*_build_public_steps(model), *terms, compute)
    unknown, improve = collect_needs(steps, "unknown"), collect_needs(steps, "no")
    # Compute once spent cannot be taken back.
    is_near = compute.answer != "no" and is_one_step_away(improve, unknown)
    value = _VALUES[combine_step_answers(steps)]
    return Verdict(ID, VERSION, value, steps, unknown, improve, one_step_away=is_near)


def _build_public_steps(model: Model) -> tuple[Step, ...]:
    """What has to be available to the public."""
    return (
        apply_availability_rule("parameters", _PUBLIC_CLAUSE, model, "model-parameters-final"),
        _check_access(model),
        _check_architecture(model),
        _check_usage_information(model),
    )


def _build_terms_steps(model: Model, lineage: Lineage, registry: Registry) -> tuple[Step, ...]:
    """The license of the model, and those of the bases that bind its users."""
    binding = find_binding_bases(lineage)
    return (
        apply_rule(_LICENSE_RULE, model, registry),
        *build_lineage_steps(model, lineage, _LICENSE_CLAUSE),
        *(apply_rule(_LICENSE_RULE, base, registry, base.id) for base in binding),
    )


def _check_access(model: Model) -> Step:
    if model.hub is None:
        reason = "not on the Hub, so no gate of it applies"
        return Step("access", _PUBLIC_CLAUSE, "not-applicable", reason)
    gate = model.hub.gated
    answer = _GATE_ANSWERS.get(gate, "unknown")
    fact = FactUsed(model.ref, "hub.gated", str(gate).lower(), model.hub.evidence)
    needs = _GATE_NEEDS.get(answer, "")
    return Step("access", _PUBLIC_CLAUSE, answer, _GATE_WORDS[answer], (fact,), needs=needs)


def _check_architecture(model: Model) -> Step:
    part = get_component_facts(model, "model-architecture")
    answer = _INFORMATION_ANSWERS[part.status]
    reason = f"information on the architecture: {part.state_words}"
    needs = _ARCHITECTURE_NEEDS.get(answer, "")
    return Step("architecture", _PUBLIC_CLAUSE, answer, reason, (part.as_fact(),), needs=needs)


def _check_usage_information(model: Model) -> Step:
    parts = [get_component_facts(model, name) for name in _USAGE_COMPONENTS]
    shown = [part for part in parts if part.status == "released"] or parts
    answer: Answer = combine_with_or(_judge_usage_part(part) for part in parts)
    facts = tuple(part.as_fact() for part in shown)
    needs = _USAGE_NEEDS.get(answer, "")
    return Step("usage", _PUBLIC_CLAUSE, answer, _describe_usage(shown), facts, needs=needs)


def _describe_usage(parts: list[ComponentFacts]) -> str:
    states = [f"{COMPONENT_WORDS[part.name]} {part.state_words}" for part in parts]
    return f"information on usage: {', '.join(states)}"


def _judge_usage_part(part: ComponentFacts) -> Truth:
    if part.status == "released":
        return "yes"
    return "unknown" if part.status == "unknown" else "no"


def _check_training_compute(chain: tuple[Model, ...]) -> Step:
    """The compute of the whole chain, which the presumption counts cumulatively."""
    known = sum(model.training_compute.flop for model in chain if model.training_compute)
    unknown = [model.id for model in chain if model.training_compute is None]
    answer, reason, needs = _judge_compute(known, ", ".join(unknown))
    facts = tuple(_build_compute_fact(model) for model in chain)
    return Step("systemic-risk", _SYSTEMIC_RISK_CLAUSE, answer, reason, facts, needs=needs)


def _judge_compute(known: float, unknown: str) -> tuple[Answer, str, str]:
    """The answer, its reason and its need, of known FLOP and the names without a number."""
    if known > SYSTEMIC_FLOP:
        needs = "nothing: training compute does not change"
        return "no", f"{known:.2g} FLOP known, above 1e25", needs
    if unknown:
        needs = f"establish the training compute of {unknown}"
        return "unknown", f"training compute of {unknown} unknown", needs
    return "yes", f"{known:.2g} FLOP, not above 1e25", ""


def _build_compute_fact(model: Model) -> FactUsed:
    compute = model.training_compute
    if compute is None:
        return FactUsed(model.ref, "training_compute", "unknown")
    value = f"{compute.flop:.2g} FLOP"
    return FactUsed(model.ref, "training_compute", value, compute.evidence)


DEFINITION = Definition(
    id=ID,
    version=VERSION,
    name="EU AI Act, open-source exemption",
    short_name="EU AI Act 53(2)",
    source="https://eur-lex.europa.eu/eli/reg/2024/1689/oj",
    judge=judge,
    positive_values=frozenset({"conditions-met"}),
    caveat="These are conditions read from a text, not legal advice.",
)
