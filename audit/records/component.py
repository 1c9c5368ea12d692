"""The components of a model: what was released, and under which terms."""

from dataclasses import dataclass
from typing import Literal

from audit.records.evidence import Evidence, EvidenceConflict, PlaceLookedIn

ComponentStatus = Literal[
    "released",
    "partial",
    "described",
    "withdrawn",
    "not-released",
    "not-found",
    "unknown",
    "not-applicable",
]
CODE_COMPONENTS = (
    "model-architecture",
    "training-code",
    "inference-code",
    "evaluation-code",
    "supporting-libraries-and-tools",
    "data-preprocessing-code",
)
DATA_COMPONENTS = (
    "model-parameters-final",
    "model-parameters-intermediate",
    "evaluation-data",
    "datasets",
    "model-metadata",
)
DOCUMENT_COMPONENTS = (
    "technical-report",
    "research-paper",
    "evaluation-results",
    "model-card",
    "data-card",
    "sample-model-outputs",
)
CHECKPOINTS = "model-parameters-intermediate"
COMPONENTS = CODE_COMPONENTS + DATA_COMPONENTS + DOCUMENT_COMPONENTS
"""The 17 components of the Model Openness Framework (arXiv 2403.13784, table 1), by type."""


@dataclass(frozen=True)
class Component:
    """One component of a model: whether it was released and under which terms."""

    name: str
    status: ComponentStatus = "unknown"
    license: str | None = None
    """SPDX expression over known ids, `NONE` for published without a license, None for unknown."""
    url: str | None = None
    datasets: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    conflict: EvidenceConflict | None = None
    note: str | None = None
    looked_in: tuple[PlaceLookedIn, ...] = ()
    """Where it was looked for: in vain, where the status is `not-found`."""
    revisions: tuple[str, ...] = ()
    """Branches or tags in which checkpoints lie, as they are written: with ranges and commits."""
    since: str | None = None
    """Since when it is withdrawn, as exact as the source."""
    origin: str = ""
    """The record that states it; empty when nobody does.

    `models/…`, or `families/…` when inherited.
    """


@dataclass(frozen=True)
class DataInformation:
    """OSAID's data information: enough to build a substantially equivalent system?"""

    sufficient: Literal["yes", "no", "unknown"] = "unknown"
    reason: str | None = None
    license: str | None = None
    evidence: tuple[Evidence, ...] = ()
    conflict: EvidenceConflict | None = None
    origin: str = ""


UNSTATED_DATA_INFORMATION = DataInformation()
"""What is known where no record says anything."""
