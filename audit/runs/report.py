"""What one run saw, asked and found, in the form of schemas/report.schema.json."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from audit.drift.finding import Finding, sort_by_place
from audit.drift.finding_json import serialize_finding
from audit.observations.facts import OBSERVATION_STATES, Observation
from audit.runs.renormalize import RenormalizedFile
from audit.runs.sweep_summary import SweepSummary

REPORTED_BUCKETS = ("hub-api", "hub-resolve", "github", "other")
"""Buckets that every report names; further sources add theirs."""
RunStatus = Literal["complete", "incomplete", "degraded"]


@dataclass(frozen=True)
class RunProgress:
    """How far a run came that its budget or an upstream's limit ended."""

    remaining_targets: int
    """Targets that were not looked at."""
    total_targets: int
    remaining_runs: int
    """Further runs like this one until all are seen; 0 where this one came no further."""


@dataclass(frozen=True)
class RunReport:
    """The result of one run."""

    run_id: str
    started: str
    finished: str
    status: RunStatus
    requests: Mapping[str, int]
    """Requests on the wire by bucket, as the sources name them."""
    target_observations: tuple[Observation, ...]
    findings: tuple[Finding, ...]
    """Open ones and those that changed in this run, sorted."""
    changed_findings: tuple[Finding, ...] = ()
    """Those that changed in this run."""
    held_back: tuple[str, ...] = ()
    """Models whose losses the breaker held back, sorted."""
    progress: RunProgress | None = None
    """Where the run ended before it was done."""
    technical: tuple[RenormalizedFile, ...] = ()
    """What moved because the audit itself was upgraded; nobody is alarmed."""
    sweep: SweepSummary | None = None
    """Of a sweep: what it read instead of looking at everything."""

    @property
    def state_counts(self) -> dict[str, int]:
        """Targets per state."""
        counts = Counter(seen.state for seen in self.target_observations)
        return {state: counts[state] for state in OBSERVATION_STATES}

    def serialize(self) -> dict[str, Any]:
        """The report contract."""
        report: dict[str, Any] = {
            "run": self._serialize_run(),
            "requests": {**dict.fromkeys(REPORTED_BUCKETS, 0), **self.requests},
            "observations": self.state_counts,
            "findings": [serialize_finding(finding) for finding in self.findings],
        }
        if self.held_back:
            report["held_back"] = list(self.held_back)
        if self.technical:
            report["technical"] = [asdict(file) for file in self.technical]
        if self.sweep:
            report["sweep"] = self.sweep.serialize()
        return report

    def _serialize_run(self) -> dict[str, str]:
        return {
            "id": self.run_id,
            "started": self.started,
            "finished": self.finished,
            "status": self.status,
        }


def sort_findings(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """One per record, kind and field, in that order.

    A finding that changed in the run wins over its older self.
    """
    unique = {finding.id: finding for finding in findings}
    return sort_by_place(unique.values())
