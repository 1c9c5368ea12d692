"""The history: append-only, one file per run that found something, written whole."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from audit.core.json_files import remove_leftovers, write_text_atomic
from audit.drift.finding import Finding
from audit.drift.finding_json import serialize_finding
from audit.store.formats import read_stored_file, render_stored_text

ENDED_STATUSES = frozenset({"returned", "resolved"})


class EventStore:
    """The folder `registry/events`."""

    def __init__(self, root: Path) -> None:
        self.root = root / "events"
        self.display_path = f"{root.name}/events"

    def load_events(self) -> list[dict[str, Any]]:
        """Every event, oldest first. Raises BadFile for a damaged file."""
        return [event for path in self._list_files() for event in self._read_events(path)]

    def _list_files(self) -> Iterator[Path]:
        return iter(
            sorted(path for path in self.root.glob("*/*.json") if not path.name.startswith("."))
        )

    def _read_events(self, path: Path) -> list[dict[str, Any]]:
        shown = f"{self.display_path}/{path.relative_to(self.root)}"
        return list(read_stored_file("event", path, shown).content["events"])

    def append_findings(self, run: str, time: str, findings: Iterable[Finding]) -> int:
        """Write the events of one run and say how many. What the history ends with already is not said again.

        That makes the step safe to repeat: a run killed after its events and before its observations finds the
        same drift again, and adds nothing. Raises NotReadable before anything is written.
        """
        last = {event["id"]: event for event in self.load_events()}
        events = [
            event
            for event in self._build_events(run, time, findings)
            if not _is_already_recorded(last.get(event["id"]), event)
        ]
        if events:
            path = self.root / time[:4] / f"{time.replace(':', '').replace('-', '')}.json"
            # Append-only: what another command wrote in the same second stays.
            earlier = self._read_events(path) if path.exists() else []
            write_text_atomic(
                path, self._text_of({"run": run, "events": [*earlier, *events]}, path)
            )
        return len(events)

    def size_of(self, run: str, time: str, finding: Finding) -> int:
        """Bytes, at most, that one event takes in its file. Raises NotReadable for one that `load` would refuse."""
        return len(
            self._text_of(
                {"run": run, "events": list(self._build_events(run, time, [finding]))},
                self.root / "event.json",
            ).encode()
        )

    def _text_of(self, data: dict[str, Any], path: Path) -> str:
        """A file that `load` is sure to read. Raises NotReadable."""
        shown = f"{self.display_path}/{path.relative_to(self.root)}"
        return render_stored_text("event", data, shown)

    def _build_events(
        self, run: str, time: str, findings: Iterable[Finding]
    ) -> Sequence[dict[str, Any]]:
        return [{**serialize_finding(each), "run": run, "time": time} for each in findings]

    def remove_leftovers(self) -> None:
        """Delete temporary files that a killed run left behind."""
        remove_leftovers(self.root)


def _is_already_recorded(before: dict[str, Any] | None, event: dict[str, Any]) -> bool:
    if before is None:
        return False
    # A finding that has ended cannot end again: what `accept` resolved is no news when the next run sees it gone.
    ended = before.get("status") in ENDED_STATUSES and event["status"] in ENDED_STATUSES
    return (ended or before.get("status") == event["status"]) and all(
        before.get(key) == event[key] for key in ("before", "after")
    )
