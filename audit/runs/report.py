"""What one run saw, asked and found, in the form of schemas/report.schema.json."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from audit.drift.finding import Finding
from audit.drift.finding_json import finding_to_json
from audit.observations.facts import STATES, Sighting
from audit.runs.renormalize import Moved

RunStatus = Literal["complete", "incomplete", "degraded"]


@dataclass(frozen=True)
class Progress:
    """How far a run came that its budget or an upstream's limit ended."""

    left: int
    """Targets that were not looked at."""
    targets: int
    advanced: int
    """Targets verified that were due: never seen, or missed by the last run."""

    @property
    def runs(self) -> int:
        """Further runs like this one until all are seen; 0 where this one came no further at all."""
        return -(-self.left // self.advanced) if self.advanced else 0


@dataclass(frozen=True)
class Report:
    """The result of one run."""

    run: str
    started: str
    finished: str
    status: RunStatus
    requests: Mapping[str, int]
    """Requests on the wire by bucket: hub-api, hub-resolve, github, other."""
    sightings: tuple[Sighting, ...]
    findings: tuple[Finding, ...]
    """Open ones and those that changed in this run, sorted."""
    changed: tuple[Finding, ...] = ()
    """Those that changed in this run."""
    held_back: int = 0
    """Losses that the breaker held back."""
    progress: Progress | None = None
    """Where the run ended before it was done."""
    technical: tuple[Moved, ...] = ()
    """What moved because the audit itself was upgraded; nobody is alarmed."""

    @property
    def observations(self) -> dict[str, int]:
        """Targets per state."""
        counts = Counter(each.state for each in self.sightings)
        return {state: counts[state] for state in STATES}

    def as_json(self) -> dict[str, Any]:
        """The report contract."""
        return {
            "run": {"id": self.run, "started": self.started, "finished": self.finished, "status": self.status},
            "requests": {bucket: self.requests.get(bucket, 0) for bucket in ("hub-api", "hub-resolve", "github", "other")},
            "observations": self.observations,
            "findings": [finding_to_json(each) for each in self.findings],
            **({"technical": [asdict(each) for each in self.technical]} if self.technical else {}),
        }


def sort_findings(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """One per record, kind and field, in that order; a finding that changed in the run wins over its older self."""
    unique = {each.id: each for each in findings}
    return tuple(sorted(unique.values(), key=lambda each: (each.record, each.kind, each.field)))
