"""Which upstreams the records speak of, and what each record declares about them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import chain
from operator import attrgetter

from audit.drift.finding import SoughtComponent, TargetDeclaration, WatchedTarget
from audit.drift.known_lines import declare_makers
from audit.drift.page_targets import declare_pages
from audit.drift.searched_places import declare_searches, parse_github_repository
from audit.observations.facts import GITHUB, HUGGING_FACE, Target, sort_targets
from audit.records.component import CHECKPOINTS, Component
from audit.records.dataset import Dataset
from audit.records.evidence import Evidence
from audit.records.hub_pins import HubPins
from audit.records.model import Model
from audit.records.registry import Registry

Declared = tuple[Target, TargetDeclaration]
Declarations = Iterator[Declared]
_read_place = attrgetter("target.host", "target.kind", "target.repo")
"""As `sort_targets` has it."""


def list_watched_targets(
    registry: Registry, only: frozenset[str] = frozenset()
) -> list[WatchedTarget]:
    """Every target with its declarations, sorted.

    `only` keeps the models named, with the code and datasets they cite.
    """
    code = list_watched_code(registry, only)
    return sort_watched([*code, *list_watched_elsewhere(registry, only)])


def list_watched_code(
    registry: Registry, only: frozenset[str] = frozenset()
) -> list[WatchedTarget]:
    """Those of `list_watched_targets` that are code, found in a third of its time."""
    models, datasets = _select_records(registry, only)
    code = chain.from_iterable(map(_declare_code, models))
    terms = chain.from_iterable(map(_declare_terms_elsewhere, datasets))
    sought = (each for each in _list_searches(registry, models) if each[0].kind == "code")
    return _group_by_target(chain(code, terms, sought))


def list_watched_elsewhere(
    registry: Registry, only: frozenset[str] = frozenset()
) -> list[WatchedTarget]:
    """Those of `list_watched_targets` that are no code."""
    models, datasets = _select_records(registry, only)
    # A part of the models says nothing of what others need to know.
    shared = () if only else chain(declare_pages(registry), declare_makers(registry))
    sought = (each for each in _list_searches(registry, models) if each[0].kind != "code")
    return _group_by_target(
        chain(_declare_models(models), _declare_datasets(datasets), shared, sought)
    )


def sort_watched(watched: Iterable[WatchedTarget]) -> list[WatchedTarget]:
    """By target, as a run goes through them."""
    return sorted(watched, key=_read_place)


def _select_records(
    registry: Registry, only: frozenset[str]
) -> tuple[Sequence[Model], Sequence[Dataset]]:
    """The models that are asked about, and the datasets that they cite; all where none is named."""
    if not only:
        return list(registry.models.values()), list(registry.datasets.values())
    models = [model for model in registry.models.values() if model.id in only]
    cited = _collect_cited_datasets(models)
    return models, [dataset for dataset in registry.datasets.values() if dataset.id in cited]


def _list_searches(registry: Registry, models: Sequence[Model]) -> Declarations:
    """The searches that these models and their families state."""
    records = _collect_records(models)
    # Of all models: which record holds a search does not depend on what is audited.
    return (each for each in _declare_all_searches(registry) if each[1].record in records)


@lru_cache(maxsize=1)
def _declare_all_searches(registry: Registry) -> Sequence[Declared]:
    return tuple(declare_searches(registry.models.values()))


def _collect_records(models: Sequence[Model]) -> frozenset[str]:
    """The models and their families."""
    families = {f"families/{model.family}" for model in models if model.family}
    return frozenset({*(model.ref for model in models), *families})


def _group_by_target(
    declarations: Iterable[Declared],
) -> list[WatchedTarget]:
    by_target: dict[Target, dict[str, TargetDeclaration]] = defaultdict(dict)
    for target, declaration in declarations:
        by_record = by_target[target]
        first = by_record.get(declaration.record)
        by_record[declaration.record] = _merge(first, declaration) if first else declaration
    return [_build_watched_target(target, by_target[target]) for target in sort_targets(by_target)]


def _merge(first: TargetDeclaration, second: TargetDeclaration) -> TargetDeclaration:
    """One record's declarations of a target: the first speaks for it, unless it only searched."""
    kept = second if first.search_only else first
    if not first.sought and not second.sought:
        return kept
    sought = sorted({*first.sought, *second.sought}, key=_get_name)
    return replace(kept, sought=tuple(sought))


def _get_name(sought: SoughtComponent) -> str:
    return sought.name


def _build_watched_target(
    target: Target, by_record: Mapping[str, TargetDeclaration]
) -> WatchedTarget:
    return WatchedTarget(target, tuple(by_record[record] for record in sorted(by_record)))


