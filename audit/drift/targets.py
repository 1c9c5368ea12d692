"""Which upstreams the records speak of, and what each record declares about them."""

from collections import defaultdict
from urllib.parse import urlsplit

from audit.drift.finding import TargetDeclaration, WatchedTarget
from audit.observations.facts import GITHUB, Target
from audit.records.model import Dataset, HubPins, Model, Registry


def list_watched_targets(
    registry: Registry, only: frozenset[str] = frozenset()
) -> list[WatchedTarget]:
    """Every target with its declarations, sorted. `only` keeps the models named, with the code and datasets they cite."""
    found: dict[Target, dict[str, TargetDeclaration]] = defaultdict(dict)
    models = [model for model in registry.models.values() if not only or model.id in only]
    for model in models:
        if model.hub:
            found[build_hub_target(model.ref, model.hub)][model.ref] = _build_model_declaration(
                model, model.hub
            )
        for declared, address in _collect_code_declarations(model):
            found[Target(GITHUB, "code", address)].setdefault(declared.record, declared)
    cited = {
        each
        for model in models
        for component in model.components.values()
        for each in component.datasets
    }
    for dataset in registry.datasets.values():
        if dataset.hub and (not only or dataset.id in cited):
            found[build_hub_target(dataset.ref, dataset.hub)][dataset.ref] = (
                _build_dataset_declaration(dataset, dataset.hub)
            )
    return [
        WatchedTarget(target, tuple(found[target][record] for record in sorted(found[target])))
        for target in sorted(found)
    ]


def build_hub_target(record: str, pins: HubPins) -> Target:
    """The repository that a model's or a dataset's record pins."""
    return Target(pins.host, "dataset" if record.startswith("datasets/") else "model", pins.repo)


def _build_model_declaration(model: Model, pins: HubPins) -> TargetDeclaration:
    released = model.released.date if model.released else None
    return _build_declaration(
        model.ref, _is_expected(model.weights.status), model.weights.license, pins, released
    )


def _build_dataset_declaration(dataset: Dataset, pins: HubPins) -> TargetDeclaration:
    return _build_declaration(dataset.ref, _is_expected(dataset.status), dataset.license, pins)


def _is_expected(status: str) -> bool | None:
    return None if status == "unknown" else status in ("released", "partial")


def _build_declaration(
    record: str,
    expected: bool | None,
    license: str | None,
    pins: HubPins,
    released: str | None = None,
) -> TargetDeclaration:
    return TargetDeclaration(
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


def _collect_code_declarations(model: Model) -> list[tuple[TargetDeclaration, str]]:
    found: dict[tuple[str, str], TargetDeclaration] = {}
    for component in model.components.values():
        address = parse_github_repository(component.url)
        if address and component.status in ("released", "partial") and component.origin:
            found.setdefault(
                (component.origin, address),
                TargetDeclaration(component.origin, expected=True, license=component.license),
            )
    return [(declared, address) for (_, address), declared in found.items()]


def parse_github_repository(url: str | None) -> str | None:
    """`owner/name` of an address on github.com, else None."""
    if not url:
        return None
    parts = urlsplit(url)
    names = [name for name in parts.path.split("/") if name]
    if parts.hostname != "github.com" or len(names) < 2:
        return None
    return f"{names[0]}/{names[1].removesuffix('.git')}"
