"""The plain label of the catalogue: closed, restricted-weights, open-weight, open-source.

A gate does not change the label, automatic or manual: the weights can still be obtained, and the step says so.
A lineage that nobody stated does not hold the label back either, because the grant that a reader sees is the maker's;
a base that is named does: a derivative of restricted weights is restricted, whatever its own license says.
Of bases that the registry does not hold, only those of other makers leave the label undetermined.
"""

from audit.core.three_valued import Truth, some
from audit.definitions import osaid
from audit.definitions.base import Answer, FactUsed, Step, Verdict, needs_of, one_step, outcome
from audit.definitions.lineage import foreign_unrecorded, lineage_of
from audit.definitions.rules import availability, available_step, license_facts, part_of
from audit.licenses.expression import NO_LICENSE
from audit.licenses.terms import Clause, Terms, alternatives
from audit.records.model import Model, Registry

FRAMEWORK = "spectrum"
VERSION = "1"
_WEIGHTS = "Anybody can download the weights"
_TERMS = "The terms allow commercial use, and use outside research"
_GATES = {"auto": "behind a gate that opens automatically", "manual": "behind a gate that a person opens", "gated": "behind a gate"}


def judge(model: Model, registry: Registry) -> Verdict:
    """`closed`, `restricted-weights`, `open-weight`, `open-source` or `undetermined`. Raises BadExpression for an unknown license."""
    weights = _weights(model)
    if weights.answer != "yes":
        value = "undetermined" if weights.answer == "unknown" else "closed"
        return _verdict(value, (weights,), needs_of((weights,), "unknown"), needs_of((weights,), "no"))
    steps = (weights, *_terms(model, registry))
    terms = outcome(steps)
    if terms != "yes":
        value = "undetermined" if terms == "unknown" else "restricted-weights"
        return _verdict(value, steps, needs_of(steps, "unknown"), needs_of(steps, "no"))
    definition = osaid.judge(model, registry)
    source = _open_source(definition)
    value = "open-source" if source.answer == "yes" else "open-weight"
    return _verdict(value, (*steps, source), definition.missing, definition.to_improve)


def _verdict(value: str, steps: tuple[Step, ...], unknown: tuple[str, ...], improve: tuple[str, ...]) -> Verdict:
    return Verdict(FRAMEWORK, VERSION, value, steps, unknown, improve, one_step_away=one_step(improve, unknown))


def _weights(model: Model) -> Step:
    step = available_step("weights", _WEIGHTS, model, "model-parameters-final")
    gate = _GATES.get(str(model.hub.gated)) if model.hub else None
    if step.answer != "yes" or gate is None or model.hub is None:
        return step
    facts = (*step.facts, FactUsed(model.ref, "hub.gated", str(model.hub.gated), model.hub.evidence))
    return Step(step.id, step.clause, step.answer, f"{step.reason}, {gate}", facts)


def _terms(model: Model, registry: Registry) -> list[Step]:
    """One step for the model's own terms, one for each base that is not free of its own."""
    lineage = lineage_of(model, registry)
    steps = [_terms_step(model, registry, "")]
    # Weights that were never published bind nobody who takes only the derivative's.
    steps += [_terms_step(base, registry, base.id) for base in lineage.ancestors if availability(base, "model-parameters-final") != "no"]
    for holder, base in foreign_unrecorded(lineage):
        fact = FactUsed(holder.ref, "base_models", f"{base.id} ({base.relation})", base.evidence)
        reason = f"the terms of its base {base.id} are unknown: the registry does not hold it"
        steps.append(Step("terms", _TERMS, "unknown", reason, (fact,), "terms", base.id, f"add a record of {base.id}"))
    return steps


def _terms_step(model: Model, registry: Registry, subject: str) -> Step:
    part = part_of(model, "model-parameters-final")
    thing = f"the weights of its base {subject}" if subject else "the weights"
    facts = (
        FactUsed(part.record, "model-parameters-final.license", part.license or "unknown", part.evidence),
        *license_facts(part.license, registry),
    )
    if part.license is None:
        return Step("terms", _TERMS, "unknown", f"{thing}: license unknown", facts, "terms", subject, f"establish the license of {thing}")
    answer: Answer = allows_business(part.license, registry)
    reason = {
        "yes": f"{thing}: {part.license} allows it",
        "no": f"{thing}: published without a license, so nothing is granted" if part.license == NO_LICENSE else f"{thing}: {part.license} does not allow it",
        "unknown": f"{thing}: what {part.license} grants is unknown",
    }[answer]
    needs = {"no": f"put {thing} under terms that allow commercial use", "unknown": f"establish what {part.license} grants"}.get(answer, "")
    return Step("terms", _TERMS, answer, reason, facts, "terms", subject, needs)


def allows_business(expression: str, registry: Registry) -> Truth:
    """Whether some alternative grants commercial use without asking the maker first. Raises BadExpression."""
    return some(_business(each) for each in alternatives(expression, registry))


def _business(terms: Terms) -> Truth:
    if terms.use == "no" or any(map(_forbids_business, terms.clauses)):
        return "no"
    return "unknown" if terms.use_unread else "yes"


def _forbids_business(clause: Clause) -> bool:
    """Whether commercial use, or use outside research, is withheld from everybody rather than from the largest."""
    kind, effect = clause.condition.kind, clause.condition.parameters.get("effect", "forbidden")
    return (kind in ("non-commercial", "research-only") and effect != "obligation") or (kind == "registration" and effect in ("forbidden", "needs-license"))


def _open_source(definition: Verdict) -> Step:
    answer: Answer = "yes" if definition.value == "conforms" else "unknown" if definition.value == "undetermined" else "no"
    reason = f"{definition.framework} says {definition.value}"
    return Step("osaid", "The Open Source AI Definition 1.0 says that the model conforms", answer, reason, (), "terms")
