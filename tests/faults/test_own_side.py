"""Failures of our own machine, and input that means harm: nothing is half-written, nothing leaves the registry, nothing leaks."""

import json
import os
import resource
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

from audit.cli.main import main
from audit.cli.render_report import render_report
from audit.core.atomic_files import write_text_atomic
from audit.core.errors import DiskFullError
from audit.core.json_files import InvalidFileError
from audit.core.locking import AlreadyRunningError, hold_registry_lock
from audit.records.load import load_registry
from audit.runs.collect import Upstreams
from audit.runs.run import RunOptions, run_audit
from audit.sources.github.repositories import GithubSource
from audit.sources.huggingface.source import HubSource
from audit.sources.request_log import RequestCounter
from tests.fakes.faults import FaultRule
from tests.fakes.repositories import HubFile
from tests.faults.test_classes import audit_other_hub
from tests.test_run import MODELS, START, AuditStage, build_command, list_changes

ROOT = Path(__file__).parents[2]


def test_concurrent_run(stage: AuditStage):
    """A second run does nothing and ends well; a lock whose process is gone holds nobody up."""
    with hold_registry_lock(stage.root):
        with pytest.raises(AlreadyRunningError, match="already running as process"):
            stage.audit()
        arguments, environment = build_command(stage, report=stage.root / "report.json")
        second = subprocess.run(
            arguments, env=environment, capture_output=True, text=True, cwd=ROOT, check=False
        )
        assert (second.returncode, second.stderr.strip()) == (
            0,
            f"already running as process {os.getpid()}; nothing to do",
        )
    (stage.root / "observations/.lock.pid").write_text("1\n")
    assert stage.audit().status == "complete"


def test_disk_full(stage: AuditStage, tmp_path: Path):
    """No space left: the old file stands, nothing is half-written, and the command ends with 1 and says what to do."""
    target = tmp_path / "state.json"
    target.write_text("old")
    script = "import resource, sys; from pathlib import Path; from audit.core.atomic_files import write_text_atomic\n"
    script += "resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100)); write_text_atomic(Path(sys.argv[1]), 'x' * 1000)"
    done = subprocess.run(
        [sys.executable, "-c", script, str(target)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert "DiskFullError" in done.stderr
    assert "the old content is untouched: free space and run again" in done.stderr
    assert DiskFullError.exit_status == 1
    assert (target.read_text(), list(tmp_path.glob(".*.tmp"))) == ("old", [])

    stage.world.set_card("models", MODELS[2], {"license": "apache-2.0"})
    arguments, environment = build_command(stage, report=tmp_path / "report.json")
    before = stage.read_files()
    limited = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (200, 200))  # noqa: E731
    done = subprocess.run(
        arguments,
        env=environment,
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
        preexec_fn=limited,
    )
    assert done.returncode == 1
    assert stage.read_files() == before
    assert [kind for _, kind, _ in list_changes(stage.audit())] == ["license-tag-changed"]


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text[:-20],
        lambda text: "",
        lambda text: "<<<<<<< HEAD\n" + text,
        lambda text: text.replace('"ok"', '"fine"'),
        lambda text: text.replace('"findings"', '"findlings"'),
        lambda text: text.replace("maker/model-3", "maker/model-4"),
    ],
)
def test_corrupt_state(stage: AuditStage, damage):
    """Cut short, empty, conflict markers, another form, another target: refused with the way back, and never begun anew."""
    path = stage.root / "observations/models/maker/model-3.json"
    path.write_text(damage(path.read_text()))
    before = stage.read_files()
    with pytest.raises(
        InvalidFileError,
        match=r"git checkout HEAD -- registry/observations/models/maker/model-3\.json",
    ):
        stage.audit()
    assert stage.read_files() == before


@pytest.mark.parametrize(
    "name", ["observations/heartbeat.json", "events/2026/20260101T060000Z.json"]
)
def test_corrupt_heartbeat_or_events(stage: AuditStage, name: str):
    """The same for the other files that the audit writes."""
    path = stage.root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text('{"run": "x"}')
    stage.world.set_card("models", MODELS[2], {"license": "apache-2.0"})
    with pytest.raises(InvalidFileError, match=f"git checkout HEAD -- registry/{name}"):
        stage.audit()


