"""What `watch` found, for programs."""

from typing import Any

from audit.core.escape import defang_line
from audit.definitions.permissions import DecidingClause
from audit.drift.finding import Finding, format_observed_value
from audit.projects.finding.mention import Mention
from audit.projects.pinned import PinnedTerms
from audit.projects.watch import WatchedModel


def serialize_watched_model(model: WatchedModel) -> dict[str, Any]:
    """One model for programs."""
    return {
        "model": model.name,
        "id": model.id,
        "places": [_serialize_place(place) for place in model.places],
        "revisions": list(model.revisions),
        "pinned": [_serialize_pinned(terms) for terms in model.pinned],
        "used": model.is_used,
        "recorded": model.recorded,
        "elsewhere": _serialize_elsewhere(model),
        "label": model.label,
        "license": model.license,
        "commercial_use": model.permission,
        "told": model.told,
        "obligations": [_serialize_obligation(clause) for clause in model.obligations],
        "drift": [_serialize_drift(finding) for finding in model.drift],
        "broken": list(model.broken),
        "waived": list(model.waived),
    }


def _serialize_elsewhere(model: WatchedModel) -> dict[str, Any] | None:
    if model.places[0].kind != "elsewhere":
        return None
    known = model.elsewhere
    return {
        "unpinned": True,
        "service": known.service if known else None,
        "hub_id": known.hub_id if known else None,
        "source": known.source.words if known else None,
    }


def _serialize_pinned(terms: PinnedTerms) -> dict[str, Any]:
    return {
        "revision": terms.revision,
        "license_then": terms.then,
        "license_now": terms.now,
        "commercial_use_then": terms.use_then,
        "commercial_use_now": terms.use_now,
        "advice": terms.advice,
    }


def _serialize_place(place: Mention) -> dict[str, Any]:
    return {
        "file": place.file,
        "line": place.line,
        "use": place.use,
        "revision": place.revision,
        "test": place.is_test,
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
