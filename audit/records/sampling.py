"""Facts drawn at random for a check by hand.

What is stated, by which source, and where to look. Draws, judges nothing.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from itertools import chain
from typing import TypeVar
from urllib.parse import unquote, urlsplit

from audit.records.component import Component, DataInformation
from audit.records.dataset import Dataset
from audit.records.evidence import Evidence
from audit.records.hub_pins import HubPins
from audit.records.license import License
from audit.records.model import Family, MakerClaim, Model
from audit.records.registry import Registry

Record = TypeVar("Record")
TABLE_SUFFIXES = (".csv", ".jsonl", ".tsv")


@dataclass(frozen=True)
class StatedFact:
    """One value of a record, in words, with the sources that it cites."""

    record: str
    field: str
    value: str
    evidence: tuple[Evidence, ...]


StatedFacts = Iterator[StatedFact]


def list_stated_facts(registry: Registry) -> list[StatedFact]:
    """Every fact with evidence, each where it is stated.

    What a model inherits is its family's fact, and listed once.
    """
    return sorted(
        (fact for found in collect_facts_by_folder(registry).values() for fact in found),
        key=lambda fact: (fact.record, fact.field),
    )


def collect_facts_by_folder(registry: Registry) -> dict[str, StatedFacts]:
    """The same by kind of record, in no order."""
    return {
        "models": _list_with_evidence(registry.models.values(), _list_model_facts),
        "families": _list_with_evidence(registry.families.values(), _list_family_facts),
        "datasets": _list_with_evidence(registry.datasets.values(), _list_dataset_facts),
        "licenses": _list_with_evidence(registry.licenses.values(), _list_license_facts),
    }


def _list_with_evidence(
    records: Iterable[Record], list_facts: Callable[[Record], StatedFacts]
) -> StatedFacts:
    """The facts of records of one kind that somebody can check."""
    facts = chain.from_iterable(map(list_facts, records))
    return (fact for fact in facts if fact.evidence)


def draw_facts(facts: list[StatedFact], seed: int, count: int) -> list[StatedFact]:
    """`count` facts, each with the same chance.

    A seed gives the same facts again, and new records displace few of them.
    """
    return sorted(facts, key=partial(_draw_lot, seed))[:count]


def _draw_lot(seed: int, fact: StatedFact) -> bytes:
    return sha256(f"{seed}\n{fact.record}\n{fact.field}".encode()).digest()


def describe_where_to_look(fact: StatedFact, evidence: Evidence) -> str:
    """What to open, and what to look for there."""
    path = urlsplit(evidence.url).path
    place = _describe_place(evidence)
    if path.endswith(TABLE_SUFFIXES):
        return f"{place}; find the row of {fact.record.partition('/')[2]}"
    return f"{place}; find the quote" if evidence.quote else place


def _describe_place(evidence: Evidence) -> str:
    """A file of a commit is read in a clone, where it cannot have changed."""
    parts = urlsplit(evidence.url)
    steps = unquote(parts.path).strip("/").split("/", 4)
    if parts.netloc != "github.com" or len(steps) < 5 or steps[2] != "blob":
        return f"open the page; where it has changed, a copy archived near {evidence.seen}"
    owner, name, _, commit, path = steps
    return f"git show {commit}:{path} in a clone of https://github.com/{owner}/{name}"


def _list_model_facts(model: Model) -> StatedFacts:
    yield from _list_own_component_facts(model)
    yield from _list_hub_facts(model.ref, model.hub)
    yield from _list_release_facts(model)
    yield from _list_lineage_facts(model)
    yield from _list_own_claim_facts(model)
    yield from _list_review_facts(model)
    yield from _list_compute_facts(model)
    if model.data_information.origin == model.ref:
        yield _build_data_information_fact(model.ref, model.data_information)


def _list_release_facts(model: Model) -> StatedFacts:
    released = model.released
    if released:
        yield StatedFact(model.ref, "released", released.date, released.evidence)


def _list_own_component_facts(model: Model) -> StatedFacts:
    """What the model states itself; the rest are its family's facts."""
    for component in model.components.values():
        if component.origin == model.ref:
            yield from _list_component_facts(model.ref, component)


