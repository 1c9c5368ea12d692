"""Later repositories of a maker in a page of its list, which is read anyway. No request of its own.

A repository counts as later by its creation alone: renames, other orders and lists that are cut
show old ones under new names or for the first time, and none of them is news.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from audit.observations.makers import MAX_LATER_REPOSITORIES, LaterRepository, MakerFacts
from audit.records.generation_names import read_generation_name
from audit.sources.answers import identity
from audit.sources.huggingface.parse import parse_stated_license

_MOMENT = re.compile(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
"""As the Hub writes it; such words sort by time."""
NEVER = "~"
"""Sorts after every moment."""
CARD_FIELD = "cardData"


@dataclass(frozen=True)
class MakerQuestion:
    """What is looked for in a maker's list."""

    lines: Collection[str]
    """Lines of models that the registry knows of this maker."""
    known: MakerFacts | None

    @property
    def is_first_sight(self) -> bool:
        """Whether nothing is known of the maker yet: what is newest now is where news begins."""
        return self.known is None

    @property
    def extra_fields(self) -> list[str]:
        """What the list is asked for beyond heads."""
        return [CARD_FIELD] if self.known and self.known.wants_cards else []

    def list_later(self, rows: Iterable[Mapping[str, Any]]) -> list[LaterRepository]:
        """The later ones of a page, in lines that are known; none at first sight."""
        since = self.known.since if self.known else NEVER
        later = (row for row in rows if read_creation(row) > since)
        return [self._read_row(row) for row in later if self._has_known_line(row)]

    def _has_known_line(self, row: Mapping[str, Any]) -> bool:
        name = read_generation_name(str(row.get("id")))
        return name is not None and name.line in self.lines

    def _read_row(self, row: Mapping[str, Any]) -> LaterRepository:
        name, number = identity(row.get("id"), "id"), identity(row.get("_id"), "_id")
        found = LaterRepository(name, number, read_creation(row))
        if not self.extra_fields:
            return found
        tag, license_name = parse_stated_license(row)
        return replace(found, is_read=True, license_tag=tag, license_name=license_name)


def read_creation(row: Mapping[str, Any]) -> str:
    """When a repository was created; empty where the list does not say so in the known form."""
    created = row.get("createdAt")
    return created if isinstance(created, str) and _MOMENT.fullmatch(created) else ""


def build_maker_facts(
    repo: str,
    known: MakerFacts | None,
    newest: str,
    later: Iterable[LaterRepository],
    server_time: datetime | None,
) -> MakerFacts | None:
    """The facts after one more list; None while nobody can say what was there at first sight.

    `newest`: the newest creation in it, empty of a list that was cut: then the Hub's clock counts.
    """
    if known is None:
        since = _find_first_sight(newest, server_time)
        return MakerFacts(repo, since) if since else None
    by_id = {each.hub_id: each for each in known.later}
    by_id |= {each.hub_id: _update(by_id.get(each.hub_id), each) for each in later}
    kept = sorted(by_id.values(), key=_rank_later)
    return replace(known, later=tuple(kept[:MAX_LATER_REPOSITORIES]))


def _rank_later(each: LaterRepository) -> tuple[str, str]:
    return each.created_at, each.repo


def _update(before: LaterRepository | None, seen: LaterRepository) -> LaterRepository:
    """A card that was read stays known where a later list has none; the name is that of today."""
    if before is None or seen.is_read:
        return seen
    return replace(before, repo=seen.repo)


def _find_first_sight(newest: str, server_time: datetime | None) -> str:
    if server_time is None:
        return newest
    now = server_time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    # A creation of the future would hide everything that comes.
    return min(newest, now) if newest else now
