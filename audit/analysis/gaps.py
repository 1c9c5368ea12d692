"""The unknown facts that would settle most verdicts of the models that people ask about."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain

from audit.analysis.model_groups import list_model_groups, rank_most_downloaded
from audit.definitions.base import FactUsed, Step, Verdict
from audit.definitions.catalog import LABEL_DEFINITION, judge_by_all_definitions
from audit.records.build import NEVER_INHERITED
from audit.records.component import COMPONENTS
from audit.records.evidence import Evidence
from audit.records.license import License
from audit.records.model import Model
from audit.records.registry import Registry
from audit.records.repositories import parse_repository

MAX_PLACES = 5
_SHARED_FACTS = frozenset({*COMPONENTS, "data-information"} - {NEVER_INHERITED})
"""Facts that a family states once for all of its models."""
_SHOWN_ON_HUB = frozenset({"hub.gated", "base_models", "model-card", NEVER_INHERITED})
"""Facts that the page of the model's own repository shows first."""


@dataclass(frozen=True)
class Gap:
    """One unknown fact, and what it would settle."""

    record: str
    """The record in which it belongs."""
    fact: str
    settles: float
    """Verdicts, each shared among the facts that it waits for; of popular models they count more."""
    verdicts: int
    """Verdicts that wait for it, alone or with others."""
    models: tuple[str, ...]
    look_in: tuple[str, ...]


@dataclass
class _Tally:
    settles: float = 0.0
    verdicts: int = 0
    models: dict[str, None] = field(default_factory=dict)


def find_gaps(registry: Registry, models: Iterable[Model] | None = None) -> list[Gap]:
    """Every unknown fact, the one that would settle most first; of all groups, or of some models.

    Raises InvalidExpressionError.
    """
    asked = _list_grouped_models(registry) if models is None else models
    tallies: dict[tuple[str, str], _Tally] = defaultdict(_Tally)
    for id, weight in weigh_models(asked).items():
        model = registry.models[id]
        for verdict in judge_by_all_definitions(model, registry):
            _count_verdict(verdict, model, weight, registry, tallies)
    gaps = [_build_gap(key, tally, registry) for key, tally in tallies.items()]
    return sorted(gaps, key=lambda gap: (-gap.settles, gap.record, gap.fact))


def _list_grouped_models(registry: Registry) -> Iterator[Model]:
    return chain.from_iterable(group.models for group in list_model_groups(registry))


def weigh_models(models: Iterable[Model]) -> dict[str, float]:
    """What each counts: 1, and up to 1 more the nearer to the top of the downloads."""
    ranks = rank_most_downloaded()
    weights = {}
    for model in models:
        places = [ranks[name] for name in (model.id, *model.earlier_names) if name in ranks]
        weights[model.id] = 1 + max((1 - place / len(ranks) for place in places), default=0)
    return weights


def _count_verdict(
    verdict: Verdict,
    model: Model,
    weight: float,
    registry: Registry,
    tallies: dict[tuple[str, str], _Tally],
) -> None:
    # The label waits for what OSAID waits for.
    if verdict.value != "undetermined" or verdict.framework == LABEL_DEFINITION.id:
        return
    waiting = [step for step in verdict.steps if step.answer == "unknown" and step.needs]
    facts = dict.fromkeys(_locate_fact(step, model, registry) for step in waiting)
    for key in facts:
        tally = tallies[key]
        tally.settles += weight / len(facts)
        tally.verdicts += 1
        tally.models[model.id] = None


def _locate_fact(step: Step, model: Model, registry: Registry) -> tuple[str, str]:
    """The record in which the fact belongs that a step waits for, and its name."""
    subject = registry.models.get(step.subject, model)
    fact = _choose_fact(step)
    if fact is None:
        return subject.ref, step.id
    name = fact.field.removesuffix(".license")
    is_own = fact.record == subject.ref
    if is_own and subject.family and name in _SHARED_FACTS and _is_unstated(subject, name):
        return f"families/{subject.family}", fact.field
    return fact.record, fact.field


def _is_unstated(model: Model, name: str) -> bool:
    return name not in model.components or not model.components[name].origin


def _choose_fact(step: Step) -> FactUsed | None:
    """Of terms that are named and not understood, the license; else what the step speaks of."""
    unread = [fact for fact in step.facts if fact.record.startswith("licenses/")]
    if step.aspect == "terms" and unread:
        return unread[0]
    return step.facts[0] if step.facts else None


def _build_gap(key: tuple[str, str], tally: _Tally, registry: Registry) -> Gap:
    record, fact = key
    return Gap(
        record,
        fact,
        round(tally.settles, 2),
        tally.verdicts,
        tuple(tally.models),
        tuple(_list_places(key, tally.models, registry))[:MAX_PLACES],
    )


def _list_places(key: tuple[str, str], models: Iterable[str], registry: Registry) -> Iterator[str]:
    """Where the maker's own words are: repositories that the records cite, and pages on the Hub."""
    record, fact = key
    held = registry.get(record)
    if isinstance(held, License):
        if held.url:
            yield held.url
        return
    members = [held] if isinstance(held, Model) else [registry.models[id] for id in models]
    cited = _list_cited_repositories(members)
    pages = [f"huggingface.co/{model.hub.repo}".lower() for model in members if model.hub]
    # Most facts stand in the code that all models share, some on their own pages.
    is_on_hub = fact.removesuffix(".license") in _SHOWN_ON_HUB
    found = [*pages, *cited] if is_on_hub else [*sorted(cited, key=_lies_on_hub), *pages]
    yield from (f"https://{place}" for place in dict.fromkeys(found))


def _list_cited_repositories(models: Iterable[Model]) -> list[str]:
    sources = chain.from_iterable(map(_list_sources, models))
    cited = (parse_repository(source.url) for source in sources if source.kind == "primary")
    return list(filter(None, cited))


def _list_sources(model: Model) -> Iterator[Evidence]:
    yield from model.evidence
    for component in model.components.values():
        yield from component.evidence


def _lies_on_hub(place: str) -> bool:
    return place.startswith("huggingface.co/")
