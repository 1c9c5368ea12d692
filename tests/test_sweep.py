"""Hourly sweeps against the loopback Hub: cheap, in time, and safe where the list of what changed last is not as expected."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from audit.cli.main import main
from audit.core.json_files import InvalidFileError, read_json_file
from audit.observations.facts import HUGGING_FACE, Target
from audit.records.load import load_registry
from audit.records.schema import find_schema_problems
from audit.runs.collect import Upstreams
from audit.runs.forecast import plan_sweep
from audit.runs.report import RunReport
from audit.runs.rotation import RotationUnit
from audit.runs.run import RunOptions, run_audit
from audit.runs.sweep_due import choose_controls, list_missed_units, list_resting_targets
from audit.runs.sweep_plan_words import format_sweep_plan
from audit.sources.github.repositories import GithubSource
from audit.sources.huggingface.source import HubSource
from audit.sources.patience import Patience
from audit.sources.request_log import RequestCounter
from audit.store.observations import TargetStateStore
from audit.store.run_status import Heartbeat, UnverifiedTarget, read_heartbeat
from audit.store.sweep_state import build_sweep_state_path, read_sweep_state
from tests.conftest import WriteRegistry, make_license_record, make_model_record
from tests.fakes.faults import FaultRule
from tests.fakes.github_server import LoopbackGithub
from tests.fakes.hub_server import LoopbackHub
from tests.fakes.repositories import HubRepo, format_hub_time
from tests.fakes.world import UpstreamWorld, build_world

START = datetime(2026, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
MODELS = [f"{owner}/model-{number}" for owner in ("maker", "other", "third") for number in range(4)]
MODELS += [f"single-{number}/model" for number in range(20)]
CHANGED = {"license": "apache-2.0"}
LIST = "^/api/models$"


class SweepStage:
    """A registry, its world with a stranger who commits every hour, and the servers."""

    def __init__(self, root: Path, world: UpstreamWorld, hub: LoopbackHub, github: LoopbackGithub):
        self.root, self.world, self.hub, self.github = root, world, hub, github
        self.now = START - HOUR
        self.stranger = world.add_hub_repo(HubRepo("models", "stranger/model"))

    def sweep(self, **options: bool) -> RunReport:
        """An hour later, a sweep. The stranger committed one minute before it."""
        self.now += HOUR
        self.world.day = self.now - timedelta(minutes=1)
        if not options.pop("still", False):
            self.stranger.commit_revision(format_hub_time(self.world.day))
        self.world.day = self.now + timedelta(minutes=30)
        return self.run(sweep=True, **options)

    def run(self, **options: bool) -> RunReport:
        """A run at this moment."""
        counter = RequestCounter()
        quick = Patience(sleep=lambda _: None, pause=0.001)
        upstreams = Upstreams(
            (
                HubSource(self.hub.endpoint, None, counter, quick),
                GithubSource(self.github.endpoint, None, counter, quick),
            ),
            counter,
        )
        options_of_run = RunOptions(self.root, self.now, **options)
        return run_audit(load_registry(self.root), upstreams, options_of_run)

    def sweep_hours(self, hours: int) -> list[RunReport]:
        """So many sweeps."""
        return [self.sweep() for _ in range(hours)]


@pytest.fixture
def stage(write_registry: WriteRegistry) -> Iterator[SweepStage]:
    records = [("licenses", make_license_record()), ("licenses", make_license_record("Apache-2.0"))]
    root = write_registry(*records, *[("models", make_model_record(id)) for id in MODELS])
    world = build_world(load_registry(root))
    with LoopbackHub(world, page_cap=4) as hub, LoopbackGithub(world) as github:
        yield SweepStage(root, world, hub, github)


def list_changes(report: RunReport) -> list[tuple[str, str, str]]:
    return [(each.record, each.kind, each.status) for each in report.changed_findings]


def read_coverage(report: RunReport) -> tuple[str, str, str]:
    """How the models were covered, why the list was not trusted, and why it could not be read."""
    assert report.sweep
    swept = report.sweep.lists[0]
    return swept.covered_by, swept.distrust, swept.failure


def test_the_first_sweep_looks_at_everything_and_the_next_at_its_share(stage: SweepStage):
    """A quiet hour costs a page and a twenty-second part of what everything costs."""
    first, *quiet = stage.sweep_hours(24)
    assert sum(first.state_counts.values()) == len(MODELS)
    assert {read_coverage(report) for report in quiet} == {("newest", "", "")}
    requests = [report.requests["hub-api"] for report in quiet]
    assert max(requests) <= 1 + 2
    assert sum(len(report.target_observations) for report in quiet) >= len(MODELS)
    assert all(report.status == "complete" and not report.findings for report in quiet)


def test_the_first_sweep_is_a_basis_and_one_after_a_changed_record_is_none(stage: SweepStage):
    """A share of the targets, compared with a record that changed, says nothing of the others."""
    stage.sweep()
    assert read_compared(stage)
    stage.sweep()
    assert read_compared(stage)
    path = stage.root / "models" / f"{MODELS[0]}.json"
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    stage.sweep()
    assert not read_compared(stage)
    stage.run()
    assert read_compared(stage)


def read_compared(stage: SweepStage) -> str | None:
    """By what everything was compared."""
    heartbeat = read_heartbeat(stage.root)
    assert heartbeat is not None
    return heartbeat.compared


def test_what_moves_the_date_is_told_by_the_next_sweep(stage: SweepStage):
    """One request for the page, one for the repository, and the rotation's share."""
    stage.sweep_hours(2)
    stage.world.set_card("models", "single-7/model", CHANGED)
    report = stage.sweep()
    assert list_changes(report) == [("models/single-7/model", "license-tag-changed", "confirmed")]
    assert report.requests["hub-api"] <= 2 + 2


