"""Whom an event concerns: its record, its maker, the licenses that it names, and the models that it touches."""

from collections.abc import Iterator

from audit.alerts.news import News
from audit.drift.types import Value
from audit.drift.verdicts import affected
from audit.frameworks.lineage import lineage_of
from audit.licenses.expression import BadExpression, parse_expression
from audit.licenses.tags import license_of_tag
from audit.records.types import Model, Registry

MAX_EXPRESSION = 300
"""A license field that is longer names no license."""


def topics(news: News, registry: Registry) -> frozenset[str]:
    """Names as `models/owner/name`, `datasets/owner/name`, `licenses/id` and `owners/name`."""
    record = news.finding.record
    touched = {record, *news.finding.affects, *affected(record, registry)}
    owners = {f"owners/{each.split('/')[1]}" for each in touched if each.startswith(("models/", "datasets/"))}
    licenses = {f"licenses/{each}" for value in (news.finding.before, news.finding.after) for each in licenses_in(value, news.finding.kind, registry)}
    return frozenset({each for each in touched if not each.startswith("families/")} | owners | licenses)


def licenses_in(value: Value, kind: str, registry: Registry) -> Iterator[str]:
    """The licenses that a value names, where the drift is about licenses and the registry knows them."""
    if "license" not in kind or not isinstance(value, str) or len(value) > MAX_EXPRESSION:
        return
    named = license_of_tag(value, None, registry)
    try:
        yield from parse_expression(named or value, registry).licenses
    except BadExpression:
        return


def concerns(model: Model, registry: Registry) -> frozenset[str]:
    """Every record on which an answer about this model rests: itself, its family, its bases, and the data and licenses of all of them."""
    chain = (model, *lineage_of(model, registry).ancestors)
    found = {each.ref for each in chain} | {f"families/{each.family}" for each in chain if each.family}
    found |= {f"datasets/{id}" for each in chain for id in each.components["datasets"].datasets}
    for each in chain:
        try:
            found |= {f"licenses/{id}" for id in parse_expression(each.weights.license or "", registry).licenses}
        except BadExpression:
            continue
    return frozenset(found)
