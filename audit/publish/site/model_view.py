"""All that the site says of one model, for its page and its file alike."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from audit.analysis.explanation import Explanation, explain_model
from audit.analysis.other_indexes import IndexComparison
from audit.definitions.common_uses import COMMON_USES
from audit.definitions.permission_view import PermissionView, answer_question
from audit.publish.pages.model_facts import format_component_name
from audit.publish.site.changes import SiteEvent, show_event
from audit.publish.site.site_data import SiteData
from audit.publish.views.model_summary import ModelSummary
from audit.records.component import COMPONENTS, Component
from audit.records.evidence import Evidence, PlaceLookedIn
from audit.records.hub_pins import HubPins
from audit.records.model import Model, ParameterCounts, TrainingCompute, TrainingTokens

_LINEAGE_DEPTH = 32
"""The longest chain that a registry may hold."""


@dataclass(frozen=True)
class SiteFact:
    """One fact of a record with its sources."""

    name: str
    value: str
    terms: str = ""
    """A license expression; empty where none is recorded."""
    url: str = ""
    note: str = ""
    evidence: tuple[Evidence, ...] = ()
    looked_in: tuple[PlaceLookedIn, ...] = ()
    origin: str = ""
    anchor: str = ""
    """By which other pages lead here; empty where none does."""

    @property
    def words(self) -> str:
        """The value as people read it: `not found` for `not-found`."""
        return f"not {self.value[4:]}" if self.value.startswith("not-") else self.value


@dataclass(frozen=True)
class LineageNode:
    """A model in the tree of what a model was made from."""

    id: str
    relation: str
    is_recorded: bool
    is_stated: bool
    """Whether its own bases are known."""
    bases: tuple["LineageNode", ...]


@dataclass(frozen=True)
class ModelView:
    """One model with its verdicts, its commercial permission and its surroundings."""

    model: Model
    row: ModelSummary
    explanation: Explanation
    permission: PermissionView
    events: Sequence[SiteEvent]
    facts: tuple[SiteFact, ...]
    lineage: LineageNode
    derived: Sequence[str]
    """Ids of the models that name it as a base."""
    others: Sequence[IndexComparison]
    """The same facts as other indexes have them."""

    @property
    def sources(self) -> list[Evidence]:
        """Every source once, in the order in which the facts cite them."""
        return list(dict.fromkeys(each for fact in self.facts for each in fact.evidence))


def view_model(model: Model, data: SiteData) -> ModelView:
    """Collect it. Raises InvalidExpressionError for an unknown license."""
    registry = data.registry
    return ModelView(
        model,
        data.row_by_id[model.id],
        explain_model(model, registry),
        answer_question(model, registry, COMMON_USES[0].use),
        [show_event(event, registry) for event in data.judged.events.get(model.ref, ())],
        tuple(list_facts(model)),
        trace_tree(model.id, "", data),
        data.derived_models.get(model.id, ()),
        data.comparisons.get(model.id, ()),
    )


def list_facts(model: Model) -> Iterator[SiteFact]:
    """The components first, then everything else that a record states."""
    for name in COMPONENTS:
        yield _describe_component(name, model)
    information = model.data_information
    yield SiteFact(
        "data information",
        {"yes": "sufficient", "no": "not sufficient"}.get(information.sufficient, "unknown"),
        information.license or "",
        note=information.reason or "",
        evidence=information.evidence,
        origin=information.origin,
    )
    yield from _list_dated_facts(model)
    yield from _list_numbers(model)


def _describe_component(name: str, model: Model) -> SiteFact:
    component = model.components[name]
    since = f" since {component.since}" if component.since else ""
    return SiteFact(
        format_component_name(name),
        f"{component.status}{since}",
        component.license or "",
        component.url or "",
        _join_notes(component),
        component.evidence,
        component.looked_in,
        component.origin,
        f"fact-{name}",
    )


def _join_notes(component: Component) -> str:
    conflict = f"Sources disagree: {component.conflict.why} " if component.conflict else ""
    return conflict + (component.note or "")


def _list_dated_facts(model: Model) -> Iterator[SiteFact]:
    if model.released:
        yield SiteFact("released", model.released.date, evidence=model.released.evidence)
    if model.hub:
        yield SiteFact("on the Hub", _format_hub_state(model.hub), evidence=model.hub.evidence)
    if model.from_scratch:
        yield SiteFact("trained from scratch", "yes", evidence=model.from_scratch.evidence)
    for base in model.base_models or ():
        yield SiteFact(f"base model ({base.relation})", base.id, evidence=base.evidence)


def _format_hub_state(hub: HubPins) -> str:
    tag = "none" if hub.license_tag is False else hub.license_tag or "not seen"
    return f"gate {hub.gated or 'none'}, license tag {tag}"


def _list_numbers(model: Model) -> Iterator[SiteFact]:
    parameters, compute, tokens = model.parameters, model.training_compute, model.training_tokens
    if parameters.total is not None:
        yield SiteFact("parameters", _format_parameters(parameters), evidence=parameters.evidence)
    if compute:
        yield SiteFact("training compute", _format_compute(compute), evidence=compute.evidence)
    if tokens:
        yield SiteFact("training tokens", _format_tokens(tokens), evidence=tokens.evidence)


def _format_parameters(parameters: ParameterCounts) -> str:
    active = f", {parameters.active:,} active" if parameters.active else ""
    return f"{parameters.total:,}{active}"


def _format_tokens(tokens: TrainingTokens) -> str:
    return f"{tokens.total:,}" if tokens.total is not None else f"at most {tokens.at_most:,}"


def _format_compute(compute: TrainingCompute) -> str:
    if compute.flop is not None:
        return f"{compute.flop:.3g} FLOP"
    return f"at most {compute.at_most:.3g} FLOP"


def trace_tree(id: str, relation: str, data: SiteData, depth: int = 0) -> LineageNode:
    """A model with its bases, and theirs. What the registry does not hold ends a branch."""
    model = data.registry.models.get(id)
    links = model.base_models if model and depth < _LINEAGE_DEPTH else ()
    bases = (trace_tree(each.id, each.relation, data, depth + 1) for each in links or ())
    return LineageNode(id, relation, model is not None, _is_stated(model), tuple(bases))


def _is_stated(model: Model | None) -> bool:
    return model is not None and model.base_models is not None
