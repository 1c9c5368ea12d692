"""Small records in memory for the tests of definitions, permissions and terms."""

from dataclasses import replace
from typing import Any

from audit.definitions.rules import DATA_INFORMATION
from audit.records.model import (
    COMPONENTS,
    Base,
    Component,
    Condition,
    DataInformation,
    Dataset,
    Evidence,
    Freedom,
    HubPins,
    License,
    Model,
    Registry,
    Status,
)

EVIDENCE = (Evidence("card", "https://example.org/card", "2026-11-24", "primary"),)


def condition(kind: str, **parameters: object) -> Condition:
    """One clause."""
    return Condition(kind, "2", f"A clause of the kind {kind}.", parameters, EVIDENCE)


def a_license(id: str, *conditions: Condition, osi: bool | None = False, use: Freedom = "yes", share: Freedom = "yes", modify: Freedom = "yes") -> License:
    """A license that lets one study; the other freedoms and the conditions are given."""
    return License(id, id, "model", None, None, None, osi, (), (), use, "yes", modify, share, conditions, (), EVIDENCE)


LICENSES = {
    each.id: each
    for each in (
        a_license("MIT", condition("notice"), osi=True),
        a_license("Apache-2.0", condition("notice"), condition("state-changes"), condition("patent-retaliation"), osi=True),
        a_license("GPL-3.0-only", condition("share-alike"), condition("source-disclosure"), osi=True),
        a_license("CC-BY-4.0", condition("attribution")),
        a_license("NC", condition("non-commercial", effect="forbidden"), use="limited", share="limited", modify="limited"),
        a_license("Users-700M", condition("user-threshold", users=700_000_000, period="month", effect="needs-license"), use="limited"),
        a_license("Users-100M", condition("user-threshold", users=100_000_000, period="month", effect="needs-license"), use="limited"),
        a_license("No-EU", condition("territory", excluded=["EU"], effect="forbidden"), use="limited", share="limited"),
        a_license("Policy", condition("acceptable-use-policy", form="inline"), use="limited", share="limited"),
        a_license("Unread", osi=None, use="unknown", share="unknown", modify="unknown"),
    )
}


def model(id: str = "maker/model-1", *, bases: tuple[str, ...] | None = (), relation: str = "finetune", **changes: Any) -> Model:
    """A model that has and licenses everything; `changes` are fields of Model."""
    components = {name: Component(name, "released", "MIT", evidence=EVIDENCE, origin=f"models/{id}") for name in COMPONENTS}
    built = Model(
        id=id,
        name=id,
        developer="Maker",
        family=None,
        modalities=("text",),
        released=None,
        hub=HubPins(id, None, False, "mit", evidence=EVIDENCE),
        bases=None if bases is None else tuple(Base(each, relation, EVIDENCE) for each in bases),
        components=components,
        data_information=DataInformation("yes", "every source listed", "MIT", EVIDENCE, origin=f"models/{id}"),
        claims=(),
        evidence=EVIDENCE,
        training_flop=1e23,
        training_flop_evidence=EVIDENCE,
    )
    return replace(built, **changes)


def having(base: Model, name: str, status: Status = "released", license: str | None = "MIT", **changes: Any) -> Model:
    """The model with one component, or its data information, in another state."""
    if name == DATA_INFORMATION:
        sufficient = {"released": "yes", "unknown": "unknown"}.get(status, "no")
        return replace(base, data_information=replace(base.data_information, sufficient=sufficient, license=license))
    component = replace(base.components[name], status=status, license=license, **changes)
    return replace(base, components={**base.components, name: component})


def dataset(id: str = "maker/data", license: str | None = "CC-BY-4.0", **changes: Any) -> Dataset:
    """A public dataset."""
    built = Dataset(id, id, None, "released", "open", None, EVIDENCE, license, EVIDENCE, None, None, (), EVIDENCE)
    return replace(built, **changes)


def registry(*models: Model, datasets: tuple[Dataset, ...] = (), licenses: tuple[License, ...] = ()) -> Registry:
    """A registry of these records and the usual licenses."""
    return Registry(
        {each.id: each for each in models},
        {},
        {each.id: each for each in datasets},
        {**LICENSES, **{each.id: each for each in licenses}},
    )