def test_killed_midway_leaves_no_temporary_file(stage: AuditStage):
    """What a killed writer left is removed by the next run. The kill itself is in test_run and in the chaos session."""
    (stage.root / "observations/models/maker/.model-1.json.x.tmp").write_text("{")
    stage.audit()
    assert not list(stage.root.rglob("*.tmp"))


@pytest.mark.parametrize(
    "repo",
    [
        "../../etc/passwd",
        "maker/../../x",
        "/etc/passwd",
        "maker\\x",
        "maker/..",
        "maker/a--b",
        "a/b/c",
        "maker/.hidden",
    ],
)
def test_path_traversal(stage: AuditStage, repo: str):
    """A name that leads elsewhere is refused by the schema, and nothing is written."""
    path = stage.root / "models/maker/model-1.json"
    record = json.loads(path.read_text())
    record["hub"]["repo"] = repo
    path.write_text(json.dumps(record))
    arguments, environment = build_command(stage, report=stage.root / "report.json")
    done = subprocess.run(
        [*arguments, "--plan"],
        env=environment,
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert done.returncode == 1
    assert "hub.repo" in done.stdout + done.stderr


def test_upstream_names_are_data(stage: AuditStage):
    """File names of an upstream lead nowhere, whatever they are."""
    for name in ("../../LICENSE", "LICENSE/../../x", "LICENSE\x00", "C:\\LICENSE", "LICENSE‮txt"):
        stage.world.put_file("models", MODELS[2], HubFile.create_text(name, "Terms.\n"))
    outside = {path for path in stage.root.parent.rglob("*") if stage.root not in path.parents}
    stage.audit()
    stage.audit()
    assert {
        path for path in stage.root.parent.rglob("*") if stage.root not in path.parents
    } == outside


def test_giant_files(stage: AuditStage):
    """A license of 50 MB is told by its blob id and not fetched; weights never are."""
    stage.world.put_file("models", MODELS[2], HubFile("LICENSE", None, 50 << 20, "b" * 64))
    stage.hub.clear_log()
    report = stage.audit()
    assert report.requests["hub-resolve"] == 0
    assert {kind for _, kind, _ in list_changes(report)} == {"license-text-changed"}
    assert not [each for each in stage.hub.log if "safetensors" in each.path]


def test_yaml_bomb(stage: AuditStage):
    """Cards are read from the Hub's JSON, and README.md as text without its front matter: no YAML is parsed."""
    bomb = "---\na: &a [x,x,x,x]\nb: &b [*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b]\n---\n"
    stage.world.put_file("models", MODELS[2], HubFile.create_text("README.md", bomb))
    report = stage.audit()
    assert (report.status, list_changes(report)) == ("complete", [])


@pytest.mark.parametrize(
    "link",
    [
        "http://127.0.0.1:1/license",
        "file:///etc/passwd",
        "https://169.254.169.254/latest",
        "//[::1]/x",
        "https://user:pw@host/x",
    ],
)
def test_ssrf_by_license_link(stage: AuditStage, link: str):
    """A link in a card is compared as a string and never followed."""
    stage.world.set_card("models", MODELS[2], {"license": "mit", "license_link": link})
    counts = stage.audit().requests
    assert "other" not in counts
    assert (
        json.loads((stage.root / "observations/models" / f"{MODELS[2]}.json").read_text())["facts"][
            "license_link"
        ]
        == link
    )


def test_token_leakage(stage: AuditStage, tmp_path: Path):
    """The token is in no output, no report, no error and no file, and not in an address."""
    stage.world.hub_tokens["hf_secret_token"] = frozenset()
    stage.world.fault_injector.add_rule(FaultRule("html", host="hub", path="other/lone"))
    arguments, environment = build_command(stage, report=tmp_path / "report.json")
    for token in ("hf_secret_token", "hf_secret_wrong"):
        done = subprocess.run(
            [*arguments, "--json"],
            env={**environment, "HF_TOKEN": token},
            capture_output=True,
            text=True,
            cwd=ROOT,
            check=False,
        )
        written = [
            path.read_text(errors="replace") for path in tmp_path.rglob("*") if path.is_file()
        ]
        assert not [text for text in (done.stdout, done.stderr, *written) if token in text]
    assert not [each for each in stage.hub.log if "secret" in each.path + each.query]


@pytest.mark.parametrize("token", ["secret\n", "se cret", "secr\u00e9t"])
@pytest.mark.parametrize("name", ["HF_TOKEN", "GITHUB_TOKEN"])
def test_a_token_that_no_header_can_carry(stage: AuditStage, tmp_path: Path, name: str, token: str):
    """A line end or a letter of another alphabet is said once, before anything is asked, without showing the token."""
    arguments, environment = build_command(stage, report=tmp_path / "report.json")
    asked = len(stage.hub.log)
    done = subprocess.run(
        arguments,
        env={**environment, name: token},
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert (done.returncode, done.stderr.count("\n"), len(stage.hub.log)) == (2, 1, asked)
    assert name in done.stderr
    assert "se" not in done.stderr.replace("set", "").replace("space", "")


@pytest.mark.parametrize("field", ["gated", "sha", "siblings", "tags"])
def test_upstream_schema_change(stage: AuditStage, httpserver: HTTPServer, field: str):
    """A missing field is unknown and never false: nothing is written."""
    body = {
        "_id": "0" * 24,
        "id": "x",
        "sha": "c" * 40,
        "gated": False,
        "private": False,
        "disabled": False,
        "siblings": [],
        "tags": [],
    }
    del body[field]
    before = stage.read_files()
    httpserver.expect_request("/api/models").respond_with_json([])
    for name in MODELS:
        httpserver.expect_request(f"/api/models/{name}").respond_with_json({**body, "id": name})
    httpserver.expect_request("/api/datasets/maker/data").respond_with_json(
        {**body, "id": "maker/data"}
    )
    report = audit_other_hub(stage, httpserver.url_for("/"))
    assert {each.reason for each in report.target_observations if each.target.kind == "model"} == {
        "schema"
    }
    assert stage.read_files() == before


def test_write_atomic_is_all_or_nothing(tmp_path: Path):
    """A folder in the place of the file: the error names it, and no temporary file stays."""
    (tmp_path / "file").mkdir()
    with pytest.raises(Exception, match="file: cannot be written"):
        write_text_atomic(tmp_path / "file", "x")
    assert not list(tmp_path.glob(".*.tmp"))


def test_a_budget_that_ends_the_run_says_when_it_will_be_done(stage: AuditStage):
    """Stopped, incomplete, no traceback, the number of runs to go; the next runs take the oldest first and come to an end."""
    for path in (stage.root / "observations").rglob("*.json"):
        path.unlink()
    texts = []
    for _ in range(6):
        stage.day += 1
        counter = RequestCounter(12)
        upstreams = Upstreams(
            (
                HubSource(stage.hub.endpoint, None, counter),
                GithubSource(stage.github.endpoint, None, counter),
            ),
            counter,
        )
        report = run_audit(
            load_registry(stage.root),
            upstreams,
            RunOptions(stage.root, START + timedelta(days=stage.day)),
        )
        texts.append(render_report(report))
        if report.status == "complete":
            break
    assert "still to look at; run it again, about" in texts[0]
    assert report.status == "complete"
    assert len(texts) <= 4


@pytest.mark.parametrize(
    "address",
    [
        *("http://", "http:///x", "http:127.0.0.1", "ftp://x", "http://[", "http://[::1"),
        *("http://127.0.0.1:99999", "http://127.0.0.1:-1", "http://127.0.0.1:abc"),
        *("http://.", "http://..", "http://①", "http://" + "a" * 100, "https://a.b/" + "x" * 5000),
    ],
)
@pytest.mark.parametrize("name", ["HF_ENDPOINT", "GITHUB_API_URL", "OMR_PAGES_URL"])
def test_an_address_that_no_client_takes_is_told_before_anything_is_asked(
    stage: AuditStage, monkeypatch, capsys, name: str, address: str
):
    """One short line in place of a traceback, or of a run in which every target fails."""
    monkeypatch.setenv("HF_ENDPOINT", stage.hub.endpoint)
    monkeypatch.setenv("GITHUB_API_URL", stage.github.endpoint)
    monkeypatch.setenv(name, address)
    stage.hub.clear_log()
    assert main(["run", "--registry", str(stage.root)]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert said.startswith(name)
    assert len(said) < 300
    assert stage.hub.log == []
