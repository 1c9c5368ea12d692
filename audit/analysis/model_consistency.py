"""Facts of a model that cannot both be true: its terms, its data, its sources, its dates."""

from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import urlsplit

from audit.analysis.contradiction_rows import ContradictionRow, TaggedTerms, check_license_tag
from audit.definitions.lineage import find_foreign_bases, is_freer_than_base
from audit.licenses.terms import evaluate_openness
from audit.records.component import Component
from audit.records.dataset import Dataset
from audit.records.evidence import Evidence
from audit.records.model import Model
from audit.records.registry import Registry

_HUB = "huggingface.co"
_CORRECT_DATES = "correct one of the dates"


def check_models(registry: Registry) -> Iterator[ContradictionRow]:
    """Every contradiction within a model, and between it and what it rests on."""
    repositories = _map_repositories(registry)
    for model in registry.models.values():
        yield from _check_terms(model, registry)
        yield from _check_foreign_evidence(model, repositories)
        yield from _check_source_dates(model)
        yield from _check_base_dates(model, registry)


def _check_terms(model: Model, registry: Registry) -> Iterator[ContradictionRow]:
    yield from _check_components(model, registry)
    yield from _check_weights_tag(model, registry)
    yield from _check_withdrawn_data(model, registry)
    yield from _check_freer_than_base(model, registry)


def _map_repositories(registry: Registry) -> dict[str, str]:
    """The model that each repository of the Hub holds."""
    return {model.hub.repo.lower(): model.id for model in registry.models.values() if model.hub}


def _check_components(model: Model, registry: Registry) -> Iterator[ContradictionRow]:
    own = model.ref
    for component in model.components.values():
        if component.origin == own:
            yield from _check_unreleased_terms(model, component, registry)


def _check_weights_tag(model: Model, registry: Registry) -> Iterator[ContradictionRow]:
    weights = model.weights
    # A recorded conflict of sources already explains the difference.
    if model.hub and weights.conflict is None:
        terms = TaggedTerms(model.ref, model.hub, weights.license, "the weights")
        yield from check_license_tag(terms, registry)


def _check_unreleased_terms(
    model: Model, component: Component, registry: Registry
) -> Iterator[ContradictionRow]:
    if component.status not in ("not-released", "not-found") or not component.license:
        return
    if evaluate_openness(component.license, registry) == "yes":
        yield (
            model.ref,
            f"$.components.{component.name}",
            f"open terms ({component.license}) on something that is not released",
            "remove the license, or correct the status",
        )


def _check_withdrawn_data(model: Model, registry: Registry) -> Iterator[ContradictionRow]:
    """Training data called released although a dataset that it consists of was withdrawn."""
    component = model.components["datasets"]
    if component.status == "released" and component.origin == model.ref:
        for dataset in _list_lost_datasets(component, registry):
            yield _describe_withdrawn_data(model, dataset)


def _list_lost_datasets(component: Component, registry: Registry) -> Iterator[Dataset]:
    for id in component.datasets:
        dataset = registry.datasets.get(id)
        if dataset is not None and dataset.status in ("withdrawn", "not-released"):
            yield dataset


def _describe_withdrawn_data(model: Model, dataset: Dataset) -> ContradictionRow:
    return (
        model.ref,
        "$.components.datasets",
        f"released, but {dataset.id}, a part of it, is recorded as {dataset.status}",
        "write 'partial', or correct the dataset",
    )


def _check_freer_than_base(model: Model, registry: Registry) -> Iterator[ContradictionRow]:
    """A derivative that gives more than the base that somebody else made."""
    if model.weights.conflict is not None:
        return
    for base in find_foreign_bases(model, registry):
        if is_freer_than_base(model, base, registry):
            yield _describe_freer_model(model, base)


def _describe_freer_model(model: Model, base: Model) -> ContradictionRow:
    given, withheld = model.weights.license, base.weights.license
    return (
        model.ref,
        "$.components.model-parameters-final.license",
        f"{given} is freer than {withheld} of its base {base.id}",
        "correct the license, or record the 'conflict' with what the maker says",
    )


def _check_foreign_evidence(
    model: Model, repositories: dict[str, str]
) -> Iterator[ContradictionRow]:
    """Evidence for the model's own facts that is the Hub page of another recorded model."""
    own = _list_own_repositories(model)
    for _, evidence in sorted(_collect_own_evidence(model).items()):
        repo = _parse_hub_repository(evidence.url)
        if repo in repositories and repo not in own:
            yield _describe_foreign_evidence(model, evidence, repositories[repo])


def _describe_foreign_evidence(model: Model, evidence: Evidence, other: str) -> ContradictionRow:
    return (
        model.ref,
        f"$.evidence.{evidence.key}.url",
        f"the source is the page of another model, {other}, not of {model.id}",
        "cite a source that speaks of this model",
    )


def _list_own_repositories(model: Model) -> set[str]:
    """Those whose pages may speak of the model: its own, and those of its bases."""
    ids = {model.id, *(base.id for base in model.base_models or ())}
    if model.hub:
        ids.add(model.hub.repo)
    return {id.lower() for id in ids}


def _collect_own_evidence(model: Model) -> dict[str, Evidence]:
    """Evidence that no page of another model can be: of the pins, the weights, the release.

    By its key in the model's record.
    """
    pins = model.hub.evidence if model.hub else ()
    weights = model.weights.evidence if model.weights.origin == model.ref else ()
    release = model.released.evidence if model.released else ()
    return {source.key: source for source in (*pins, *weights, *release)}


@lru_cache(maxsize=1 << 14)
def _parse_hub_repository(url: str) -> str | None:
    # Most sources lie elsewhere, and to look for a few letters costs nothing.
    if _HUB not in url.lower():
        return None
    parts = urlsplit(url)
    names = [name for name in parts.path.split("/") if name]
    if parts.hostname != _HUB or len(names) < 2:
        return None
    return "/".join(names[:2]).lower()


def _check_source_dates(model: Model) -> Iterator[ContradictionRow]:
    if model.released is None:
        return
    date = model.released.date
    for evidence in model.released.evidence:
        if _is_before(evidence.seen, date):
            wrong = f"released {date}, but its source was read before, on {evidence.seen}"
            yield model.ref, "$.released", wrong, _CORRECT_DATES


def _check_base_dates(model: Model, registry: Registry) -> Iterator[ContradictionRow]:
    if model.released is None:
        return
    date = model.released.date
    for base, base_date in _list_base_dates(model, registry):
        if _is_before(date, base_date):
            wrong = f"released {date}, before its base {base} of {base_date}"
            yield model.ref, "$.released", wrong, _CORRECT_DATES


def _list_base_dates(model: Model, registry: Registry) -> Iterator[tuple[str, str]]:
    for base in model.base_models or ():
        record = registry.models.get(base.id)
        if record and record.released:
            yield base.id, record.released.date


def _is_before(first: str, second: str) -> bool:
    """Whether one date is certainly before the other: dates may lack the day, or the month."""
    exact = min(len(first), len(second))
    return first[:exact] < second[:exact]
