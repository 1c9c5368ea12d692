"""A project of a stranger: what is said of it is obeyed by nobody, and nothing is written past it."""

import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from audit.cli.main import main
from audit.projects.finding.mention import Mention
from audit.projects.reports import render_junit, render_sarif
from audit.projects.watch import WatchedModel
from tests.conftest import ROOT, make_license_record, make_model_record

CODE = 'from_pretrained("maker/model-1")\n'
OLD, NEW = "a" * 40, "b" * 40
AS_COMMAND = "\n::error file=x::from the project"


@pytest.fixture
def registry(write_registry) -> Path:
    """One model whose commit is known."""
    own = make_model_record()
    hub = {**own.get("hub", {}), "revision": NEW}
    records = ("licenses", make_license_record()), ("models", make_model_record(hub=hub))
    return write_registry(*records)


@pytest.mark.skipif(sys.platform == "win32", reason="no such name of a file there")
def test_no_name_in_a_project_is_a_command_to_the_job_that_looks_at_it(registry, tmp_path):
    """Neither a file, a hidden folder, nor a reason in its policy begins a line of the log."""
    project = tmp_path / "project"
    (project / f".hidden{AS_COMMAND}").mkdir(parents=True)
    (project / f"a{AS_COMMAND}.py").write_text(CODE)
    waiver = r'{"model": "maker/model-1", "reason": "\n::error::x", "until": "2999-01-01"}'
    policy = tmp_path / "policy.json"
    policy.write_text(f'{{"labels": ["closed"], "waivers": [{waiver}]}}')
    command = [sys.executable, "-m", "audit", "watch", project, "--registry", registry]
    for more in ((), ("--policy", policy), ("--format", "junit")):
        said = subprocess.run([*command, *more], cwd=ROOT, capture_output=True, check=False)
        lines = (said.stdout + said.stderr).decode().splitlines()
        assert said.returncode == 0
        assert not [line for line in lines if line.lstrip().startswith(("::", "##["))]
    command += ["--policy", policy, "--format", "github"]
    policy.write_text('{"labels": ["closed"]}')
    said = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    (line,) = said.stdout.decode().splitlines()
    assert line.startswith(
        "::error file=a %3A%3Aerror file=x%3A%3Afrom the project.py,line=1::maker"
    )


def test_reports_are_well_formed_whatever_a_file_is_called():
    """XML has characters that it may not hold, and an address holds neither spaces nor halves."""
    place = Mention("a/b", "x\uffff\x01 %\udc80.py", 1, "model", "loaded")
    model = WatchedModel("a/b", (place,), recorded=False, broken=("not allowed",))
    ElementTree.fromstring(render_junit([model]).encode())
    assert '"uri": "x%EF%BF%BF%01%20%25%80.py"' in render_sarif([model])


@pytest.mark.parametrize(
    "line",
    [
        f'load("maker/model-1"); from_pretrained("else/where", revision="{OLD}")\n',
        f'x = {{"maker/model-1": 1, "else/where": {{"revision": "{OLD}"}}}}\n',
        f'load("maker/model-1"), load(OTHER, revision="{OLD}")\n',
        'from_pretrained("maker/model-1", revision="deadbeefish")\n',
    ],
)
def test_the_commit_of_another_model_is_not_rewritten(registry, tmp_path, line):
    """A commit beside a name is that name's only where no other name stands between them."""
    (tmp_path / "project").mkdir()
    code = tmp_path / "project" / "run.py"
    code.write_text(line)
    main(["watch", str(code.parent), "--registry", str(registry), "--update"])
    assert code.read_text() == line


def _plant_nothing(folder: Path, elsewhere: Path) -> None:
    folder.symlink_to(elsewhere)


def _plant_texts(folder: Path, elsewhere: Path) -> None:
    folder.mkdir()
    (folder / "LICENSES").symlink_to(elsewhere)


def _plant_pipe(folder: Path, elsewhere: Path) -> None:
    del elsewhere
    folder.mkdir()
    os.mkfifo(folder / "NOTICE")


def _plant_folder(folder: Path, elsewhere: Path) -> None:
    del elsewhere
    (folder / "NOTICE").mkdir(parents=True)


def _plant_list(folder: Path, elsewhere: Path) -> None:
    del elsewhere
    folder.mkdir()
    (folder / "TO-DO.md").write_text("mine")


@pytest.mark.skipif(sys.platform == "win32", reason="links and pipes of another kind")
@pytest.mark.parametrize(
    "plant", [_plant_nothing, _plant_texts, _plant_pipe, _plant_folder, _plant_list]
)
def test_notices_are_written_into_a_folder_of_their_own(registry, tmp_path, capsys, plant):
    """A project can hold the default folder already, with a link in it, a pipe, or its own files."""
    elsewhere, folder = tmp_path / "elsewhere", tmp_path / "model-notices"
    elsewhere.mkdir()
    plant(folder, elsewhere)
    before = sorted(tmp_path.rglob("*"))
    asked = ["notices", "maker/model-1", "--offline", "--registry", str(registry)]
    assert main([*asked, "--output", str(folder)]) == 2
    assert "name another --output" in capsys.readouterr().err
    assert sorted(tmp_path.rglob("*")) == before
