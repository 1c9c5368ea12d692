"""Every JSON output says its version, whichever command prints it."""

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from audit.cli.commands import COMMANDS
from audit.cli.main import main
from audit.contribute.new.issue_form import (
    DEVELOPER,
    EMPTY_ANSWER,
    LICENSE,
    MODEL,
    SOURCES,
    WEIGHTS,
)
from audit.core.output_versions import OUTPUT_VERSIONS, add_schema_version
from audit.definitions.base import FactUsed, Measure, Step, Verdict
from audit.publish.feeds.formats import render_json_feed
from audit.publish.feeds.model import Feed
from audit.publish.issues import tracker
from audit.publish.urls import RegistryAddress
from audit.records.schema import find_schema_problems
from tests.conftest import make_license_record, make_model_record
from tests.fakes.github_server import LoopbackGithub
from tests.fakes.hub_server import LoopbackHub
from tests.fakes.repositories import GithubRepo
from tests.fakes.world import UpstreamWorld
from tests.test_screen import write_table

TOKEN, REPOSITORY = "token-of-a-test", "owner/registry"
NEEDS_A_DOUBLE = ("drill", "license-bench", "update")
"""Too long for this test, or in need of a server: their modules must print through the same function."""
FORM = "\n\n".join(
    f"### {label}\n\n{answer}"
    for label, answer in (
        (MODEL, "lab/other"),
        (WEIGHTS, "Not published"),
        (DEVELOPER, "Lab"),
        (LICENSE, EMPTY_ANSWER),
        (SOURCES, "https://example.org/lab"),
    )
)


@pytest.fixture
def folder(tmp_path: Path, write_registry: Callable[..., Path]) -> Path:
    """A checkout with a registry, and what the commands are given."""
    write_registry(("licenses", make_license_record()), ("models", make_model_record()))
    (tmp_path / "text.txt").write_text("You may do with it as you like.\n" * 20)
    (tmp_path / "models.txt").write_text("maker/model-1\n")
    (tmp_path / "form.md").write_text(FORM)
    (tmp_path / "bill.json").write_text('{"bomFormat": "CycloneDX", "specVersion": "1.6"}')
    for arguments in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "first"]):
        identity = ["-c", "user.name=n", "-c", "user.email=e@example.org"]
        subprocess.run(["git", "-C", str(tmp_path), *identity, *arguments], check=True)
    return tmp_path


