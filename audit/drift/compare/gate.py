"""Does one have to log in or ask before a download?"""

from audit.drift.compare.inputs import Differences, HubComparison
from audit.drift.finding import Difference
from audit.drift.kinds import (
    DATA_GATED,
    DATA_UNGATED,
    GATE_CHANGED,
    WEIGHTS_GATED,
    WEIGHTS_UNGATED,
    DriftKind,
)
from audit.licenses.compare import Direction


def compare_gate(hub: HubComparison) -> Differences:
    """A gate that was put up, taken down, or works in another way."""
    reference, gate = _find_reference(hub), hub.now.gated
    if reference == gate or (reference == "gated" and gate):
        return
    kind, direction = _judge_gate_change(hub, reference, gate)
    yield Difference(kind.id, "hub.gated", reference or False, gate or False, direction)


def _judge_gate_change(
    hub: HubComparison, reference: str | bool, gate: str | bool
) -> tuple[DriftKind, Direction]:
    is_dataset = hub.kind == "dataset"
    if not reference:
        return (DATA_GATED if is_dataset else WEIGHTS_GATED), "more-closed"
    if not gate:
        return (DATA_UNGATED if is_dataset else WEIGHTS_UNGATED), "more-open"
    return GATE_CHANGED, "more-closed" if gate == "manual" else "more-open"


def _find_reference(hub: HubComparison) -> str | bool:
    """The gate as it should be: as declared, else as first seen; at first sight as it is."""
    if hub.declaration.gated is not None:
        return hub.declaration.gated
    return hub.before.gated if hub.before else hub.now.gated