def test_a_gate_is_suspected_within_a_day_and_told_six_hours_later(stage: SweepStage):
    """It moves no date, so that the rotation finds it; the second look does not wait for the next round."""
    stage.sweep()
    stage.world.set_gate("models", "maker/model-1", "manual")
    changes = [list_changes(report) for report in stage.sweep_hours(31)]
    seen = next(hour for hour, found in enumerate(changes, start=1) if found)
    assert seen <= 23
    assert changes[seen - 1] == [("models/maker/model-1", "weights-gated", "suspected")]
    assert changes[seen + 5] == [("models/maker/model-1", "weights-gated", "confirmed")]


def test_late_sweeps_tell_a_gate_within_seven_hours_of_its_suspicion(stage: SweepStage):
    """A scheduler is late by minutes, never by the same: the second look slips by an hour at most."""
    late = [timedelta(minutes=minutes) for minutes in (0, 4, 1, 9, 2, 7, 0, 5)]
    stage.sweep()
    changed = stage.now
    stage.world.set_gate("models", "maker/model-1", "manual")
    times = {}
    for hour in range(1, 33):
        stage.now = changed + (hour - 1) * HOUR + late[hour % len(late)]
        for _, _, status in list_changes(stage.sweep()):
            times.setdefault(status, stage.now)
    assert times["suspected"] - changed <= 24 * HOUR
    assert 6 * HOUR <= times["confirmed"] - times["suspected"] <= 7 * HOUR + max(late)


def test_three_looks_at_what_is_gone_are_done_within_36_hours(stage: SweepStage):
    """Each look counts six hours after the last, and each has a control."""
    stage.sweep()
    stage.world.remove_hub_repo("models", "single-3/model")
    told = [list_changes(report) for report in stage.sweep_hours(36)]
    assert [("models/single-3/model", "weights-gone", "confirmed")] in told


def test_an_absence_alone_in_its_hour_gets_a_control(stage: SweepStage):
    """Without a good answer of the same host in the same sweep, no look would count."""
    stage.sweep()
    known = TargetStateStore(stage.root).load_states()
    lost, *others = sorted(known)
    assert choose_controls({lost}, [lost, *others], known) == set()  # it answered last time
    known[lost] = replace(known[lost], state="absent")
    assert len(choose_controls({lost}, [lost, *others], known) & set(others)) == 1
    assert choose_controls({lost, others[0]}, [lost, *others], known) == set()


@pytest.mark.parametrize("change", ["order", "still", "no-mark"])
def test_a_list_that_is_not_as_expected_is_replaced_by_owner_listings(
    stage: SweepStage, change: str
):
    """Everything is looked at, so that the change is told all the same, and the report says why."""
    stage.sweep_hours(2)
    expected = {
        "order": "out-of-order",
        "still": "stands-still",
        "no-mark": "no-mark",
    }
    stage.world.set_gate("models", "single-9/model", "manual")
    if change == "order":
        _reverse_lists(stage.hub)
    if change == "no-mark":
        _cut_lists(stage.hub)
    if change == "still":
        stage.now += 3 * HOUR
    report = stage.sweep(still=change == "still")
    assert read_coverage(report) == ("owners", expected[change], "")
    assert len(report.target_observations) == len(MODELS)
    assert list_changes(report) == [("models/single-9/model", "weights-gated", "suspected")]


