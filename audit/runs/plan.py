"""What a run will request, before it does.

The head checks that the sources plan, and what comes first.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from audit.core.wording import count_things
from audit.observations.facts import GITHUB, HUGGING_FACE, Target, TargetKind, sort_targets
from audit.observations.hosts import name_host
from audit.sources.base import HeadCheckPlanner, HeadChecks, Lessons, PlannedListing
from audit.sources.registered import PLANNERS

KIND_PLURALS: dict[TargetKind, str] = {
    "model": "models",
    "dataset": "datasets",
    "code": "code",
    "terms": "pages",
    "revisions": "branches and tags",
    "maker": "makers",
}
PIN_CHECK_DAYS = 7
"""A pinned revision is looked for once in so many days."""
NEVER_MISSED = "~"
"""Sorts after every moment."""


@dataclass(frozen=True)
class RunPlan:
    """The head checks of a run, in order."""

    listings: tuple[PlannedListing, ...] = ()
    lookups: tuple[Target, ...] = ()
    """Repositories that are looked up one by one."""
    missed_since: Mapping[Target, str] = field(default_factory=dict)
    """Start of the first run that could not verify a target: these come first, the oldest before
    the others.
    """
    pinned_revisions: Mapping[Target, str] = field(default_factory=dict)
    """Pinned revisions to look for in this run."""
    known_heads: Mapping[Target, Any] = field(default_factory=dict)
    """What was read of targets before the plan was made, in a form of their source's own."""
    direct: frozenset[Target] = frozenset()
    """Targets that are looked at themselves, whatever a list shows: something is suspected."""
    named_revisions: Mapping[Target, frozenset[str]] = field(default_factory=dict)
    """Branches and tags whose week it is, as records name them."""
    maker_lines: Mapping[Target, frozenset[str]] = field(default_factory=dict)
    """Lines of models by their maker: what lists show of them is kept. No target of the plan."""

    @cached_property
    def targets(self) -> tuple[Target, ...]:
        """Everything that is observed, sorted."""
        listed = (target for listing in self.listings for target in listing.targets)
        return tuple(sort_targets({*self.lookups, *listed}))

    @property
    def requests_by_host(self) -> dict[str, int]:
        """What each host is sent when nothing changed."""
        counts = Counter(target.host for target in self.lookups)
        for listing in self.listings:
            counts[listing.host] += listing.cost.requests
        return dict(sorted(counts.items()))

    def find_oldest_miss(self, targets: Iterable[Target]) -> str:
        """When the longest unverified of some targets was first missed.

        NEVER_MISSED where all were seen.
        """
        moments = (self.missed_since.get(target, NEVER_MISSED) for target in targets)
        return min(moments, default=NEVER_MISSED)


def build_run_plan(
    targets: Iterable[Target],
    lessons: Lessons | None = None,
    missed_since: Mapping[Target, str] | None = None,
    pins: Mapping[Target, str] | None = None,
    planners: Mapping[str, HeadCheckPlanner] = PLANNERS,
) -> RunPlan:
    """The cheapest head checks for these targets.

    The same targets and lessons give the same plan.
    """
    checks = plan_checks(targets, lessons or {}, planners)
    return RunPlan(checks.listings, checks.lookups, dict(missed_since or {}), dict(pins or {}))


def plan_checks(
    targets: Iterable[Target],
    lessons: Lessons,
    planners: Mapping[str, HeadCheckPlanner],
) -> HeadChecks:
    """Hosts in the order of their registration, those without a source last."""
    by_host = _group_by_host(targets)
    checks = HeadChecks()
    for host in (*planners, *sorted(by_host.keys() - planners.keys())):
        checks += _plan_host_checks(planners.get(host), by_host[host], lessons)
    return checks


def _group_by_host(targets: Iterable[Target]) -> defaultdict[str, list[Target]]:
    by_host: defaultdict[str, list[Target]] = defaultdict(list)
    for target in sort_targets(set(targets)):
        by_host[target.host].append(target)
    return by_host


