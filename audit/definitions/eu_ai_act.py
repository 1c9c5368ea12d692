"""EU AI Act, Article 53(2): conditions of the open-source exemption for general-purpose models.

Conditions, not legal advice.

Source: Regulation (EU) 2024/1689, Articles 51 and 53(2), recitals 102 and 103, amended by Regulation
(EU) 2026/1744, and the Commission's guidelines C(2025) 5045, whose paragraphs are numbered here.
Parameters, architecture and information on usage are public, and a free and open license allows
access, use, modification and distribution. The exemption is lost with systemic risk, which is
presumed above 10^25 FLOP of cumulative training compute. Choices:

* A model that is not presumed to be of general purpose, and a modification that makes nobody the
  provider of a new model, are answered as such: there is nothing to be exempt from.
* Information on the architecture is enough when it is described; the Act asks for information, not
  for code. Information on usage is a model card; what a report alone says of it is unknown.
* Any gate leaves access open: whether it only verifies users, which the guidelines allow (79), or
  collects data for other ends (87), no record says.
* Training compute is summed over the chain of base models, teachers left out (annex A.1, 122).
"""

from audit.core.three_valued import Truth
from audit.definitions.base import (
    Answer,
    Definition,
    FactUsed,
    Step,
    Verdict,
    combine_step_answers,
    is_one_step_away,
    sort_needs,
)
from audit.definitions.eu_license import LICENSE_CLAUSE, check_license
from audit.definitions.eu_scope import check_general_purpose, check_provider
from audit.definitions.lineage import (
    Lineage,
    build_lineage_steps,
    find_licensors,
    trace_parameters,
)
from audit.definitions.rules import (
    COMPONENT_WORDS,
    ComponentFacts,
    apply_availability_rule,
    get_component_facts,
)
from audit.definitions.training_compute import (
    ComputeRange,
    measure_chain,
)
from audit.records.component import ComponentStatus
from audit.records.model import Model
from audit.records.registry import Registry

ID = "eu-ai-act-53-2"
VERSION = "2024/1689 as amended by 2026/1744, guidelines C(2025) 5045"
SYSTEMIC_FLOP = 1e25
"""Article 51(2): above this much cumulative compute, high-impact capabilities are presumed."""

_GATE_WORDS: dict[object, str] = {
    False: "anybody can obtain the files",
    "auto": "a gate opens automatically; what its form collects, and for what, is not recorded",
    "manual": "a person opens the gate; whether only to verify users is not recorded",
    "gated": "behind a gate; how it opens, and what it collects, is not recorded",
    "unknown": "whether a gate stands before the files is unknown",
}
_GATE_NEEDS = "establish that nothing but a check of who asks stands before the download"
_UNSEEN_GATE_NEEDS = "look whether the download is gated, and how"
_ARCHITECTURE_NEEDS: dict[Answer, str] = {
    "no": "publish information on the architecture",
    "unknown": "establish whether the architecture is documented",
}
_COMPUTE_NEEDS: dict[Answer, str] = {
    "no": "nothing: training compute does not change",
    "unknown": "establish the training compute, or that it is at most 10^25 FLOP",
}
_USAGE_NEEDS: dict[Answer, str] = {
    "no": "publish information on usage",
    "unknown": "establish whether a model card is published",
}