def _reverse_lists(hub: LoopbackHub) -> None:
    """The oldest first, as if the Hub had changed its order."""
    _change_lists(hub, lambda rows: rows[::-1])


def _cut_lists(hub: LoopbackHub) -> None:
    """One entry and no further page."""
    _change_lists(hub, lambda rows: rows[:1])


def _change_lists(hub: LoopbackHub, change) -> None:
    answer = hub.answer_request

    def changed(request):
        given = answer(request)
        if request.path == "/api/models" and request.find_parameter("sort") == "lastModified":
            rows = json.loads(given.body)
            if len(change(rows)) < len(rows) - 1:
                given.headers.pop("Link", None)
            return type(given)(200, given.headers, json.dumps(change(rows)).encode())
        return given

    hub.answer_request = changed


def test_a_date_of_the_future_hides_nothing_and_stops_nothing(stage: SweepStage):
    """A stranger who could write one would cost no request more, and it never becomes the mark."""
    other = stage.world.add_hub_repo(HubRepo("models", "other-stranger/model"))
    stage.sweep_hours(2)
    other.commit_revision(format_hub_time(stage.now + 50 * HOUR))
    assert read_coverage(stage.sweep()) == ("newest", "", "")
    assert read_sweep_state(stage.root).marks["huggingface/model"].newest <= stage.now
    stage.world.set_card("models", "single-7/model", CHANGED)
    report = stage.sweep()
    assert list_changes(report) == [("models/single-7/model", "license-tag-changed", "confirmed")]


def test_a_list_that_leaves_something_out_is_found_out(stage: SweepStage):
    """The rotation sees the commit; the report names it, and the next sweep looks at everything instead."""
    stage.sweep_hours(2)
    hidden = "single-7/model"
    _change_lists(stage.hub, lambda rows: [row for row in rows if row["id"] != hidden])
    stage.world.set_card("models", hidden, CHANGED)
    reports = stage.sweep_hours(26)
    found = next(hour for hour, report in enumerate(reports) if report.findings)
    assert [report.sweep.unlisted for report in reports].count(()) == len(reports) - 1
    assert reports[found].sweep.unlisted == (f"huggingface/model/{hidden}",)
    assert read_coverage(reports[found + 1])[0] == "owners"
    assert read_coverage(reports[found + 2])[0] == "newest"


def test_a_list_that_cannot_be_read_is_read_further_down_next_time(stage: SweepStage):
    """The hour is incomplete, its mark stays, and the next sweep tells what it would have told."""
    stage.sweep_hours(2)
    stage.world.set_card("models", "single-7/model", CHANGED)
    stage.world.fault_injector.add_rule(FaultRule("503", "hub", LIST))
    report = stage.sweep()
    assert (report.status, read_coverage(report)) == ("incomplete", ("nothing", "", "http-503"))
    stage.world.fault_injector.clear_rules()
    told = ("models/single-7/model", "license-tag-changed", "confirmed")
    assert told in [*list_changes(report), *list_changes(stage.sweep())]


def test_a_list_that_stays_away_is_replaced(stage: SweepStage):
    """After three hours the lists of the owners say what it does not."""
    stage.sweep_hours(2)
    stage.world.fault_injector.add_rule(FaultRule("bad-json", "hub", LIST + "|sort=lastModified"))
    # The lists of owners have the same address: those are looked up one by one.
    covered = [read_coverage(report)[0] for report in stage.sweep_hours(4)]
    assert covered[0] == "nothing"
    assert covered[-1] == "owners"


def test_what_the_breaker_held_back_is_read_again(stage: SweepStage):
    """A degraded sweep leaves the marks and the rotation as they were; the person's run then finds all of it."""
    stage.sweep_hours(2)
    before = read_sweep_state(stage.root)
    for number in range(20):
        stage.world.disable_hub_repo("models", f"single-{number}/model")
        stage.world.get_hub_repo("models", f"single-{number}/model").commit_revision(
            format_hub_time(stage.now + timedelta(minutes=5))
        )
    stage.world.disable_hub_repo("models", "maker/model-0")
    reports = stage.sweep_hours(24)
    held = [report for report in reports if report.status == "degraded"]
    assert held
    assert not any(each.status == "confirmed" for report in reports for each in report.findings[4:])
    assert read_sweep_state(stage.root).rotations != before.rotations or held[0] is reports[0]


