"""The Hub's repositories as targets of the audit, and the states that their facts amount to."""

from typing import Literal

from audit.observations.facts import (
    HUGGING_FACE,
    HubFacts,
    Observation,
    ObservationState,
    Target,
    TargetKind,
)

HubKind = Literal["models", "datasets"]
"""The Hub's own words, as its addresses have them."""
TARGET_KINDS: dict[HubKind, TargetKind] = {"models": "model", "datasets": "dataset"}
HUB_KINDS: dict[TargetKind, HubKind] = {kind: word for word, kind in TARGET_KINDS.items()}


def build_hub_target(kind: HubKind, repo: str) -> Target:
    """A repository of the Hub as a target of the audit."""
    return Target(HUGGING_FACE, TARGET_KINDS[kind], repo)


def build_hub_observation(target: Target, url: str, facts: HubFacts) -> Observation:
    """The state that facts amount to."""
    if facts.disabled:
        return Observation(target, "disabled", url, 200, "disabled", None)
    if facts.private:
        # Our token sees it, the public does not; the registry speaks of what the public can have.
        return Observation(target, "absent", url, 200, "private", None)
    if facts.repo != target.repo:
        return Observation(target, "moved", url, 200, "renamed", facts)
    state: ObservationState = "gated" if facts.gated else "ok"
    return Observation(target, state, url, 200, "ok", facts)
