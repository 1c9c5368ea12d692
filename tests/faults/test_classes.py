"""Every class of failure by name, and what the audit does: no fact moves, no model is named for a fault of ours, and the next run mends it."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from pytest_httpserver import HTTPServer

from audit.cli.render_report import UNVERIFIED_HINT, render_report
from audit.records.load import load_registry
from audit.runs.collect import Upstreams
from audit.runs.report import RunReport
from audit.runs.run import RunOptions, run_audit
from audit.sources.github.repositories import GithubSource
from audit.sources.huggingface.source import HubSource
from audit.sources.patience import Patience
from audit.sources.request_log import RequestCounter
from audit.store.run_status import read_heartbeat
from tests.fakes.faults import FaultRule
from tests.fakes.repositories import HubFile, HubRepo
from tests.faults.conftest import PIN
from tests.test_run import MODELS, START, AuditStage, list_changes

SPOILED = [
    ("503", "http-503"),
    ("reset", "reset"),
    ("truncated", "truncated"),
    ("html", "wrong-content"),
    ("bad-json", "bad-json"),
]


def assert_nothing_moved(
    stage: AuditStage, report: RunReport, before: dict[str, bytes], reasons: set[str]
) -> None:
    """The run is incomplete, tells nothing, writes nothing but its heartbeat, and says why."""
    assert (report.status, list_changes(report)) == ("incomplete", [])
    assert stage.read_files() == before
    assert {
        each.reason for each in report.target_observations if each.state == "unverifiable"
    } == reasons
    assert set(read_heartbeat(stage.root).unseen) == {
        each.target.key for each in report.target_observations if each.state == "unverifiable"
    }


def audit_other_hub(stage: AuditStage, hub: str, token: str | None = None, **options) -> RunReport:
    """A run against another Hub."""
    stage.day += 1
    counter = RequestCounter()
    quick = Patience(timeout=30, sleep=lambda _: None, pause=0.01)
    upstreams = Upstreams(
        (
            HubSource(hub, token, counter, quick),
            GithubSource(stage.github.endpoint, None, counter, quick),
        ),
        counter,
    )
    return run_audit(
        load_registry(stage.root),
        upstreams,
        RunOptions(stage.root, START + timedelta(days=stage.day), **options),
    )


def test_network_down(stage: AuditStage):
    """Nothing answers anywhere: every failure is ours."""
    before = stage.read_files()
    stage.hub.__exit__()
    stage.github.__exit__()
    report = stage.audit()
    assert_nothing_moved(stage, report, before, {"connection"})
    assert all(each.is_our_fault for each in report.target_observations)


def test_dns(stage: AuditStage):
    """A host that has no address is our fault, and never a repository that is gone."""
    before = stage.read_files()
    report = audit_other_hub(stage, "http://hub.invalid")
    assert (report.status, list_changes(report)) == ("incomplete", [])
    assert {
        (each.reason, each.is_our_fault)
        for each in report.target_observations
        if each.state == "unverifiable"
    } == {("connection", True)}
    assert stage.read_files() == before


def test_timeout(stage: AuditStage):
    """A held answer ends by our own clock, and what hangs costs no more than its tries: three, and three at the end of the round."""
    before = stage.read_files()
    stage.hub.clear_log()
    stage.world.fault_injector.add_rule(FaultRule("timeout", path=MODELS[8]))
    report = stage.audit()
    assert_nothing_moved(stage, report, before, {"timeout"})
    assert len([each for each in stage.hub.log if MODELS[8] in each.path]) == 6


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("503", "http-503"),
        ("reset", "reset"),
        ("truncated", "truncated"),
        ("html", "wrong-content"),
        ("bad-json", "bad-json"),
    ],
)
def test_server_error_truncated_body_and_captive_page(stage: AuditStage, fault: str, reason: str):
    """503, a connection that breaks, half an answer and a login page in place of one: tried again, then not seen."""
    before = stage.read_files()
    stage.world.fault_injector.add_rule(FaultRule(fault, host="hub", path="other/lone"))
    assert_nothing_moved(stage, stage.audit(), before, {reason})


def test_captive_page_in_place_of_a_license(stage: AuditStage):
    """A page with status 200 has not the blob id that the listing names: it becomes no license."""
    before = stage.read_files()
    stage.world.put_file("models", MODELS[2], HubFile.create_text("LICENSE", "Other terms.\n" * 30))
    stage.world.fault_injector.add_rule(FaultRule("html", host="hub", path="/resolve"))
    assert_nothing_moved(stage, stage.audit(), before, {"wrong-content"})
    stage.world.fault_injector.clear_rules()
    assert list_changes(stage.audit()) == [
        (f"models/{MODELS[2]}", "license-text-changed", "confirmed")
    ]


def test_rate_limit(stage: AuditStage):
    """429 pauses the bucket and is never the failure of one repository."""
    before = stage.read_files()
    stage.world.fault_injector.add_rule(FaultRule("429", host="hub"))
    report = stage.audit()
    assert_nothing_moved(stage, report, before, {"rate-limited"})
    assert all(
        each.is_our_fault for each in report.target_observations if each.state == "unverifiable"
    )


def test_redirect_and_rename(stage: AuditStage):
    """Another id in the answer is a finding with the new name; the facts stay under the old one until a person edits."""
    stage.world.rename_hub_repo("models", MODELS[2], "maker/renamed")
    assert list_changes(stage.audit()) == [(f"models/{MODELS[2]}", "repo-moved", "confirmed")]
    assert (stage.root / "observations/models" / f"{MODELS[2]}.json").is_file()
    assert not (stage.root / "observations/models/maker/renamed.json").exists()


def test_redirect_to_another_host(stage: AuditStage, httpserver: HTTPServer):
    """Nothing is sent there."""
    asked: list[str] = []
    with HTTPServer(host="127.0.0.1") as stranger:
        stranger.expect_request("/").respond_with_handler(
            lambda request: asked.append(request.path)
        )
        for name in [*MODELS, "models"]:
            httpserver.expect_request(f"/api/models/{name}").respond_with_data(
                "", 307, {"Location": stranger.url_for("/steal")}
            )
        httpserver.expect_request("/api/models").respond_with_data(
            "", 307, {"Location": stranger.url_for("/steal")}
        )
        report = audit_other_hub(stage, httpserver.url_for("/"), "hf_secret")
        assert {
            each.reason for each in report.target_observations if each.target.kind == "model"
        } == {"foreign-redirect"}
        assert stranger.log == [] == asked


def test_namespace_reuse(stage: AuditStage):
    """Another repository under a freed name: identity changed, and nothing that it says becomes a fact."""
    before = stage.read_files()
    stage.world.remove_hub_repo("models", MODELS[2])
    stage.world.add_hub_repo(
        HubRepo(
            "models",
            MODELS[2],
            card={"license": "apache-2.0"},
            hub_id="f" * 24,
            created_at="2026-01-02T00:00:00.000Z",
        )
    )
    assert list_changes(stage.audit()) == [(f"models/{MODELS[2]}", "identity-changed", "confirmed")]
    assert list_changes(stage.audit()) == []
    stored = json.loads((stage.root / "observations/models" / f"{MODELS[2]}.json").read_text())
    assert (
        stored["facts"]
        == json.loads(before[str(stage.root / "observations/models" / f"{MODELS[2]}.json")])[
            "facts"
        ]
    )


def test_namespace_reuse_before_the_first_look(stage: AuditStage):
    """Without a baseline the pinned revision tells: it is not there, and the repository is younger than the model."""
    (stage.root / "observations/models" / f"{MODELS[1]}.json").unlink()
    stage.world.remove_hub_repo("models", MODELS[1])
    stage.world.add_hub_repo(
        HubRepo("models", MODELS[1], card={"license": "mit"}, created_at="2025-12-02T00:00:00.000Z")
    )
    found = [each for _ in range(7) for each in list_changes(stage.audit())]
    assert found == [(f"models/{MODELS[1]}", "identity-changed", "confirmed")]


def test_deleted_revision(stage: AuditStage):
    """The pinned commit is gone and the head another: history-rewritten, within a week, told once, and taken back when it returns."""
    repo = stage.world.get_hub_repo("models", MODELS[1])
    commit = repo.history[PIN]
    stage.world.squash_hub_repo("models", MODELS[1])
    found = [each for _ in range(8) for each in list_changes(stage.audit())]
    assert found == [(f"models/{MODELS[1]}", "history-rewritten", "confirmed")]
    repo.history[PIN] = commit
    assert [each for _ in range(8) for each in list_changes(stage.audit())] == [
        (f"models/{MODELS[1]}", "history-rewritten", "accepted")
    ]


def test_a_pinned_revision_is_looked_for_once_a_week(stage: AuditStage):
    """One request in seven days, none while the head is the pinned commit, and a failure is not read as gone."""
    assert [stage.audit().requests["hub-api"] for _ in range(7)] == [3] * 7
    stage.world.set_card("models", MODELS[1], {"license": "mit", "tags": ["new"]})
    stage.audit()
    asked = [stage.audit().requests["hub-api"] for _ in range(14)]
    assert sorted(asked) == [3] * 12 + [4] * 2
    stage.world.fault_injector.add_rule(FaultRule("503", path="/revision/"))
    assert [each for _ in range(7) for each in list_changes(stage.audit())] == []


def test_gated(stage: AuditStage):
    """A gate is a fact and needs two looks; the metadata behind it is read."""
    stage.world.set_gate("models", MODELS[8], "manual")
    assert list_changes(stage.audit()) == [(f"models/{MODELS[8]}", "weights-gated", "suspected")]
    assert list_changes(stage.audit()) == [(f"models/{MODELS[8]}", "weights-gated", "confirmed")]


def test_disabled(stage: AuditStage):
    """403 with the Hub's own sentence is a fact, confirmed by a second look."""
    stage.world.disable_hub_repo("models", MODELS[8])
    assert [
        status
        for _ in range(3)
        for _, kind, status in list_changes(stage.audit())
        if kind == "repo-disabled"
    ] == ["suspected", "confirmed"]


