"""What a run will ask, before it asks: one listing for an owner with several repositories, else one look-up each."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from audit.observations.types import Target

LISTING_FROM = 2
"""Repositories of one owner from which a listing costs less than look-ups."""


@dataclass(frozen=True)
class Listing:
    """One listing of an owner's repositories, and the targets that it covers."""

    kind: Literal["models", "datasets"]
    owner: str
    targets: tuple[Target, ...]


@dataclass(frozen=True)
class Plan:
    """The head checks of a run, in order."""

    listings: tuple[Listing, ...]
    heads: tuple[Target, ...]
    """Hub repositories that are looked up one by one."""
    code: tuple[Target, ...]
    """GitHub repositories."""

    @property
    def targets(self) -> tuple[Target, ...]:
        """Everything that is looked at, sorted."""
        return tuple(sorted({*self.heads, *self.code, *(target for listing in self.listings for target in listing.targets)}))


def make_plan(targets: Iterable[Target]) -> Plan:
    """The cheapest head checks for these targets. The same targets give the same plan."""
    owners: dict[tuple[Literal["models", "datasets"], str], list[Target]] = defaultdict(list)
    code = []
    for target in sorted(set(targets)):
        if target.kind == "code":
            code.append(target)
        else:
            owners[target.kind, target.address.partition("/")[0]].append(target)
    listings = [Listing(kind, owner, tuple(found)) for (kind, owner), found in sorted(owners.items()) if len(found) >= LISTING_FROM]
    heads = [target for _, found in sorted(owners.items()) if len(found) < LISTING_FROM for target in found]
    return Plan(tuple(listings), tuple(sorted(heads)), tuple(code))


def describe(plan: Plan) -> str:
    """The plan as lines for people, with the requests that an unchanged registry costs."""
    lines = [f"{each.kind}: one listing of {each.owner} for {len(each.targets)} repositories" for each in plan.listings]
    lines += [f"{target.kind}: one look-up of {target.address}" for target in (*plan.heads, *plan.code)]
    hub = len(plan.listings) + len(plan.heads)
    covered = len(plan.targets) - len(plan.code)
    lines.append(f"{hub} requests to the Hub for {covered} repositories and {len(plan.code)} to GitHub, when nothing changed")
    return "\n".join(lines)
