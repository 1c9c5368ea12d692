"""What the registry says of the models that a project uses: label, obligations, open drift, and whether a policy is kept."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from audit.core.escape import defang_line
from audit.definitions import spectrum
from audit.definitions.permissions import DecidingClause, judge_permission
from audit.drift.finding import Finding
from audit.drift.impact import collect_underlying_records
from audit.drift.kinds import format_observed_value
from audit.licenses.uses import IntendedUse, Permission
from audit.projects.mentions import ModelMention
from audit.projects.policy import ProjectPolicy, find_policy_violations
from audit.records.model import Registry

WATCHED_USE = IntendedUse(commercial=True)
"""What most who watch do: they build on the model. Another use is asked with `allows`."""


@dataclass(frozen=True)
class WatchedModel:
    """One model of the project."""

    name: str
    """As the project writes it."""
    places: tuple[str, ...]
    """`file:line`."""
    recorded: bool
    label: str | None = None
    license: str | None = None
    permission: Permission | None = None
    obligations: tuple[DecidingClause, ...] = ()
    drift: tuple[Finding, ...] = ()
    """Open findings of the model, its bases and its data, the confirmed first."""
    broken: tuple[str, ...] = ()
    """How it breaks the policy."""


def judge_project_models(
    found: Iterable[ModelMention],
    registry: Registry,
    findings: Sequence[Finding],
    policy: ProjectPolicy,
) -> list[WatchedModel]:
    """Judge every model that is named. Case does not count; an unknown one is said to be unknown."""
    places: dict[str, list[str]] = defaultdict(list)
    for each in found:
        places[each.model].append(f"{each.file}:{each.line}")
    by_lower = {id.lower(): id for id in registry.models}
    return [
        _judge_model(name, tuple(where), by_lower.get(name.lower()), registry, findings, policy)
        for name, where in places.items()
    ]


def _judge_model(
    name: str,
    places: tuple[str, ...],
    id: str | None,
    registry: Registry,
    findings: Sequence[Finding],
    policy: ProjectPolicy,
) -> WatchedModel:
    if id is None:
        return WatchedModel(
            name,
            places,
            recorded=False,
            broken=() if policy.allows_unrecorded else ("the registry does not hold it",),
        )
    model = registry.models[id]
    label = spectrum.judge(model, registry).value
    touching = collect_underlying_records(model, registry)
    drift = sorted(
        (each for each in findings if each.record in touching),
        key=lambda each: (each.status != "confirmed", each.record, each.kind, each.field),
    )
    answer = judge_permission(model, registry, WATCHED_USE)
    return WatchedModel(
        name,
        places,
        recorded=True,
        label=label,
        license=model.weights.license,
        permission=answer.value,
        obligations=answer.clauses,
        drift=tuple(drift),
        broken=tuple(find_policy_violations(model, label, drift, policy, registry)),
    )


def serialize_watched_model(each: WatchedModel) -> dict[str, Any]:
    """One model for programs."""
    return {
        "model": each.name,
        "places": list(each.places),
        "recorded": each.recorded,
        "label": each.label,
        "license": each.license,
        "commercial_use": each.permission,
        "obligations": [
            {
                "model": clause.model,
                "license": clause.license,
                "section": clause.section,
                "kind": clause.kind,
                "effect": clause.effect,
                "summary": clause.summary,
            }
            for clause in each.obligations
        ],
        "drift": [_serialize_drift(finding) for finding in each.drift],
        "broken": list(each.broken),
    }


def _serialize_drift(finding: Finding) -> dict[str, Any]:
    return {
        "id": finding.id,
        "record": finding.record,
        "kind": finding.kind,
        "status": finding.status,
        "direction": finding.direction,
        "before": defang_line(format_observed_value(finding.before)),
        "after": defang_line(format_observed_value(finding.after)),
        "first_seen": finding.first_seen,
    }
