"""Under which terms a part stands that states none of its own, because something else holds it.

Only for the Model Openness Framework, whose own tool gives every document the license of the
distribution (README of lfai/model_openness_tool, "special cases"). Narrower here, by what the
record shows: a document takes the license of the document or repository in which it lies, and data
the licenses of all datasets that it consists of. A paper on a server for preprints lies in no
repository of the maker, and takes none.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from audit.definitions.rules import ComponentFacts, get_component_facts
from audit.licenses.expression import NO_LICENSE
from audit.records.component import CODE_COMPONENTS, DOCUMENT_COMPONENTS, Component
from audit.records.model import Model
from audit.records.registry import Registry
from audit.records.repositories import parse_repository

_READ_THEMSELVES = ("model-card", "data-card", "evaluation-results")
"""Documents whose evidence is the document itself, where no address is recorded."""
_WITH_DATASETS = ("datasets", "evaluation-data")


@dataclass(frozen=True)
class HeldPart:
    """A component with the license that counts for it, and why that one; empty for its own."""

    facts: ComponentFacts
    because: str = ""


def find_held_part(model: Model, name: str, registry: Registry) -> HeldPart:
    """A component, with the terms of what holds it where it states none."""
    part = get_component_facts(model, name)
    if part.license is not None or part.status != "released":
        return HeldPart(part)
    for license, because in _list_holders(model, name, registry):
        if license is not None:
            return HeldPart(part._replace(license=license), because)
    return HeldPart(part)


def _list_holders(model: Model, name: str, registry: Registry) -> Iterator[tuple[str | None, str]]:
    """What may hold the component, the nearest first: a license and the words for it."""
    component = model.components[name]
    if name in _WITH_DATASETS and component.datasets:
        yield combine_dataset_licenses(component, registry), "the terms of the datasets together"
    if name in DOCUMENT_COMPONENTS:
        yield _find_document_license(model, component), "the license of the document it is part of"
        yield from _list_repository_licenses(model, component)


def combine_dataset_licenses(component: Component, registry: Registry) -> str | None:
    """One expression for all datasets of a component; None while one of them is unknown."""
    licenses = {_find_dataset_license(id, registry) for id in component.datasets}
    if NO_LICENSE in licenses:
        return NO_LICENSE
    if None in licenses:
        return None
    return " AND ".join(sorted(f"({license})" for license in licenses))


def _find_dataset_license(id: str, registry: Registry) -> str | None:
    dataset = registry.datasets.get(id)
    return dataset.license if dataset else None


def _find_document_license(model: Model, component: Component) -> str | None:
    """Of another document at the same address, such as the report that holds the results."""
    if component.url is None:
        return None
    same = (
        model.components[name].license
        for name in DOCUMENT_COMPONENTS
        if model.components[name].url == component.url
    )
    return _choose_single(same)


def _list_repository_licenses(
    model: Model, component: Component
) -> Iterator[tuple[str | None, str]]:
    for repository in _list_repositories(component):
        license = _find_repository_license(model, repository)
        yield license, f"the license of {repository}, where it lies"


def _list_repositories(component: Component) -> list[str]:
    """Where a document lies: its address, or the places where it was read."""
    urls = [component.url]
    if component.url is None and component.name in _READ_THEMSELVES:
        urls = [each.url for each in component.evidence if each.kind == "primary"]
    return [repository for repository in map(parse_repository, urls) if repository]


def _find_repository_license(model: Model, repository: str) -> str | None:
    """The one license of everything in the repository that the record knows."""
    if model.hub and repository == f"huggingface.co/{model.hub.repo.lower()}":
        return model.weights.license
    code = (model.components[name] for name in CODE_COMPONENTS)
    held = (part.license for part in code if parse_repository(part.url) == repository)
    return _choose_single(held)


def _choose_single(licenses: Iterator[str | None]) -> str | None:
    """The license where all that name one agree."""
    known = {license for license in licenses if license}
    return known.pop() if len(known) == 1 else None
