"""The run against the loopback Hub: cheap when nothing changed, honest in bad weather, safe to kill."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from audit.analysis.verdict_diff import compare_answers
from audit.cli.render_report import render_report
from audit.core.json_files import read_json_file
from audit.definitions import spectrum
from audit.licenses.text.text_entry import build_text_entry
from audit.observations.facts import Observation, Target, TargetKind
from audit.publish.feeds.files import build_feed_files
from audit.records.load import load_registry
from audit.records.schema import find_schema_problems
from audit.runs.collect import Upstreams
from audit.runs.plan import RunPlan
from audit.runs.report import RunProgress, RunReport
from audit.runs.run import RunOptions, run_audit
from audit.runs.verified import measure_progress
from audit.sources.github.repositories import GithubSource
from audit.sources.huggingface.source import HubSource
from audit.sources.patience import Patience
from audit.sources.request_log import RequestCounter
from tests.conftest import (
    WriteRegistry,
    make_dataset_record,
    make_license_record,
    make_model_record,
)
from tests.fakes.faults import FaultRule
from tests.fakes.github_server import LoopbackGithub
from tests.fakes.hub_server import LoopbackHub
from tests.fakes.repositories import HubFile
from tests.fakes.world import UpstreamWorld, build_world

START = datetime(2026, 1, 1, 6, tzinfo=UTC)
CODE = {
    "training-code": {
        "status": "released",
        "license": "MIT",
        "url": "https://github.com/maker/code",
        "evidence": ["card"],
    }
}
MODELS = [f"maker/model-{number}" for number in range(1, 9)] + ["other/lone"]


@dataclass
class AuditStage:
    """A registry on disk, the world where it is true, and the servers that answer."""

    root: Path
    world: UpstreamWorld
    hub: LoopbackHub
    github: LoopbackGithub
    day: int = -1

    def audit(self, *, hours: float | None = None, **options: object) -> RunReport:
        """One run, a day after the last."""
        self.day += 1
        now = START + (timedelta(days=self.day) if hours is None else timedelta(hours=hours))
        counter = RequestCounter()
        patience = 0.5 if self.world.fault_injector.holds_answers else 30
        upstreams = Upstreams(
            sources=(
                HubSource(
                    self.hub.endpoint,
                    None,
                    counter,
                    Patience(timeout=patience, sleep=lambda _: None, pause=0.01),
                ),
                GithubSource(
                    self.github.endpoint,
                    None,
                    counter,
                    Patience(timeout=patience, sleep=lambda _: None, pause=0.01),
                ),
            ),
            counter=counter,
        )
        return run_audit(load_registry(self.root), upstreams, RunOptions(self.root, now, **options))

    def read_files(self) -> dict[str, bytes]:
        """Everything that the audit wrote, but for the heartbeat."""
        folders = (self.root / "observations", self.root / "events")
        return {
            str(path): path.read_bytes()
            for folder in folders
            for path in sorted(folder.rglob("*"))
            if path.is_file() and path.name not in ("heartbeat.json", ".lock")
        }


@pytest.fixture
def stage(write_registry: WriteRegistry) -> Iterator[AuditStage]:
    models = [make_model_record(id) for id in MODELS]
    models[0]["components"].update(CODE)
    models[0]["components"]["datasets"] = {
        "status": "released",
        "datasets": ["maker/data"],
        "evidence": ["card"],
    }
    records = [
        ("licenses", make_license_record()),
        ("licenses", make_license_record("Apache-2.0")),
        ("datasets", make_dataset_record()),
    ]
    root = write_registry(*records, *[("models", each) for each in models])
    world = build_world(load_registry(root))
    world.fault_injector.hold_seconds = 2
    with LoopbackHub(world) as hub, LoopbackGithub(world) as github:
        yield AuditStage(root, world, hub, github)


def list_changes(report: RunReport) -> list[tuple[str, str, str]]:
    return [(each.record, each.kind, each.status) for each in report.changed_findings]


def test_first_sight_is_a_baseline_and_the_second_run_is_nearly_free(stage: AuditStage):
    """A world where every record is true has no finding; an unchanged second run costs at most 0.6 Hub requests a model, keeps what a list shows of its maker, and the third writes only its heartbeat."""
    first = stage.audit()
    before = stage.read_files()
    second = stage.audit()

    assert (first.status, list_changes(first), second.status, list_changes(second)) == (
        "complete",
        [],
        "complete",
        [],
    )
    assert second.requests["hub-api"] + second.requests["hub-resolve"] <= 0.6 * len(MODELS)
    after = stage.read_files()
    (added,) = after.keys() - before.keys()
    assert added.endswith("huggingface/maker/maker/models.json")
    assert {path: text for path, text in after.items() if path != added} == before
    stage.audit()
    assert stage.read_files() == after


def test_a_changed_model_costs_at_most_four_requests_more(stage: AuditStage):
    """New card, new weights and two new texts in one repository: one look at the files, then texts, a few at a time."""
    stage.audit()
    quiet = sum(stage.audit().requests.values())
    stage.world.set_card("models", MODELS[2], {"license": "apache-2.0"})
    stage.world.put_file("models", MODELS[2], HubFile.create_text("LICENSE", "Other terms.\n" * 20))
    stage.world.put_file(
        "models", MODELS[2], HubFile.create_text("USE_POLICY.md", "Be good.\n" * 30)
    )

    report = stage.audit()

    assert sum(report.requests.values()) <= quiet + 4
    assert {kind for _, kind, _ in list_changes(report)} >= {
        "license-tag-changed",
        "license-text-changed",
    }


@pytest.mark.parametrize(
    "kind", ["503", "429", "html", "reset", "truncated", "unreachable", "bad-json", "timeout"]
)
def test_bad_weather_finds_nothing_and_loses_nothing(stage: AuditStage, kind: str):
    """Whatever goes wrong on the way, no finding appears and no fact moves; the run says that it is incomplete."""
    stage.audit()
    before = stage.read_files()
    stage.world.remove_hub_repo("models", MODELS[0])
    stage.world.fault_injector.add_rule(FaultRule(kind))

    report = stage.audit()

    assert (report.status, list_changes(report)) == ("incomplete", [])
    assert stage.read_files() == before


def test_a_loss_is_confirmed_by_several_days_and_returns_quietly(stage: AuditStage):
    """Gone is suspected, then confirmed; a return is noted and closes it."""
    stage.audit()
    repo = stage.world.get_hub_repo("models", "other/lone")
    stage.world.remove_hub_repo("models", "other/lone")
    statuses = [list_changes(stage.audit()) for _ in range(4)]
    stage.world.add_hub_repo(repo)

    record = "models/other/lone"
    confirmed = [each for each in statuses if each]
    assert confirmed[0] == [(record, "weights-gone", "suspected")]
    assert confirmed[-1] == [(record, "weights-gone", "confirmed")]
    assert list_changes(stage.audit()) == [(record, "weights-gone", "reverted")]
    assert stage.audit().findings == ()


def test_the_breaker_holds_everything_back(stage: AuditStage):
    """When more than a tenth and more than three models turn bad at once, no fact moves until a person allows it."""
    stage.audit()
    before = stage.read_files()
    for id in MODELS[:5]:
        stage.world.remove_hub_repo("models", id)

    degraded = stage.audit()

    lost = sorted(f"models/{id}" for id in MODELS[:5])
    assert (degraded.status, list_changes(degraded)) == ("degraded", [])
    assert degraded.serialize()["held_back"] == lost
    assert f"5 models would turn bad at once, so no fact was moved: {', '.join(lost)}" in (
        render_report(degraded)
    )
    assert stage.read_files() == before
    assert len(list_changes(stage.audit(allow_mass_change=True))) == 5


def test_a_spent_limit_without_a_token_says_what_would_help(stage: AuditStage):
    """No later run of the same hour helps; where a token was set, there is nothing to set."""
    stage.world.fault_injector.add_rule(FaultRule("403-limit", host="github"))
    report = stage.audit()
    hint = "github answers fewer questions without a token: set GITHUB_TOKEN, without rights"
    assert hint in render_report(report, {"github"})
    assert "GITHUB_TOKEN" not in render_report(report, {"huggingface"})


def test_the_runs_that_remain_are_those_of_the_slowest_host():
    """Each host has limits of its own: that another one answered everything shortens nothing."""
    names = [f"maker/r{number}" for number in range(25)]
    seen = [build_look("huggingface", "model", name) for name in names]
    seen += [build_look("github", "code", name) for name in names[:5]]
    left = [build_look("github", "code", name, "rate-limited") for name in names[5:]]
    progress = measure_progress([*seen, *left], {}, RunPlan())
    assert progress == RunProgress(20, 50, 4)
    still = measure_progress([*seen[:25], *left], {}, RunPlan())
    assert still is not None
    assert still.remaining_runs == 0, "a host that answers nothing is not done after one more"


def build_look(host: str, kind: TargetKind, name: str, reason: str = "ok") -> Observation:
    """What a run noted of a target; of the facts nothing is counted."""
    state = "ok" if reason == "ok" else "unverifiable"
    return Observation(Target(host, kind, name), state, "", None, reason, None)


def test_what_contradicts_the_record_is_told_at_once(stage: AuditStage):
    """First sight alarms about nothing but a contradiction."""
    stage.world.set_gate("models", MODELS[0], "manual")
    stage.world.set_card("models", MODELS[1], {"license": "apache-2.0"})

    assert list_changes(stage.audit()) == [
        (f"models/{MODELS[0]}", "weights-gated", "suspected"),
        (f"models/{MODELS[1]}", "license-tag-changed", "confirmed"),
    ]


def test_a_verdict_that_our_facts_move_is_neither_a_finding_nor_an_entry(
    stage: AuditStage,
):
    """Upstream is as before: a corrected record moves the label, and nobody hears of a drift."""
    for _ in range(2):
        stage.audit()
    path = stage.root / "models" / f"{MODELS[0]}.json"
    before = load_registry(stage.root)
    record = json.loads(path.read_text())
    record["components"]["training-code"] = {"status": "not-released", "evidence": ["card"]}
    path.write_text(json.dumps(record) + "\n")
    after = load_registry(stage.root)
    assert compare_answers(before, after).verdicts
    feeds = build_feed_files(before, stage.root)
    report = stage.audit()
    assert (report.status, report.findings, report.changed_findings) == ("complete", (), ())
    assert build_feed_files(after, stage.root) == feeds


def test_a_verdict_that_our_rules_move_is_neither_a_finding_nor_an_entry(
    stage: AuditStage, monkeypatch: pytest.MonkeyPatch
):
    """Another rule judges every model otherwise, upstream is as before: nobody hears of a drift."""
    for _ in range(2):
        stage.audit()
    registry = load_registry(stage.root)
    feeds = build_feed_files(registry, stage.root)
    judge = spectrum.judge
    monkeypatch.setattr(
        spectrum, "judge", lambda model, known: replace(judge(model, known), value="closed")
    )
    report = stage.audit()
    assert (report.status, report.findings, report.changed_findings) == ("complete", (), ())
    assert build_feed_files(registry, stage.root) == feeds


def test_what_is_written_follows_the_schemas(stage: AuditStage):
    """Observations, events and reports are valid by their own schemas."""
    stage.audit()
    stage.world.set_card("models", MODELS[2], {"license": "apache-2.0"})
    stage.world.remove_hub_repo("datasets", "maker/data")
    stage.world.archive_github_repo("maker/code")
    report = stage.audit()

    observations = [
        path
        for path in (stage.root / "observations").rglob("*.json")
        if path.name != "heartbeat.json"
    ]
    assert len(observations) == len(MODELS) + 3
    assert [
        each
        for path in observations
        for each in find_schema_problems("observation", read_json_file(path, str(path)), path.name)
    ] == []
    assert [
        each
        for path in (stage.root / "events").rglob("*.json")
        for each in find_schema_problems("event", read_json_file(path, str(path)), path.name)
    ] == []
    assert find_schema_problems("report", report.serialize(), "report") == []
    assert {kind for _, kind, _ in list_changes(report)} == {
        "license-tag-changed",
        "data-gone",
        "code-archived",
    }


def test_a_partial_run_writes_only_what_it_looked_at(stage: AuditStage):
    """--only leaves the observations of everything else alone."""
    stage.audit()
    stage.world.set_card("models", MODELS[2], {"license": "apache-2.0"})
    stage.world.set_card("models", MODELS[1], {"license": "apache-2.0"})
    report = stage.audit(only=frozenset({MODELS[1]}))

    assert [record for record, _, _ in list_changes(report)] == [f"models/{MODELS[1]}"]


def test_a_dry_run_writes_nothing(stage: AuditStage):
    """--dry-run observes and compares, and that is all."""
    report = stage.audit(dry_run=True)

    assert report.state_counts["ok"] == len(MODELS) + 2
    assert stage.read_files() == {}


def build_command(stage: AuditStage, *, report: Path) -> tuple[list[str], dict[str, str]]:
    arguments = [
        sys.executable,
        "-m",
        "audit",
        "run",
        "--registry",
        str(stage.root),
        "--now",
        "2026-02-01T06:00:00Z",
        "--report",
        str(report),
    ]
    return arguments, {
        **os.environ,
        "HF_ENDPOINT": stage.hub.endpoint,
        "GITHUB_API_URL": stage.github.endpoint,
        "HF_HUB_DISABLE_TELEMETRY": "1",
    }


@pytest.mark.parametrize("share", [0.3, 0.6, 0.8, 0.9, 0.97])
def test_a_killed_run_is_completed_by_the_next(stage: AuditStage, tmp_path: Path, share: float):
    """SIGKILL at any point leaves a registry that validates; the next run finds the same drift and tells it once."""
    stage.audit()
    stage.world.set_card("models", MODELS[2], {"license": "apache-2.0"})
    arguments, environment = build_command(stage, report=tmp_path / "report.json")
    process = subprocess.Popen(
        arguments,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=Path(__file__).parents[1],
    )
    time.sleep(share * 1.5)
    process.send_signal(signal.SIGKILL)
    process.wait()

    load_registry(stage.root)
    stage.day = 40
    stage.audit()
    events = [
        event
        for path in (stage.root / "events").rglob("*.json")
        for event in read_json_file(path, str(path))["events"]
    ]

    assert [(each["kind"], each["status"]) for each in events] == [
        ("license-tag-changed", "confirmed")
    ]
    assert not list(stage.root.rglob("*.tmp"))


def test_events_before_observations_may_be_repeated(stage: AuditStage):
    """The one window that a kill can hit between two writes: the events are there, the observations are not."""
    stage.audit()
    old = {path: path.read_bytes() for path in (stage.root / "observations").rglob("*.json")}
    stage.world.set_card("models", MODELS[2], {"license": "apache-2.0"})
    stage.audit()
    events = sorted((stage.root / "events").rglob("*.json"))
    for path, content in old.items():
        path.write_bytes(content)
    stage.audit()

    assert sorted((stage.root / "events").rglob("*.json")) == events


def test_the_command_says_how_it_ended(stage: AuditStage, tmp_path: Path):
    """0 done, 4 drift when asked for, 3 incomplete; the report file follows its schema."""
    report = tmp_path / "report.json"
    arguments, environment = build_command(stage, report=report)

    def call(*more: str) -> int:
        return subprocess.run(
            [*arguments, *more],
            env=environment,
            capture_output=True,
            cwd=Path(__file__).parents[1],
            check=False,
        ).returncode

    assert call() == 0
    stage.world.set_card("models", MODELS[2], {"license": "apache-2.0"})
    assert call("--exit-code") == 4
    assert find_schema_problems("report", read_json_file(report, "report"), "report") == []
    stage.world.fault_injector.add_rule(FaultRule("503"))
    assert call("--exit-code", "--only", MODELS[0]) == 3
    assert call("--only", "maker/model-99") == 2


TERMS = "Anyone may use the model. Whoever serves more than 700 million people in a month asks first. It comes as it is.\n"


def read_stored_texts(stage: AuditStage) -> list[bytes]:
    return [path.read_bytes() for path in sorted((stage.root / "observations" / "texts").glob("*"))]


def test_texts_are_kept_once_and_show_what_changed(stage: AuditStage):
    """A text that many repositories share is one file; when it changes, the finding carries the passages and the numbers."""
    for id in MODELS[:3]:
        stage.world.put_file("models", id, HubFile.create_text("LICENSE", TERMS))
    stage.audit()
    kept = read_stored_texts(stage)
    stage.world.put_file(
        "models", MODELS[0], HubFile.create_text("LICENSE", TERMS.replace("700", "100"))
    )

    report = stage.audit()

    assert kept.count(TERMS.encode()) == 1
    (finding,) = report.changed_findings
    assert (finding.kind, finding.direction) == ("license-text-changed", "unreviewed")
    assert finding.text_diff.highlights == ("700 million → 100 million",)
    assert any(
        line.startswith("+ ") and "more than 100 million people" in line
        for line in finding.text_diff.passages
    )
    assert find_schema_problems("report", report.serialize(), "report") == []


def test_a_cosmetic_change_is_kept_and_alarms_nobody(stage: AuditStage):
    """Another wrapping and another address to write to: a new text in the store, no finding."""
    stage.world.put_file(
        "models", MODELS[0], HubFile.create_text("LICENSE", TERMS + "Write to a@maker.example.\n")
    )
    stage.audit()
    before = read_stored_texts(stage)
    stage.world.put_file(
        "models",
        MODELS[0],
        HubFile.create_text(
            "LICENSE", TERMS.replace(". ", ".\n\n") + "Write to b@maker.example.\n"
        ),
    )

    report = stage.audit()

    assert list_changes(report) == []
    assert len(read_stored_texts(stage)) == len(before) + 1


def test_a_dry_run_keeps_no_text(stage: AuditStage):
    """Nothing is written, texts included."""
    stage.audit(dry_run=True)

    assert read_stored_texts(stage) == []


def test_a_damaged_text_is_not_shown(stage: AuditStage):
    """What no longer has its digest is no evidence: the change is reported without passages."""
    stage.world.put_file("models", MODELS[0], HubFile.create_text("LICENSE", TERMS))
    stage.audit()
    for path in (stage.root / "observations" / "texts").glob("*"):
        path.write_bytes(b"damaged")
    stage.world.put_file(
        "models", MODELS[0], HubFile.create_text("LICENSE", TERMS.replace("700", "100"))
    )

    (finding,) = stage.audit().changed_findings

    assert finding.text_diff.passages == ()
    assert "not both texts were kept" in finding.text_diff.note


def test_another_normalizer_moves_digests_and_alarms_nobody(stage: AuditStage):
    """Texts are read again from the store, what moved is technical, and the run after that has nothing to tell."""
    stage.audit()
    path = stage.root / "observations" / "models" / f"{MODELS[0]}.json"
    new = path.read_text(encoding="utf-8")
    data = json.loads(new)
    for facts in (data["facts"], data["baseline"]):
        for file in facts["license_files"]:
            file.update(normalizer=0, normalized="0" * 64, body=None, body_words=0)
    path.write_text(json.dumps(data), encoding="utf-8")

    report = stage.audit()

    assert (report.status, list_changes(report)) == ("complete", [])
    assert {(each.target, each.before) for each in report.technical} == {
        (f"huggingface/model/{MODELS[0]}", "0" * 64)
    }
    assert find_schema_problems("report", report.serialize(), "report") == []
    assert path.read_text(encoding="utf-8") == new
    assert stage.audit().technical == ()


def test_what_an_older_normalizer_called_cosmetic_stays_so(stage: AuditStage):
    """A change of form, judged in its day, does not become an alarm because form is read more strictly now."""
    stage.world.put_file("models", MODELS[0], HubFile.create_text("LICENSE", TERMS))
    stage.audit()
    stage.world.put_file(
        "models", MODELS[0], HubFile.create_text("LICENSE", TERMS.replace("700", "100"))
    )
    stage.audit()
    path = stage.root / "observations" / "models" / f"{MODELS[0]}.json"
    data = json.loads(path.read_text(encoding="utf-8"))
    for facts in (data["facts"], data["baseline"]):
        facts["license_files"][0].update(normalizer=0, normalized="0" * 64)
    path.write_text(json.dumps({**data, "findings": []}), encoding="utf-8")

    report = stage.audit()

    assert list_changes(report) == []
    assert [each.path for each in report.technical] == ["LICENSE"]
    assert list_changes(stage.audit()) == []


def test_a_text_that_is_not_what_the_tag_says_is_a_conflict(stage: AuditStage):
    """On first sight too: a file that is named like the license and holds something else, with who says what and the passage."""
    terms = (
        TERMS * 3
        + "Whoever changes the model says so in a file beside it, and keeps this page with every copy that is handed on.\n"
    )
    path = stage.root / "licenses" / "MIT.json"
    record = json.loads(path.read_text(encoding="utf-8"))
    record["texts"] = [
        {**build_text_entry(terms.encode()), "evidence": sorted(record["evidence"])[:1]}
    ]
    path.write_text(json.dumps(record), encoding="utf-8")
    stage.world.put_file("models", MODELS[0], HubFile.create_text("LICENSE", terms))
    stage.world.put_file(
        "models",
        MODELS[1],
        HubFile.create_text("LICENSE", terms + "Banks may not use the model.\n"),
    )

    report = stage.audit()

    (finding,) = report.changed_findings
    assert (finding.record, finding.kind, finding.field) == (
        f"models/{MODELS[1]}",
        "license-conflict",
        "LICENSE",
    )
    assert (finding.before, finding.after, finding.direction) == (
        "MIT",
        "a changed copy of MIT",
        "unreviewed",
    )
    assert finding.text_diff.highlights == (
        "the Hub tag says MIT",
        "LICENSE says a changed copy of MIT",
    )
    assert any("Banks may not use the model" in line for line in finding.text_diff.passages)
    assert list_changes(stage.audit()) == []