def test_withheld_by_law(stage: AuditStage):
    """A takedown is a fact after two looks, and never leaves a run incomplete."""
    code = stage.world.list_github_repos()[0].full_name
    stage.world.withhold_github_repo(code, "dmca")
    reports = [stage.audit() for _ in range(3)]
    assert {report.status for report in reports} == {"complete"}
    statuses = [
        status
        for report in reports
        for _, kind, status in list_changes(report)
        if kind == "repo-blocked"
    ]
    assert set(statuses) == {"suspected", "confirmed"}


@pytest.mark.parametrize(("token", "looks"), [(None, 3), ("hf_reader", 2)])
def test_missing_or_private(stage: AuditStage, token: str | None, looks: int):
    """Anonymous 401 needs three looks hours apart, 404 by a valid token two; the wording never says deleted."""
    stage.world.hub_tokens["hf_reader"] = frozenset()
    stage.world.remove_hub_repo("models", MODELS[8])
    reports = [audit_other_hub(stage, stage.hub.endpoint, token) for _ in range(4)]
    statuses = [status for report in reports for _, _, status in list_changes(report)]
    assert statuses == ["suspected", "confirmed"]
    assert [list_changes(report) for report in reports].index(
        [(f"models/{MODELS[8]}", "weights-gone", "confirmed")]
    ) == looks - 1
    assert reports[-1].findings[0].after == "not publicly reachable"


