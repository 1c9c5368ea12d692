"""The history: append-only, one file per run that found something, written whole."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from audit.core.json_files import NotReadable, damaged, read_written, readable, remove_leftovers, write_atomic
from audit.drift.finding import Finding
from audit.drift.finding_json import finding_to_json
from audit.records.schema import quick, schema_problems

MAX_BYTES = 32 << 20
ENDED = frozenset({"returned", "resolved"})


class EventStore:
    """The folder `registry/events`."""

    def __init__(self, root: Path) -> None:
        self.root = root / "events"
        self.shown = f"{root.name}/events"

    def load(self) -> list[dict[str, Any]]:
        """Every event, oldest first. Raises BadFile for a damaged file."""
        return [event for path in self._files() for event in self._read(path)]

    def _files(self) -> Iterator[Path]:
        return iter(sorted(path for path in self.root.glob("*/*.json") if not path.name.startswith(".")))

    def _read(self, path: Path) -> list[dict[str, Any]]:
        shown = f"{self.shown}/{path.relative_to(self.root)}"
        data = read_written(path, shown, MAX_BYTES)
        if not quick("event").is_valid(data):
            raise damaged(shown, str(next(iter(schema_problems("event", data, shown)), "not a list of events")))
        return list(data["events"])

    def append(self, run: str, time: str, findings: Iterable[Finding]) -> int:
        """Write the events of one run and say how many. What the history ends with already is not said again.

        That makes the step safe to repeat: a run killed after its events and before its observations finds the
        same drift again, and adds nothing. Raises NotReadable before anything is written.
        """
        last = {event["id"]: event for event in self.load()}
        events = [event for event in self._events(run, time, findings) if not _same(last.get(event["id"]), event)]
        if events:
            path = self.root / time[:4] / f"{time.replace(':', '').replace('-', '')}.json"
            # Append-only: what another command wrote in the same second stays.
            earlier = self._read(path) if path.exists() else []
            write_atomic(path, self._text_of({"run": run, "events": [*earlier, *events]}, path))
        return len(events)

    def size_of(self, run: str, time: str, finding: Finding) -> int:
        """Bytes, at most, that one event takes in its file. Raises NotReadable for one that `load` would refuse."""
        return len(self._text_of({"run": run, "events": list(self._events(run, time, [finding]))}, self.root / "event.json").encode())

    def _text_of(self, data: dict[str, Any], path: Path) -> str:
        """A file that `load` is sure to read. Raises NotReadable."""
        shown = f"{self.shown}/{path.relative_to(self.root)}"
        text, again = readable(data, shown, MAX_BYTES)
        if not quick("event").is_valid(again):
            problem = next(iter(schema_problems("event", again, shown)), None)
            raise NotReadable(shown, "unreadable", f"{problem.path}: {problem.message}" if problem else "not a list of events")
        return text

    def _events(self, run: str, time: str, findings: Iterable[Finding]) -> Sequence[dict[str, Any]]:
        return [{**finding_to_json(each), "run": run, "time": time} for each in findings]

    def remove_leftovers(self) -> None:
        """Delete temporary files that a killed run left behind."""
        remove_leftovers(self.root)


def _same(before: dict[str, Any] | None, event: dict[str, Any]) -> bool:
    if before is None:
        return False
    # A finding that has ended cannot end again: what `accept` resolved is no news when the next run sees it gone.
    ended = before.get("status") in ENDED and event["status"] in ENDED
    return (ended or before.get("status") == event["status"]) and all(before.get(key) == event[key] for key in ("before", "after"))
