"""Whom an event concerns: its record, its maker, the licenses that it names, and the models that it touches."""

from collections.abc import Iterator

from audit.drift.finding import Value
from audit.drift.impact import affected
from audit.licenses.expression import BadExpression, parse_expression
from audit.licenses.hub_tags import license_of_tag
from audit.publish.news import News
from audit.records.model import Registry

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