def _list_own_claim_facts(model: Model) -> StatedFacts:
    for claim in model.claims:
        if claim.origin == model.ref:
            yield _build_claim_fact(model.ref, claim)


def _list_compute_facts(model: Model) -> StatedFacts:
    compute = model.training_compute
    if compute:
        shown = f"{compute.flop:g} FLOP" if compute.flop else f"at most {compute.at_most:g} FLOP"
        yield StatedFact(model.ref, "training_compute", shown, compute.evidence)
    yield from _list_token_facts(model)


def _list_token_facts(model: Model) -> StatedFacts:
    tokens = model.training_tokens
    if tokens:
        shown = f"{tokens.total:g}" if tokens.total else f"at most {tokens.at_most:g}"
        yield StatedFact(model.ref, "training_tokens", shown, tokens.evidence)


def _list_lineage_facts(model: Model) -> StatedFacts:
    for base in model.base_models or ():
        yield StatedFact(model.ref, f"base_models {base.id}", base.relation, base.evidence)
    for other in model.other_names:
        yield StatedFact(model.ref, f"other_names {other.name}", other.relation, other.evidence)
    if model.from_scratch:
        evidence = model.from_scratch.evidence
        yield StatedFact(model.ref, "base_models", "none: trained from scratch", evidence)


def _build_claim_fact(record: str, claim: MakerClaim) -> StatedFact:
    return StatedFact(record, f"claims {claim.says}", "its maker says so", claim.evidence)


def _list_review_facts(model: Model) -> StatedFacts:
    for review in model.reviews:
        found = f"{review.definition}: {review.found}"
        yield StatedFact(model.ref, f"reviews {review.by}", found, review.evidence)


def _list_family_facts(family: Family) -> StatedFacts:
    for component in family.components.values():
        yield from _list_component_facts(family.ref, component)
    for claim in family.claims:
        yield _build_claim_fact(family.ref, claim)
    if family.data_information:
        yield _build_data_information_fact(family.ref, family.data_information)


def _list_component_facts(record: str, component: Component) -> StatedFacts:
    values = {
        "status": "" if component.status == "unknown" else component.status,
        "license": component.license,
        "datasets": ", ".join(component.datasets),
    }
    for key, value in values.items():
        if value:
            yield StatedFact(record, f"{component.name}.{key}", value, component.evidence)


def _build_data_information_fact(record: str, information: DataInformation) -> StatedFact:
    reason = f": {information.reason}" if information.reason else ""
    shown = f"{information.sufficient}{reason}"
    return StatedFact(record, "data_information", shown, information.evidence)


def _list_hub_facts(record: str, hub: HubPins | None) -> StatedFacts:
    if hub is None:
        return
    if hub.gated != "unknown":
        yield StatedFact(record, "hub.gated", str(hub.gated or "no gate"), hub.evidence)
    if hub.license_tag is not None:
        tag = hub.license_tag or "the card names none"
        yield StatedFact(record, "hub.license_tag", tag, hub.evidence)


def _list_dataset_facts(dataset: Dataset) -> StatedFacts:
    found = dataset.availability
    began = f" since {found.since}" if found.since else ""
    shown = f"{found.status}, {found.class_}{began}"
    yield StatedFact(dataset.ref, "availability", shown, found.evidence)
    if dataset.license:
        yield StatedFact(dataset.ref, "terms.license", dataset.license, dataset.license_evidence)
    yield from _list_hub_facts(dataset.ref, dataset.hub)


def _list_license_facts(license: License) -> StatedFacts:
    freedoms = ", ".join(f"{name} {granted}" for name, granted in license.freedoms.items())
    yield StatedFact(license.ref, "freedoms", freedoms, license.evidence)
    for index, condition in enumerate(license.conditions):
        field = f"conditions[{index}] {condition.kind}"
        shown = f"section {condition.section}: {condition.summary}"
        yield StatedFact(license.ref, field, shown, condition.evidence)