_PUBLIC_CLAUSE = (
    "Article 53(2): parameters, architecture and usage information are made publicly available"
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
_VALUES: dict[Truth, str] = {
    "yes": "conditions-met",
    "no": "conditions-not-met",
    "unknown": "undetermined",
}
_OUT_OF_SCOPE = {
    "general-purpose": "not-presumed-general-purpose",
    "provider": "not-presumed-provider",
}
_REPORTS = ("technical-report", "research-paper")


def judge(model: Model, registry: Registry) -> Verdict:
    """`conditions-met`, `conditions-not-met`, one of the two of nobody's duty, or `undetermined`.

    Raises InvalidExpressionError for a license that the registry does not hold.
    """
    lineage = trace_parameters(model, registry)
    scope = _build_scope_steps(model, lineage)
    conditions = _build_conditions(model, lineage, registry)
    for step in scope:
        if step.answer == "no":
            return Verdict(ID, VERSION, _OUT_OF_SCOPE[step.id], (*scope, *conditions))
    needs = sort_needs(conditions)
    unknown, improve = needs.get("unknown", ()), needs.get("no", ())
    # Compute once spent cannot be taken back.
    is_near = conditions[-1].answer != "no" and is_one_step_away(improve, unknown)
    value = _VALUES[combine_step_answers(conditions)]
    steps = (*scope, *conditions)
    return Verdict(ID, VERSION, value, steps, unknown, improve, one_step_away=is_near)


def _build_scope_steps(model: Model, lineage: Lineage) -> tuple[Step, ...]:
    """Whether there is anything to be exempt from; what is unknown here hinders no verdict."""
    provider = check_provider(model, lineage)
    general = check_general_purpose(model, lineage)
    return (general,) if provider is None else (general, provider)


def _build_conditions(model: Model, lineage: Lineage, registry: Registry) -> tuple[Step, ...]:
    terms = _build_terms_steps(model, lineage, registry)
    return (*_build_public_steps(model), *terms, _check_systemic_risk(model, lineage))


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
    binding = find_licensors(model, lineage)
    return (
        check_license(model, registry, ""),
        *build_lineage_steps(model, lineage, LICENSE_CLAUSE),
        *(check_license(base, registry, base.id) for base in binding),
    )


def _check_access(model: Model) -> Step:
    if model.hub is None:
        reason = "not on the Hub, so no gate of it applies"
        return Step("access", _PUBLIC_CLAUSE, "not-applicable", reason)
    gate = model.hub.gated
    fact = FactUsed(model.ref, "hub.gated", str(gate).lower(), model.hub.evidence)
    step = Step("access", _PUBLIC_CLAUSE, "yes", _GATE_WORDS[gate], (fact,))
    if gate is False:
        return step
    needs = _UNSEEN_GATE_NEEDS if gate == "unknown" else _GATE_NEEDS
    return step._replace(answer="unknown", needs=needs)


def _check_architecture(model: Model) -> Step:
    part = get_component_facts(model, "model-architecture")
    answer = _INFORMATION_ANSWERS[part.status]
    reason = f"information on the architecture: {part.state_words}"
    needs = _ARCHITECTURE_NEEDS.get(answer, "")
    return Step("architecture", _PUBLIC_CLAUSE, answer, reason, (part.fact,), needs=needs)


def _check_usage_information(model: Model) -> Step:
    """A card says what the guidelines ask for (91, 92); of a report alone nobody knows it."""
    card = get_component_facts(model, "model-card")
    reports = [get_component_facts(model, name) for name in _REPORTS]
    shown = [card] if card.status == "released" else [card, *reports]
    answer = _judge_usage(card, reports)
    facts = tuple(part.fact for part in shown)
    needs = _USAGE_NEEDS.get(answer, "")
    return Step("usage", _PUBLIC_CLAUSE, answer, _describe_usage(shown), facts, needs=needs)


def _judge_usage(card: ComponentFacts, reports: list[ComponentFacts]) -> Answer:
    if card.status == "released":
        return "yes"
    may_say_it = [part.status in ("released", "unknown") for part in (card, *reports)]
    return "unknown" if any(may_say_it) else "no"


def _describe_usage(parts: list[ComponentFacts]) -> str:
    states = [f"{COMPONENT_WORDS[part.name]} {part.state_words}" for part in parts]
    return f"information on usage: {', '.join(states)}"


def _check_systemic_risk(model: Model, lineage: Lineage) -> Step:
    """The compute of the whole chain, which the presumption counts cumulatively."""
    compute, facts = measure_chain((model, *lineage.ancestors))
    answer = _judge_compute(compute)
    needs = _COMPUTE_NEEDS.get(answer, "")
    reason = f"cumulative training compute: {compute}"
    return Step("systemic-risk", _SYSTEMIC_RISK_CLAUSE, answer, reason, facts, needs=needs)


def _judge_compute(compute: ComputeRange) -> Answer:
    if compute.least > SYSTEMIC_FLOP:
        return "no"
    return "yes" if compute.most is not None and compute.most <= SYSTEMIC_FLOP else "unknown"


DEFINITION = Definition(
    id=ID,
    version=VERSION,
    name="EU AI Act, open-source exemption",
    short_name="EU AI Act 53(2)",
    source="https://eur-lex.europa.eu/eli/reg/2024/1689/oj",
    judge=judge,
    positive_values=frozenset({"conditions-met"}),
    neutral_values=frozenset(_OUT_OF_SCOPE.values()),
    caveat=(
        "These are conditions read from a text, not legal advice. Not asked: whether the model is "
        "offered against a price or personal data (recital 103), or was designated (Article "
        "51(1)(b)). A copyright policy and a summary of the training content stay owed "
        "(Article 53(1)(c) and (d))."
    ),
)