def _collect_cited_datasets(models: Iterable[Model]) -> frozenset[str]:
    components = chain.from_iterable(model.components.values() for model in models)
    return frozenset(chain.from_iterable(component.datasets for component in components))


def _declare_models(models: Iterable[Model]) -> Declarations:
    for model in models:
        if model.hub:
            declaration = _build_model_declaration(model, model.hub)
            yield build_hub_target(model.ref, model.hub), declaration
            yield from _declare_revisions(model, model.hub)


def _declare_revisions(model: Model, pins: HubPins) -> Declarations:
    """Branches and tags of the model's own repository, where the record or its family names any."""
    checkpoints = model.components[CHECKPOINTS]
    if checkpoints.revisions and pins.host == HUGGING_FACE:
        target = Target(HUGGING_FACE, "revisions", pins.repo)
        yield target, TargetDeclaration(model.ref, expected=None, revisions=checkpoints.revisions)


def _declare_datasets(datasets: Iterable[Dataset]) -> Declarations:
    for dataset in datasets:
        if dataset.hub:
            declaration = _build_dataset_declaration(dataset, dataset.hub)
            yield build_hub_target(dataset.ref, dataset.hub), declaration


def _declare_terms_elsewhere(dataset: Dataset) -> Declarations:
    for address in _list_repositories_of_terms(dataset):
        declaration = TargetDeclaration(dataset.ref, expected=None, license=dataset.license)
        yield Target(GITHUB, "code", address), declaration


def _list_repositories_of_terms(dataset: Dataset) -> list[str]:
    """Repositories on GitHub in which the maker states the terms of a dataset, or keeps it."""
    cited = (source.url for source in dataset.license_evidence if source.kind == "primary")
    found = (parse_github_repository(url) for url in (dataset.url, *cited))
    return sorted({address for address in found if address})


def build_hub_target(record: str, pins: HubPins) -> Target:
    """The repository that a model's or a dataset's record pins."""
    return Target(pins.host, "dataset" if record.startswith("datasets/") else "model", pins.repo)


def _build_model_declaration(model: Model, pins: HubPins) -> TargetDeclaration:
    weights, released = model.weights, model.released
    components = [component.evidence for component in model.components.values()]
    sources = chain(pins.evidence, model.data_information.evidence, *components)
    cited = _list_cited_files(pins.repo, sources)
    day = released.date if released else None
    return _build_declaration(
        (model.ref, weights.status, weights.license), pins, released=day, cited_files=cited
    )


def _build_dataset_declaration(dataset: Dataset, pins: HubPins) -> TargetDeclaration:
    return _build_declaration((dataset.ref, dataset.status, dataset.license), pins)


def _is_expected(status: str) -> bool | None:
    return None if status == "unknown" else status in ("released", "partial")


def _build_declaration(
    stated: tuple[str, str, str | None],
    pins: HubPins,
    released: str | None = None,
    cited_files: tuple[str, ...] = (),
) -> TargetDeclaration:
    """`stated`: the record, the status of what lies there, and its license."""
    record, status, license = stated
    return TargetDeclaration(
        record=record,
        expected=_is_expected(status),
        gated=None if pins.gated == "unknown" else pins.gated,
        license_tag=pins.license_tag,
        license_name=pins.license_name,
        license_link=pins.license_link,
        license=license,
        license_files=tuple(sorted(pins.license_files.items())),
        revision=pins.revision,
        released=released,
        cited_files=cited_files,
    )


def _list_cited_files(repo: str, sources: Iterable[Evidence]) -> tuple[str, ...]:
    """Files of a repository on the Hub to which evidence links, whatever the revision."""
    place = f"huggingface.co/{repo}/"
    below = [source.url.partition(place)[2] for source in sources if place in source.url]
    found = set()
    for rest in below:
        parts = rest.split("/", maxsplit=2)
        if len(parts) == 3 and parts[0] in ("blob", "resolve", "raw"):
            found.add(parts[2].partition("?")[0].partition("#")[0])
    return tuple(sorted(found))


def _declare_code(model: Model) -> Declarations:
    """Code on GitHub, by whom it is stated: the model, or its family.

    Of several components in one repository, the first speaks for it.
    """
    found: dict[tuple[str, str], TargetDeclaration] = {}
    for component in model.components.values():
        if not component.origin or not _is_expected(component.status):
            continue
        address = parse_github_repository(component.url)
        if address and (component.origin, address) not in found:
            found[component.origin, address] = _build_code_declaration(component)
    for (_, address), declaration in found.items():
        yield Target(GITHUB, "code", address), declaration


def _build_code_declaration(component: Component) -> TargetDeclaration:
    return TargetDeclaration(component.origin, expected=True, license=component.license)
