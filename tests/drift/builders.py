"""Small facts, sightings and declarations for the drift tests."""

from dataclasses import replace
from typing import Any

from audit.drift.finding import Finding, TargetDeclaration
from audit.observations.facts import (
    HubFacts,
    LicenseFile,
    Observation,
    ObservationState,
    Target,
    Weights,
)

TARGET = Target("huggingface", "model", "maker/model-1")
RECORD = "models/maker/model-1"
FACTS = HubFacts(
    repo="maker/model-1",
    hub_id="a" * 24,
    revision="1" * 40,
    created_at="2024-01-01T00:00:00.000Z",
    gated=False,
    private=False,
    disabled=False,
    license_tag="mit",
    license_name=None,
    license_link=None,
    base_models=(),
    datasets=(),
    weights=Weights({"model.safetensors": "w" * 64}, ("safetensors",), 100),
    license_files=(LicenseFile("LICENSE", 10, "b" * 40, "c" * 64, "n" * 64),),
)
DECLARED = TargetDeclaration(RECORD, expected=True, gated=False, license_tag="mit", license="MIT")


def make_facts(**changes: Any) -> HubFacts:
    """The usual facts, but for some."""
    return replace(FACTS, **changes)


def make_declaration(**changes: Any) -> TargetDeclaration:
    """The usual declaration, but for some."""
    return replace(DECLARED, **changes)


def make_observation(
    seen: HubFacts | None = FACTS, state: ObservationState = "ok", reason: str = "ok"
) -> Observation:
    """One verified answer."""
    return Observation(
        TARGET, state, "https://hub.example/api/models/maker/model-1", 200, reason, seen
    )


def make_finding(**changes: Any) -> Finding:
    """A confirmed finding, but for some."""
    facts: dict[str, Any] = {
        "record": RECORD,
        "kind": "weights-gone",
        "field": "hub.repo",
        "before": "reachable",
        "after": "gone",
        "direction": "more-closed",
        "status": "confirmed",
        "verdict_before": None,
        "verdict_after": None,
        "url": "https://hub.example/api",
        "revision": None,
        "first_seen": "2026-01-01T00:00:00Z",
        "last_counted": "2026-01-02T00:00:00Z",
        "sightings": 2,
        "sightings_needed": 2,
    }
    return Finding(**{**facts, **changes})