def test_our_token_is_wrong(stage: AuditStage):
    """401 about our own token ends the run and names nobody."""
    before = stage.read_files()
    report = audit_other_hub(stage, stage.hub.endpoint, "hf_wrong")
    assert stage.read_files() == before
    assert {
        (each.reason, each.is_our_fault)
        for each in report.target_observations
        if each.target.kind != "code"
    } == {("bad-token", True)}
    said = render_report(report)
    assert "huggingface refuses the token in HF_TOKEN: set a valid one" in said
    assert UNVERIFIED_HINT not in said


def test_absence_without_a_control(stage: AuditStage):
    """When every repository of a Hub is gone at once, the Hub is not the one that we know."""
    before = stage.read_files()
    for repo in [*stage.world.list_hub_repos("models"), *stage.world.list_hub_repos("datasets")]:
        stage.world.remove_hub_repo(repo.kind, repo.id)
    assert_nothing_moved(stage, stage.audit(), before, {"no-control"})


def test_file_gone(stage: AuditStage):
    """A license that the listing lacks is proved by the listing, and confirmed once."""
    stage.world.remove_file("models", MODELS[8], "LICENSE")
    assert [
        status
        for _ in range(3)
        for _, kind, status in list_changes(stage.audit())
        if kind == "license-file-removed"
    ] == ["suspected", "confirmed"]


def test_clock_behind(stage: AuditStage):
    """A clock that jumps back a year confirms nothing and loses nothing."""
    stage.world.remove_hub_repo("models", MODELS[8])
    stage.audit()
    assert list_changes(stage.audit(hours=-24 * 365)) == []
    assert [status for _ in range(3) for _, _, status in list_changes(stage.audit())] == [
        "confirmed"
    ]


def test_clock_ahead(stage: AuditStage, httpserver: HTTPServer):
    """A clock of ours that jumps ahead makes no second look out of the first: the earlier of the two clocks counts."""
    now = datetime.now(UTC).replace(microsecond=0)
    httpserver.expect_request("/api/models/maker/model-1").respond_with_data(
        "{}"
    )  # with the server's own Date
    source = HubSource(httpserver.url_for("/"), None, RequestCounter(), Patience(attempts=1))
    source.observe_repository("models", "maker/model-1")
    assert source.server_time is not None
    assert now <= source.server_time <= now + timedelta(minutes=1)
    upstreams = Upstreams(
        (source, GithubSource(stage.github.endpoint, None, source.counter)), source.counter
    )
    report = run_audit(
        load_registry(stage.root),
        upstreams,
        RunOptions(stage.root, now + timedelta(days=2), clock=lambda: now + timedelta(days=2)),
    )
    assert report.started <= f"{now + timedelta(minutes=1):%Y-%m-%dT%H:%M:%SZ}"