@pytest.fixture
def upstreams(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A Hub and a GitHub on loopback, and the environment of a job."""
    world = UpstreamWorld()
    world.github_tokens[TOKEN] = "registry-bot"
    world.add_github_repo(GithubRepo(REPOSITORY))
    with LoopbackHub(world) as hub, LoopbackGithub(world) as github:
        monkeypatch.setattr(tracker, "WRITE_PAUSE_SECONDS", 0)
        monkeypatch.setenv("HF_ENDPOINT", hub.endpoint)
        monkeypatch.setenv("GITHUB_API_URL", github.endpoint)
        monkeypatch.setenv("GITHUB_TOKEN", TOKEN)
        monkeypatch.setenv("GITHUB_REPOSITORY", REPOSITORY)
        monkeypatch.setenv("WEBHOOK_URL", "https://receiver.example/hook")
        monkeypatch.setenv("WEBHOOK_SECRET", "whsec_" + "QUJD" * 12)
        yield


def list_calls(folder: Path) -> dict[str, list[list[str]]]:
    """At least one call of every command, those with several forms more often."""
    text, models, form = (str(folder / each) for each in ("text.txt", "models.txt", "form.md"))
    bill = str(folder / "bill.json")
    closed = ["--closed", "--source", "https://example.org/lab", "--quote", "no weights"]
    return {
        "validate": [[]],
        "explain": [["maker/model-1"], ["maker/model-1", "--as-of", "2026-01-01"]],
        "allows": [["maker/model-1"]],
        "search": [["model"], ["model", "--facets"]],
        "list": [[]],
        "init": [[str(folder / "new")]],
        "run": [["--plan"], ["--dry-run"]],
        "screen": [["--hub-table", str(write_table(folder))]],
        "publish": [["--dry-run"], []],
        "feeds": [[], ["--check"]],
        "digest": [["--since", "7d"]],
        "webhook": [["--since", "7d", "--dry-run"], ["--since", "7d", "--allow-private"]],
        "watch": [[models]],
        "mcp": [[]],
        "bom": [["maker/model-1"], [models], ["--diff", bill, bill]],
        "notices": [[models, "--offline", "--output", str(folder / "shipped")]],
        "save": [[]],
        "site": [["--output", str(folder / "site")]],
        "health": [[]],
        "migrate": [[]],
        "compare-indexes": [[]],
        "coverage": [[]],
        "gaps": [[]],
        "catalog": [[], ["--check"]],
        "spot-check": [["--count", "1"]],
        "identify": [[text, text]],
        "fingerprint": [[text, text]],
        "new": [["lab/model", "--developer", "Lab", "--dry-run", *closed]],
        "review": [["--base", "HEAD"]],
        "accept": [[]],
        "from-issue": [[form, "--offline", "--dry-run"]],
    }


def read_documents(text: str) -> list[Any]:
    """The JSON documents that a command printed one after another."""
    found, decoder, text = [], json.JSONDecoder(), text.strip()
    while text:
        document, end = decoder.raw_decode(text)
        found.append(document)
        text = text[end:].lstrip()
    return found


@pytest.mark.usefixtures("upstreams")
@pytest.mark.parametrize("name", [each for each in COMMANDS if each not in NEEDS_A_DOUBLE])
def test_every_json_output_says_its_version(
    name: str, folder: Path, capsys: pytest.CaptureFixture[str]
):
    """A new command without a call here fails; so does one that prints JSON in a way of its own."""
    for arguments in list_calls(folder)[name]:
        status = main([name, "--registry", str(folder / "registry"), "--json", *arguments])
        said = capsys.readouterr()
        documents = read_documents(said.out)
        assert documents, (status, said.err)
        assert all(each["schema_version"] >= 1 for each in documents)
        assert not list(list_unnamed_values(documents))


def list_unnamed_values(value: Any) -> Iterator[Any]:
    """Lists of texts beside other things: rows of which nobody says what stands where."""
    members = list(value.values()) if isinstance(value, dict) else value
    if not isinstance(members, list):
        return
    if isinstance(value, list) and len({type(each) for each in value} - {type(None)}) > 1:
        yield value
    for member in members:
        yield from list_unnamed_values(member)


def test_the_values_of_an_explanation_have_names(root: Path, capsys: pytest.CaptureFixture[str]):
    """Verdicts, steps and facts are objects, whatever they are inside: their keys are promised (docs/formats.md)."""
    model = "allenai/Olmo-3-1125-32B"
    assert main(["explain", "--json", "--registry", str(root / "registry"), model]) == 0
    explained = json.loads(capsys.readouterr().out)
    assert not list(list_unnamed_values(explained))
    for verdict in explained["verdicts"]:
        assert tuple(verdict) == Verdict._fields
        for step in verdict["steps"]:
            assert tuple(step) == Step._fields
            assert all(tuple(fact) == FactUsed._fields for fact in step["facts"])
        assert all(tuple(each) == Measure._fields for each in verdict["measures"])
    assert all(
        tuple(fact) == FactUsed._fields for each in explained["questions"] for fact in each["facts"]
    )


@pytest.mark.parametrize("name", NEEDS_A_DOUBLE)
def test_commands_with_a_double_print_in_the_same_way(name: str, root: Path):
    """They are too slow to be run for this, or need a server."""
    module = COMMANDS[name].module.replace(".", "/")
    source = (root / f"{module}.py").read_text(encoding="utf-8")
    assert "print_json(" in source
    assert "json.dumps" not in source


def test_a_report_may_say_its_version(root: Path):
    """The schema knows the version that `run --report` writes, and reads reports without one."""
    path = root / "tests/examples/report/valid/one-finding.json"
    report = json.loads(path.read_text(encoding="utf-8"))
    assert find_schema_problems("report", add_schema_version("report", report), "x") == []
    assert find_schema_problems("report", {**report, "schema_version": 2}, "x") != []


def test_a_json_feed_says_its_version_as_an_extension():
    """JSON Feed has a `version` of its own; ours stands in an object whose name begins with `_`."""
    feed = json.loads(render_json_feed(Feed("all", "All", ()), RegistryAddress()))
    assert feed["_open_model_registry"] == {"schema_version": OUTPUT_VERSIONS["feed"]}
    assert feed["version"].startswith("https://jsonfeed.org/version/")
