"""The Open Source AI Definition 1.0: data information, code, parameters, under open terms.

Source: opensource.org/ai/open-source-ai-definition and its checklist, which warns that it is no
operating manual to evaluate systems; neither is this verdict a certification. Our policy choices,
where the text leaves room:

* Code needs an OSI-approved license. Data information and parameters need terms that the Open
  Source Definition would tolerate (`audit.licenses.terms.evaluate_open_terms`), because OSAID asks
  for "OSI-approved terms" and lists none.
* Only `released` counts as available: what is described or partly public cannot be used, studied,
  modified and shared.
* A derivative contains its bases, so its data information, code and parameter terms include theirs.
  An unknown lineage leaves the verdict open: only a stated lineage, even an empty one, can conform.
  A teacher whose outputs were learned from is no base: what it wrote is data. The parameters of a
  maker's own base are covered by what the maker grants in the derivative; its data and code count.
* One required thing that is known to be missing, or to be under other terms, decides: the model
  does not conform today, whatever else is unknown. Whether other terms alone would mend it is a
  second question (`relicensing_suffices`).
* Where the definition's own steward, OSI, published a review that counts the required components as
  available, the review is followed for availability, even against the record's own facts, and each
  step that rests on it says so. The terms are always judged from the record, and are unknown where
  it names none, so that a review alone makes no model conform.
* A gate before a download is not judged here: the record says `released` only of weights that
  anybody can obtain.
"""

from collections.abc import Iterator
from functools import lru_cache

from audit.definitions.base import Definition, FactUsed, Step, Verdict, judge_conformance
from audit.definitions.lineage import (
    Lineage,
    build_lineage_steps,
    find_licensors,
    trace_parameters,
)
from audit.definitions.rules import (
    ComponentRule,
    apply_rule,
    build_terms_step,
    get_component_facts,
    judge_availability,
)
from audit.records.model import Model, StewardReview
from audit.records.registry import Registry

ID = "osaid-1.0"
VERSION = "1.0 (2024-10)"
_DATA_CLAUSE = (
    "Data Information: enough for a skilled person to build a substantially equivalent system"
)
_CODE_CLAUSE = "Code: the complete source code used to train and run the system"
_PARAMETERS_CLAUSE = "Parameters: the model parameters, such as weights"

DATA_RULES = (
    ComponentRule("data-information", _DATA_CLAUSE, "data-information", "available"),
    ComponentRule("data-information-terms", _DATA_CLAUSE, "data-information", "open-terms"),
)
CODE_RULES = tuple(
    rule
    for component in (
        "training-code",
        "data-preprocessing-code",
        "inference-code",
        "supporting-libraries-and-tools",
        "model-architecture",
    )
    for rule in (
        ComponentRule(component, _CODE_CLAUSE, component, "available"),
        ComponentRule(f"{component}-terms", _CODE_CLAUSE, component, "osi-approved"),
    )
)
PARAMETER_RULES = (
    ComponentRule("parameters", _PARAMETERS_CLAUSE, "model-parameters-final", "available"),
    ComponentRule("parameters-terms", _PARAMETERS_CLAUSE, "model-parameters-final", "open-terms"),
)
RULES = DATA_RULES + CODE_RULES + PARAMETER_RULES
LINEAGE_CLAUSE = (
    "Open Source models must include the data information and code used to derive their parameters"
)


@lru_cache(maxsize=64)
def judge(model: Model, registry: Registry) -> Verdict:
    """`conforms`, `conforms-if-relicensed`, `fails` or `undetermined`.

    Raises InvalidExpressionError for an unknown license.
    """
    return judge_conformance(ID, VERSION, build_osaid_steps(model, registry))


@lru_cache(maxsize=64)
def build_osaid_steps(model: Model, registry: Registry) -> tuple[Step, ...]:
    """All steps: the model's own, then its lineage, then those of every base."""
    lineage = trace_parameters(model, registry)
    own = (_follow_published_review(rule, model, registry) for rule in RULES)
    return (
        *own,
        *build_lineage_steps(model, lineage, LINEAGE_CLAUSE),
        *_build_base_steps(model, lineage, registry),
    )


def _follow_published_review(rule: ComponentRule, model: Model, registry: Registry) -> Step:
    """The step as the steward's published review answers it.

    Only where the record's facts alone would not say yes.
    """
    step = apply_rule(rule, model, registry)
    review = _find_positive_review(model) if model.reviews else None
    if review is None or judge_availability(model, rule.component) not in ("no", "unknown"):
        return step
    if step.aspect == "terms":
        return _judge_reviewed_terms(rule, model, registry)
    fact = FactUsed(model.ref, "reviews", f"{review.by}: {review.found}", review.evidence)
    followed = f"counted as available by the review of {review.by}, which is followed here"
    reason, facts = f"{step.reason}; {followed}", (*step.facts, fact)
    return step._replace(answer="yes", reason=reason, facts=facts, needs="")


def _judge_reviewed_terms(rule: ComponentRule, model: Model, registry: Registry) -> Step:
    """The terms of what only the review counts as available: those on record, if there are any."""
    part = get_component_facts(model, rule.component)._replace(status="released")
    return build_terms_step(rule, part, "", registry)


def _find_positive_review(model: Model) -> StewardReview | None:
    for review in model.reviews:
        if review.definition == ID and review.found == "available":
            return review
    return None


def _build_base_steps(model: Model, lineage: Lineage, registry: Registry) -> Iterator[Step]:
    """Each base's data and code, and the terms of its parameters.

    The parameters themselves too where the derivative lacks them.
    """
    for base in lineage.ancestors:
        exempt = set(_list_exempt_rules(base, model, lineage))
        for rule in RULES:
            if rule.id not in exempt:
                yield apply_rule(rule, base, registry, base.id)


def _list_exempt_rules(base: Model, model: Model, lineage: Lineage) -> Iterator[str]:
    links = model.base_models or ()
    if base.id not in {link.id for link in links if link.relation == "adapter"}:
        yield "parameters"
    if base not in find_licensors(model, lineage):
        yield "parameters-terms"


DEFINITION = Definition(
    id=ID,
    version=VERSION,
    name="Open Source AI Definition",
    short_name="OSAID 1.0",
    source="https://opensource.org/ai/open-source-ai-definition",
    judge=judge,
    positive_values=frozenset({"conforms"}),
    caveat=(
        "OSI warns that its checklist is no operating manual to evaluate systems; "
        "this is our reading of it."
    ),
)
