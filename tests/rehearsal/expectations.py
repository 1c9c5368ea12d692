"""What the script demands of each day: which findings change, which issues stand, how many entries the feeds hold.

Kept from the script alone, never from what the audit says.
"""

from collections import Counter
from dataclasses import dataclass, field

from audit.drift.finding import finding_id
from tests.rehearsal.scenario import Expected, Happening


@dataclass
class Expectations:
    """The script's own count."""

    standing: set[str] = field(default_factory=set)
    """Findings whose issue must be open."""
    over: set[str] = field(default_factory=set)
    """Findings whose issue must be closed."""
    entries: Counter[str] = field(default_factory=Counter)
    """Entries per finding in the feed of everything."""
    _waiting: dict[str, tuple[Expected, int]] = field(default_factory=dict)
    _ending: dict[str, str] = field(default_factory=dict)
    _once_more: set[str] = field(default_factory=set)
    """Seen as recorded once; the next look closes the issue."""

    def happen(self, happening: Happening) -> None:
        """Take up what a happening must lead to."""
        for each in happening.expected:
            self._waiting[finding_id(each.record, each.kind, each.field)] = (each, 0)
        for end in happening.ends:
            self._ending[finding_id(end.record, end.kind, end.field)] = end.status

    def look(self) -> dict[str, str]:
        """The status that each finding must take in an undisturbed look."""
        self._close(self._once_more)
        self._once_more = {id for id, status in self._ending.items() if status == "returned"}
        today = dict(self._ending)
        self._close({id for id, status in self._ending.items() if status == "resolved"})
        self.entries.update(self._once_more)
        self._ending.clear()
        for id, status in self._counted():
            today[id] = status
            if status == "confirmed":
                self.standing.add(id)
                self.over.discard(id)
                self.entries[id] += 1
        return today

    def _close(self, ids: set[str]) -> None:
        self.standing -= ids
        self.over |= ids

    def _counted(self) -> list[tuple[str, str]]:
        """Statuses by looks; confirmed findings are waited for no more."""
        found = []
        for id, (each, looks) in list(self._waiting.items()):
            self._waiting[id] = (each, looks + 1)
            if looks + 1 >= each.looks:
                found.append((id, "confirmed"))
                del self._waiting[id]
            elif looks == 0:
                found.append((id, "suspected"))
        return found
