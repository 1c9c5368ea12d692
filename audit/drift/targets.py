"""Which upstreams the records speak of, and what each record declares about them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from urllib.parse import urlsplit

from audit.drift.finding import TargetDeclaration, WatchedTarget
from audit.observations.facts import GITHUB, Target
from audit.records.model import Dataset, HubPins, Model, Registry


def list_watched_targets(
    registry: Registry, only: frozenset[str] = frozenset()
) -> list[WatchedTarget]:
    """Every target with its declarations, sorted.

    `only` keeps the models named, with the code and datasets they cite.
    """
    models = [model for model in registry.models.values() if not only or model.id in only]
    datasets = list(registry.datasets.values())
    if only:
        cited = _collect_cited_datasets(models)
        datasets = [dataset for dataset in datasets if dataset.id in cited]
    return _group_by_target(chain(_declare_models(models), _declare_datasets(datasets)))


def _group_by_target(
    declarations: Iterable[tuple[Target, TargetDeclaration]],
) -> list[WatchedTarget]:
    by_target: dict[Target, dict[str, TargetDeclaration]] = defaultdict(dict)
    for target, declaration in declarations:
        # The first component that names a code repository speaks for its record.
        by_target[target].setdefault(declaration.record, declaration)
    return [_build_watched_target(target, by_target[target]) for target in sorted(by_target)]


def _build_watched_target(
    target: Target, by_record: Mapping[str, TargetDeclaration]
) -> WatchedTarget:
    return WatchedTarget(target, tuple(by_record[record] for record in sorted(by_record)))


def _collect_cited_datasets(models: Iterable[Model]) -> frozenset[str]:
    cited: set[str] = set()
    for model in models:
        for component in model.components.values():
            cited.update(component.datasets)
    return frozenset(cited)


def _declare_models(models: Iterable[Model]) -> Iterator[tuple[Target, TargetDeclaration]]:
    for model in models:
        if model.hub:
            declaration = _build_model_declaration(model, model.hub)
            yield build_hub_target(model.ref, model.hub), declaration
        for declaration, address in _collect_code_declarations(model):
            yield Target(GITHUB, "code", address), declaration


def _declare_datasets(datasets: Iterable[Dataset]) -> Iterator[tuple[Target, TargetDeclaration]]:
    for dataset in datasets:
        if dataset.hub:
            declaration = _build_dataset_declaration(dataset, dataset.hub)
            yield build_hub_target(dataset.ref, dataset.hub), declaration


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
        if address and component.origin and _is_expected(component.status):
            declaration = TargetDeclaration(
                component.origin, expected=True, license=component.license
            )
            found.setdefault((component.origin, address), declaration)
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
