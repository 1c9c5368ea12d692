"""Do the terms of the training data forbid what the model's tag allows? The fourth leg beside tag, file and prose.

What the records already show is a standing disagreement and no news: `allows` names it. News is a
card that now allows more, a card that now names such data, and data whose terms now forbid it.
"""

from collections.abc import Iterable, Iterator

from audit.definitions.training_terms import (
    find_forbidding_clause,
    find_forbidding_datasets,
    is_forbidden_by_data,
    list_models_trained_on,
    list_training_datasets,
)
from audit.drift.compare.inputs import Differences, HubComparison
from audit.drift.finding import Difference, LicenseTextDiff
from audit.drift.kinds import DATA_TERMS_CONFLICT
from audit.licenses.hub_tags import find_license_of_tag
from audit.observations.facts import HubFacts
from audit.records.dataset import Dataset
from audit.records.model import Model


def find_data_terms_conflicts(hub: HubComparison, before: HubFacts) -> Differences:
    """Disagreements that neither the records nor the first look showed."""
    if hub.kind == "model":
        yield from _compare_model(hub, before)
    elif hub.kind == "dataset":
        yield from _compare_dataset(hub, before)


def _compare_model(hub: HubComparison, before: HubFacts) -> Differences:
    model = hub.model
    if model is None:
        return
    recorded = list_training_datasets(model, hub.registry)
    standing = {
        *_list_ids(hub, model.weights.license, recorded),
        *_list_seen(hub, before, recorded),
    }
    datasets = [*recorded, *_list_named_datasets(hub, hub.now)]
    for dataset in find_forbidding_datasets(hub.tagged_license, datasets, hub.registry):
        if dataset.id not in standing:
            standing.add(dataset.id)
            yield _build_model_conflict(hub, dataset)


def _list_ids(
    hub: HubComparison, license: str | None, datasets: Iterable[Dataset]
) -> Iterator[str]:
    yield from (each.id for each in find_forbidding_datasets(license, datasets, hub.registry))


def _list_seen(hub: HubComparison, facts: HubFacts, recorded: list[Dataset]) -> Iterator[str]:
    """The datasets that disagreed with the card as it was first seen."""
    datasets = [*recorded, *_list_named_datasets(hub, facts)]
    yield from _list_ids(hub, _find_tagged_license(hub, facts), datasets)


def _list_named_datasets(hub: HubComparison, facts: HubFacts) -> Iterator[Dataset]:
    """The datasets that a card names and of which there are records."""
    for name in sorted({name.lower() for name in facts.datasets}):
        yield from hub.registry.datasets_by_repo.get(name, ())


def _find_tagged_license(hub: HubComparison, facts: HubFacts) -> str | None:
    return find_license_of_tag(facts.license_tag, facts.license_name, hub.registry)


def _build_model_conflict(hub: HubComparison, dataset: Dataset) -> Difference:
    return Difference(
        DATA_TERMS_CONFLICT.id,
        f"datasets.{dataset.id}",
        dataset.license,
        hub.tagged_license,
        "unreviewed",
        text_diff=_quote_both(hub, f"the Hub tag says {hub.tagged_license}", dataset.license),
    )


def _compare_dataset(hub: HubComparison, before: HubFacts) -> Differences:
    now = hub.tagged_license
    known = (hub.declaration.license, _find_tagged_license(hub, before))
    trained = list_models_trained_on(hub.declaration.record.removeprefix("datasets/"), hub.registry)
    models = [
        model
        for model in trained
        if _is_new(hub, model, now) and not any(_is_new(hub, model, each) for each in known)
    ]
    if models:
        yield _build_dataset_conflict(hub, models)


def _is_new(hub: HubComparison, model: Model, data_license: str | None) -> bool:
    return is_forbidden_by_data(model.weights.license, data_license, hub.registry)


def _build_dataset_conflict(hub: HubComparison, models: list[Model]) -> Difference:
    allowed = tuple(sorted({model.weights.license or "" for model in models}))
    stated = f"the weights of {models[0].id} are under {models[0].weights.license}"
    return Difference(
        DATA_TERMS_CONFLICT.id,
        "trained_models",
        allowed,
        hub.tagged_license,
        "unreviewed",
        text_diff=_quote_both(hub, stated, hub.tagged_license),
        affects=tuple(sorted(model.ref for model in models)),
    )


def _quote_both(hub: HubComparison, stated: str, data_license: str | None) -> LicenseTextDiff:
    clause = find_forbidding_clause(data_license, hub.registry)
    words = f": {clause.condition.summary}" if clause else ""
    return LicenseTextDiff(None, None, (stated, f"the data is under {data_license}{words}"))
