"""Places where a component was looked for and not found: what of them the audit watches.

A repository on GitHub or the Hub is watched: what appears there is a reason to look again. Every
other place a person has to look at again by a day.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import chain
from urllib.parse import urlsplit

from audit.core.grouping import group_pairs
from audit.drift.finding import SoughtComponent, TargetDeclaration
from audit.observations.facts import GITHUB, HUGGING_FACE, Target
from audit.records.component import Component
from audit.records.evidence import PlaceLookedIn
from audit.records.model import Model

REVIEW_AFTER = timedelta(days=180)
"""After so long, a search in a place that no machine watches is done again."""
_OTHER_PAGES = frozenset(
    {"blog", "collections", "docs", "papers", "posts", "spaces", "models", "organizations"}
)
"""First parts of addresses on the Hub that are no model's owner."""
_OTHER_GITHUB_PAGES = frozenset(
    {
        "apps",
        "collections",
        "enterprise",
        "explore",
        "features",
        "marketplace",
        "orgs",
        "search",
        "settings",
        "sponsors",
        "stars",
        "topics",
        "trending",
        "users",
    }
)
"""The same on GitHub: names that no account there can have."""


_REPOSITORY = re.compile(r"(?!\.)[A-Za-z0-9._-]{1,100}/(?!\.)[A-Za-z0-9._-]{1,100}")
"""What either host can call a repository. Another name could be asked for by no run, and kept in
no file: one of 400 characters would make each heartbeat unwritable."""


@dataclass(frozen=True, order=True)
class UnwatchedPlace:
    """A place of a search that no machine watches."""

    review_by: str
    """The day by which a person looks again."""
    record: str
    component: str
    url: str


def declare_searches(models: Iterable[Model]) -> Iterator[tuple[Target, TargetDeclaration]]:
    """Every repository in which something was not found, by whom that is stated.

    Of the records that looked there for the same component, the first holds it for all: what
    appears is told once, and whoever looks again looks for all of them.
    """
    by_search = group_pairs(_pair_searches_with_looks(models))
    for (target, name), looks in by_search.items():
        records = sorted({record for record, _ in looks})
        held = _hold_search(name, [place for _, place in looks], tuple(records[1:]))
        for record in records:
            sought = (held,) if record == records[0] else ()
            yield target, TargetDeclaration(record, expected=True, sought=sought, search_only=True)


def _pair_searches_with_looks(
    models: Iterable[Model],
) -> Iterator[tuple[tuple[Target, str], tuple[str, PlaceLookedIn]]]:
    for component in chain.from_iterable(map(_list_searches, models)):
        for place in component.looked_in:
            target = find_searched_target(place.url)
            if target:
                yield (target, component.name), (component.origin, place)


def _hold_search(
    name: str, places: Sequence[PlaceLookedIn], others: tuple[str, ...]
) -> SoughtComponent:
    revisions = frozenset(place.revision for place in places if place.revision)
    return SoughtComponent(name, max(place.seen for place in places), revisions, others)


def list_unwatched_places(models: Iterable[Model]) -> list[UnwatchedPlace]:
    """The other places, the first due first; each once, where a family states the search."""
    components = chain.from_iterable(map(_list_searches, models))
    return sorted(set(chain.from_iterable(map(_list_unwatched, components))))


def find_next_look(component: Component) -> str | None:
    """The day by which a person looks again; None where every place is watched, or none was."""
    places = _list_unwatched(component) if component.status == "not-found" else ()
    return min((place.review_by for place in places), default=None)


def _list_unwatched(component: Component) -> Iterator[UnwatchedPlace]:
    for place in component.looked_in:
        if find_searched_target(place.url) is None:
            due = (date.fromisoformat(place.seen) + REVIEW_AFTER).isoformat()
            yield UnwatchedPlace(due, component.origin, component.name, place.url)


def _list_searches(model: Model) -> Iterator[Component]:
    for component in model.components.values():
        if component.status == "not-found" and component.origin:
            yield component


@lru_cache(maxsize=1 << 16)
def find_searched_target(url: str) -> Target | None:
    """The repository that a place lies in; None for any other page."""
    address = parse_github_repository(url)
    if address:
        return Target(GITHUB, "code", address)
    parts = urlsplit(url)
    names = [name for name in parts.path.split("/") if name]
    if parts.hostname != "huggingface.co" or not names:
        return None
    is_dataset = names[0] == "datasets"
    names = names[1:] if is_dataset else names
    if len(names) < 2 or names[0] in _OTHER_PAGES:
        return None
    repo = "/".join(names[:2])
    if not _REPOSITORY.fullmatch(repo):
        return None
    return Target(HUGGING_FACE, "dataset" if is_dataset else "model", repo)


@lru_cache(maxsize=1 << 16)
def parse_github_repository(url: str | None) -> str | None:
    """`owner/name` of an address on github.com, else None."""
    if not url:
        return None
    parts = urlsplit(url)
    names = [name for name in parts.path.split("/") if name]
    if parts.hostname != "github.com" or len(names) < 2 or names[0] in _OTHER_GITHUB_PAGES:
        return None
    repo = f"{names[0]}/{names[1].removesuffix('.git')}"
    return repo if _REPOSITORY.fullmatch(repo) else None
