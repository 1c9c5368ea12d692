"""The plain label of the catalog: closed, restricted-weights, open-weight, open-source.

A gate does not change the label, automatic or manual: the weights can still be obtained, and the
step says so. A lineage that nobody stated does not hold the label back either, because the grant
that a reader sees is the maker's; a base that is named does: a derivative of restricted weights is
restricted, whatever its own license says. Of bases that the registry does not hold, only those of
other makers leave the label undetermined.
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
    """`closed`, `restricted-weights`, `open-weight`, `open-source` or `undetermined`.

    Raises InvalidExpressionError for an unknown license.
    """
    weights = _check_weights(model)
    if weights.answer != "yes":
        return _build_verdict("closed", (weights,))
    steps = (weights, *_build_terms_steps(model, registry))
    if combine_step_answers(steps) != "yes":
        return _build_verdict("restricted-weights", steps)
    definition = osaid.judge(model, registry)
    source = _check_open_source(definition)
    value = "open-source" if source.answer == "yes" else "open-weight"
    return _build_verdict(value, (*steps, source), definition)


def _build_verdict(value: str, steps: tuple[Step, ...], further: Verdict | None = None) -> Verdict:
    """The verdict with what its steps need, or with what a further definition needs.

    Without a further one, a value below rests on a step that says no, and an unknown step alone
    leaves it open.
    """
    unknown, improve = collect_needs(steps, "unknown"), collect_needs(steps, "no")
    if further is not None:
        unknown, improve = further.missing, further.to_improve
    elif combine_step_answers(steps) == "unknown":
        value = "undetermined"
    return Verdict(
        ID,
        VERSION,
        value,
        steps,
        missing=unknown,
        to_improve=improve,
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
    license = part.license
    field = "model-parameters-final.license"
    facts = (
        FactUsed(part.record, field, license or "unknown", part.evidence),
        *list_license_facts(license, registry),
    )
    answer: Answer = "unknown"
    if license is None:
        reason, needs = "license unknown", f"establish the license of {thing}"
    else:
        answer = judge_commercial_use(license, registry)
        reason, needs = _describe_terms(answer, license, thing)
    return Step(
        "terms", _TERMS_CLAUSE, answer, f"{thing}: {reason}", facts, "terms", subject, needs
    )


def _describe_terms(answer: Answer, license: str, thing: str) -> tuple[str, str]:
    """What a license says about commercial use, and what that needs."""
    if answer == "yes":
        return f"{license} allows it", ""
    if answer == "unknown":
        return f"what {license} grants is unknown", f"establish what {license} grants"
    needs = f"put {thing} under terms that allow commercial use"
    if license == NO_LICENSE:
        return "published without a license, so nothing is granted", needs
    return f"{license} does not allow it", needs


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
