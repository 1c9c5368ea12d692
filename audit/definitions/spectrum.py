"""The plain label of the catalog, from closed to open-source.

Weights that are open say `open-weight` only where something that OSAID asks for is known to be
missing or to stand under other terms; while that is not known the label is `open-weight-or-better`.

A gate does not change the label, automatic or manual: the weights can still be obtained, and the
step says so. A lineage that nobody stated does not hold the label back either, because the grant
that a reader sees is the maker's; a base of another maker that is named does: a derivative of
restricted weights is restricted, whatever its own license says. A maker's own base is covered by
the maker's grant, and what a teacher wrote is no part of the weights. Of bases that the registry does not hold, only those of
other makers leave the label undetermined.
"""

from functools import lru_cache

from audit.core.three_valued import Truth, combine_with_or, convert_to_truth
from audit.definitions import osaid
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
    build_base_fact,
    find_licensors,
    list_foreign_unrecorded_bases,
    trace_parameters,
)
from audit.definitions.rules import (
    apply_availability_rule,
    get_component_facts,
    list_terms_facts,
)
from audit.licenses.conditions import find_condition_kind
from audit.licenses.expression import NO_LICENSE
from audit.licenses.terms import (
    EXPRESSION_CACHE_SIZE,
    EffectiveTerms,
    LicenseClause,
    list_alternative_terms,
)
from audit.records.model import BaseModelLink, Model
from audit.records.registry import Registry

ID = "spectrum"
VERSION = "2"
OPEN_WEIGHT = "open-weight"
OPEN_WEIGHT_OR_BETTER = "open-weight-or-better"
LABELS = (
    "open-source",
    OPEN_WEIGHT_OR_BETTER,
    OPEN_WEIGHT,
    "restricted-weights",
    "closed",
    "undetermined",
)
"""From the most open on; what is not known comes last."""
_OPEN_LABELS: dict[Answer, str] = {
    "yes": "open-source",
    "unknown": OPEN_WEIGHT_OR_BETTER,
    "no": OPEN_WEIGHT,
}
_WEIGHTS_CLAUSE = "Anybody can download the weights"
_TERMS_CLAUSE = "The terms allow commercial use, and use outside research"
_OPEN_SOURCE_NEEDS = {"undetermined": "establish what osaid-1.0 waits for"}
_GATE_WORDS = {
    "auto": "behind a gate that opens automatically",
    "manual": "behind a gate that a person opens",
    "gated": "behind a gate",
}


def judge(model: Model, registry: Registry) -> Verdict:
    """One of LABELS.

    Raises InvalidExpressionError for an unknown license.
    """
    weights = _check_weights(model)
    if weights.answer != "yes":
        return _build_verdict("closed", (weights,))
    steps = (weights, *_build_terms_steps(model, registry))
    if combine_step_answers(steps) != "yes":
        return _build_verdict("restricted-weights", steps)
    return _judge_open_weights(steps, osaid.judge(model, registry))


def _judge_open_weights(steps: tuple[Step, ...], definition: Verdict) -> Verdict:
    """The verdict on weights that are open: what it needs is what the further definition needs."""
    source = _check_open_source(definition)
    value = _OPEN_LABELS[source.answer]
    return _close_verdict(value, (*steps, source), definition.missing, definition.to_improve)


def _build_verdict(value: str, steps: tuple[Step, ...]) -> Verdict:
    """The verdict with what its steps need.

    A value below open weights rests on a step that says no, and an unknown step alone leaves it
    open.
    """
    if combine_step_answers(steps) == "unknown":
        value = "undetermined"
    unknown, improve = collect_needs(steps, "unknown"), collect_needs(steps, "no")
    return _close_verdict(value, steps, unknown, improve)


def _close_verdict(
    value: str, steps: tuple[Step, ...], unknown: tuple[str, ...], improve: tuple[str, ...]
) -> Verdict:
    is_near = is_one_step_away(improve, unknown)
    return Verdict(ID, VERSION, value, steps, unknown, improve, one_step_away=is_near)


