"""Branches and tags in runs: one request a week, a loss after two looks, and failures that show nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from audit.records.load import load_registry
from audit.runs.collect import Upstreams
from audit.runs.report import RunReport
from audit.runs.run import RunOptions, run_audit
from audit.sources.huggingface.source import HubSource
from audit.sources.patience import Patience
from audit.sources.request_log import RequestCounter
from tests.conftest import WriteRegistry, make_license_record, make_model_record
from tests.fakes.faults import FaultRule
from tests.fakes.hub_server import LoopbackHub
from tests.fakes.world import UpstreamWorld, build_world

START = datetime(2026, 1, 1, 6, tzinfo=UTC)
MODELS = tuple(f"maker/m-{number}" for number in range(14))
CHECKPOINTS = {"status": "released", "revisions": ["step{1..3..1}"], "evidence": ["card"]}


@dataclass
class Suite:
    """Models of one maker whose checkpoints lie in branches."""

    root: Path
    world: UpstreamWorld
    hub: LoopbackHub
    days: int = 0

    def audit(self, hours: int = 24, *, sweep: bool = False) -> RunReport:
        """One run, and then so many hours."""
        counter = RequestCounter()
        source = HubSource(self.hub.endpoint, None, counter, Patience(sleep=[].append, pause=0.001))
        now = START + timedelta(hours=self.days)
        self.days += hours
        options = RunOptions(self.root, now, sweep=sweep)
        return run_audit(load_registry(self.root), Upstreams((source,), counter), options)

    def list_asked(self) -> list[str]:
        """The models of whose branches the Hub was asked, since the last question."""
        paths = [each.path for each in self.hub.log if each.path.endswith("/refs")]
        self.hub.clear_log()
        return [path.removeprefix("/api/models/").removesuffix("/refs") for path in paths]


@pytest.fixture
def suite(write_registry: WriteRegistry) -> Iterator[Suite]:
    rows = [make_model_record(id) for id in MODELS]
    for row in rows:
        row["components"]["model-parameters-intermediate"] = CHECKPOINTS
    root = write_registry(("licenses", make_license_record()), *(("models", row) for row in rows))
    world = build_world(load_registry(root))
    with LoopbackHub(world) as hub:
        yield Suite(root, world, hub)


def list_told(report: RunReport) -> list[tuple[str, str, str]]:
    return [(each.record, each.kind, each.status) for each in report.findings]


@pytest.mark.parametrize(("hours", "sweep"), [(24, False), (24, True), (1, True)])
def test_each_repository_is_asked_once_a_week_and_not_all_on_one_day(
    suite: Suite, hours: int, sweep: bool
):
    """The first run asks them all; then a day's share, whether runs are daily or sweeps hourly."""
    suite.audit(hours)
    assert sorted(suite.list_asked()) == sorted(MODELS)
    by_run = []
    for _ in range(7 * 24 // hours):
        assert list_told(suite.audit(hours, sweep=sweep)) == []
        by_run.append(suite.list_asked())
    assert sorted(name for names in by_run for name in names) == sorted(MODELS)
    assert sum(bool(names) for names in by_run) > 2


def test_a_run_that_was_missed_is_made_up_for(suite: Suite):
    """After five days of silence the shares of all five come at once."""
    suite.audit(24 * 6)
    suite.list_asked()
    suite.audit()
    second = suite.list_asked()
    suite.audit()
    assert sorted({*second, *suite.list_asked()}) == sorted(MODELS)


def run_until_asked(suite: Suite, model: str) -> RunReport:
    while True:
        report = suite.audit()
        if model in suite.list_asked():
            return report


def test_a_deleted_branch_is_told_after_two_looks_and_a_moved_one_at_once(suite: Suite):
    """The second look comes the next day, not after a week; what stands in other branches says nothing."""
    suite.audit()
    gone, moved, grown = MODELS[:3]
    suite.world.set_branch("models", gone, "step2", None)
    suite.world.set_branch("models", moved, "step2", "f" * 40)
    suite.world.set_branch("models", grown, "step9", "f" * 40)
    run_until_asked(suite, gone)
    report = suite.audit()
    assert gone in suite.list_asked()
    assert (f"models/{gone}", "revisions-gone", "confirmed") in list_told(report)
    report = [suite.audit() for _ in range(7)][-1]
    assert sorted(list_told(report)) == [
        (f"models/{gone}", "revisions-gone", "confirmed"),
        (f"models/{moved}", "revisions-moved", "confirmed"),
    ]
    finding = next(each for each in report.findings if each.kind == "revisions-gone")
    assert (finding.after, finding.verdict_before) == ("1 gone: step2", finding.verdict_after)


def test_a_deleted_repository_is_told_once_and_not_by_its_branches(suite: Suite):
    """The loss of the weights says it all."""
    suite.audit()
    suite.world.remove_hub_repo("models", MODELS[0])
    report = [suite.audit() for _ in range(8)][-1]
    assert list_told(report) == [(f"models/{MODELS[0]}", "weights-gone", "confirmed")]


@pytest.mark.parametrize("fault", ["503", "html", "truncated", "bad-json", "429"])
def test_a_failure_shows_nothing_and_leaves_the_run_complete(suite: Suite, fault: str):
    """A branch that could not be listed is not gone, and its model is seen all the same."""
    suite.audit()
    suite.world.fault_injector.add_rule(FaultRule(fault, "hub", r"/refs$"))  # type: ignore[arg-type]
    reports = [suite.audit() for _ in range(8)]
    assert {report.status for report in reports} == {"complete"}
    assert [list_told(report) for report in reports] == [[]] * 8
    failed = [report.state_counts["unverifiable"] for report in reports]
    assert sum(failed) >= len(MODELS)
