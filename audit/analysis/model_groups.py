"""Models that people ask about, in groups: whose answers are counted, and whose gaps come first."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from importlib import resources
from typing import Any

from audit.records.model import Model
from audit.records.registry import Registry

GROUPS_FILE = "model_groups.json"
"""The lists, with their date and sources."""


@dataclass(frozen=True)
class ModelGroup:
    """Some models of the registry, and what a list names and the registry lacks."""

    id: str
    name: str
    part_of: str
    """The group that it is a family of; empty for a group."""
    models: tuple[Model, ...]
    unrecorded: tuple[str, ...] = ()


@cache
def _load_groups() -> Any:
    text = resources.files("audit.analysis").joinpath(GROUPS_FILE).read_text(encoding="utf-8")
    return json.loads(text)


def list_model_groups(registry: Registry) -> list[ModelGroup]:
    """Every group, each followed by its families."""
    found: list[ModelGroup] = []
    for row in _load_groups()["groups"]:
        families = [_find_family(family, row["id"], registry) for family in row.get("families", ())]
        found += [_build_group(row, families, registry), *families]
    return found


def rank_most_downloaded() -> dict[str, int]:
    """The place of each name in the list of the most downloaded, the first at 0."""
    rows = {row["id"]: row for row in _load_groups()["groups"]}
    return {name: place for place, name in enumerate(rows["most-downloaded"]["models"])}


def _build_group(row: dict[str, Any], families: list[ModelGroup], registry: Registry) -> ModelGroup:
    models = {model.id: model for family in families for model in family.models}
    unrecorded = []
    for name in row.get("models", ()):
        model = registry.find_model(name)
        if model is None:
            unrecorded.append(name)
        else:
            models[model.id] = model
    return ModelGroup(row["id"], row["name"], "", tuple(models.values()), tuple(unrecorded))


def _find_family(row: dict[str, Any], group: str, registry: Registry) -> ModelGroup:
    models = tuple(_find_matching_models(row["patterns"], registry))
    return ModelGroup(f"{group}/{row['name']}", row["name"], group, models)


def _find_matching_models(patterns: list[str], registry: Registry) -> Iterator[Model]:
    for id in sorted(registry.models, key=str.lower):
        if any(fnmatchcase(id, pattern) for pattern in patterns):
            yield registry.models[id]
