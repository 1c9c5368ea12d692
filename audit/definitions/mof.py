"""The Model Openness Definition, version 1.0: cumulative classes III, II and I over 17 components.

Sources: arXiv 2403.13784; lfai/model_openness_tool for the required flags. Choices where the
published texts disagree:

* A license counts when it is open, as in the framework's own tool; one that is not made for the
  component's type counts with a warning.
* A document takes the license of the document or repository that holds it, and data the licenses
  of all its datasets together, the most restrictive counting (`audit.definitions.held_licenses`).
  Data never inherits the model's license, and unlicensed data does not count.
* Where the model card holds sufficient data information, a data card is optional.
* Supporting libraries are optional, as are sample outputs and model metadata.
* A research paper makes the technical report optional. A report never stands for the paper here:
  how detailed it is, is no recorded fact.
* What does not apply to a model does not count against it.

A class is given when all of it is known to be met; an unknown fact leaves the class below it
standing.
"""

from functools import cache, lru_cache
from itertools import chain

from audit.definitions.base import (
    Answer,
    Definition,
    Measure,
    Step,
    Verdict,
    collect_needs,
    combine_step_answers,
    is_one_step_away,
    sort_needs,
)
from audit.definitions.held_licenses import find_held_part
from audit.definitions.rules import (
    ComponentRule,
    build_availability_step,
    build_terms_step,
    get_component_facts,
)
from audit.licenses.expression import NO_LICENSE
from audit.licenses.terms import EXPRESSION_CACHE_SIZE, find_best_terms
from audit.records.component import CODE_COMPONENTS, DOCUMENT_COMPONENTS
from audit.records.model import Model
from audit.records.registry import Registry

ID = "mof-1.0"
VERSION = "1.0"
CLASSES: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "class-III",
        (
            "model-architecture",
            "model-parameters-final",
            "technical-report",
            "evaluation-results",
            "model-card",
            "data-card",
        ),
    ),
    ("class-II", ("training-code", "inference-code", "evaluation-code", "evaluation-data")),
    (
        "class-I",
        ("datasets", "data-preprocessing-code", "model-parameters-intermediate", "research-paper"),
    ),
)
"""What each class adds to the one before it."""
_MISMATCH_WARNING = " (open, but not made for this type of component)"
_StepsByClass = dict[str, list[Step]]


def judge(model: Model, registry: Registry) -> Verdict:
    """`class-I`, `class-II`, `class-III`, `none` or `undetermined`, with progress.

    Raises InvalidExpressionError for an unknown license.
    """
    classes = _judge_classes(model, registry)
    steps = tuple(chain.from_iterable(classes.values()))
    reached, next_steps = _find_class_reached(classes)
    needs = sort_needs(next_steps)
    improve, unknown = needs.get("no", ()), needs.get("unknown", ())
    return Verdict(
        ID,
        VERSION,
        reached,
        steps,
        missing=collect_needs(steps, "unknown"),
        to_improve=improve,
        measures=_measure_classes(classes),
        one_step_away=is_one_step_away(improve, unknown),
    )


def _judge_classes(model: Model, registry: Registry) -> _StepsByClass:
    steps: dict[str, list[Step]] = {}
    for name, components in CLASSES:
        steps[name] = [
            _judge_component(component, name, model, registry) for component in components
        ]
    return steps


def _find_class_reached(classes: _StepsByClass) -> tuple[str, list[Step]]:
    """The best class that is known to be met, and the steps of the one after it."""
    reached = "none"
    for name, steps in classes.items():
        answer = combine_step_answers(steps)
        if answer == "yes":
            reached = name
            continue
        is_open = reached == "none" and answer == "unknown"
        return "undetermined" if is_open else reached, steps
    return reached, []


def _measure_classes(classes: _StepsByClass) -> tuple[Measure, ...]:
    """The progress of each class, cumulative: what is there counts, whatever else is missing."""
    measures: list[Measure] = []
    steps: list[Step] = []
    for name, own in classes.items():
        steps += own
        measures.append(_measure_class(name, steps))
    return tuple(measures)


