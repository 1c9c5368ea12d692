"""The history: append-only, one file per run that found something, written whole."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from audit.core.atomic_files import remove_leftovers, write_text_atomic
from audit.core.json_folders import refuse_linked_folder
from audit.drift.events import Event
from audit.drift.finding import Finding
from audit.drift.finding_json import parse_event, serialize_event
from audit.drift.lifecycle import is_already_reported
from audit.drift.renames import follow_renamed_event
from audit.records.registry import Registry
from audit.store.formats import read_stored_file, render_stored_text


class EventStore:
    """The folder `registry/events`."""

    def __init__(self, root: Path) -> None:
        self.root = root / "events"
        self.display_path = f"{root.name}/events"

    def load_events(self, registry: Registry | None = None) -> list[Event]:
        """Every event, oldest first, with `registry` under the names that its records have today.

        Raises InvalidFileError for a damaged file.
        """
        events = [event for path in self._list_files() for event in self._read_events(path)]
        if registry is None:
            return events
        return [follow_renamed_event(event, registry) for event in events]

    def _list_files(self) -> Iterator[Path]:
        refuse_linked_folder(self.root)
        for folder in sorted(self.root.glob("*")):
            refuse_linked_folder(folder)
        return iter(
            sorted(path for path in self.root.glob("*/*.json") if not path.name.startswith("."))
        )

    def _read_events(self, path: Path) -> list[Event]:
        content = read_stored_file("event", path, self._format_path(path)).content
        return [parse_event(row) for row in content["events"]]

    def append_findings(self, run: str, time: str, findings: Iterable[Finding]) -> int:
        """Write the events of one run, without those reported already, and return how many.

        That makes the step safe to repeat: a run killed after its events and before its
        observations finds the same drift again, and adds nothing.

        Raises NotReadable before anything is written.
        """
        events = self._select_new_events([Event(finding, run, time) for finding in findings])
        if events:
            self._append_events(run, time, events)
        return len(events)

    def _append_events(self, run: str, time: str, events: Sequence[Event]) -> None:
        path = self.root / time[:4] / f"{_format_file_stem(time)}.json"
        # Append-only: what another command wrote in the same second stays.
        earlier = self._read_events(path) if path.exists() else []
        write_text_atomic(path, self._render_file(run, [*earlier, *events], path))

    def _select_new_events(self, candidates: Iterable[Event]) -> list[Event]:
        last = {event.finding.id: event for event in self.load_events()}
        return [
            event
            for event in candidates
            if not is_already_reported(last.get(event.finding.id), event)
        ]

    def measure_event_size(self, run: str, time: str, finding: Finding) -> int:
        """Bytes, at most, that one event takes in its file.

        Raises NotReadable for one that could not be read again.
        """
        text = self._render_file(run, [Event(finding, run, time)], self.root / "event.json")
        return len(text.encode())

    def _render_file(self, run: str, events: Sequence[Event], path: Path) -> str:
        """A file that `load_events` is sure to read. Raises NotReadable."""
        rows = [serialize_event(event) for event in events]
        return render_stored_text("event", {"run": run, "events": rows}, self._format_path(path))

    def _format_path(self, path: Path) -> str:
        return f"{self.display_path}/{path.relative_to(self.root)}"

    def remove_leftovers(self) -> None:
        """Delete temporary files that a killed run left behind."""
        remove_leftovers(self.root)


def _format_file_stem(time: str) -> str:
    return time.replace(":", "").replace("-", "")
