"""Do the terms of the training data forbid what the model's tag allows? The fourth leg beside tag, file and prose.

What the records already show is a standing disagreement and no news: `allows` names it. News is a
card that now allows more, a card that now names such data, and data whose terms now forbid it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from audit.definitions.training_terms import (
    find_forbidding_clause,
    find_forbidding_datasets,
    is_forbidden_by_data,
    list_models_trained_on,
    list_training_datasets,
)
from audit.drift.compare.inputs import CodeComparison, Differences, HubComparison
from audit.drift.compare.license_files import find_file_license
from audit.drift.compare.license_roles import is_named_for_data, speaks_for_weights
from audit.drift.compare.license_statements import (
    is_named_for_code,
    is_named_for_weights,
    is_side_document,
)
from audit.drift.finding import Difference, LicenseTextDiff
from audit.drift.kinds import DATA_TERMS_CONFLICT
from audit.licenses.hub_tags import find_license_of_tag
from audit.observations.facts import CodeFacts, HubFacts, LicenseFile
from audit.records.dataset import Dataset
from audit.records.model import Model
from audit.records.registry import Registry


def find_data_terms_conflicts(hub: HubComparison, before: HubFacts) -> Differences:
    """Disagreements that neither the records nor the first look showed."""
    if hub.kind == "model":
        yield from _compare_model(hub, before)
    elif hub.kind == "dataset":
        yield from _compare_dataset(hub, before)


@dataclass(frozen=True)
class _Stated:
    """Who says under which license something is."""

    who: str
    license: str


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
    for stated in _list_statements(hub, hub.now):
        for dataset in find_forbidding_datasets(stated.license, datasets, hub.registry):
            if dataset.id not in standing:
                standing.add(dataset.id)
                yield _build_model_conflict(hub, dataset, stated)


def _list_ids(
    hub: HubComparison, license: str | None, datasets: Iterable[Dataset]
) -> Iterator[str]:
    yield from (each.id for each in find_forbidding_datasets(license, datasets, hub.registry))


def _list_seen(hub: HubComparison, facts: HubFacts, recorded: list[Dataset]) -> Iterator[str]:
    """The datasets that disagreed with the repository as it was first seen."""
    datasets = [*recorded, *_list_named_datasets(hub, facts)]
    for stated in _list_statements(hub, facts):
        yield from _list_ids(hub, stated.license, datasets)


def _list_named_datasets(hub: HubComparison, facts: HubFacts) -> Iterator[Dataset]:
    """The datasets that a card names and of which there are records."""
    for name in sorted({name.lower() for name in facts.datasets}):
        yield from hub.registry.datasets_by_repo.get(name, ())


def _list_statements(hub: HubComparison, facts: HubFacts) -> list[_Stated]:
    """The tag; where it says nothing that is known, the one license of the files, if it is one."""
    tagged = find_license_of_tag(facts.license_tag, facts.license_name, hub.registry)
    if tagged:
        return [_Stated("the Hub tag", tagged)]
    files = [file for file in facts.license_files if speaks_for_weights(hub, file)]
    return _list_unanimous(files, hub.registry)


def _list_unanimous(files: Iterable[LicenseFile], registry: Registry) -> list[_Stated]:
    """What the files say, where all say the same: of two licenses nobody knows which one holds."""
    found = [_Stated(file.path, find_file_license(file, registry) or "") for file in files]
    licenses = {each.license for each in found}
    return found[:1] if len(licenses) == 1 and "" not in licenses else []


def _build_model_conflict(hub: HubComparison, dataset: Dataset, stated: _Stated) -> Difference:
    words = f"{stated.who} says {stated.license}"
    return Difference(
        DATA_TERMS_CONFLICT.id,
        f"datasets.{dataset.id}",
        dataset.license,
        stated.license,
        "unreviewed",
        text_diff=_quote_both(words, dataset.license, hub.registry),
    )


def _compare_dataset(hub: HubComparison, before: HubFacts) -> Differences:
    known = _list_statements(hub, before)
    yield from _compare_data(hub, known, _list_statements(hub, hub.now))


def find_conflicts_of_stated_data_terms(code: CodeComparison, before: CodeFacts) -> Differences:
    """The same of a dataset whose terms its maker states in a repository on GitHub."""
    if code.is_dataset:
        known = _list_code_statements(before, code.registry)
        yield from _compare_data(code, known, _list_code_statements(code.now, code.registry))


def _list_code_statements(facts: CodeFacts, registry: Registry) -> list[_Stated]:
    """By the files for data, else by those at the top, else by the name that GitHub gives."""
    if not facts.has_listed_files:
        return [_Stated("GitHub", facts.license)] if facts.license else []
    named = [file for file in facts.license_files if is_named_for_data(file.path)]
    return _list_unanimous(named or filter(_speaks_for_all, facts.license_files), registry)


def _speaks_for_all(file: LicenseFile) -> bool:
    path = file.path
    is_of_a_part = is_named_for_code(path) or is_named_for_weights(path) or is_side_document(path)
    return "/" not in path and not is_of_a_part


def _compare_data(
    seen: HubComparison | CodeComparison, before: Iterable[_Stated], now: Iterable[_Stated]
) -> Differences:
    """One finding of the dataset for all models whose weights its terms put in question."""
    known = [seen.declaration.license, *(each.license for each in before)]
    dataset = seen.declaration.record.removeprefix("datasets/")
    for stated in now:
        models = [
            model
            for model in list_models_trained_on(dataset, seen.registry)
            if _is_new(model, stated.license, known, seen.registry)
        ]
        if models:
            yield _build_dataset_conflict(models, stated.license, seen.registry)


def _is_new(model: Model, license: str, known: Iterable[str | None], registry: Registry) -> bool:
    """Whether the data's terms now forbid what the weights allow, and none before did."""
    allowed = model.weights.license
    stood = any(is_forbidden_by_data(allowed, each, registry) for each in known)
    return not stood and is_forbidden_by_data(allowed, license, registry)


def _build_dataset_conflict(models: list[Model], license: str, registry: Registry) -> Difference:
    allowed = tuple(sorted({model.weights.license or "" for model in models}))
    stated = f"the weights of {models[0].id} are under {models[0].weights.license}"
    return Difference(
        DATA_TERMS_CONFLICT.id,
        "trained_models",
        allowed,
        license,
        "unreviewed",
        text_diff=_quote_both(stated, license, registry),
        affects=tuple(sorted(model.ref for model in models)),
    )


def _quote_both(stated: str, data_license: str | None, registry: Registry) -> LicenseTextDiff:
    clause = find_forbidding_clause(data_license, registry)
    words = f": {clause.condition.summary}" if clause else ""
    return LicenseTextDiff(None, None, (stated, f"the data is under {data_license}{words}"))
