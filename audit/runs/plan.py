"""What a run will ask, before it asks: for each owner a listing or single look-ups, whichever is expected to cost less."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from audit.observations.facts import Target, TargetKind
from audit.store.run_status import OwnerCost

MIN_LISTED_REPOSITORIES = 2
"""Repositories of one owner from which a listing can cost less than look-ups."""
KIND_PLURALS: dict[TargetKind, str] = {"model": "models", "dataset": "datasets", "code": "code"}
PIN_CHECK_DAYS = 7
"""A pinned revision is looked for once in so many days."""


@dataclass(frozen=True)
class PlannedListing:
    """One listing of an owner's repositories, and the targets that it covers."""

    host: str
    kind: TargetKind
    owner: str
    targets: tuple[Target, ...]
    cost: OwnerCost
    """As learned; one page that shows everything where nothing was learned."""
    learned: bool = False

    @property
    def key(self) -> str:
        """`host/kind/owner`, as lessons are kept."""
        return f"{self.host}/{self.kind}/{self.owner}"


@dataclass(frozen=True)
class RunPlan:
    """The head checks of a run, in order."""

    listings: tuple[PlannedListing, ...]
    hub_lookups: tuple[Target, ...]
    """Hub repositories that are looked up one by one."""
    github_lookups: tuple[Target, ...]
    """GitHub repositories."""
    missed_since: Mapping[Target, str]
    """Start of the first run that could not verify a target: these come first, the oldest before the others."""
    pinned_revisions: Mapping[Target, str]
    """Pinned revisions to look for in this run."""

    @property
    def targets(self) -> tuple[Target, ...]:
        """Everything that is looked at, sorted."""
        return tuple(
            sorted(
                {
                    *self.hub_lookups,
                    *self.github_lookups,
                    *(target for listing in self.listings for target in listing.targets),
                }
            )
        )

    @property
    def hub_request_count(self) -> int:
        """What the Hub is asked when nothing changed."""
        return sum(each.cost.requests for each in self.listings) + len(self.hub_lookups)

    def find_oldest_miss(self, targets: Iterable[Target]) -> str:
        """When the longest unverified of some targets was first missed; `~`, which sorts last, where all were seen."""
        return min((self.missed_since.get(each, "~") for each in targets), default="~")


def build_run_plan(
    targets: Iterable[Target],
    learned: Mapping[str, OwnerCost] | None = None,
    oldest: Mapping[Target, str] | None = None,
    pins: Mapping[Target, str] | None = None,
) -> RunPlan:
    """The cheapest head checks for these targets. The same targets and lessons give the same plan."""
    owners: dict[tuple[str, TargetKind, str], list[Target]] = defaultdict(list)
    code = []
    for target in sorted(set(targets)):
        if target.kind == "code":
            code.append(target)
        else:
            owners[target.host, target.kind, target.owner].append(target)
    listings, heads = [], []
    for (host, kind, owner), found in sorted(owners.items()):
        lesson = (learned or {}).get(f"{host}/{kind}/{owner}")
        listing = _build_listing(tuple(found), lesson)
        if len(found) < MIN_LISTED_REPOSITORIES or listing.cost.pages == 0:
            heads += found
        else:
            listings.append(listing)
    return RunPlan(
        tuple(listings), tuple(sorted(heads)), tuple(code), dict(oldest or {}), dict(pins or {})
    )


def _build_listing(targets: tuple[Target, ...], lesson: OwnerCost | None) -> PlannedListing:
    first = targets[0]
    learned = lesson is not None and lesson.tracked == len(targets)
    cost = lesson if lesson is not None and learned else OwnerCost(len(targets), 1, 0)
    return PlannedListing(first.host, first.kind, first.owner, targets, cost, learned)


def is_pin_due(target: Target, day: date) -> bool:
    """Whether a pinned revision is looked for on this day: each once a week, a seventh of them a day."""
    return (
        int(hashlib.sha1(target.repo.encode(), usedforsecurity=False).hexdigest(), 16)
        % PIN_CHECK_DAYS
        == day.toordinal() % PIN_CHECK_DAYS
    )


def find_cheapest_cost(tracked: int, found_by_page: list[int]) -> OwnerCost:
    """How many pages would have cost least, after a listing showed so many of the tracked repositories on each page."""
    best = OwnerCost(tracked, 0, tracked)
    missing = tracked
    for page, found in enumerate(found_by_page, start=1):
        missing -= found
        if page + missing < best.requests:
            best = OwnerCost(tracked, page, missing)
    return best


def format_plan(plan: RunPlan) -> str:
    """The plan as lines for people, with the requests that an unchanged registry costs."""
    lines = [
        f"{KIND_PLURALS[each.kind]}: {_format_pages(each.cost.pages)} of {each.owner} for {len(each.targets)} repositories{_format_remaining_lookups(each)}"
        for each in plan.listings
    ]
    lines += [
        f"{KIND_PLURALS[target.kind]}: one look-up of {target.repo}"
        for target in (*plan.hub_lookups, *plan.github_lookups)
    ]
    hub = len({target for target in plan.targets if target.kind != "code"})
    lines.append(
        f"{plan.hub_request_count} requests to the Hub for {hub} repositories and {len(plan.github_lookups)} to GitHub, when nothing changed"
    )
    if plan.pinned_revisions:
        lines.append(
            f"at most {len(plan.pinned_revisions)} more for pinned revisions, each looked for once a week"
        )
    if plan.missed_since:
        lines.append(f"{len(plan.missed_since)} could not be verified last time and come first")
    return "\n".join(lines)


def serialize_plan(plan: RunPlan) -> dict[str, Any]:
    """The same for programs."""
    return {
        "listings": [
            {
                "host": each.host,
                "kind": KIND_PLURALS[each.kind],
                "owner": each.owner,
                "repositories": len(each.targets),
                "pages": each.cost.pages,
                "look_ups": each.cost.missing,
            }
            for each in plan.listings
        ],
        "look_ups": [
            {
                "host": each.host,
                "kind": KIND_PLURALS[each.kind],
                "repo": each.repo,
                "address": each.repo,
            }
            for each in (*plan.hub_lookups, *plan.github_lookups)
        ],
        "requests": {"hub": plan.hub_request_count, "github": len(plan.github_lookups)},
        "pinned_revisions": len(plan.pinned_revisions),
        "missed_last_time": len(plan.missed_since),
    }


def _format_pages(pages: int) -> str:
    return "one listing" if pages == 1 else f"{pages} pages of the listing"


def _format_remaining_lookups(listing: PlannedListing) -> str:
    return (
        f", and {listing.cost.missing} look-ups of what it does not show"
        if listing.cost.missing
        else ""
    )
