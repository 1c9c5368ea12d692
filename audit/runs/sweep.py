"""One hourly sweep: what changed since the last, a share of the rotation, and what is suspected.

The cost follows from what changed at the host, and not from the size of the registry.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any

from audit.core.grouping import group_pairs
from audit.drift.finding import WatchedTarget
from audit.observations.facts import Target
from audit.runs.due import list_missed_targets, select_due_pins
from audit.runs.newest import (
    ListPart,
    ListResult,
    assume_list_result,
    plan_list_part,
    read_list_part,
)
from audit.runs.outcome import KnownStates
from audit.runs.plan import RunPlan, plan_checks
from audit.runs.rotation import RotationUnit, count_requests, list_rotation_units, turn_rotation
from audit.runs.sweep_due import (
    choose_controls,
    is_suspected,
    list_due_suspicions,
    list_missed_units,
    list_resting_targets,
    list_unfinished_targets,
)
from audit.runs.sweep_summary import SweepSummary, SweptList
from audit.sources.base import HeadCheckPlanner, HeadChecks, PlannedListing, Source
from audit.store.run_status import Heartbeat
from audit.store.sweep_state import RotationState, SweepState

ReadPart = Callable[[ListPart], ListResult]


@dataclass(frozen=True)
class SweepInputs:
    """What a sweep knows before it begins."""

    watched: Sequence[WatchedTarget]
    known: KnownStates
    heartbeat: Heartbeat | None
    state: SweepState
    now: datetime
    planners: Mapping[str, HeadCheckPlanner]

    @property
    def targets(self) -> list[Target]:
        """Everything that is tracked."""
        return [watch.target for watch in self.watched]


@dataclass(frozen=True)
class SweepPlan:
    """What a sweep looks at, and what it leaves to the next one."""

    run: RunPlan
    lists: tuple[ListResult, ...]
    rotation: Mapping[str, int]
    """Requests of this hour's share, by host."""
    suspicions: int
    """Suspicions that are looked at directly."""
    state: SweepState

    @property
    def is_whole(self) -> bool:
        """Whether every list could be read, or was replaced."""
        return not any(result.is_postponed for result in self.lists)

    @property
    def list_requests(self) -> int:
        """What the lists cost."""
        return sum(result.pages for result in self.lists)

    def summarize(self, unlisted: Iterable[Target] = ()) -> SweepSummary:
        """For the report. `unlisted`: new commits that a list should have shown."""
        lists = tuple(map(_summarize_list, self.lists))
        keys = tuple(target.key for target in unlisted)
        return SweepSummary(lists, self.rotation, self.suspicions, keys)


def _summarize_list(result: ListResult) -> SweptList:
    covered_by = "owners" if result.needs_owners else "newest"
    return SweptList(
        result.part.host,
        result.part.kind,
        "nothing" if result.is_postponed else covered_by,
        result.pages,
        result.entries,
        len(result.heads),
        result.distrust,
        result.failure,
    )


def forecast_sweep(inputs: SweepInputs) -> SweepPlan:
    """What a sweep is expected to request, with nothing sent."""
    return _build_sweep(inputs, assume_list_result)


def begin_sweep(
    inputs: SweepInputs, sources: Mapping[str, Source], read_now: Callable[[], datetime]
) -> SweepPlan:
    """Read the lists, and plan the rest by what they say. `read_now`: after an answer was read."""

    def read(part: ListPart) -> ListResult:
        return read_list_part(part, sources[part.host], inputs.known, read_now)

    return _build_sweep(inputs, read)


def _build_sweep(inputs: SweepInputs, read_part: ReadPart) -> SweepPlan:
    lessons = inputs.heartbeat.owners if inputs.heartbeat else {}
    checks = plan_checks(inputs.targets, lessons, inputs.planners)
    results = [read_part(part) for part in _list_parts(inputs, checks)]
    return _Sweep(inputs, checks, results).build()


def _list_parts(inputs: SweepInputs, checks: HeadChecks) -> list[ListPart]:
    """One for each tracked kind of which a host lists what changed last."""
    parts = []
    for host, planner in inputs.planners.items():
        for kind in planner.newest_kinds:
            targets = [each for each in inputs.targets if (each.host, each.kind) == (host, kind)]
            if targets:
                mark = inputs.state.marks.get(f"{host}/{kind}")
                own = _select_checks(checks, host, kind)
                parts.append(plan_list_part(targets, own, mark, inputs.now))
    return parts


