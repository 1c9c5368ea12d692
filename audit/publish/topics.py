"""Whom an event concerns.

Its record, its maker, the licenses that it names, and the models that it touches.
"""

from collections.abc import Iterable, Iterator

from audit.core.references import get_owner, split_reference
from audit.drift.finding import Finding, FindingValue
from audit.drift.impact import find_affected_records
from audit.drift.kinds import find_drift_kind
from audit.licenses.expression import InvalidExpressionError, parse_expression
from audit.licenses.hub_tags import find_license_of_tag
from audit.publish.news import NewsEntry
from audit.records.model import Model
from audit.records.registry import Registry

MAX_EXPRESSION_CHARACTERS = 300
"""A license field that is longer names no license."""


def list_topics(news: NewsEntry, registry: Registry) -> frozenset[str]:
    """Names as `models/owner/name`, `datasets/owner/name`, `licenses/id` and `owners/name`."""
    finding = news.finding
    touched = _list_touched_records(finding, registry)
    records = {record for record in touched if not record.startswith("families/")}
    return frozenset(
        {*records, *_list_owner_topics(touched), *_list_license_topics(finding, registry)}
    )


def list_family_topics(news: NewsEntry, registry: Registry) -> frozenset[str]:
    """Families as `families/id`: the one that the news is about, and those of touched models."""
    touched = _list_touched_records(news.finding, registry)
    own = {record for record in touched if record.startswith("families/")}
    members = (registry.get(record) for record in touched)
    named = (model.family for model in members if isinstance(model, Model))
    return frozenset(own | {f"families/{id}" for id in named if id})


def _list_touched_records(finding: Finding, registry: Registry) -> set[str]:
    affected = find_affected_records(finding.record, registry)
    return {finding.record, *finding.affects, *affected}


def _list_owner_topics(records: Iterable[str]) -> Iterator[str]:
    for record in records:
        folder, id = split_reference(record)
        if folder in ("models", "datasets"):
            yield f"owners/{get_owner(id)}"


def _list_license_topics(finding: Finding, registry: Registry) -> Iterator[str]:
    for value in (finding.before, finding.after):
        for license in find_named_licenses(value, finding.kind, registry):
            yield f"licenses/{license}"


def find_named_licenses(value: FindingValue, kind: str, registry: Registry) -> Iterator[str]:
    """The known licenses that a value names, where the drift is about licenses."""
    if (
        find_drift_kind(kind).subject != "license"
        or not isinstance(value, str)
        or len(value) > MAX_EXPRESSION_CHARACTERS
    ):
        return
    named = find_license_of_tag(value, None, registry)
    try:
        yield from parse_expression(named or value, registry).license_ids
    except InvalidExpressionError:
        return
