"""The command as a scheduler calls it.

The token is shown nowhere, a dry run touches nothing, feeds are told also while GitHub is away.
"""

import json
import traceback

import pytest

from audit.cli.main import main
from audit.core.errors import RegistryError
from audit.observations.facts import Target
from audit.publish.issues.tracker import MAX_ATTEMPTS, IssueTracker
from audit.publish.issues.tracker_answers import TrackerError
from audit.sources.patience import Patience
from audit.sources.request_log import RequestCounter
from audit.store.observations import TargetState, TargetStateStore
from tests.conftest import make_license_record, make_model_record
from tests.fakes.faults import FAULTS, FaultRule
from tests.publish.conftest import REPO, build_finding

SECRET = "ghp_SECRETsecret0123456789"
GATED = build_finding()


@pytest.fixture
def root(write_registry, github, monkeypatch):
    """A registry with one confirmed finding, and the environment of a scheduled job."""
    github.world.github_tokens[SECRET] = "registry-bot"
    monkeypatch.setenv("GITHUB_API_URL", github.endpoint)
    monkeypatch.setenv("GITHUB_REPOSITORY", REPO)
    monkeypatch.setenv("GITHUB_TOKEN", SECRET)
    monkeypatch.setattr("audit.publish.issues.tracker.WRITE_PAUSE_SECONDS", 0)
    target = write_registry(("licenses", make_license_record()), ("models", make_model_record()))
    TargetStateStore(target).write_state(
        TargetState(Target("huggingface", "model", "maker/model-1"), "ok", None, None, (GATED,))
    )
    return target


def read_all_files(root):
    return {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_a_dry_run_prints_the_exact_calls_and_touches_nothing(root, github, capsys):
    """What it prints is what the real run then sends, in order.

    Until then nothing is written, here or there.
    """
    before = read_all_files(root)
    assert main(["publish", "--registry", str(root), "--dry-run"]) == 0
    printed = [line.split(" ", 2) for line in capsys.readouterr().out.splitlines()]
    assert read_all_files(root) == before
    assert {each.method for each in github.log} == {"GET"}
    github.clear_log()
    assert main(["publish", "--registry", str(root)]) == 0
    sent = [(each.method, each.path) for each in github.log if each.method != "GET"]
    # The numbers of issues that do not exist yet are 0 in a dry run.
    assert [(method, path) for method, path, _ in printed] == [
        (method, path.replace("/issues/2", "/issues/0")) for method, path in sent
    ]
    bodies = {
        path: json.loads(body)
        for method, path, body in printed
        if (method, path) == ("POST", f"/repos/{REPO}/issues") and "drift:v1 id" in body
    }
    (issue,) = [
        each for each in github.world.get_github_repo(REPO).issues if "drift:v1 id" in each.body
    ]
    assert bodies[f"/repos/{REPO}/issues"]["body"] == issue.body
    assert SECRET not in str(printed)


@pytest.mark.parametrize("token", [SECRET + "\n", "with space", "", "ключ"])
def test_a_token_that_is_none_is_refused_without_showing_it(root, monkeypatch, capsys, token):
    """A line end from a file, or nothing at all."""
    monkeypatch.setenv("GITHUB_TOKEN", token)
    assert main(["publish", "--registry", str(root)]) == 2
    said = capsys.readouterr()
    assert SECRET not in said.out + said.err
    assert "GITHUB_TOKEN" in said.err


def test_feeds_and_pages_are_written_before_github_is_asked(root, github, monkeypatch, capsys):
    """A token that is not valid, or a GitHub that is away, keeps nobody's feed reader from the
    news."""
    monkeypatch.setenv("GITHUB_TOKEN", "not-valid")
    assert main(["publish", "--registry", str(root)]) == 3
    assert "the token is not valid" in capsys.readouterr().err
    assert (root / "feeds" / "all.atom").is_file()
    assert (root / "README.md").is_file()
    assert github.world.get_github_repo(REPO).issues == []


@pytest.mark.parametrize("method", ["GET", "POST", "PATCH"])
@pytest.mark.parametrize(
    "fault", [each for each in (*FAULTS, "403-limit", "422") if each not in ("slow", "timeout")]
)
def test_no_failure_shows_the_token(github, publisher, capsys, fault, method):
    """Whatever goes wrong, neither the error with its causes, nor what was printed or written,
    nor any address holds it."""
    github.world.fault_injector.add_rule(
        FaultRule(fault, "github", method=method, times=MAX_ATTEMPTS * 2)
    )
    github.world.fault_injector.retry_after_seconds = 0
    github.world.github_tokens[SECRET] = "registry-bot"
    publisher.token = SECRET
    publisher.set_open_findings(GATED)
    shown = ""
    for _ in range(2):
        try:
            publisher.publish_once()
        except RegistryError as error:
            shown += "".join(traceback.format_exception(error)) + repr(error)
    said = capsys.readouterr()
    written = b"".join([*read_all_files(publisher.root).values()]).decode()
    asked = " ".join(f"{each.path}?{each.query}" for each in github.log)
    told = " ".join(f"{each.title} {each.body}" for each in publisher.github_repo.issues)
    assert "SECRET" not in shown + said.out + said.err + written + asked + told


def test_a_listing_that_leads_away_is_not_followed(github):
    """The token goes to one host; a next page elsewhere ends the run."""
    from pytest_httpserver import HTTPServer

    with HTTPServer(host="127.0.0.1") as server:
        server.expect_request(f"/repos/{REPO}/issues").respond_with_json(
            [], headers={"Link": f'<{github.endpoint}/repositories/1/issues?page=2>; rel="next"'}
        )
        tracker = IssueTracker(
            server.url_for(""), REPO, SECRET, RequestCounter(), Patience(sleep=lambda _: None)
        )
        with pytest.raises(TrackerError, match="another host"):
            tracker.list_issues("registry-bot")
    assert github.log == []


def test_every_page_of_a_listing_is_read(publisher):
    """More than a hundred issues of ours: none of them is opened again."""
    publisher.set_open_findings(GATED)
    publisher.publish_once()
    template = publisher.drift_issues[0]
    for number in range(2, 251):
        publisher.github_repo.issues.append(
            type(template)(
                **{
                    **vars(template),
                    "number": 1_000 + number,
                    "body": "an old one",
                    "title": "old",
                    "comments": [],
                }
            )
        )
    publisher.github_repo.issues.sort(key=lambda each: each.number)
    (publisher.root / "alerts" / "ledger.json").unlink()
    publisher.publish_once()
    assert len(publisher.drift_issues) == 1
    assert sum("page=3" in each.query for each in publisher.github.log) >= 1
