"""What a difference does to the plain label of every model that it touches.

The record is changed as upstream changed, and judged again: a dataset that is gone, code that is
gone, weights that came. What nobody has read, such as the terms of weights that were released, is
unknown afterwards and never guessed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from audit.core.references import split_reference
from audit.definitions import spectrum
from audit.drift.finding import Difference, LabelChange
from audit.drift.kinds import find_drift_kind
from audit.drift.searched_places import parse_github_repository
from audit.observations.facts import Target
from audit.records.component import (
    CHECKPOINTS,
    CODE_COMPONENTS,
    Component,
    ComponentStatus,
)
from audit.records.dataset import Dataset, DatasetTerms
from audit.records.model import Model
from audit.records.registry import Registry


@dataclass(frozen=True)
class LabelEffects:
    """The labels around a difference."""

    own: LabelChange | None
    """Of the record itself; None for a dataset or a family, which has none."""
    others: tuple[LabelChange, ...]
    """Of the other models that it touches and whose label changes, sorted."""


def find_label_effects(
    record: str, affected: Iterable[str], difference: Difference, target: Target, registry: Registry
) -> LabelEffects:
    """The labels before and after. `affected`: references of the other records that it touches."""
    touched = _list_models((record, *affected), registry)
    changed = _apply_difference(touched, record, difference, target, registry)
    effects = [
        LabelChange(
            model.ref,
            spectrum.judge(model, registry).value,
            spectrum.judge(changed.models[model.id], changed).value,
        )
        for model in touched
    ]
    own = next((effect for effect in effects if effect.record == record), None)
    others = [effect for effect in effects if effect.record != record]
    return LabelEffects(own, tuple(each for each in others if each.before != each.after))


def _list_models(references: Iterable[str], registry: Registry) -> list[Model]:
    found = []
    for folder, id in map(split_reference, references):
        if folder == "models" and id in registry.models:
            found.append(registry.models[id])
    return found


def _apply_difference(
    touched: Iterable[Model],
    record: str,
    difference: Difference,
    target: Target,
    registry: Registry,
) -> Registry:
    """The registry as it would be if every record said what was observed."""
    folder, id = split_reference(record)
    if folder == "datasets" and id in registry.datasets:
        dataset = _change_dataset(registry.datasets[id], difference)
        registry = replace(registry, datasets={**registry.datasets, id: dataset})
        models = {model.id: _change_trained_model(model, dataset) for model in touched}
    else:
        models = {model.id: _change_model(model, record, difference, target) for model in touched}
    return replace(registry, models={**registry.models, **models})


def _change_trained_model(model: Model, dataset: Dataset) -> Model:
    """A model whose training data is gone, in part or as a whole.

    Whether what is published of the data still suffices to build its equal, a person has to say.
    """
    part = model.components["datasets"]
    if dataset.status != "withdrawn" or dataset.id not in part.datasets:
        return model
    status: ComponentStatus = "withdrawn" if part.datasets == (dataset.id,) else "partial"
    if part.status == "released":
        part = replace(part, status=status)
    information = model.data_information
    if information.sufficient == "yes":
        information = replace(information, sufficient="unknown")
    components = {**model.components, part.name: part}
    return replace(model, components=components, data_information=information)


def _change_dataset(dataset: Dataset, difference: Difference) -> Dataset:
    availability = dataset.availability
    if find_drift_kind(difference.kind).ends_availability:
        return replace(dataset, availability=replace(availability, status="withdrawn"))
    if difference.is_release:
        return replace(dataset, availability=replace(availability, status="released"))
    if difference.weights_license is None:
        return dataset
    return replace(dataset, terms=DatasetTerms(difference.weights_license or None))


def _change_model(model: Model, record: str, difference: Difference, target: Target) -> Model:
    if target.kind == "code":
        model = _change_code(model, record, difference, target)
    weights = _change_weights(model.weights, difference)
    changed = {weights.name: weights, **_change_checkpoints(model, difference)}
    return replace(model, components={**model.components, **changed})


def _change_checkpoints(model: Model, difference: Difference) -> dict[str, Component]:
    if difference.checkpoints is None:
        return {}
    part = replace(model.components[CHECKPOINTS], status=difference.checkpoints)
    return {part.name: part}


def _change_weights(weights: Component, difference: Difference) -> Component:
    if difference.weights_gone:
        return replace(weights, status="withdrawn")
    if difference.is_release:
        license = difference.weights_license or weights.license
        return replace(weights, status="released", license=license)
    if difference.weights_license is None:
        return weights
    return replace(weights, license=difference.weights_license or None)


def _change_code(model: Model, record: str, difference: Difference, target: Target) -> Model:
    """The model with every component of the record that lies in this repository."""
    components: Mapping[str, Component] = {
        name: _change_code_component(component, difference)
        for name, component in model.components.items()
        if component.origin == record and _lies_in(component, target)
    }
    return replace(model, components={**model.components, **components})


def _lies_in(component: Component, target: Target) -> bool:
    address = parse_github_repository(component.url)
    return address is not None and address.lower() == target.repo.lower()


def _change_code_component(component: Component, difference: Difference) -> Component:
    if find_drift_kind(difference.kind).seen_when_gone:
        return replace(component, status="withdrawn")
    if difference.code_license is None or component.name not in CODE_COMPONENTS:
        return component
    return replace(component, license=difference.code_license or None)
