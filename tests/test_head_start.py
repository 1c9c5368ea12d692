"""Code is asked about while the rest of a run is still planned: earlier, and otherwise as ever."""

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path

import pytest

from audit.core.errors import UsageError
from audit.drift.targets import (
    list_watched_code,
    list_watched_elsewhere,
    list_watched_targets,
    sort_watched,
)
from audit.records.load import load_registry
from audit.runs import run
from audit.runs.head_start import HeadStart
from audit.sources.github.repositories import MAX_PARALLEL_REQUESTS
from audit.sources.request_log import RequestCounter
from tests.conftest import WriteRegistry, make_license_record, make_model_record
from tests.fakes.faults import FaultRule
from tests.fakes.github_server import LoopbackGithub
from tests.fakes.hub_server import LoopbackHub
from tests.fakes.world import build_world
from tests.test_run import AuditStage

SECONDS = 10
"""Longest wait for what happens at once."""
CODES = 12


def make_code(number: int) -> dict[str, object]:
    """A released component in a repository of its own."""
    url = f"https://github.com/maker/code-{number}"
    return {"status": "released", "license": "MIT", "url": url, "evidence": ["card"]}


@contextmanager
def open_stage(root: Path) -> Iterator[AuditStage]:
    """Hosts at which all records of a registry are true."""
    world = build_world(load_registry(root))
    with LoopbackHub(world) as hub, LoopbackGithub(world) as github:
        yield AuditStage(root, world, hub, github)


@pytest.fixture
def root(write_registry: WriteRegistry) -> Path:
    """Twelve models, each with code of its own."""
    models = [make_model_record(f"maker/model-{number}") for number in range(CODES)]
    for number, model in enumerate(models):
        model["components"]["training-code"] = make_code(number)
    licenses = [make_license_record(), make_license_record("Apache-2.0")]
    return write_registry(
        *[("licenses", each) for each in licenses], *[("models", each) for each in models]
    )


@pytest.fixture
def stage(root: Path) -> Iterator[AuditStage]:
    with open_stage(root) as opened:
        yield opened


def list_asked(stage: AuditStage) -> list[str]:
    """What GitHub was asked since the last time, in its order."""
    asked = [each.path for each in stage.github.log]
    stage.github.clear_log()
    return asked


def wait_for_github(monkeypatch: pytest.MonkeyPatch, stage: AuditStage, least: int) -> list[int]:
    """Plan the rest once GitHub was asked so many questions; returns what the Hub was asked then."""
    real = run.list_watched_elsewhere
    asked_of_hub = []

    def wait(*arguments):
        end = time.monotonic() + SECONDS
        while len(stage.github.log) < least and time.monotonic() < end:
            time.sleep(0.005)
        asked_of_hub.append(len(stage.hub.log))
        return real(*arguments)

    monkeypatch.setattr(run, "list_watched_elsewhere", wait)
    return asked_of_hub


def play_days(root: Path, prepare: Callable[[AuditStage], object]) -> str:
    """Four days: all well, two repositories changed and one that fails at first, an outage, all well.

    Returns all that was told, asked and written, whatever the addresses of the hosts.
    """
    with open_stage(root) as stage:
        asked, told = [], []
        for day in range(4):
            if day == 1:
                stage.world.remove_github_repo("maker/code-3")
                stage.world.archive_github_repo("maker/code-4")
                stage.world.fault_injector.add_rule(FaultRule("503", "github", "code-5$", times=3))
            if day == 2:
                stage.world.fault_injector.add_rule(FaultRule("503", "github", "code-[6-9]$"))
            prepare(stage)
            told.append(asdict(replace(stage.audit(), finished="")))
            asked.append(sorted(list_asked(stage)))
            if day == 2:
                stage.world.fault_injector.clear_rules()
        written = {
            name.removeprefix(str(root)): content for name, content in stage.read_files().items()
        }
        everything = repr({"asked": asked, "told": told, "written": written})
    return everything.replace(stage.hub.endpoint, "hub").replace(stage.github.endpoint, "github")


def test_github_is_asked_before_it_is_known_what_the_hub_is_asked(
    stage: AuditStage, monkeypatch: pytest.MonkeyPatch
):
    """Its questions need no lists: all can be answered before the Hub is asked the first one."""
    stage.audit()
    stage.hub.clear_log()
    list_asked(stage)
    asked_of_hub = wait_for_github(monkeypatch, stage, CODES)
    assert stage.audit().status == "complete"
    assert asked_of_hub == [0]
    assert len(list_asked(stage)) == CODES


@pytest.mark.parametrize("ahead", [0, 3, CODES])
def test_what_is_asked_told_and_written_does_not_depend_on_it(
    root: Path, tmp_path: Path, ahead: int, monkeypatch: pytest.MonkeyPatch
):
    """However many questions went ahead: the same ones, the same report, the same bytes."""
    copy = shutil.copytree(root, tmp_path / "copy" / root.name)
    with monkeypatch.context() as patched:
        patched.setattr(HeadStart, "begin", lambda *arguments: None)
        plain = play_days(root, lambda stage: None)
    played = play_days(copy, partial(wait_for_github, monkeypatch, least=ahead))
    assert played == plain
    assert "maker/code-4" in plain


@pytest.mark.parametrize("kind", ["sweep", "limit"])
def test_a_sweep_and_a_run_of_few_requests_begin_with_all_hosts(
    stage: AuditStage, kind: str, monkeypatch: pytest.MonkeyPatch
):
    """The first looks at what is due, the second spends its requests by age: neither is the code."""
    begun: list[object] = []
    monkeypatch.setattr(HeadStart, "begin", lambda *arguments: begun.append(arguments))
    if kind == "limit":
        monkeypatch.setattr("tests.test_run.RequestCounter", partial(RequestCounter, 100))
    stage.audit(sweep=kind == "sweep")
    assert not begun
    monkeypatch.setattr("tests.test_run.RequestCounter", RequestCounter)
    stage.audit()
    assert begun


def test_an_error_while_the_rest_is_planned_ends_the_questions_too(
    stage: AuditStage, monkeypatch: pytest.MonkeyPatch
):
    """Nobody goes on asking for a run that is over."""
    stage.audit()
    list_asked(stage)
    stage.world.fault_injector.slow_seconds = 0.2
    stage.world.fault_injector.add_rule(FaultRule("slow", "github"))

    def fail(*_: object):
        raise UsageError("no plan")

    monkeypatch.setattr(run, "list_watched_elsewhere", fail)
    with pytest.raises(UsageError, match="no plan"):
        stage.audit()
    asked = len(stage.github.log)
    time.sleep(0.5)
    assert asked <= MAX_PARALLEL_REQUESTS
    assert len(stage.github.log) == asked


def test_the_code_and_the_rest_are_everything_that_is_watched(root: Path):
    """Two halves of one list: nothing stands in both, nothing is left out, the order is the same."""
    registry = load_registry(root)
    code, rest = list_watched_code(registry), list_watched_elsewhere(registry)
    assert {each.target.kind for each in code} == {"code"}
    assert "code" not in {each.target.kind for each in rest}
    assert sort_watched([*rest, *code]) == list_watched_targets(registry)