def _check_weights(model: Model) -> Step:
    step = apply_availability_rule("weights", _WEIGHTS_CLAUSE, model, "model-parameters-final")
    if step.answer != "yes" or model.hub is None:
        return step
    gate = str(model.hub.gated)
    if gate not in _GATE_WORDS:
        return step
    facts = (*step.facts, FactUsed(model.ref, "hub.gated", gate, model.hub.evidence))
    return step._replace(reason=f"{step.reason}, {_GATE_WORDS[gate]}", facts=facts)


def _build_terms_steps(model: Model, registry: Registry) -> list[Step]:
    """One step for the model's own terms, one for each base whose terms bind its users."""
    lineage = trace_parameters(model, registry)
    steps = [_check_terms(model, registry, "")]
    steps += [_check_terms(base, registry, base.id) for base in find_licensors(model, lineage)]
    for holder, base in list_foreign_unrecorded_bases(lineage):
        steps.append(_build_unrecorded_step(holder, base))
    return steps


def _build_unrecorded_step(holder: Model, base: BaseModelLink) -> Step:
    return Step(
        "terms",
        _TERMS_CLAUSE,
        "unknown",
        f"the terms of its base {base.id} are unknown: the registry does not hold it",
        (build_base_fact(holder, base),),
        "terms",
        base.id,
        f"add a record of {base.id}",
    )


def _check_terms(model: Model, registry: Registry, subject: str) -> Step:
    part = get_component_facts(model, "model-parameters-final")
    thing = f"the weights of its base {subject}" if subject else "the weights"
    answer = judge_commercial_use(part.license, registry) if part.license else "unknown"
    found, needs = _describe_terms(answer, part.license, thing)
    facts = list_terms_facts(part, registry)
    reason = f"{thing}: {found}"
    return Step("terms", _TERMS_CLAUSE, answer, reason, facts, "terms", subject, needs)


def _describe_terms(answer: Truth, license: str | None, thing: str) -> tuple[str, str]:
    """What a license says about commercial use, and what that needs."""
    if license is None:
        return "license unknown", f"establish the license of {thing}"
    if answer == "yes":
        return f"{license} allows it", ""
    if answer == "unknown":
        return f"what {license} grants is unknown", f"establish what {license} grants"
    return _describe_refusal(license), f"put {thing} under terms that allow commercial use"


def _describe_refusal(license: str) -> str:
    if license == NO_LICENSE:
        return "published without a license, so nothing is granted"
    return f"{license} does not allow it"


@lru_cache(maxsize=EXPRESSION_CACHE_SIZE)
def judge_commercial_use(expression: str, registry: Registry) -> Truth:
    """Whether some alternative grants commercial use without asking the maker first.

    Raises InvalidExpressionError.
    """
    return combine_with_or(
        _judge_commercial_terms(each) for each in list_alternative_terms(expression, registry)
    )


def _judge_commercial_terms(terms: EffectiveTerms) -> Truth:
    withheld = combine_with_or(_judge_withholding(clause) for clause in terms.clauses)
    if terms.use == "no" or withheld == "yes":
        return "no"
    return "unknown" if terms.is_use_unread or withheld == "unknown" else "yes"


def _judge_withholding(clause: LicenseClause) -> Truth:
    """Whether commercial use, or use outside research, is withheld from more than the largest."""
    kind = find_condition_kind(clause.condition)
    if kind is None:
        return "unknown"
    effect = clause.condition.parameters.get("effect", "forbidden")
    if kind.withheld_use:
        return convert_to_truth(effect != "obligation")
    return convert_to_truth(kind.is_registration and effect in ("forbidden", "needs-license"))


def _check_open_source(definition: Verdict) -> Step:
    answers: dict[str, Answer] = {"conforms": "yes", "undetermined": "unknown"}
    return Step(
        "osaid",
        "The Open Source AI Definition 1.0 says that the model conforms",
        answers.get(definition.value, "no"),
        f"{definition.framework} says {definition.value}",
        aspect="terms",
        needs=_OPEN_SOURCE_NEEDS.get(definition.value, ""),
    )


DEFINITION = Definition(
    id=ID,
    version=VERSION,
    name="The plain label",
    short_name="plain label",
    source="docs/definitions/spectrum.md",
    judge=judge,
    positive_values=frozenset({"open-source"}),
    neutral_values=frozenset({OPEN_WEIGHT_OR_BETTER}),
)