def test_losses_that_come_hour_by_hour_trip_the_breaker_together(stage: SweepStage):
    """What a run would see at once must not be believed because a sweep sees it in parts."""
    stage.sweep()
    for number in range(20):
        stage.world.disable_hub_repo("models", f"single-{number}/model")
    statuses = [report.status for report in stage.sweep_hours(23)]
    assert "degraded" in statuses


def test_a_killed_sweep_is_repeated_from_the_same_mark(stage: SweepStage, monkeypatch):
    """The state of the sweep is written last of all."""
    stage.sweep_hours(2)
    stage.world.set_card("models", "single-7/model", CHANGED)
    state = build_sweep_state_path(stage.root).read_bytes()
    monkeypatch.setattr("audit.runs.run.write_heartbeat", _die)
    with pytest.raises(KeyboardInterrupt):
        stage.sweep()
    assert build_sweep_state_path(stage.root).read_bytes() == state
    monkeypatch.undo()
    report = stage.sweep()
    assert read_coverage(report) == ("newest", "", "")
    assert [each.kind for each in report.findings] == ["license-tag-changed"]


def _die(*_: object) -> None:
    raise KeyboardInterrupt


def test_what_fails_by_itself_again_and_again_is_left_to_the_rotation():
    """An answer that is too large each hour would cost a request each hour; an outage of the host is another matter."""
    target = Target(HUGGING_FACE, "model", "maker/model-0")
    for reason, same, is_resting in [
        ("too-large", 3, True),
        ("too-large", 2, False),
        ("http-503", 30, False),
    ]:
        missed = {target.key: UnverifiedTarget(same, "2026-01-01T00:00:00Z", reason, same)}
        before = Heartbeat("r", "s", "f", "incomplete", None, missed)
        assert list_resting_targets([target], before) == ({target} if is_resting else set())
        units = list_missed_units([RotationUnit(target)], before)
        assert [unit.check for unit in units] == ([] if is_resting else [target])


def test_a_damaged_state_is_refused(stage: SweepStage):
    """It is never taken for a first sweep: a person restores it, or deletes it and looks at everything."""
    stage.sweep_hours(2)
    build_sweep_state_path(stage.root).write_text('{"format": "sweep/1", "marks": 3}')
    with pytest.raises(InvalidFileError, match=r"observations/sweep\.json"):
        stage.sweep()


def test_the_plan_says_what_the_sweep_does(stage: SweepStage):
    """A plan asks nothing, and an unchanged hour costs what it says."""
    options = RunOptions(stage.root, START, sweep=True)
    assert "one page of what changed last to start from" in format_sweep_plan(
        plan_sweep(load_registry(stage.root), options)
    )
    stage.sweep_hours(3)
    served = len(stage.hub.log)
    plan = plan_sweep(
        load_registry(stage.root), RunOptions(stage.root, stage.now + HOUR, sweep=True)
    )
    assert len(stage.hub.log) == served
    expected = plan.list_requests + plan.run.requests_by_host.get("huggingface", 0)
    assert stage.sweep().requests["hub-api"] == expected


def test_the_report_of_a_sweep_fits_its_schema(stage: SweepStage):
    """Programs read how each list was covered, and why it was not trusted."""
    document = {"schema_version": 1, **stage.sweep().serialize()}
    assert list(find_schema_problems("report", document, "report.json")) == []
    assert document["sweep"]["lists"][0]["covered_by"] == "owners"


def test_a_full_run_and_a_sweep_follow_one_another(stage: SweepStage):
    """Neither takes back what the other wrote."""
    stage.sweep_hours(2)
    stage.world.set_gate("models", "maker/model-1", "manual")
    assert [each.status for each in stage.run().findings] == ["suspected"]
    changes = [list_changes(report) for report in stage.sweep_hours(7)]
    assert changes[5] == [("models/maker/model-1", "weights-gated", "confirmed")]


@pytest.mark.parametrize(
    "option", [["--only", "maker/model-1"], ["--scheduler", "tcp://127.0.0.1:1"]]
)
def test_a_sweep_is_of_the_whole_registry(stage: SweepStage, option: list[str], capsys):
    """A part of it would move the marks past what the rest did."""
    status = main(["run", "--registry", str(stage.root), "--sweep", *option])
    assert status == 2
    assert "--sweep" in capsys.readouterr().err


def test_the_schema_of_reports_knows_sweeps():
    """The form is written down where programs look for it."""
    schema = read_json_file(Path(__file__).parents[1] / "schemas/report.schema.json", "schema")
    assert "sweep" in schema["properties"]
