"""One fact as this registry has it, beside the words of another index, and why it says so."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from audit.core.grouping import group_pairs
from audit.definitions import osai_index, osaid
from audit.definitions.base import Step
from audit.licenses.expression import NO_LICENSE, parse_expression
from audit.records.component import COMPONENTS, Component
from audit.records.evidence import Evidence
from audit.records.license import License
from audit.records.model import Model
from audit.records.registry import Registry

CELL_PREFIX = "cell "
COMPARED_CELLS = (
    "datasources_basemodel",
    "datasources_endmodel",
    "weights_basemodel",
    "weights_endmodel",
    "trainingcode",
    "licenses",
)
"""Cells of the OSAI index about a fact; how good a document is, is left to its readers."""
_CELL_VALUES = {"yes": "open", "partly": "partial", "no": "closed"}

_LISTING_WORDS = {"open": "listed", "closed": "not listed"}

_REVIEW_VALUES = {
    "conforms": "pass",
    "conforms-if-relicensed": "would pass under other terms",
    "fails": "fail",
}
_COMMON_LICENSE_SPELLINGS = {
    "apache 2.0": "Apache-2.0",
    "apache license 2.0": "Apache-2.0",
    "mit license": "MIT",
    "the mit license": "MIT",
    "bsd-3": "BSD-3-Clause",
}
"""Spellings that mean one text, beside the ids and names of our license records."""
_STATUS_REASONS = {
    "released": "it lies where ours was read",
    "partial": "a part of it lies there, and a part is not the thing",
    "described": "it is described there, and words about it are not the thing",
    "withdrawn": "it was published and taken down",
    "not-released": "the source says that it is withheld",
    "not-found": "it was looked for in the places that the record names, and not found",
}


@dataclass(frozen=True)
class OwnFact:
    """What this registry says."""

    value: str
    url: str | None
    """Where it was read."""
    agrees: bool
    """Whether the other index says the same."""
    reason: str
    """Why we say so: the note of the record, or the rule."""


def compare_fact(fact: str, theirs: str, model: Model, registry: Registry) -> OwnFact | None:
    """What we say beside another's words; None without a value to compare."""
    if fact in COMPONENTS:
        return _compare_component(theirs, model.components[fact])
    if fact.startswith(CELL_PREFIX):
        return _compare_cell(fact.removeprefix(CELL_PREFIX), theirs, model, registry)
    return _compare_named_fact(fact, theirs, model, registry)


def _compare_named_fact(fact: str, theirs: str, model: Model, registry: Registry) -> OwnFact | None:
    match fact:
        case "weights":
            return _compare_component(_LISTING_WORDS.get(theirs, ""), model.weights)
        case "license":
            return _compare_license(theirs, model, registry)
        case "released":
            return _compare_release_date(theirs, model)
        case "verdict":
            return _compare_osaid_review(theirs, model, registry)
    return None


def _compare_component(theirs: str, component: Component) -> OwnFact | None:
    """A list that says only whether a thing is there."""
    if component.status in ("unknown", "not-applicable") or theirs not in ("listed", "not listed"):
        return None
    reason = component.note or _STATUS_REASONS[component.status]
    url = _get_first_url(component.evidence) or component.url
    return OwnFact(component.status, url, _is_listing_agreed(theirs, component), reason)


def _is_listing_agreed(theirs: str, component: Component) -> bool:
    """A part of a thing is not the thing, and neither are words about it.

    Of weights, a part agrees with either answer.
    """
    if component.status == "partial" and component.name == "model-parameters-final":
        return True
    return (component.status == "released") == (theirs == "listed")


def _compare_license(theirs: str, model: Model, registry: Registry) -> OwnFact | None:
    id = find_known_license(theirs, registry)
    ours = model.weights.license
    if id is None or ours is None or ours == NO_LICENSE:
        return None
    agrees = id in parse_expression(ours, registry).license_ids
    reason = model.weights.note or "these are the terms of the weights where ours were read"
    return OwnFact(ours, _get_first_url(model.weights.evidence), agrees, reason)


def find_known_license(words: str, registry: Registry) -> str | None:
    """The license that somebody else's words name for certain; None for anything else."""
    spelling = words.strip().lower()
    common = _COMMON_LICENSE_SPELLINGS.get(spelling)
    return common or _build_license_names(registry).get(spelling)


@lru_cache(maxsize=4)
def _build_license_names(registry: Registry) -> dict[str, str]:
    """Ids, and names that only one license has."""
    owners = group_pairs(_pair_names_with_licenses(registry))
    return {name: ids[0] for name, ids in owners.items() if len(set(ids)) == 1}


def _pair_names_with_licenses(registry: Registry) -> Iterator[tuple[str, str]]:
    for license in registry.licenses.values():
        for name in _list_names(license):
            yield name, license.id


def _list_names(license: License) -> list[str]:
    return [name.lower() for name in (license.id, license.name, *license.hub_names)]


def _compare_release_date(theirs: str, model: Model) -> OwnFact | None:
    """Dates agree as far as both are exact."""
    if model.released is None:
        return None
    ours = model.released.date
    exact = min(len(ours), len(theirs))
    first, *_ = (*model.released.evidence, None)
    reason = (first.note if first else None) or "the day of the weights, as our source gives it"
    url = _get_first_url(model.released.evidence)
    return OwnFact(ours, url, ours[:exact] == theirs[:exact], reason)


def _compare_cell(cell: str, theirs: str, model: Model, registry: Registry) -> OwnFact | None:
    if cell not in COMPARED_CELLS:
        return None
    step = _find_cell(cell, osai_index.judge(model, registry).steps)
    return _compare_answer(step, theirs) if step else None


def _compare_answer(step: Step, theirs: str) -> OwnFact | None:
    ours = _CELL_VALUES.get(step.answer)
    if ours is None:
        return None
    evidence = tuple(chain.from_iterable(fact.evidence for fact in step.facts))
    return OwnFact(ours, _get_first_url(evidence), ours == theirs, step.reason)


def _find_cell(cell: str, steps: Iterable[Step]) -> Step | None:
    return next((step for step in steps if step.id == cell), None)


def _compare_osaid_review(theirs: str, model: Model, registry: Registry) -> OwnFact | None:
    verdict = osaid.judge(model, registry)
    ours = _REVIEW_VALUES.get(verdict.value)
    if ours is None:
        return None
    unmet = [step.reason for step in verdict.steps if step.answer == "no"]
    reason = "; ".join(unmet) or "nothing that it asks for is missing"
    return OwnFact(ours, None, ours == theirs, reason)


def _get_first_url(evidence: tuple[Evidence, ...]) -> str | None:
    return evidence[0].url if evidence else None
