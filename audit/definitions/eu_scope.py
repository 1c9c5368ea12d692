"""Whom Article 53 of the EU AI Act speaks of: models of general purpose, and their providers.

Source: the Commission's guidelines C(2025) 5045, numbered as there: (17) more than 10^23 FLOP and
able to generate language, images or video; (23) later work of the same provider is the same model;
(60) to (64) who modifies another's model becomes a provider of a new one if the change takes more
than a third of the original compute.
"""

from audit.definitions.base import Answer, Step
from audit.definitions.lineage import Lineage, get_owner
from audit.definitions.training_compute import (
    estimate_compute,
    list_compute_facts,
    measure_chain,
)
from audit.records.model import Model

GENERAL_PURPOSE_FLOP = 1e23
_NARROW_MODALITIES = frozenset({"embedding", "time-series", "protein"})
"""What comes out of a model that generates no language, image or video."""
_SCOPE_CLAUSE = (
    "Article 3(63), guidelines (17): above 10^23 FLOP, and it generates language, images or video"
)
_PROVIDER_CLAUSE = (
    "Guidelines (60) to (64): a modification of another's model takes more than a third of its "
    "compute"
)


def check_general_purpose(model: Model, lineage: Lineage) -> Step:
    """Whether the model is presumed to be of general purpose: no, or not known to be not."""
    narrow = sorted(_NARROW_MODALITIES.intersection(model.modalities))
    if narrow:
        reason = f"its outputs are of another kind ({', '.join(narrow)})"
        return Step("general-purpose", _SCOPE_CLAUSE, "no", reason)
    compute, facts = measure_chain((model, *lineage.ancestors))
    answer: Answer = "unknown"
    if compute.most is not None and compute.most <= GENERAL_PURPOSE_FLOP:
        answer = "no"
    elif compute.least > GENERAL_PURPOSE_FLOP:
        answer = "yes"
    reason = f"cumulative training compute: {compute}"
    return Step("general-purpose", _SCOPE_CLAUSE, answer, reason, facts)


def check_provider(model: Model, lineage: Lineage) -> Step | None:
    """Whether the maker of a derivative is presumed to be the provider of a new model.

    None for a model that contains nothing of another maker.
    """
    maker = get_owner(model.id)
    own = [member for member in (model, *lineage.ancestors) if get_owner(member.id) == maker]
    others = [base for base in lineage.ancestors if get_owner(base.id) != maker]
    if not others:
        return None
    change, original = estimate_compute(own), estimate_compute(others)
    answer: Answer = "unknown"
    if change.most is not None and change.most <= original.least / 3:
        answer = "no"
    elif original.most is not None and change.least > original.most / 3:
        answer = "yes"
    reason = f"the modification took {change}, what it modifies {original}"
    facts = list_compute_facts((*own, *others))
    return Step("provider", _PROVIDER_CLAUSE, answer, reason, facts)