def _plan_host_checks(
    planner: HeadCheckPlanner | None, targets: list[Target], lessons: Lessons
) -> HeadChecks:
    if planner is None:
        # Nothing is requested of a host without a source, and its targets are reported as
        # unverifiable.
        return HeadChecks(lookups=tuple(targets))
    return planner.plan_head_checks(targets, lessons)


def is_pin_due(target: Target, day: date) -> bool:
    """Whether a pinned revision is looked for on this day.

    Each once a week, a seventh of them a day.
    """
    return _draw_pin_day(target) == day.toordinal() % PIN_CHECK_DAYS


def _draw_pin_day(target: Target) -> int:
    digest = hashlib.sha1(target.repo.encode(), usedforsecurity=False).hexdigest()
    return int(digest, 16) % PIN_CHECK_DAYS


def format_plan(plan: RunPlan) -> str:
    """The plan as lines for people, with the requests that an unchanged registry costs."""
    listings = map(_format_listing, plan.listings)
    lookups = (_format_lookup(each) for each in plan.lookups if each.kind != "revisions")
    return "\n".join([*listings, *lookups, _format_requests(plan), *_format_extras(plan)])


def _format_lookup(target: Target) -> str:
    return f"{KIND_PLURALS[target.kind]}: one look-up of {target.repo}"


def _format_extras(plan: RunPlan) -> Iterator[str]:
    """What is not planned anew each time: pinned revisions, and what was missed."""
    pins, missed = len(plan.pinned_revisions), len(plan.missed_since)
    if plan.named_revisions:
        yield f"{len(plan.named_revisions)} for branches and tags, each asked for once a week"
    if pins:
        yield f"at most {pins} more for pinned revisions, each looked for once a week"
    if missed:
        yield f"{missed} could not be verified last time and come first"


def _format_listing(listing: PlannedListing) -> str:
    cost = listing.cost
    pages = "one listing" if cost.pages == 1 else f"{cost.pages} pages of the listing"
    rest = f", and {cost.missing} look-ups of what it does not show" if cost.missing else ""
    return (
        f"{KIND_PLURALS[listing.kind]}: {pages} of {listing.owner} "
        f"for {len(listing.targets)} repositories{rest}"
    )


def _format_requests(plan: RunPlan) -> str:
    requests = _count_requests(plan)
    hub_requests = requests.pop(HUGGING_FACE)
    others = [f"{count} to {name_host(host)}" for host, count in requests.items()]
    parts = " and ".join([_format_hub_requests(plan, hub_requests), *others])
    return f"{parts}, when nothing changed"


def _format_hub_requests(plan: RunPlan, requests: int) -> str:
    targets = sum(target.host == HUGGING_FACE for target in plan.targets)
    repositories = count_things(targets, "repository", "repositories")
    return f"{count_things(requests, 'request')} to {name_host(HUGGING_FACE)} for {repositories}"


def _count_requests(plan: RunPlan) -> dict[str, int]:
    """Requests by host, the registered ones in their order and with their zeros."""
    return {**dict.fromkeys(PLANNERS, 0), **plan.requests_by_host}


def serialize_plan(plan: RunPlan) -> dict[str, Any]:
    """The same for programs.

    `kind`, `address` and `requests` are older than `host`, `repo` and `requests_by_host`.
    """
    requests = _count_requests(plan)
    return {
        "listings": [_serialize_listing(listing) for listing in plan.listings],
        "look_ups": [_serialize_lookup(target) for target in plan.lookups],
        "requests": {"hub": requests[HUGGING_FACE], "github": requests[GITHUB]},
        "requests_by_host": requests,
        "pinned_revisions": len(plan.pinned_revisions),
        "branches_and_tags": len(plan.named_revisions),
        "missed_last_time": len(plan.missed_since),
    }


def _serialize_listing(listing: PlannedListing) -> dict[str, Any]:
    return {
        "host": listing.host,
        "kind": KIND_PLURALS[listing.kind],
        "owner": listing.owner,
        "repositories": len(listing.targets),
        "pages": listing.cost.pages,
        "look_ups": listing.cost.missing,
    }


def _serialize_lookup(target: Target) -> dict[str, Any]:
    return {
        "host": target.host,
        "kind": KIND_PLURALS[target.kind],
        "repo": target.repo,
        "address": target.repo,
    }
