"""What the schedules' job `push` types: only the machine's files arrive, on top of others' work."""

import os
import re
import subprocess
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from audit.publish.pages.write import PAGE_PATTERNS
from audit.publish.save import WRITTEN_FOLDERS
from audit.records.read import RECORD_FOLDERS
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
    """A commit of the job before, in which a package may have forged records, changes none of them."""
    patch, steps = SCRIPTS[host]
    run_shell(tmp_path, "git clone -q origin machine && git clone -q origin pusher")
    machine, pusher = tmp_path / "machine", tmp_path / "pusher"
    base = run_shell(machine, "git rev-parse HEAD").strip()
    run_shell(machine, "mkdir registry/events registry/models registry/licenses")
    run_shell(machine, "echo seen > registry/events/x.json && echo evil > module.py")
    forged = "registry/a.json", "registry/models/m.json", "registry/licenses/MIT.json"
    run_shell(machine, f"for file in {' '.join(forged)}; do echo forged > $file; done")
    run_shell(machine, "ln -s /etc registry/datasets && touch registry/PAUSED && git add .")
    run_shell(machine, "git commit -qm 'Audit of today'")
    names = {"GITHUB_SHA": base, "CI_COMMIT_SHA": base, "CI_COMMIT_BRANCH": "main"}
    run_shell(machine, patch, **names)
    (machine / "saved.patch").rename(pusher / "saved.patch")
    run_shell(tmp_path / "person", "echo '[]' > registry/b.json && git add . && git commit -qm b")
    run_shell(tmp_path / "person", "git push -q origin main")
    run_shell(pusher, "git pull -q")
    for step in steps:
        run_shell(pusher, step, **names)
    assert run_shell(origin, "git show main:registry/events/x.json") == "seen\n"
    arrived = run_shell(origin, "git ls-tree -r --name-only main").split()
    assert arrived == ["module.py", "registry/a.json", "registry/b.json", "registry/events/x.json"]
    assert run_shell(origin, "git show main:registry/a.json") == "{}\n"
    assert run_shell(origin, "git show main:module.py") == "code\n"
    assert run_shell(origin, "git log --format=%s main").split("\n")[:2] == ["Audit of today", "b"]


@pytest.mark.parametrize("host", sorted(SCRIPTS))
def test_all_of_the_machine_s_files_are_named(host: str):
    """What `save` commits arrives: its folders, and every page by git's own rule of patterns."""
    included = re.findall(r'--include="registry/([^"]+)"', " ".join(SCRIPTS[host][1]))
    written = [*(f"{folder}/a/b.json" for folder in WRITTEN_FOLDERS), *PAGE_PATTERNS]
    assert [path for path in written if not any(fnmatchcase(path, each) for each in included)] == []
    assert not any(fnmatchcase(f"{folder}/a/b.json", each) for each in included for folder in RECORD_FOLDERS)  # fmt: skip


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
