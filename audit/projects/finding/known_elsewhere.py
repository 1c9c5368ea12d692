"""Names that other services have for models: a table, with the source of each row.

A row says which repository on the Hub a name means only where its source says so of that name. A
name without a size or a tag that moves says it of none.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from audit.core.json_files import read_json_file

TABLE = Path(__file__).with_name("names_elsewhere.json")


@dataclass(frozen=True)
class NameSource:
    """Where names of a service were read."""

    address: str
    file: str
    state: str
    """A commit, or the release in which the file lies."""
    read: str
    """The day."""

    @property
    def words(self) -> str:
        """In a sentence."""
        state = self.state[:10] if len(self.state) == 40 else self.state
        return f"{self.address.partition('//')[2]} {self.file} at {state}, read on {self.read}"


@dataclass(frozen=True)
class KnownName:
    """A name of a service."""

    name: str
    service: str
    source: NameSource
    hub_id: str | None = None
    """The repository on the Hub that the source says it is."""


@cache
def load_known_names() -> Mapping[str, KnownName]:
    """The table by name, as the service writes it."""
    data = read_json_file(TABLE, TABLE.name)
    sources = {key: NameSource(**row) for key, row in data["sources"].items()}
    known: dict[str, KnownName] = {}
    for group in data["services"]:
        known |= _build_group(group, sources[group["source"]])
    return known


def _build_group(group: dict[str, Any], source: NameSource) -> dict[str, KnownName]:
    service = group["service"]
    return {name: KnownName(name, service, source, id) for name, id in group["names"].items()}


@cache
def list_first_parts() -> frozenset[str]:
    """What stands before the first slash of such a name: what else can be none."""
    return frozenset(name.partition("/")[0] for name in load_known_names() if "/" in name)


@cache
def list_bare_names() -> frozenset[str]:
    """Those without a slash, in small letters."""
    return frozenset(name.lower() for name in load_known_names() if "/" not in name)
