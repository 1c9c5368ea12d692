"""Lines of models that the registry knows of a maker, by generation: what a later one is held against.

A model that was made from another maker's is of no line: it takes terms over from there.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from audit.core.grouping import group_pairs
from audit.core.references import get_owner
from audit.drift.finding import TargetDeclaration
from audit.observations.facts import HUGGING_FACE, Target, build_maker_target
from audit.records.generation_names import (
    VARIANT_WORDS,
    GenerationName,
    Version,
    read_generation_name,
)
from audit.records.model import Model
from audit.records.registry import Registry

MIN_LISTED_MODELS = 2
"""Models of one maker from which its list is read at all."""


@dataclass(frozen=True)
class KnownGeneration:
    """The models of one line and version, by one maker."""

    version: Version
    models: tuple[Model, ...]
    """Sorted by id."""
    words: frozenset[str]
    """Further words in their names."""

    @property
    def holder(self) -> str:
        """The record that carries news of what follows: the family of most, else the first model."""
        families = Counter(model.family for model in self.models if model.family)
        if not families:
            return self.models[0].ref
        most = max(families.values())
        return f"families/{min(id for id, count in families.items() if count == most)}"


GenerationKey = tuple[str, Version]
Named = tuple[GenerationName, Model]
Lines = Mapping[str, tuple[KnownGeneration, ...]]
"""Generations by line, the oldest first."""


def declare_makers(registry: Registry) -> Iterator[tuple[Target, TargetDeclaration]]:
    """Each maker's list, with the records that would carry news of a next generation."""
    for owner, lines in index_lines(registry).items():
        for holder in sorted({each.holder for line in lines.values() for each in line}):
            yield build_maker_target(owner), TargetDeclaration(holder, expected=None)


def collect_maker_lines(registry: Registry) -> dict[Target, frozenset[str]]:
    """The lines that are looked for in each maker's list."""
    known = index_lines(registry)
    return {build_maker_target(owner): frozenset(lines) for owner, lines in known.items()}


@lru_cache(maxsize=4)
def index_lines(registry: Registry) -> Mapping[str, Lines]:
    """The lines of every maker whose list is read."""
    by_owner = group_pairs(_pair_models_with_owners(registry))
    return {
        owner: _group_lines(models)
        for owner, models in sorted(by_owner.items())
        if len(models) >= MIN_LISTED_MODELS
    }


def _pair_models_with_owners(registry: Registry) -> Iterator[tuple[str, Model]]:
    for model in registry.models.values():
        if model.hub and model.hub.host == HUGGING_FACE:
            yield get_owner(model.hub.repo), model


def _group_lines(models: Iterable[Model]) -> Lines:
    generations = group_pairs(_pair_models_with_generations(models))
    built = (_build_generation(key, members) for key, members in sorted(generations.items()))
    return {line: tuple(each) for line, each in group_pairs(built).items()}


def _pair_models_with_generations(models: Iterable[Model]) -> Iterator[tuple[GenerationKey, Named]]:
    for model in models:
        name = _read_name(model)
        if name:
            yield (name.line, name.version), (name, model)


def _build_generation(key: GenerationKey, members: Sequence[Named]) -> tuple[str, KnownGeneration]:
    line, version = key
    words = frozenset().union(*(name.words for name, _ in members))
    models = sorted((model for _, model in members), key=_get_id)
    return line, KnownGeneration(version, tuple(models), words)


def _get_id(model: Model) -> str:
    return model.id


def _read_name(model: Model) -> GenerationName | None:
    if model.hub is None or _is_made_from_others(model):
        return None
    return read_generation_name(model.hub.repo)


def _is_made_from_others(model: Model) -> bool:
    owner = get_owner(model.id)
    return any(get_owner(base.id) != owner for base in model.base_models or ())


def find_generation_before(name: GenerationName, lines: Lines) -> KnownGeneration | None:
    """The newest known generation that is not later than the named one.

    Of the same generation a name may differ by what tells variants apart, and by nothing else.
    """
    known = [each for each in lines.get(name.line, ()) if each.version <= name.version]
    if not known or _is_other_variant(name, known[-1]):
        return None
    return known[-1] if _is_certain(name, known[-1]) else None


def _is_other_variant(name: GenerationName, known: KnownGeneration) -> bool:
    is_same = known.version == name.version
    return is_same and not name.words <= VARIANT_WORDS | known.words


def _is_certain(name: GenerationName, known: KnownGeneration) -> bool:
    """Without a family, only two versions tell that one follows the other."""
    return known.holder.startswith("families/") or bool(known.version and name.version)
