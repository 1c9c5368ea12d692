"""The script of the rehearsal: real drift, restated as data, and what the audit must make of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from audit.core.json_files import read_json

SCRIPT = Path(__file__).with_name("scenario.json")

Weather = Literal["fair", "disturbed", "unreachable"]


@dataclass(frozen=True)
class Expected:
    """A finding that must appear."""

    record: str
    kind: str
    field: str
    direction: str
    looks: int
    """Undisturbed runs until it is confirmed."""


@dataclass(frozen=True)
class End:
    """A finding that must end."""

    record: str
    kind: str
    field: str
    status: Literal["returned", "resolved"]


@dataclass(frozen=True)
class Happening:
    """One change: a real one, replayed, or one that is only played, to show how a story ends."""

    title: str
    date: str
    """When it really happened; empty for one that is only played."""
    source: str
    changes: tuple[Mapping[str, Any], ...]
    """Operations on the world (tests/fakes/changes.py)."""
    expected: tuple[Expected, ...]
    """Empty for a change that must stay quiet."""
    records: Mapping[str, Any]
    """What people change in the registry: by record reference, a merge patch (RFC 7396)."""
    ends: tuple[End, ...]


@dataclass(frozen=True)
class Day:
    """One simulated day: what happens upstream before the run, and the weather during it."""

    name: str
    weather: Weather
    happenings: tuple[Happening, ...]


@dataclass(frozen=True)
class Scenario:
    """All days, and what the records looked like before."""

    rewind: Mapping[str, Any]
    """By record reference, a merge patch (RFC 7396) that takes the record back to before its change."""
    days: tuple[Day, ...]

    @property
    def happenings(self) -> tuple[Happening, ...]:
        """All changes, in order."""
        return tuple(each for day in self.days for each in day.happenings)

    @property
    def records(self) -> frozenset[str]:
        """Every record that the script may touch; a repository has the name of its record, or is named by what is expected."""
        touched = {f"{change.get('kind', 'models')}/{change['repo']}" for each in self.happenings for change in each.changes}
        return frozenset(touched | set(self.rewind) | {each.record for happening in self.happenings for each in happening.expected})


def load_scenario(path: Path = SCRIPT) -> Scenario:
    """The script as data. Raises BadFile, or KeyError for another form."""
    data = read_json(path, path.name)
    return Scenario(data["rewind"], tuple(_day(row) for row in data["days"]))


def _day(row: Mapping[str, Any]) -> Day:
    return Day(row["name"], row["weather"], tuple(_happening(each) for each in row["happenings"]))


def _happening(row: Mapping[str, Any]) -> Happening:
    expected = tuple(Expected(**each) for each in row["expect"])
    ends = tuple(End(**each) for each in row.get("ends", ()))
    return Happening(row["title"], row["date"], row["source"], tuple(row["changes"]), expected, row.get("records", {}), ends)
