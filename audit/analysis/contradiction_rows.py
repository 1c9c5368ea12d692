"""What a contradiction is, and the one that models and datasets share: a card that says otherwise."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from audit.licenses.expression import NO_LICENSE, parse_expression
from audit.licenses.hub_tags import find_license_of_tag
from audit.licenses.terms import EXPRESSION_CACHE_SIZE
from audit.records.hub_pins import HubPins
from audit.records.registry import Registry

ContradictionRow = tuple[str, str, str, str]
"""Record, JSON path, what is wrong, what to do."""


@dataclass(frozen=True)
class TaggedTerms:
    """What a record says of a thing's terms, beside what its card on the Hub says."""

    ref: str
    hub: HubPins
    license: str | None
    thing: str


def check_license_tag(terms: TaggedTerms, registry: Registry) -> Iterator[ContradictionRow]:
    """The card's license field against the recorded terms, where the field means one license."""
    tag = terms.hub.license_tag
    means = find_license_of_tag(tag, terms.hub.license_name, registry)
    if means is None or terms.license is None:
        return
    if not _share_license(means, terms.license, registry):
        yield (
            terms.ref,
            "$.hub.license_tag",
            f"the tag {tag!r} means {means}, but {terms.thing} are recorded under {terms.license}",
            "correct one of them, or record the 'conflict' of sources and which was followed",
        )


@lru_cache(maxsize=EXPRESSION_CACHE_SIZE)
def _share_license(first: str, second: str, registry: Registry) -> bool:
    return not _list_license_ids(first, registry).isdisjoint(_list_license_ids(second, registry))


def _list_license_ids(expression: str, registry: Registry) -> set[str]:
    if expression == NO_LICENSE:
        return set()
    return set(parse_expression(expression, registry).license_ids)
