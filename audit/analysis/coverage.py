"""How many verdicts are decided, by what, and which facts the others wait for."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from functools import cache

from audit.analysis.model_groups import ModelGroup
from audit.definitions.base import Definition, Verdict
from audit.definitions.catalog import DEFINITIONS, LABEL_DEFINITION
from audit.definitions.depth import find_depth, has_primary_source
from audit.definitions.spectrum import OPEN_WEIGHT_OR_BETTER
from audit.records.component import Component
from audit.records.model import Model
from audit.records.registry import Registry

_OPEN_VALUES = frozenset({"undetermined", OPEN_WEIGHT_OR_BETTER})
"""Values that leave the question of their definition open."""


@dataclass(frozen=True)
class DefinitionCoverage:
    """What one definition says of the models of a group."""

    definition: str
    by_stated_fact: int
    by_not_found: int
    """Decided, and undetermined without the searches that found nothing."""
    undecided: dict[str, tuple[str, ...]]
    """Models that it leaves open, each with the facts that are unknown."""

    @property
    def decided(self) -> int:
        """Whichever way."""
        return self.by_stated_fact + self.by_not_found

    def count_waiting(self) -> list[tuple[str, int]]:
        """The facts that verdicts wait for, each with the number of models, most first."""
        return Counter(fact for facts in self.undecided.values() for fact in facts).most_common()


@dataclass(frozen=True)
class DepthCoverage:
    """How many records are `reviewed`, and what keeps the others from it."""

    reviewed: int
    lacking: dict[str, int]
    """By fact that is unknown or has no primary source, the number of models; most first."""
    lacking_one: dict[str, str]
    """Models that one fact keeps from it, each with that fact."""


def count_depths(models: Iterable[Model]) -> DepthCoverage:
    """The depths of some models."""
    found = {model.id: find_depth(model).lacking for model in models}
    lacking = Counter(fact for facts in found.values() for fact in facts)
    one = {id: facts[0] for id, facts in found.items() if len(facts) == 1}
    reviewed = sum(not facts for facts in found.values())
    return DepthCoverage(reviewed, dict(lacking.most_common()), dict(sorted(one.items())))


@dataclass(frozen=True)
class GroupCoverage:
    """What all definitions say of one group."""

    group: ModelGroup
    definitions: tuple[DefinitionCoverage, ...]
    without_label: tuple[str, ...]
    depth: DepthCoverage
    stated_weights: int
    """Models of which it is known whether their weights are public."""
    second_hand_weights: tuple[str, ...]
    """Those of them of which no primary source says it."""


class CoverageCounter:
    """Counts in one registry, and remembers what it judged: a model may be in several groups."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._without_searches = forget_searches(registry)
        self._judge = cache(self._judge_model)

    def count_group(self, group: ModelGroup) -> GroupCoverage:
        """The coverage of one group."""
        label = LABEL_DEFINITION
        unlabeled = [
            model.id
            for model in group.models
            if self._judge(label, model.id)[0].value == "undetermined"
        ]
        counted = tuple(self._count(definition, group.models) for definition in DEFINITIONS)
        stated = [model for model in group.models if model.weights.status != "unknown"]
        return GroupCoverage(
            group,
            counted,
            tuple(unlabeled),
            count_depths(group.models),
            len(stated),
            tuple(model.id for model in stated if not has_primary_source(model.weights.evidence)),
        )

    def _count(self, definition: Definition, models: Iterable[Model]) -> DefinitionCoverage:
        found: Counter[str] = Counter()
        undecided: dict[str, tuple[str, ...]] = {}
        for model in models:
            verdict, way = self._judge(definition, model.id)
            found[way] += 1
            if way == "undecided":
                undecided[model.id] = list_unknown_facts(verdict)
        return DefinitionCoverage(
            definition.id, found["stated"], found["not-found"], dict(sorted(undecided.items()))
        )

    def _judge_model(self, definition: Definition, id: str) -> tuple[Verdict, str]:
        """The verdict, and whether a stated fact, a search or nothing decided it."""
        verdict = definition.judge(self._registry.models[id], self._registry)
        if verdict.value in _OPEN_VALUES:
            return verdict, "undecided"
        past = self._without_searches
        without = definition.judge(past.models[id], past)
        return verdict, "not-found" if without.value in _OPEN_VALUES else "stated"


def list_unknown_facts(verdict: Verdict) -> tuple[str, ...]:
    """The steps that wait for a fact, by name; those about a base say so.

    The terms of what is not known to be there wait for the thing itself.
    """
    waiting = [step for step in verdict.steps if step.answer == "unknown" and step.needs]
    names = dict.fromkeys(f"base: {step.id}" if step.subject else step.id for step in waiting)
    return tuple(name for name in names if not _is_waiting_with_its_thing(name, names))


def _is_waiting_with_its_thing(name: str, names: Collection[str]) -> bool:
    thing = name.removesuffix("-terms")
    return thing != name and thing in names


def forget_searches(registry: Registry) -> Registry:
    """The registry as if nobody had looked for what was not found."""
    models = {id: _forget_searches_of_model(model) for id, model in registry.models.items()}
    return replace(registry, models=models)


def _forget_searches_of_model(model: Model) -> Model:
    components = {name: _forget_search(part) for name, part in model.components.items()}
    return replace(model, components=components)


def _forget_search(component: Component) -> Component:
    if component.status != "not-found":
        return component
    return replace(component, status="unknown", evidence=(), looked_in=())
