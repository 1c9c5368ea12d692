"""What the schedules' job `push` types: only the machine's files arrive, on top of others' work."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.schedules.test_schedules import PIPELINE, WORKFLOW

PERSON = {"GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@example.org"}
PERSON |= {"GIT_COMMITTER_NAME": "C", "GIT_COMMITTER_EMAIL": "c@example.org"}
STEPS = [step["run"] for step in WORKFLOW["jobs"]["push"]["steps"] if "run" in step]
PATCH = next(
    step["run"]
    for step in WORKFLOW["jobs"]["publish"]["steps"]
    if "format-patch" in step.get("run", "")
)
SCRIPTS = {
    "github": (PATCH, STEPS),
    "gitlab": (PIPELINE["publish"]["after_script"][-1], PIPELINE["push"]["script"]),
}


def run_shell(folder: Path, line: str, **variables: str) -> str:
    """Run one line as a scheduler does."""
    environment = {**os.environ, **PERSON, **variables}
    done = subprocess.run(
        ["sh", "-ec", line],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def origin(tmp_path: Path) -> Path:
    """A repository that holds one record and one module."""
    run_shell(tmp_path, "git init -q --bare -b main origin && git clone -q origin person")
    person = tmp_path / "person"
    run_shell(person, "mkdir registry && echo '{}' > registry/a.json && echo code > module.py")
    run_shell(person, "git checkout -q -b main; git add . && git commit -qm first")
    run_shell(person, "git push -q origin main")
    return tmp_path / "origin"


@pytest.mark.parametrize("host", sorted(SCRIPTS))
def test_only_the_machine_s_files_are_pushed(origin: Path, tmp_path: Path, host: str):
    """A commit that changes code beside the registry brings the registry's files alone."""
    patch, steps = SCRIPTS[host]
    run_shell(tmp_path, "git clone -q origin machine && git clone -q origin pusher")
    machine, pusher = tmp_path / "machine", tmp_path / "pusher"
    base = run_shell(machine, "git rev-parse HEAD").strip()
    run_shell(machine, "echo seen > registry/events.jsonl && echo evil > module.py && git add .")
    run_shell(machine, "git commit -qm 'Audit of today'")
    names = {"GITHUB_SHA": base, "CI_COMMIT_SHA": base, "CI_COMMIT_BRANCH": "main"}
    run_shell(machine, patch, **names)
    (machine / "saved.patch").rename(pusher / "saved.patch")
    run_shell(tmp_path / "person", "echo '[]' > registry/b.json && git add . && git commit -qm b")
    run_shell(tmp_path / "person", "git push -q origin main")
    run_shell(pusher, "git pull -q")
    for step in steps:
        run_shell(pusher, step, **names)
    assert run_shell(origin, "git show main:registry/events.jsonl") == "seen\n"
    assert run_shell(origin, "git show main:module.py") == "code\n"
    assert run_shell(origin, "git log --format=%s main").split("\n")[:2] == ["Audit of today", "b"]


@pytest.mark.parametrize("host", sorted(SCRIPTS))
def test_nothing_new_is_nothing_to_push(origin: Path, tmp_path: Path, host: str):
    """An audit that wrote nothing leaves an empty patch, and pushing it is no failure."""
    patch, steps = SCRIPTS[host]
    run_shell(tmp_path, "git clone -q origin machine")
    machine = tmp_path / "machine"
    base = run_shell(machine, "git rev-parse HEAD").strip()
    names = {"GITHUB_SHA": base, "CI_COMMIT_SHA": base, "CI_COMMIT_BRANCH": "main"}
    for line in (patch, *steps):
        run_shell(machine, line, **names)
    assert run_shell(origin, "git rev-parse main").strip() == base