def _select_checks(checks: HeadChecks, host: str, kind: str) -> HeadChecks:
    return HeadChecks(
        tuple(each for each in checks.listings if (each.host, each.kind) == (host, kind)),
        tuple(each for each in checks.lookups if (each.host, each.kind) == (host, kind)),
    )


class _Sweep:
    """What is looked at in one sweep, from what the lists said."""

    def __init__(
        self, inputs: SweepInputs, checks: HeadChecks, results: Sequence[ListResult]
    ) -> None:
        self._inputs = inputs
        self._results = results
        self._units = list_rotation_units(checks)
        self._resting = list_resting_targets(inputs.targets, inputs.heartbeat)
        self._rotations: dict[str, RotationState] = {}
        self._shares: dict[str, int] = {}

    def build(self) -> SweepPlan:
        """The plan."""
        units, suspicions = self._choose_units(), self._list_due_suspicions()
        singles = self._list_moved() | suspicions | self._list_unfinished()
        looked_at = singles.union(*(unit.targets for unit in units))
        singles |= choose_controls(looked_at, self._inputs.targets, self._inputs.known)
        return SweepPlan(
            self._build_run_plan(units, singles),
            tuple(self._results),
            self._shares,
            len(suspicions),
            SweepState(self._collect_marks(), self._rotations),
        )

    def _list_due_suspicions(self) -> set[Target]:
        inputs = self._inputs
        return list_due_suspicions(inputs.targets, inputs.known, inputs.now) - self._resting

    def _list_unfinished(self) -> set[Target]:
        return list_unfinished_targets(self._inputs.targets, self._inputs.known) - self._resting

    def _choose_units(self) -> list[RotationUnit]:
        """By lists and look-ups of owners.

        All of a kind that has no list to trust, what was missed, and of the rest an hour's share.
        """
        full = {result.part.key for result in self._results if result.needs_owners}
        whole = [unit for unit in self._units if unit.kind_key in full]
        missed = list_missed_units(self._units, self._inputs.heartbeat)
        turning = [unit for unit in self._units if unit.kind_key not in full]
        return [*whole, *missed, *self._turn_rings(turning)]

    def _turn_rings(self, turning: Sequence[RotationUnit]) -> list[RotationUnit]:
        """Each host's share of the hour, and the states of the rings."""
        by_host = group_pairs((unit.host, unit) for unit in turning)
        taken: list[RotationUnit] = []
        for host in sorted({unit.host for unit in self._units}):
            before = self._inputs.state.rotations.get(host)
            share, after = turn_rotation(by_host.get(host, []), before, self._inputs.now)
            self._rotations[host], self._shares[host] = after, count_requests(share)
            taken += share
        return taken

    def _list_moved(self) -> set[Target]:
        return set(chain.from_iterable(result.heads for result in self._results))

    def _collect_marks(self) -> dict[str, Any]:
        return {result.part.key: result.mark for result in self._results if result.mark}

    def _build_run_plan(self, units: Iterable[RotationUnit], singles: set[Target]) -> RunPlan:
        checks = [unit.check for unit in units]
        listings = {each.key: each for each in checks if isinstance(each, PlannedListing)}
        listed = set(chain.from_iterable(each.targets for each in listings.values()))
        lookups = singles.union(each for each in checks if isinstance(each, Target))
        return self._add_details(tuple(listings.values()), tuple(sorted(lookups - listed)))

    def _add_details(
        self, listings: tuple[PlannedListing, ...], lookups: tuple[Target, ...]
    ) -> RunPlan:
        """With what was missed, pins, and what the lists showed of targets that are unsuspected."""
        inputs = self._inputs
        plan = RunPlan(listings, lookups)
        planned = set(plan.targets)
        watched = [watch for watch in inputs.watched if watch.target in planned]
        direct = frozenset(target for target in planned if is_suspected(target, inputs.known))
        return RunPlan(
            listings,
            lookups,
            list_missed_targets(plan.targets, inputs.heartbeat),
            select_due_pins(watched, inputs.known, inputs.now.date()),
            {target: head for target, head in self._list_heads() if target not in direct},
            direct,
        )

    def _list_heads(self) -> Iterable[tuple[Target, Any]]:
        heads = chain.from_iterable(result.heads.items() for result in self._results)
        return ((target, head) for target, head in heads if head is not None)
