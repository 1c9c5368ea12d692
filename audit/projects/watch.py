"""What the registry says of the models that a project uses.

Label, obligations, open drift, and whether a policy is kept. Pure: it reads no file.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from audit.core.escape import defang_line
from audit.core.grouping import group_pairs
from audit.definitions import spectrum
from audit.definitions.permissions import DecidingClause, judge_permission
from audit.drift.finding import Finding, format_observed_value
from audit.drift.impact import collect_underlying_records
from audit.licenses.uses import IntendedUse, Permission
from audit.projects.mentions import ModelMention
from audit.projects.policy import ProjectPolicy, find_policy_violations
from audit.records.model import Model
from audit.records.registry import Registry

WATCHED_USE = IntendedUse(purposes=("commercial",))
"""What most who watch do: they build on the model. `allows` answers for another use."""


@dataclass(frozen=True)
class WatchedModel:
    """One model of the project."""

    name: str
    """As the project writes it."""
    places: tuple[str, ...]
    """`file:line`."""
    recorded: bool
    id: str | None = None
    """That of its record."""
    label: str | None = None
    license: str | None = None
    permission: Permission | None = None
    obligations: tuple[DecidingClause, ...] = ()
    drift: tuple[Finding, ...] = ()
    """Open findings of the model, its bases and its data, the confirmed first."""
    broken: tuple[str, ...] = ()
    """How it breaks the policy."""


def judge_project_models(
    mentions: Iterable[ModelMention],
    registry: Registry,
    findings: Sequence[Finding],
    policy: ProjectPolicy,
) -> list[WatchedModel]:
    """Judge every model that is named, in whatever form."""
    judge = _ProjectJudge(registry, findings, policy)
    places = group_pairs((mention.model, _format_place(mention)) for mention in mentions)
    return [judge.judge_name(name, tuple(where)) for name, where in places.items()]


def _format_place(mention: ModelMention) -> str:
    return f"{mention.file}:{mention.line}"


@dataclass(frozen=True)
class _ProjectJudge:
    """What all models of a project are judged by."""

    registry: Registry
    findings: Sequence[Finding]
    policy: ProjectPolicy

    def judge_name(self, name: str, places: tuple[str, ...]) -> WatchedModel:
        """Judge the model of this name; one that has no record by the policy alone."""
        model = self.registry.find_model(name)
        if model is None:
            return _report_unrecorded(name, places, self.policy)
        return self._judge_model(name, places, model)

    def _judge_model(self, name: str, places: tuple[str, ...], model: Model) -> WatchedModel:
        label = spectrum.judge(model, self.registry).value
        answer = judge_permission(model, self.registry, WATCHED_USE)
        drift = _select_drift(model, self.registry, self.findings)
        broken = find_policy_violations(model, label, drift, self.policy, self.registry)
        return WatchedModel(
            name,
            places,
            recorded=True,
            id=model.id,
            label=label,
            license=model.weights.license,
            permission=answer.value,
            obligations=answer.clauses,
            drift=drift,
            broken=tuple(broken),
        )


def _report_unrecorded(name: str, places: tuple[str, ...], policy: ProjectPolicy) -> WatchedModel:
    broken = () if policy.allows_unrecorded else ("the registry does not hold it",)
    return WatchedModel(name, places, recorded=False, broken=broken)


def _select_drift(
    model: Model, registry: Registry, findings: Sequence[Finding]
) -> tuple[Finding, ...]:
    """Findings of the model, its bases and its data, the confirmed first."""
    records = collect_underlying_records(model, registry)
    drift = [finding for finding in findings if finding.record in records]
    return tuple(sorted(drift, key=_rank_finding))


def _rank_finding(finding: Finding) -> tuple[bool, str, str, str]:
    return finding.status != "confirmed", finding.record, finding.kind, finding.field


def serialize_watched_model(model: WatchedModel) -> dict[str, Any]:
    """One model for programs."""
    return {
        "model": model.name,
        "id": model.id,
        "places": list(model.places),
        "recorded": model.recorded,
        "label": model.label,
        "license": model.license,
        "commercial_use": model.permission,
        "obligations": [_serialize_obligation(clause) for clause in model.obligations],
        "drift": [_serialize_drift(finding) for finding in model.drift],
        "broken": list(model.broken),
    }


def _serialize_obligation(clause: DecidingClause) -> dict[str, Any]:
    return {
        "model": clause.model,
        "license": clause.license,
        "section": clause.section,
        "kind": clause.kind,
        "effect": clause.effect,
        "summary": clause.summary,
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
