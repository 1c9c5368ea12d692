"""What a license says, as facts and needs of a step: the same for components and datasets."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Literal

from audit.core.three_valued import Truth
from audit.definitions.base import Answer, FactUsed
from audit.licenses.expression import NO_LICENSE, parse_expression
from audit.licenses.terms import (
    EXPRESSION_CACHE_SIZE,
    evaluate_openness,
    evaluate_osi_approval,
    evaluate_sharing,
)
from audit.records.license import License
from audit.records.registry import Registry

Demand = Literal["available", "open-terms", "osi-approved", "sharing"]
DEMAND_WORDS = {
    "open-terms": "open terms",
    "osi-approved": "an OSI-approved license",
    "sharing": "terms that allow sharing",
}

_APPROVAL_WORDS = {
    True: "OSI-approved",
    False: "not OSI-approved",
    None: "OSI approval unknown",
}


def judge_terms(expression: str | None, demand: Demand, registry: Registry) -> Truth:
    """Whether a license expression meets a demand; unknown for None.

    Raises InvalidExpressionError.
    """
    if demand == "osi-approved":
        return evaluate_osi_approval(expression, registry)
    if demand == "sharing":
        return evaluate_sharing(expression, registry)
    return evaluate_openness(expression, registry)


def describe_terms_needed(answer: Answer, demand: Demand, thing: str, license: str | None) -> str:
    """What a step about terms needs: another license, or knowledge of the present one."""
    if answer == "yes":
        return ""
    if answer == "no":
        return f"put {thing} under {DEMAND_WORDS[demand]}"
    if license is None:
        return f"establish the license of {thing}"
    return f"establish what {license} grants"


@lru_cache(maxsize=EXPRESSION_CACHE_SIZE)
def list_license_facts(license: str | None, registry: Registry) -> tuple[FactUsed, ...]:
    """The records of the licenses that an expression names, with their evidence."""
    if license is None or license == NO_LICENSE:
        return ()
    ids = parse_expression(license, registry).license_ids
    return tuple(_build_license_fact(registry.licenses[id]) for id in ids)


def _build_license_fact(license: License) -> FactUsed:
    approval, freedoms = _APPROVAL_WORDS[license.osi_approved], _format_freedoms(license.freedoms)
    return FactUsed(license.ref, "terms", f"{approval}; {freedoms}", license.evidence[:1])


def _format_freedoms(freedoms: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {value}" for name, value in freedoms.items())
