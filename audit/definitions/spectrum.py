"""The plain label of the catalog: closed, restricted-weights, open-weight, open-source.

A gate does not change the label, automatic or manual: the weights can still be obtained, and the step says so.
A lineage that nobody stated does not hold the label back either, because the grant that a reader sees is the maker's;
a base that is named does: a derivative of restricted weights is restricted, whatever its own license says.
Of bases that the registry does not hold, only those of other makers leave the label undetermined.
"""

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
    find_binding_bases,
    list_foreign_unrecorded_bases,
    trace_lineage,
)
from audit.definitions.rules import (
    apply_availability_rule,
    get_component_facts,
    list_license_facts,
)
from audit.licenses.conditions import find_condition_kind
from audit.licenses.expression import NO_LICENSE
from audit.licenses.terms import EffectiveTerms, LicenseClause, list_alternative_terms
from audit.records.model import Model, Registry

ID = "spectrum"
VERSION = "1"
_WEIGHTS_CLAUSE = "Anybody can download the weights"
_TERMS_CLAUSE = "The terms allow commercial use, and use outside research"
_GATE_WORDS = {
    "auto": "behind a gate that opens automatically",
    "manual": "behind a gate that a person opens",
    "gated": "behind a gate",
}


def judge(model: Model, registry: Registry) -> Verdict:
    """`closed`, `restricted-weights`, `open-weight`, `open-source` or `undetermined`. Raises BadExpression for an unknown license."""
    weights = _check_weights(model)
    if weights.answer != "yes":
        value = "undetermined" if weights.answer == "unknown" else "closed"
        return _build_verdict(
            value, (weights,), collect_needs((weights,), "unknown"), collect_needs((weights,), "no")
        )
    steps = (weights, *_build_terms_steps(model, registry))
    terms = combine_step_answers(steps)
    if terms != "yes":
        value = "undetermined" if terms == "unknown" else "restricted-weights"
        return _build_verdict(
            value, steps, collect_needs(steps, "unknown"), collect_needs(steps, "no")
        )
    definition = osaid.judge(model, registry)
    source = _check_open_source(definition)
    value = "open-source" if source.answer == "yes" else "open-weight"
    return _build_verdict(value, (*steps, source), definition.missing, definition.to_improve)


def _build_verdict(
    value: str, steps: tuple[Step, ...], unknown: tuple[str, ...], improve: tuple[str, ...]
) -> Verdict:
    return Verdict(
        ID,
        VERSION,
        value,
        steps,
        unknown,
        improve,
        one_step_away=is_one_step_away(improve, unknown),
    )


def _check_weights(model: Model) -> Step:
    step = apply_availability_rule("weights", _WEIGHTS_CLAUSE, model, "model-parameters-final")
    gate = _GATE_WORDS.get(str(model.hub.gated)) if model.hub else None
    if step.answer != "yes" or gate is None or model.hub is None:
        return step
    facts = (
        *step.facts,
        FactUsed(model.ref, "hub.gated", str(model.hub.gated), model.hub.evidence),
    )
    return Step(step.id, step.clause, step.answer, f"{step.reason}, {gate}", facts)


def _build_terms_steps(model: Model, registry: Registry) -> list[Step]:
    """One step for the model's own terms, one for each base that is not free of its own."""
    lineage = trace_lineage(model, registry)
    steps = [_check_terms(model, registry, "")]
    steps += [_check_terms(base, registry, base.id) for base in find_binding_bases(lineage)]
    for holder, base in list_foreign_unrecorded_bases(lineage):
        fact = FactUsed(holder.ref, "base_models", f"{base.id} ({base.relation})", base.evidence)
        reason = f"the terms of its base {base.id} are unknown: the registry does not hold it"
        steps.append(
            Step(
                "terms",
                _TERMS_CLAUSE,
                "unknown",
                reason,
                (fact,),
                "terms",
                base.id,
                f"add a record of {base.id}",
            )
        )
    return steps


def _check_terms(model: Model, registry: Registry, subject: str) -> Step:
    part = get_component_facts(model, "model-parameters-final")
    thing = f"the weights of its base {subject}" if subject else "the weights"
    facts = (
        FactUsed(
            part.record, "model-parameters-final.license", part.license or "unknown", part.evidence
        ),
        *list_license_facts(part.license, registry),
    )
    if part.license is None:
        return Step(
            "terms",
            _TERMS_CLAUSE,
            "unknown",
            f"{thing}: license unknown",
            facts,
            "terms",
            subject,
            f"establish the license of {thing}",
        )
    answer: Answer = judge_commercial_use(part.license, registry)
    reason = {
        "yes": f"{thing}: {part.license} allows it",
        "no": f"{thing}: published without a license, so nothing is granted"
        if part.license == NO_LICENSE
        else f"{thing}: {part.license} does not allow it",
        "unknown": f"{thing}: what {part.license} grants is unknown",
    }[answer]
    needs = {
        "no": f"put {thing} under terms that allow commercial use",
        "unknown": f"establish what {part.license} grants",
    }.get(answer, "")
    return Step("terms", _TERMS_CLAUSE, answer, reason, facts, "terms", subject, needs)


def judge_commercial_use(expression: str, registry: Registry) -> Truth:
    """Whether some alternative grants commercial use without asking the maker first. Raises BadExpression."""
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
    answer: Answer = (
        "yes"
        if definition.value == "conforms"
        else "unknown"
        if definition.value == "undetermined"
        else "no"
    )
    reason = f"{definition.framework} says {definition.value}"
    return Step(
        "osaid",
        "The Open Source AI Definition 1.0 says that the model conforms",
        answer,
        reason,
        (),
        "terms",
    )


DEFINITION = Definition(
    id=ID,
    version=VERSION,
    name="The plain label",
    short_name="plain label",
    source="docs/definitions/spectrum.md",
    judge=judge,
    positive_values=frozenset({"open-source"}),
)
