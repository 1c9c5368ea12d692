"""What we know beyond a format's own fields, as names and values: the same words in every format."""

from collections.abc import Iterator, Sequence

from audit.definitions.catalog import DEFINITIONS, LABEL_DEFINITION, judge_by_all_definitions
from audit.definitions.common_uses import COMMON_USES
from audit.definitions.depth import find_depth
from audit.definitions.mof import DEFINITION as MOF
from audit.definitions.permissions import find_told_permission
from audit.publish.bom.contents import BomModel, ModelAnswers
from audit.records.component import Component
from audit.records.dataset import Dataset
from audit.records.evidence import Evidence
from audit.records.hub_pins import HubPins
from audit.records.model import Model
from audit.records.registry import Registry

PREFIX = "open-model-registry:"
"""In front of every name of a property."""
_VERDICT_NAMES = {LABEL_DEFINITION.id: "label", MOF.id: "mof-class"}
"""Names of the two verdicts for which readers ask first."""
Fact = tuple[str, str]
"""Name, without PREFIX, and value."""
Facts = Iterator[Fact]


def list_entry_facts(entry: BomModel, registry: Registry) -> Facts:
    """Of a model of a bill: that it has no record, or all that its record says."""
    if entry.model is None:
        yield "recorded", "no"
        if entry.is_elsewhere:
            yield "unpinned", "a name of another service, whose tag may move"
        return
    yield "recorded", "yes"
    yield "id", entry.model.id
    if entry.places and not entry.revision:
        yield "unpinned", "no place of the project names a commit"
    yield from list_verdict_facts(entry.answers or judge_model(entry.model, registry))
    yield from list_record_facts(entry.model)


def judge_model(model: Model, registry: Registry) -> ModelAnswers:
    """What the rules make of it. Raises InvalidExpressionError for an unknown license."""
    verdicts = judge_by_all_definitions(model, registry)
    return ModelAnswers(
        {verdict.framework: verdict.value for verdict in verdicts},
        find_told_permission(model, registry, COMMON_USES[0].use),
        find_depth(model).value,
    )


def list_verdict_facts(answers: ModelAnswers) -> Facts:
    """The label, the class of the MOF, the other verdicts, and the answer to commercial use."""
    for definition in DEFINITIONS:
        name = _VERDICT_NAMES.get(definition.id, f"verdict:{definition.id}")
        yield name, answers.verdicts[definition.id]
    yield "commercial-use", answers.commercial
    yield "depth", answers.depth


def list_record_facts(model: Model) -> Facts:
    """What the record states and formats have no field for; what nobody knows is left out."""
    yield from _list_sizes(model)
    yield from (("modality", each) for each in model.modalities)
    if model.released:
        yield "released", model.released.date
    if model.hub:
        yield from _list_hub_facts(model.hub)
    yield "lineage", _describe_lineage(model)
    yield from _list_component_facts(model)


def _list_hub_facts(hub: HubPins) -> Facts:
    yield "gate", hub.gated or "none"
    if hub.license_tag:
        yield "hub-license-tag", hub.license_tag


def _list_component_facts(model: Model) -> Facts:
    for component in model.components.values():
        if component.status != "unknown":
            yield f"component:{component.name}", describe_component(component)


def _list_sizes(model: Model) -> Facts:
    if model.parameters.total:
        yield "parameters", str(model.parameters.total)
    if model.parameters.active:
        yield "active-parameters", str(model.parameters.active)
    if model.training_compute and model.training_compute.flop:
        yield "training-compute-flop", f"{model.training_compute.flop:.3g}"


def _describe_lineage(model: Model) -> str:
    if model.base_models is None:
        return "unknown"
    return "derived" if model.base_models else "trained from scratch"


def describe_component(component: Component) -> str:
    """Status and license."""
    return f"{component.status}; {component.license}" if component.license else component.status


def list_dataset_facts(dataset: Dataset) -> Facts:
    """Whether it can be obtained."""
    yield "recorded", "yes"
    yield "id", dataset.id
    yield "availability", dataset.status
    yield "availability-class", dataset.availability.class_


def list_shown_evidence(model: Model) -> Sequence[Evidence]:
    """Where the weights and their license were read, each address once."""
    found: dict[str, Evidence] = {}
    for row in model.weights.evidence:
        found.setdefault(row.url, row)
    return tuple(found.values())


def describe_evidence(row: Evidence) -> str:
    """When it was read, and its own words where the record holds some."""
    quote = f': "{row.quote}"' if row.quote else ""
    return f"{row.kind} source, read {row.seen}{quote}"
