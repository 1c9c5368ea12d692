"""Small records in memory for the tests of definitions, permissions and terms."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from audit.definitions.base import Step
from audit.definitions.rules import DATA_INFORMATION
from audit.records.component import COMPONENTS, Component, ComponentStatus, DataInformation
from audit.records.dataset import Dataset, DatasetAvailability, DatasetTerms
from audit.records.evidence import Evidence
from audit.records.hub_pins import HubPins
from audit.records.license import Freedom, License, LicenseCondition
from audit.records.model import BaseModelLink, Model, TrainingCompute
from audit.records.registry import Registry

EVIDENCE = (Evidence("card", "https://example.org/card", "2026-11-24", "primary"),)


def make_condition(kind: str, **parameters: object) -> LicenseCondition:
    """One clause."""
    return LicenseCondition(kind, "2", f"A clause of the kind {kind}.", parameters, EVIDENCE)


def make_license(
    id: str,
    *conditions: LicenseCondition,
    osi: bool | None = False,
    use: Freedom = "yes",
    share: Freedom = "yes",
    modify: Freedom = "yes",
) -> License:
    """A license that lets one study; the other freedoms and the conditions are given."""
    return License(
        id,
        id,
        "model",
        osi_approved=osi,
        freedoms={"use": use, "study": "yes", "modify": modify, "share": share},
        conditions=conditions,
        evidence=EVIDENCE,
    )


LICENSES = {
    each.id: each
    for each in (
        make_license("MIT", make_condition("notice"), osi=True),
        make_license(
            "Apache-2.0",
            make_condition("notice"),
            make_condition("state-changes"),
            make_condition("patent-retaliation"),
            osi=True,
        ),
        make_license(
            "GPL-3.0-only",
            make_condition("share-alike"),
            make_condition("source-disclosure"),
            osi=True,
        ),
        make_license("CC-BY-4.0", make_condition("attribution")),
        make_license(
            "NC",
            make_condition("non-commercial", effect="forbidden"),
            use="limited",
            share="limited",
            modify="limited",
        ),
        make_license(
            "Users-700M",
            make_condition(
                "user-threshold", users=700_000_000, period="month", effect="needs-license"
            ),
            use="limited",
        ),
        make_license(
            "Users-100M",
            make_condition(
                "user-threshold", users=100_000_000, period="month", effect="needs-license"
            ),
            use="limited",
        ),
        make_license(
            "No-EU",
            make_condition("territory", excluded=["EU"], effect="forbidden"),
            use="limited",
            share="limited",
        ),
        make_license(
            "Policy",
            make_condition("acceptable-use-policy", form="inline"),
            use="limited",
            share="limited",
        ),
        make_license("Unread", osi=None, use="unknown", share="unknown", modify="unknown"),
    )
}


def make_model(
    id: str = "maker/model-1",
    *,
    bases: tuple[str, ...] | None = (),
    relation: str = "finetune",
    **changes: Any,
) -> Model:
    """A model that has and licenses everything; `changes` are fields of Model."""
    components = {
        name: Component(name, "released", "MIT", evidence=EVIDENCE, origin=f"models/{id}")
        for name in COMPONENTS
    }
    built = Model(
        id=id,
        name=id,
        developer="Maker",
        family=None,
        modalities=("text",),
        released=None,
        hub=HubPins(id, None, False, "mit", evidence=EVIDENCE),
        base_models=None
        if bases is None
        else tuple(BaseModelLink(each, relation, EVIDENCE) for each in bases),
        components=components,
        data_information=DataInformation(
            "yes", "every source listed", "MIT", EVIDENCE, origin=f"models/{id}"
        ),
        claims=(),
        evidence=EVIDENCE,
        training_compute=TrainingCompute(2e23, EVIDENCE),
    )
    return replace(built, **changes)


def replace_component(
    base: Model,
    name: str,
    status: ComponentStatus = "released",
    license: str | None = "MIT",
    **changes: Any,
) -> Model:
    """The model with one component, or its data information, in another state."""
    if name == DATA_INFORMATION:
        sufficient = {"released": "yes", "unknown": "unknown"}.get(status, "no")
        return replace(
            base,
            data_information=replace(base.data_information, sufficient=sufficient, license=license),
        )
    component = replace(base.components[name], status=status, license=license, **changes)
    return replace(base, components={**base.components, name: component})


def make_dataset(
    id: str = "maker/data", license: str | None = "CC-BY-4.0", **changes: Any
) -> Dataset:
    """A public dataset."""
    availability = DatasetAvailability("released", "open", evidence=EVIDENCE)
    built = Dataset(id, id, availability, DatasetTerms(license, EVIDENCE), evidence=EVIDENCE)
    return replace(built, **changes)


def make_availability(
    status: str = "released", class_: str = "open", since: str | None = None
) -> DatasetAvailability:
    """Whether data can be obtained, with evidence."""
    return DatasetAvailability(status, class_, since, EVIDENCE)


def make_registry(
    *models: Model, datasets: tuple[Dataset, ...] = (), licenses: tuple[License, ...] = ()
) -> Registry:
    """A registry of these records and the usual licenses."""
    return Registry(
        {each.id: each for each in models},
        {},
        {each.id: each for each in datasets},
        {**LICENSES, **{each.id: each for each in licenses}},
    )


def find_step(steps: Iterable[Step], id: str, subject: str = "") -> Step:
    """The one step of this name, about the model itself or about a base."""
    [found] = [step for step in steps if (step.id, step.subject) == (id, subject)]
    return found


def list_facts(step: Step) -> list[tuple[str, str, str]]:
    """Record, field and value of each fact of a step, all of which need evidence."""
    assert all(fact.evidence for fact in step.facts), step
    return [(fact.record, fact.field, fact.value) for fact in step.facts]
