"""The rehearsal: a world where the records are true, and the script played day by day."""

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from audit.drift.finding import Finding, compute_finding_id
from audit.records.load import load_registry
from audit.records.registry import Registry
from audit.runs.collect import Upstreams
from audit.runs.report import RunReport
from audit.runs.run import RunOptions, run_audit
from audit.sources.base import Source
from audit.sources.github.repositories import GithubSource
from audit.sources.huggingface.source import HubSource
from audit.sources.pages.source import PagesSource
from audit.sources.patience import Patience
from audit.sources.request_log import RequestCounter
from tests.fakes.changes import apply_operation
from tests.fakes.faults import FaultRule
from tests.fakes.github_server import LoopbackGithub
from tests.fakes.hub_server import LoopbackHub
from tests.fakes.page_server import serve_pages
from tests.fakes.world import UpstreamWorld, build_world
from tests.rehearsal.expectations import Expectations
from tests.rehearsal.newsroom import PublishedDay, RehearsalPublisher
from tests.rehearsal.registry_copy import edit_record, prepare_registry_copy
from tests.rehearsal.scenario import Scenario, ScriptedChange, ScriptedDay

FIRST_RUN = datetime(2026, 1, 5, 6, 0, tzinfo=UTC)
CLIENT_TIMEOUT_SECONDS = 1.0
"""Seconds that the rehearsal's client waits for an answer on a day with held ones, which are held for longer."""
UNHURRIED = 30.0
"""Seconds that it waits on any other day: on a busy machine no answer that comes is missed."""


@dataclass(frozen=True)
class DayResult:
    """One played day."""

    day: ScriptedDay
    moment: datetime
    report: RunReport
    missed_findings: tuple[str, ...]
    """Findings that had to change on this day and did not."""
    unexpected_findings: tuple[str, ...]
    """Findings that changed and had no reason to."""
    published: PublishedDay
    """What reached people."""

    @property
    def passed(self) -> bool:
        """Whether the audit saw what happened, and nothing else, and told it once."""
        return (
            not self.missed_findings and not self.unexpected_findings and not self.published.faults
        )


def rehearse_scenario(root: Path, scenario: Scenario) -> Iterator[DayResult]:
    """Play the script on a scratch copy of the registry; nothing under `root` is written."""
    with tempfile.TemporaryDirectory(prefix="drill-") as folder:
        scratch = Path(folder) / "registry"
        prepare_registry_copy(root, scratch, scenario)
        registry = load_registry(scratch)
        world = build_world(registry, FIRST_RUN.date())
        world.fault_injector.hold_seconds = CLIENT_TIMEOUT_SECONDS * 3
        with (
            LoopbackHub(world) as hub,
            LoopbackGithub(world) as github,
            serve_pages(world.pages, lambda: world.page_weather) as pages,
        ):
            publisher = RehearsalPublisher(scratch, world, github.endpoint, UNHURRIED)
            hosts = (hub.endpoint, github.endpoint, pages)
            stage = Stage(scratch, world, hosts, publisher)
            yield from stage.play_days(registry, scenario)


@dataclass(frozen=True)
class Stage:
    """Where the script is played."""

    root: Path
    world: UpstreamWorld
    hosts: tuple[str, str, str]
    """Where the Hub, GitHub and the makers' pages answer."""
    publisher: RehearsalPublisher

    def play_days(self, registry: Registry, scenario: Scenario) -> Iterator[DayResult]:
        """Each day: what happens upstream, a run of the audit, and what is published."""
        expectations = Expectations()
        for index, day in enumerate(scenario.days):
            moment = FIRST_RUN + timedelta(days=index)
            self.world.day = moment.date()
            for scripted in day.scripted_changes:
                self._apply_change(scripted)
                expectations.add_change(scripted)
            if any(scripted.record_patches for scripted in day.scripted_changes):
                registry = load_registry(self.root)
            _set_faults(self.world, day)
            report = run_audit(registry, self._build_upstreams(), RunOptions(self.root, moment))
            today = expectations.advance_one_run() if day.weather == "fair" else {}
            published = self.publisher.publish_day(registry, moment, expectations)
            yield _judge_day(day, moment, report, today, published)

    def _apply_change(self, scripted: ScriptedChange) -> None:
        for operation in scripted.operations:
            apply_operation(operation, self.world)
        for ref, patch in scripted.record_patches.items():
            edit_record(self.root / f"{ref}.json", patch)

    def _build_upstreams(self) -> Upstreams:
        held = self.world.fault_injector.holds_answers
        patience = Patience(
            timeout=CLIENT_TIMEOUT_SECONDS if held else UNHURRIED,
            sleep=lambda _: None,
            pause=0.01,
        )
        counter = RequestCounter()
        kinds: tuple[type[Source], ...] = (HubSource, GithubSource, PagesSource)
        sources = tuple(
            kind(endpoint, None, counter, patience)  # type: ignore[call-arg]
            for kind, endpoint in zip(kinds, self.hosts, strict=True)
        )
        return Upstreams(sources=sources, counter=counter)


def _judge_day(
    day: ScriptedDay,
    moment: datetime,
    report: RunReport,
    expected: Mapping[str, str],
    published: PublishedDay,
) -> DayResult:
    seen = {finding.id: finding.status for finding in report.changed_findings}
    missed = [
        f"{id} should be {status}" for id, status in expected.items() if seen.get(id) != status
    ]
    unexpected = []
    for finding in report.changed_findings:
        is_expected = expected.get(finding.id) == finding.status
        if not is_expected or not _has_expected_direction(finding, day):
            unexpected.append(_describe_finding(finding))
    return DayResult(day, moment, report, tuple(missed), tuple(unexpected), published)


def _has_expected_direction(finding: Finding, day: ScriptedDay) -> bool:
    """The script names a direction where it expects the finding; on other days any will do."""
    for scripted in day.scripted_changes:
        for wanted in scripted.expected_findings:
            if compute_finding_id(wanted.record, wanted.kind, wanted.field) == finding.id:
                return finding.direction == wanted.direction
    return True


def _describe_finding(finding: Finding) -> str:
    change = f"{finding.field}: {finding.before} -> {finding.after}"
    return f"{finding.status} {finding.record} {finding.kind} {change} [{finding.direction}]"


def _set_faults(world: UpstreamWorld, day: ScriptedDay) -> None:
    world.fault_injector.clear_rules()
    world.page_weather = day.weather
    if day.weather == "unreachable":
        world.fault_injector.add_rule(FaultRule("unreachable"))
    elif day.weather == "disturbed":
        for rule in DISTURBED_RULES:
            world.fault_injector.add_rule(rule)


DISTURBED_RULES = (
    FaultRule("html", "hub", r"/resolve"),
    FaultRule("503", "hub", r"^/api/models$"),
    FaultRule("429", "hub", r"^/api/datasets"),
    FaultRule("truncated", "hub", r"^/api/models/[a-m]"),
    FaultRule("bad-json", "hub", r"^/api/models/[n-z]"),
    FaultRule("timeout", "hub", r"^/api/models/[A-H]", times=4),
    FaultRule("503", "hub"),
    FaultRule("reset", "github", r"/[a-m]", times=20),
    FaultRule("503", "github"),
)
"""A bad day: a login page where texts should be, overload, limits, half answers and silence. The first match strikes."""
