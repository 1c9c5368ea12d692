"""Which upstreams the records speak of, and what each record declares about them."""

from collections import defaultdict
from urllib.parse import urlsplit

from audit.drift.finding import Declared, Watch
from audit.observations.facts import Target
from audit.records.model import Dataset, HubPins, Model, Registry


def watches(registry: Registry, only: frozenset[str] = frozenset()) -> list[Watch]:
    """Every target with its declarations, sorted. `only` keeps the models named, with the code and datasets they cite."""
    found: dict[Target, dict[str, Declared]] = defaultdict(dict)
    models = [model for model in registry.models.values() if not only or model.id in only]
    for model in models:
        if model.hub:
            found[Target("models", model.hub.repo)][model.ref] = _declared_model(model, model.hub)
        for declared, address in _declared_code(model):
            found[Target("code", address)].setdefault(declared.record, declared)
    cited = {each for model in models for component in model.components.values() for each in component.datasets}
    for dataset in registry.datasets.values():
        if dataset.hub and (not only or dataset.id in cited):
            found[Target("datasets", dataset.hub.repo)][dataset.ref] = _declared_dataset(dataset, dataset.hub)
    return [Watch(target, tuple(found[target][record] for record in sorted(found[target]))) for target in sorted(found)]


def _declared_model(model: Model, pins: HubPins) -> Declared:
    released = model.released.date if model.released else None
    return _declared(model.ref, _there(model.weights.status), model.weights.license, pins, released)


def _declared_dataset(dataset: Dataset, pins: HubPins) -> Declared:
    return _declared(dataset.ref, _there(dataset.status), dataset.license, pins)


def _there(status: str) -> bool | None:
    return None if status == "unknown" else status in ("released", "partial")


def _declared(record: str, expected: bool | None, license: str | None, pins: HubPins, released: str | None = None) -> Declared:
    return Declared(
        record=record,
        expected=expected,
        gated=None if pins.gated == "unknown" else pins.gated,
        license_tag=pins.license_tag,
        license_name=pins.license_name,
        license_link=pins.license_link,
        license=license,
        license_files=tuple(sorted(pins.license_files.items())),
        revision=pins.revision,
        released=released,
    )


def _declared_code(model: Model) -> list[tuple[Declared, str]]:
    found: dict[tuple[str, str], Declared] = {}
    for component in model.components.values():
        address = github_repository(component.url)
        if address and component.status in ("released", "partial") and component.origin:
            found.setdefault((component.origin, address), Declared(component.origin, expected=True, license=component.license))
    return [(declared, address) for (_, address), declared in found.items()]


def github_repository(url: str | None) -> str | None:
    """`owner/name` of an address on github.com, else None."""
    if not url:
        return None
    parts = urlsplit(url)
    names = [name for name in parts.path.split("/") if name]
    if parts.hostname != "github.com" or len(names) < 2:
        return None
    return f"{names[0]}/{names[1].removesuffix('.git')}"