def _measure_class(name: str, steps: list[Step]) -> Measure:
    """The progress of a class: its components and those of the classes before it."""
    doubled = _count_doubled_documents(name, steps)
    met = [step for step in steps if step.answer in ("yes", "not-applicable")]
    return Measure(name, len(met) - doubled, len(steps) - doubled)


def _count_doubled_documents(name: str, steps: list[Step]) -> int:
    """Where the paper makes the report optional, it counts once."""
    return int(name == "class-I" and _find_answer(steps, "technical-report") == "not-applicable")


def _judge_component(component: str, name: str, model: Model, registry: Registry) -> Step:
    step = _check_included(component, name, model, registry)
    if step.answer in ("yes", "not-applicable"):
        return step
    if component == "technical-report":
        return _weigh_paper(step, _check_included("research-paper", name, model, registry))
    if component == "data-card" and _is_data_in_card(model):
        return _weigh_card(step, _check_included("model-card", name, model, registry))
    return step


def _is_data_in_card(model: Model) -> bool:
    """Whether the model card is where the sufficient data information was read."""
    information, card = model.data_information, model.components["model-card"]
    pages = {source.url for source in card.evidence} | {card.url}
    is_there = any(source.url in pages for source in information.evidence)
    return information.sufficient == "yes" and is_there


def _weigh_card(data_card: Step, card: Step) -> Step:
    """The step of a data card that is not known to be included, beside that of the model card."""
    if card.answer != "yes":
        return data_card
    reason = "the model card holds the data information"
    return Step(data_card.id, data_card.clause, "not-applicable", reason, card.facts)


def _weigh_paper(report: Step, paper: Step) -> Step:
    """The step of a report that is not known to be included, beside that of the paper."""
    if paper.answer == "yes":
        reason = "the research paper stands for the technical report"
        return Step(report.id, report.clause, "not-applicable", reason, paper.facts)
    if report.answer == "no" and paper.answer == "unknown":
        return paper._replace(id=report.id)
    return report


def _check_included(component: str, name: str, model: Model, registry: Registry) -> Step:
    """Released, and under an open license: one step, as the framework counts components."""
    rule = _build_rule(component, name)
    there = build_availability_step(rule, get_component_facts(model, component), "")
    if there.answer != "yes":
        return there
    held = find_held_part(model, component, registry)
    terms = build_terms_step(rule, held.facts, "", registry)
    remark = f" ({held.because})" if held.because else ""
    if terms.answer == "yes" and _is_license_mismatched(component, held.facts.license, registry):
        remark += _MISMATCH_WARNING
    return _join_checks(there, terms, remark)


def _join_checks(there: Step, terms: Step, remark: str) -> Step:
    words = terms.reason.partition("; ")[2] or terms.reason
    reason, facts = f"{there.reason}, {words}{remark}", (*there.facts, *terms.facts)
    return Step(terms.id, terms.clause, terms.answer, reason, facts, "terms", needs=terms.needs)


@cache
def _build_rule(component: str, name: str) -> ComponentRule:
    clause = f"{name}: {component} is included under an open license"
    return ComponentRule(component, clause, component, "open-terms")


@lru_cache(maxsize=EXPRESSION_CACHE_SIZE)
def _is_license_mismatched(component: str, license: str | None, registry: Registry) -> bool:
    """Whether a license was made for another type of component."""
    if license is None or license == NO_LICENSE:
        return False
    categories = _list_license_categories(license, registry)
    return not categories <= _list_fitting_categories(component)


def _list_license_categories(license: str, registry: Registry) -> set[str]:
    """What the licenses were made for; one that is made for models fits everything."""
    licenses = find_best_terms(license, registry).licenses
    return {registry.licenses[id].category for id in licenses} - {"model"}


def _list_fitting_categories(component: str) -> set[str]:
    if component in CODE_COMPONENTS:
        return {"software"}
    return {"content"} if component in DOCUMENT_COMPONENTS else {"data", "content"}


def _find_answer(steps: list[Step], id: str) -> Answer:
    return next(step.answer for step in steps if step.id == id)


DEFINITION = Definition(
    id=ID,
    version=VERSION,
    name="Model Openness Framework",
    short_name="MOF 1.0",
    source="https://arxiv.org/abs/2403.13784",
    judge=judge,
    positive_values=frozenset({"class-I", "class-II", "class-III"}),
)
