"""The script of the rehearsal: real drift, restated as data, and what the audit must make of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from audit.core.json_files import read_json_file

SCENARIO_PATH = Path(__file__).with_name("scenario.json")

FaultLevel = Literal["fair", "disturbed", "unreachable"]


@dataclass(frozen=True)
class ExpectedFinding:
    """A finding that must appear."""

    record: str
    kind: str
    field: str
    direction: str
    looks: int
    """Undisturbed runs until it is confirmed."""
    unseen_looks: int = 0
    """Of them, those that cannot see it yet: a list shows a name first, and its card in the next run."""


@dataclass(frozen=True)
class ExpectedEnding:
    """A finding that must end."""

    record: str
    kind: str
    field: str
    status: Literal["reverted", "accepted"]


@dataclass(frozen=True)
class ScriptedChange:
    """One change: a real one, replayed, or one that is only played, to show how a story ends."""

    title: str
    date: str
    """When it really happened; empty for one that is only played."""
    source: str
    operations: tuple[Mapping[str, Any], ...]
    """Operations on the world (tests/fakes/changes.py)."""
    expected_findings: tuple[ExpectedFinding, ...]
    """Empty for a change that must stay quiet."""
    record_patches: Mapping[str, Any]
    """What people change in the registry: by record reference, a merge patch (RFC 7396)."""
    expected_endings: tuple[ExpectedEnding, ...]


@dataclass(frozen=True)
class ScriptedDay:
    """One simulated day: what happens upstream before the run, and the weather during it."""

    name: str
    weather: FaultLevel
    scripted_changes: tuple[ScriptedChange, ...]


@dataclass(frozen=True)
class Scenario:
    """All days, and what the records looked like before."""

    rewind_patches: Mapping[str, Any]
    """By record reference, a merge patch (RFC 7396) that takes the record back to before its change."""
    days: tuple[ScriptedDay, ...]

    @property
    def scripted_changes(self) -> tuple[ScriptedChange, ...]:
        """All changes, in order."""
        return tuple(each for day in self.days for each in day.scripted_changes)

    @property
    def published_records(self) -> frozenset[str]:
        """Records of what the script publishes anew: before that they are not there."""
        operations = (change for each in self.scripted_changes for change in each.operations)
        return frozenset(f"models/{each['repo']}" for each in operations if each["op"] == "publish")

    @property
    def touched_records(self) -> frozenset[str]:
        """Every record that the script may touch; a repository has the name of its record, or is named by what is expected."""
        touched = {
            f"{change.get('kind', 'models')}/{change['repo']}"
            for each in self.scripted_changes
            for change in each.operations
            if change["op"] != "publish"
        }
        return frozenset(
            touched
            | set(self.rewind_patches)
            | {
                each.record
                for happening in self.scripted_changes
                for each in happening.expected_findings
            }
        )


def load_scenario(path: Path = SCENARIO_PATH) -> Scenario:
    """The script as data. Raises BadFile, or KeyError for another form."""
    data = read_json_file(path, path.name)
    return Scenario(data["rewind"], tuple(_parse_day(row) for row in data["days"]))


def _parse_day(row: Mapping[str, Any]) -> ScriptedDay:
    return ScriptedDay(
        row["name"], row["weather"], tuple(_parse_change(each) for each in row["happenings"])
    )


def _parse_change(row: Mapping[str, Any]) -> ScriptedChange:
    expected = tuple(ExpectedFinding(**each) for each in row["expect"])
    ends = tuple(ExpectedEnding(**each) for each in row.get("ends", ()))
    return ScriptedChange(
        row["title"],
        row["date"],
        row["source"],
        tuple(row["changes"]),
        expected,
        row.get("records", {}),
        ends,
    )
