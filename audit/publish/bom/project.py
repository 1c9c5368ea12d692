"""The models and datasets of a project as the contents of a bill."""

from collections.abc import Iterable, Iterator

from audit.core.grouping import group_pairs
from audit.projects.datasets import judge_project_datasets
from audit.projects.finding.mention import MERE_MENTIONS, Mention
from audit.publish.bom.contents import BomContents, BomModel, BomPlace, read_commit
from audit.records.registry import Registry


def build_project_contents(
    name: str, mentions: Iterable[Mention], registry: Registry, data_date: str
) -> BomContents:
    """What a project uses. A model that it only names to readers is no part of it."""
    used = [each for each in mentions if each.use not in MERE_MENTIONS]
    models = tuple(_list_models(filter(_is_model, used), registry))
    watched = judge_project_datasets(used, registry)
    datasets = tuple(each.dataset for each in watched if each.dataset)
    return BomContents(registry, models, data_date, name, datasets)


def _list_models(mentions: Iterable[Mention], registry: Registry) -> Iterator[BomModel]:
    groups = group_pairs((_identify(each, registry), each) for each in mentions)
    yield from (_build_model(key, groups[key], registry) for key in sorted(groups))


def _is_model(mention: Mention) -> bool:
    return mention.kind != "dataset"


def _identify(mention: Mention, registry: Registry) -> tuple[str, str, bool]:
    """The name in the bill and the commit: a model at two commits is in it twice."""
    commit = read_commit(mention.revision)
    if mention.kind == "elsewhere":
        return mention.model, commit, True
    model = registry.find_model(mention.model)
    return (model.id if model else mention.model), commit, False


def _build_model(
    key: tuple[str, str, bool], places: Iterable[Mention], registry: Registry
) -> BomModel:
    name, commit, is_elsewhere = key
    model = None if is_elsewhere else registry.models.get(name)
    return BomModel(name, model, commit, tuple(map(_build_place, places)), is_elsewhere)


def _build_place(mention: Mention) -> BomPlace:
    use = "" if mention.use == "named" else mention.use
    return BomPlace(
        mention.file, mention.line, f"{use} in tests".strip() if mention.is_test else use
    )
