"""What a run will ask, before it asks: for each owner a listing or single look-ups, whichever is expected to cost less."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from audit.observations.facts import Target
from audit.store.run_status import OwnerCost

LISTING_FROM = 2
"""Repositories of one owner from which a listing can cost less than look-ups."""
DAYS = 7
"""A pinned revision is looked for once in so many days."""
HubKind = Literal["models", "datasets"]


@dataclass(frozen=True)
class Listing:
    """One listing of an owner's repositories, and the targets that it covers."""

    kind: HubKind
    owner: str
    targets: tuple[Target, ...]
    cost: OwnerCost
    """As learned; one page that shows everything where nothing was learned."""
    learned: bool = False

    @property
    def key(self) -> str:
        """`models/owner`, as lessons are kept."""
        return f"{self.kind}/{self.owner}"


@dataclass(frozen=True)
class Plan:
    """The head checks of a run, in order."""

    listings: tuple[Listing, ...]
    heads: tuple[Target, ...]
    """Hub repositories that are looked up one by one."""
    code: tuple[Target, ...]
    """GitHub repositories."""
    oldest: Mapping[Target, str]
    """Start of the first run that could not verify a target: these come first, the oldest before the others."""
    pins: Mapping[Target, str]
    """Pinned revisions to look for in this run."""

    @property
    def targets(self) -> tuple[Target, ...]:
        """Everything that is looked at, sorted."""
        return tuple(sorted({*self.heads, *self.code, *(target for listing in self.listings for target in listing.targets)}))

    @property
    def hub_requests(self) -> int:
        """What the Hub is asked when nothing changed."""
        return sum(each.cost.requests for each in self.listings) + len(self.heads)

    def age(self, targets: Iterable[Target]) -> str:
        """When the longest unverified of some targets was first missed; `~`, which sorts last, where all were seen."""
        return min((self.oldest.get(each, "~") for each in targets), default="~")


def make_plan(
    targets: Iterable[Target],
    learned: Mapping[str, OwnerCost] | None = None,
    oldest: Mapping[Target, str] | None = None,
    pins: Mapping[Target, str] | None = None,
) -> Plan:
    """The cheapest head checks for these targets. The same targets and lessons give the same plan."""
    owners: dict[tuple[HubKind, str], list[Target]] = defaultdict(list)
    code = []
    for target in sorted(set(targets)):
        if target.kind == "code":
            code.append(target)
        else:
            owners[target.kind, target.address.partition("/")[0]].append(target)
    listings, heads = [], []
    for (kind, owner), found in sorted(owners.items()):
        listing = _listing(kind, owner, tuple(found), (learned or {}).get(f"{kind}/{owner}"))
        if len(found) < LISTING_FROM or listing.cost.pages == 0:
            heads += found
        else:
            listings.append(listing)
    return Plan(tuple(listings), tuple(sorted(heads)), tuple(code), dict(oldest or {}), dict(pins or {}))


def _listing(kind: HubKind, owner: str, targets: tuple[Target, ...], lesson: OwnerCost | None) -> Listing:
    if lesson is not None and lesson.tracked == len(targets):
        return Listing(kind, owner, targets, lesson, learned=True)
    return Listing(kind, owner, targets, OwnerCost(len(targets), 1, 0))


def due(target: Target, day: date) -> bool:
    """Whether a pinned revision is looked for on this day: each once a week, a seventh of them a day."""
    return int(hashlib.sha1(target.address.encode(), usedforsecurity=False).hexdigest(), 16) % DAYS == day.toordinal() % DAYS


def cheapest(tracked: int, found_by_page: list[int]) -> OwnerCost:
    """How many pages would have cost least, after a listing showed so many of the tracked repositories on each page."""
    best = OwnerCost(tracked, 0, tracked)
    missing = tracked
    for page, found in enumerate(found_by_page, start=1):
        missing -= found
        if page + missing < best.requests:
            best = OwnerCost(tracked, page, missing)
    return best


def describe(plan: Plan) -> str:
    """The plan as lines for people, with the requests that an unchanged registry costs."""
    lines = [f"{each.kind}: {_pages(each.cost.pages)} of {each.owner} for {len(each.targets)} repositories{_rest(each)}" for each in plan.listings]
    lines += [f"{target.kind}: one look-up of {target.address}" for target in (*plan.heads, *plan.code)]
    hub = len({target for target in plan.targets if target.kind != "code"})
    lines.append(f"{plan.hub_requests} requests to the Hub for {hub} repositories and {len(plan.code)} to GitHub, when nothing changed")
    if plan.pins:
        lines.append(f"at most {len(plan.pins)} more for pinned revisions, each looked for once a week")
    if plan.oldest:
        lines.append(f"{len(plan.oldest)} could not be verified last time and come first")
    return "\n".join(lines)


def plan_as_json(plan: Plan) -> dict[str, Any]:
    """The same for programs."""
    return {
        "listings": [
            {"kind": each.kind, "owner": each.owner, "repositories": len(each.targets), "pages": each.cost.pages, "look_ups": each.cost.missing}
            for each in plan.listings
        ],
        "look_ups": [{"kind": each.kind, "address": each.address} for each in (*plan.heads, *plan.code)],
        "requests": {"hub": plan.hub_requests, "github": len(plan.code)},
        "pinned_revisions": len(plan.pins),
        "missed_last_time": len(plan.oldest),
    }


def _pages(pages: int) -> str:
    return "one listing" if pages == 1 else f"{pages} pages of the listing"


def _rest(listing: Listing) -> str:
    return f", and {listing.cost.missing} look-ups of what it does not show" if listing.cost.missing else ""
