"""What the script demands of each day: which findings change, which issues stand, how many entries the feeds hold.

Kept from the script alone, never from what the audit says.
"""

from collections import Counter
from dataclasses import dataclass, field

from audit.drift.finding import compute_finding_id
from tests.rehearsal.scenario import ExpectedFinding, ScriptedChange


@dataclass
class Expectations:
    """The script's own count."""

    open_findings: set[str] = field(default_factory=set)
    """Findings whose issue must be open."""
    closed_findings: set[str] = field(default_factory=set)
    """Findings whose issue must be closed."""
    feed_entries: Counter[str] = field(default_factory=Counter)
    """Entries per finding in the feed of everything."""
    _awaited: dict[str, tuple[ExpectedFinding, int]] = field(default_factory=dict)
    _ending: dict[str, str] = field(default_factory=dict)
    _reverted_once: set[str] = field(default_factory=set)
    """Seen as recorded once; the next look closes the issue."""

    def add_change(self, happening: ScriptedChange) -> None:
        """Take up what a happening must lead to."""
        for each in happening.expected_findings:
            self._awaited[compute_finding_id(each.record, each.kind, each.field)] = (each, 0)
        for end in happening.expected_endings:
            self._ending[compute_finding_id(end.record, end.kind, end.field)] = end.status

    def advance_one_run(self) -> dict[str, str]:
        """The status that each finding must take in an undisturbed look."""
        self._close_findings(self._reverted_once)
        self._reverted_once = {id for id, status in self._ending.items() if status == "reverted"}
        today = dict(self._ending)
        self._close_findings({id for id, status in self._ending.items() if status == "accepted"})
        self.feed_entries.update(self._reverted_once)
        self._ending.clear()
        for id, status in self._count_looks():
            today[id] = status
            if status == "confirmed":
                self.open_findings.add(id)
                self.closed_findings.discard(id)
                self.feed_entries[id] += 1
        return today

    def _close_findings(self, ids: set[str]) -> None:
        self.open_findings -= ids
        self.closed_findings |= ids

    def _count_looks(self) -> list[tuple[str, str]]:
        """Statuses by looks; confirmed findings are waited for no more."""
        found = []
        for id, (each, looks) in list(self._awaited.items()):
            self._awaited[id] = (each, looks + 1)
            if looks + 1 >= each.looks:
                found.append((id, "confirmed"))
                del self._awaited[id]
            elif looks == each.unseen_looks:
                found.append((id, "suspected"))
        return found
