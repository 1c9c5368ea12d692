"""Is the thing there? What was lost, and what was released after all."""

from collections.abc import Mapping

from audit.drift.compare.inputs import Differences, HubComparison, TargetComparison
from audit.drift.finding import Difference
from audit.drift.kinds import (
    CODE_GONE,
    DATA_GONE,
    DATA_RELEASED,
    REPO_BLOCKED,
    REPO_DISABLED,
    REVISIONS_GONE,
    TERMS_PAGE_GONE,
    WEIGHTS_GONE,
    WEIGHTS_RELEASED,
    DriftKind,
)
from audit.observations.facts import ObservationState, TargetKind

EXTRA_ANONYMOUS_SIGHTINGS = 1
"""One more where the Hub cannot tell missing from private: an anonymous 401."""

_LOSSES: Mapping[TargetKind, DriftKind] = {
    "model": WEIGHTS_GONE,
    "dataset": DATA_GONE,
    "code": CODE_GONE,
    "terms": TERMS_PAGE_GONE,
    "revisions": REVISIONS_GONE,
    "maker": REPO_DISABLED,
}
_ADDRESS_FIELDS: Mapping[TargetKind, str] = {
    "model": "hub.repo",
    "dataset": "hub.repo",
    "code": "url",
    "terms": "url",
    "revisions": "revisions",
    "maker": "url",
}


_BLOCKED_REASONS = ("blocked-dmca", "blocked-terms", "blocked-legal")
_LOSS_WORDS: Mapping[str, str] = {
    "blocked-dmca": "blocked after a DMCA notice",
    "blocked-terms": "blocked by the host's terms",
    "blocked-legal": "blocked for legal reasons",
}


def find_loss(comparison: TargetComparison) -> Differences:
    """The loss that an absent or disabled target is; none where it was never there."""
    if not _was_there(comparison):
        return
    kind, observation = comparison.kind, comparison.observation
    may_be_private = observation.reason == "not-publicly-reachable"
    yield Difference(
        _choose_loss(comparison).id,
        _ADDRESS_FIELDS[kind],
        "reachable",
        _LOSS_WORDS.get(observation.reason, _describe_state(observation.state)),
        "more-closed",
        extra_sightings=EXTRA_ANONYMOUS_SIGHTINGS if may_be_private else 0,
        weights_gone=kind == "model",
    )


def _choose_loss(comparison: TargetComparison) -> DriftKind:
    if comparison.observation.state == "absent":
        return _LOSSES[comparison.kind]
    return REPO_BLOCKED if comparison.observation.reason in _BLOCKED_REASONS else REPO_DISABLED


def _describe_state(state: ObservationState) -> str:
    return "disabled" if state == "disabled" else "not publicly reachable"


def find_release(hub: HubComparison) -> Differences:
    """What the record says is not released, and is there."""
    is_dataset = hub.kind == "dataset"
    if not is_dataset and not hub.now.weights.files:
        return  # a page without files releases nothing
    kind = DATA_RELEASED if is_dataset else WEIGHTS_RELEASED
    yield Difference(
        kind.id,
        "hub.repo",
        "not released",
        "reachable",
        "more-open",
        weights_license=hub.tagged_license,
        is_release=True,
    )


def _was_there(comparison: TargetComparison) -> bool:
    """What nobody knew to be there can only be lost once it was seen."""
    expected = comparison.declaration.expected
    return comparison.baseline is not None if expected is None else expected
