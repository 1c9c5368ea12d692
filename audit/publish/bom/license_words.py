"""A license of a record as bills of materials can say it."""

from dataclasses import dataclass
from typing import Literal

from audit.licenses.expression import NO_LICENSE, parse_expression
from audit.records.license import License
from audit.records.registry import Registry

NOT_IN_EVERY_LIST = frozenset({"OpenMDW-1.1"})
"""SPDX ids that the list of CycloneDX 1.7 does not hold yet: as `id` they would be refused."""
OWN_PREFIX = "LicenseRef-"
NO_LICENSE_NAME = "no license: nothing is granted"
Form = Literal["unknown", "none", "listed", "own", "compound"]


@dataclass(frozen=True)
class BomLicense:
    """One license expression."""

    form: Form
    expression: str = ""
    records: tuple[License, ...] = ()
    """Of each license that it names."""


def read_license(expression: str | None, registry: Registry) -> BomLicense:
    """What an expression is. Raises InvalidExpressionError for an unknown license."""
    if expression is None:
        return BomLicense("unknown")
    if expression == NO_LICENSE:
        return BomLicense("none")
    ids = parse_expression(expression, registry).license_ids
    records = tuple(registry.licenses[id] for id in ids)
    return BomLicense(_find_form(expression, ids), expression, records)


def _find_form(expression: str, ids: tuple[str, ...]) -> Form:
    if expression not in ids:
        return "compound"
    return "own" if is_own_id(expression) else "listed"


def is_own_id(id: str) -> bool:
    """Whether an id is none that every reader of bills knows."""
    return id.startswith(OWN_PREFIX) or id in NOT_IN_EVERY_LIST


def find_license_url(license: License) -> str:
    """Where its text can be read; empty where no record says so."""
    sources = (row for condition in license.conditions for row in condition.evidence)
    first = next(iter((*license.evidence, *sources)), None)
    return license.url or (first.url if first else "")
