"""Derive the row of each model from its record, its verdicts and its history."""

from audit.definitions.common_uses import COMMON_USES
from audit.definitions.depth import find_depth
from audit.definitions.permissions import find_told_permission
from audit.publish.pages.context import JudgedRegistry
from audit.publish.pages.terms import find_expression_name
from audit.publish.views.model_summary import UNKNOWN, ModelSummary
from audit.records.hub_pins import HubPins
from audit.records.model import Model

_HELD = ("released", "partial", "withdrawn")
"""States of weights whose license somebody may hold."""


def build_summaries(judged: JudgedRegistry) -> list[ModelSummary]:
    """The rows of all models, in alphabetical order of their ids."""
    registry = judged.registry
    return [build_summary(registry.models[id], judged) for id in sorted(registry.models)]


def build_summary(model: Model, judged: JudgedRegistry) -> ModelSummary:
    """The row of one model. Raises InvalidExpressionError for an unknown license."""
    license = _find_license(model)
    verdicts = judged.verdicts[model.id]
    history = judged.events.get(model.ref, ())
    return ModelSummary(
        id=model.id,
        name=model.name,
        developer=model.developer,
        family=model.family or "",
        label=judged.find_label(model),
        commercial=find_told_permission(model, judged.registry, COMMON_USES[0].use),
        license=license,
        license_name=find_expression_name(license, judged.registry),
        parameters=model.parameters.total,
        active_parameters=model.parameters.active,
        modalities=model.modalities,
        data=model.components["datasets"].status,
        gate=_name_gate(model.hub),
        released=model.released.date if model.released else "",
        changed=history[0].day if history else "",
        depth=find_depth(model).value,
        other_names=model.earlier_names,
        verdicts={name: verdict.value for name, verdict in sorted(verdicts.items())},
    )


def _find_license(model: Model) -> str:
    if model.weights.status not in _HELD:
        return UNKNOWN if model.weights.status == "unknown" else ""
    return model.weights.license or UNKNOWN


def _name_gate(hub: HubPins | None) -> str:
    if hub is None:
        return "no-repository"
    return hub.gated or "none"
