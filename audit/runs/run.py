"""One audit: observe, compare, decide, write. Safe to kill at any point and to repeat."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from functools import cached_property

from audit.core.collector import spare_loaded
from audit.core.locking import hold_registry_lock
from audit.drift.finding import WatchedTarget
from audit.drift.known_lines import collect_maker_lines
from audit.drift.lifecycle import should_trip_breaker
from audit.drift.targets import list_watched_code, list_watched_elsewhere, sort_watched
from audit.observations.facts import GITHUB, Observation, Target
from audit.records.registry import Registry
from audit.runs.collect import (
    ObservationRound,
    ReportProgress,
    Upstreams,
    observe_targets,
    order_lookups,
)
from audit.runs.compare import (
    ComparisonContext,
    close_unwatched_findings,
    compare_observations,
)
from audit.runs.daily_pages import add_due_pages, leave_out_extras
from audit.runs.decision import RunDecision, derive_run_status
from audit.runs.due import plan_due_checks
from audit.runs.head_start import HeadStart
from audit.runs.heartbeat import build_heartbeat, build_sweep_heartbeat
from audit.runs.known import PreviousFacts
from audit.runs.options import RunOptions
from audit.runs.outcome import (
    Outcome,
    TargetOutcomes,
    TargetReasons,
    mark_unverified,
    merge_outcomes,
)
from audit.runs.plan import RunPlan
from audit.runs.report import RunReport, sort_findings
from audit.runs.stores import RunStores
from audit.runs.sweep import SweepInputs, SweepPlan, begin_sweep
from audit.runs.sweep_check import forget_marks, list_unlisted_commits
from audit.runs.sweep_due import list_recently_lost_models
from audit.runs.verified import measure_progress, require_control_answers
from audit.runs.weekly_revisions import add_due_revisions
from audit.sources.base import Lessons, ObservationContext, index_sources
from audit.store.run_status import write_heartbeat
from audit.store.sweep_state import read_sweep_state, write_sweep_state

ObserveTargets = Callable[..., ObservationRound]


def run_audit(
    registry: Registry,
    upstreams: Upstreams,
    options: RunOptions,
    progress: ReportProgress = lambda done, total: None,
    observer: ObserveTargets = observe_targets,
) -> RunReport:
    """Audit the registry once and write what was learned. `observer` makes the requests.

    Raises AlreadyRunning, BadFile, UsageError.
    """
    with hold_registry_lock(options.root), spare_loaded(), closing(HeadStart()) as ahead:
        audit = _Audit(registry, upstreams, options)
        if observer is observe_targets:
            # Another one asks from elsewhere, and would ask again.
            audit.begin_code(ahead)
        return audit.run(progress, observer)


class _Audit:
    """One run: what it was given, what was known before it, and its steps."""

    def __init__(self, registry: Registry, upstreams: Upstreams, options: RunOptions) -> None:
        self._registry = registry
        self._upstreams = upstreams
        self._options = options
        self._now = options.now
        self._stores = RunStores(options.root, registry)
        self._known, self._heartbeat = self._stores.known, self._stores.heartbeat
        self._code = list_watched_code(registry, options.only)
        self._sources = index_sources(upstreams.sources)
        self._ahead = HeadStart()
        self._plan = RunPlan()
        self._sweep: SweepPlan | None = None
        self._unlisted: list[Target] = []

    @cached_property
    def _watched(self) -> list[WatchedTarget]:
        elsewhere = list_watched_elsewhere(self._registry, self._options.only)
        return sort_watched([*self._code, *elsewhere])

    def begin_code(self, ahead: HeadStart) -> None:
        """Ask GitHub, whose answers take longest, while what the Hub is asked is still planned.

        A sweep looks at little of it, and what few requests are given is spent by age on all hosts.
        """
        source = self._sources.get(GITHUB)
        has_limit = self._upstreams.counter.limit is not None
        if source is None or has_limit or self._options.sweep:
            return
        known, now = self._known, self._options.now
        plan = plan_due_checks(self._code, known, self._heartbeat, now, self._sources)
        context = ObservationContext(PreviousFacts(known), {}, self._stores.texts.add_text)
        ahead.begin(source, order_lookups(plan), context)
        self._ahead = ahead

    def run(self, progress: ReportProgress, observer: ObserveTargets) -> RunReport:
        """Every step in its order."""
        self._plan = self._make_plan()
        observed = self._observe(progress, observer)
        if self._sweep:
            seen = observed.observations
            self._unlisted = list_unlisted_commits(self._sweep, seen, self._known)
        self._now = self._find_start()
        looks = require_control_answers(observed.observations)
        decision = self._decide(looks, observed.makers)
        if self._options.dry_run:
            return self._build_report(decision)
        report = self._build_report(self._stores.write(decision, _format_moment(self._now)))
        self._write_heartbeat(report, observed.owner_costs)
        return report

    def _make_plan(self) -> RunPlan:
        """What is looked at; makers' pages once a day, branches and tags once a week."""
        plan, before, now = self._plan_repositories(), self._heartbeat, self._options.now
        plan = add_due_pages(plan, self._watched, before, now, self._sources)
        plan = add_due_revisions(plan, self._watched, self._known, before, now, self._sources)
        lines = {} if self._options.only else collect_maker_lines(self._registry)
        return replace(plan, maker_lines=lines)

    def _plan_repositories(self) -> RunPlan:
        """Everything, or what a sweep has to look at by what the lists say."""
        watched = leave_out_extras(self._watched)
        known, before = self._known, self._heartbeat
        now, sources = self._options.now, self._sources
        if not self._options.sweep:
            return plan_due_checks(watched, known, before, now, sources)
        state = read_sweep_state(self._options.root)
        inputs = SweepInputs(watched, known, before, state, now, sources)
        self._sweep = begin_sweep(inputs, sources, self._find_start)
        return self._sweep.run

    def _observe(self, progress: ReportProgress, observer: ObserveTargets) -> ObservationRound:
        self._ahead.stop()
        upstreams = replace(
            self._upstreams, keep_text=self._stores.texts.add_text, take_begun=self._ahead.take
        )
        return observer(self._plan, PreviousFacts(self._known), upstreams, progress)

    def _find_start(self) -> datetime:
        """When the run began: a clock of ours that is ahead must not make two checks out of one.

        The latest of the hosts' clocks counts, so that one host's slow clock holds back nobody
        else's checks.
        """
        server_times = [source.server_time for source in self._upstreams.sources]
        known = [moment for moment in server_times if moment is not None]
        if self._options.clock is None or not known:
            return self._options.now
        return min(self._options.now, max(known))

    def _decide(self, observations: list[Observation], makers: list[Observation]) -> RunDecision:
        """Compare, then let the breaker have its say. What cannot be stored counts as not seen.

        `makers`: what lists showed on the way; they are no looks of their own.
        """
        parts, broken = self._compare([*observations, *makers])
        unfit = self._stores.find_refused(parts, _format_moment(self._now))
        fit = {target: part for target, part in parts.items() if target not in unfit}
        outcome = self._merge_outcomes(fit)
        decided = mark_unverified(mark_unverified(observations, broken, ours=True), unfit)
        if not self._trips_breaker(outcome):
            return RunDecision(decided, outcome, (), is_degraded=False)
        # No fact moves, and what was open stays as it was.
        losses = tuple(sorted(outcome.newly_lost))
        return RunDecision(decided, self._merge_outcomes({}), losses, is_degraded=True)

    def _compare(self, observations: list[Observation]) -> tuple[TargetOutcomes, TargetReasons]:
        """The outcomes by target, and the targets whose comparison failed."""
        is_partial = bool(self._options.only)
        context = ComparisonContext(
            self._registry,
            self._now,
            self._stores.texts.find_text,
            is_partial=is_partial,
            basis=self._stores.basis,
        )
        parts, broken = compare_observations(self._watched, observations, self._known, context)
        if not is_partial:
            # A partial run does not know what the other records watch.
            parts |= close_unwatched_findings(self._known, self._watched, self._registry)
        return parts, broken

    def _merge_outcomes(self, parts: TargetOutcomes) -> Outcome:
        unseen = [watch.target for watch in self._watched if watch.target not in parts]
        return merge_outcomes(parts, self._known, unseen)

    def _trips_breaker(self, outcome: Outcome) -> bool:
        if self._options.allow_mass_change:
            return False
        lost = outcome.newly_lost
        if self._sweep and lost:
            # A sweep sees in a day what a run sees at once.
            lost = lost | list_recently_lost_models(self._known, self._now)
        kinds = [watch.target.kind for watch in self._watched]
        return should_trip_breaker(len(lost), kinds.count("model"))

    def _write_heartbeat(self, report: RunReport, owner_costs: Lessons) -> None:
        root, before = self._options.root, self._heartbeat
        if self._sweep:
            targets = {watch.target.key for watch in self._watched}
            heartbeat = build_sweep_heartbeat(report, before, owner_costs, targets)
            write_heartbeat(root, replace(heartbeat, compared=self._find_compared(report)))
            # What the breaker held back has to be read again.
            if report.status != "degraded":
                write_sweep_state(root, forget_marks(self._sweep.state, self._unlisted))
            return
        is_partial = bool(self._options.only)
        heartbeat = build_heartbeat(report, before, owner_costs, is_partial=is_partial)
        write_heartbeat(root, replace(heartbeat, compared=self._find_compared(report)))

    def _find_compared(self, report: RunReport) -> str | None:
        """By what everything is compared now: a run that left some out knows it of the last one.

        Nothing where a file could not be written: what stands on disk is not what was found.
        """
        is_whole = self._stores.basis.is_unmoved or self._looked_at_everything()
        left_out = bool(self._options.only) or self._stores.has_unwritten
        if left_out or not is_whole or report.status == "degraded":
            return None
        return self._stores.digest_basis()

    def _looked_at_everything(self) -> bool:
        """As every run does, and the first sweep; what is looked at on other days is left aside."""
        planned = set(self._plan.targets)
        return all(watch.target in planned for watch in leave_out_extras(self._watched))

    def _build_report(self, decision: RunDecision) -> RunReport:
        clock, outcome = self._options.clock, decision.outcome
        stamp = _format_moment(self._now)
        return RunReport(
            run_id=stamp,
            started=stamp,
            finished=_format_moment(clock() if clock else self._now),
            status=derive_run_status(decision, self._sweep),
            requests=self._upstreams.counter.get_counts(),
            target_observations=tuple(decision.observations),
            findings=sort_findings([*outcome.open, *outcome.changed]),
            changed_findings=sort_findings(outcome.changed),
            held_back=decision.held_back,
            progress=measure_progress(decision.observations, self._known, self._plan),
            technical=self._stores.technical,
            sweep=self._sweep.summarize(self._unlisted) if self._sweep else None,
        )


def _format_moment(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
