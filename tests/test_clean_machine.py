"""The two commands of the README on a machine that knows nothing of its user."""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path
from types import ModuleType
from unittest.mock import MagicMock

import pytest

KEPT = {
    "SSL_CERT_FILE": "/certificates.pem",
    "PIP_INDEX_URL": "https://packages.example",
    "UV_NATIVE_TLS": "1",
}
OF_THE_SHELL = {"PATH", "HOME", "PWD", "OLDPWD", "SHLVL", "_"}


def test_ci_runs_the_lines_of_the_readme_in_an_empty_environment(root: Path, tmp_path: Path):
    """What only says where packages and certificates come from is let through, and nothing else."""
    (tmp_path / ".ci").mkdir()
    shutil.copy(root / ".ci/run", tmp_path / ".ci/run")
    line = "python3 -m venv --help >help && env >seen && echo nox -s tests"
    drill = line.replace("tests", "drill")
    page = f"Rehearse:\n\n```sh\n{drill}\n```\n\nRun the tests:\n\n```sh\n{line}\n```\n"
    (tmp_path / "README.md").write_text(page, encoding="utf-8")
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": "/nobody",
        "HF_TOKEN": "secret",
        "LANG": "C",
        **KEPT,
    }
    done = subprocess.run(
        [tmp_path / ".ci/run"], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines() == [line, "nox -s tests", drill, "nox -s drill"]
    seen = dict(
        row.split("=", 1) for row in (tmp_path / "seen").read_text(encoding="utf-8").splitlines()
    )
    assert seen["HOME"] != "/nobody"
    assert {name: value for name, value in seen.items() if name not in OF_THE_SHELL} == KEPT


def test_ci_without_a_line_to_run_fails(root: Path, tmp_path: Path):
    """A README that shows the command in other words must not make CI pass with no test."""
    (tmp_path / ".ci").mkdir()
    shutil.copy(root / ".ci/run", tmp_path / ".ci/run")
    (tmp_path / "README.md").write_text("Run the tests with pytest.\n", encoding="utf-8")
    assert subprocess.run([tmp_path / ".ci/run"], capture_output=True, check=False).returncode == 1


def test_the_readme_shows_one_line_for_each_of_two_commands(root: Path):
    """The drill and the tests, each one line that can be copied."""
    text = (root / "README.md").read_text(encoding="utf-8")
    assert re.findall(r"(?m)^python3 -m venv .* && .*nox -s (\w+)$", text) == ["drill", "tests"]


def load_noxfile(root: Path) -> ModuleType:
    """The noxfile, without nox."""
    spec = importlib.util.spec_from_file_location("noxfile_of_the_project", root / "noxfile.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("script", "backend", "said"),
    [
        ("exit 0", "uv|virtualenv", ""),
        (
            "test $1 != pip || { echo no certificate >&2; exit 2; }",
            "virtualenv",
            "virtualenv is used: no certificate",
        ),
        ("exit 3", "virtualenv", "virtualenv is used: `uv venv` ended with 3"),
        (None, "virtualenv", ""),
    ],
    ids=["works", "cannot install", "cannot do anything", "is not here"],
)
def test_nox_takes_uv_only_where_it_can_install(
    root: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    script: str | None,
    backend: str,
    said: str,
):
    """uv behind a proxy, or with an index that only pip knows, is there and is no help; one line says why it is left."""
    if script is not None:
        (tmp_path / "uv").write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        (tmp_path / "uv").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("UV", raising=False)
    monkeypatch.setitem(sys.modules, "nox", MagicMock())
    monkeypatch.chdir(tmp_path)
    assert load_noxfile(root).nox.options.default_venv_backend == backend
    told = capsys.readouterr().err
    assert told.strip().endswith(said)
    assert told.count("\n") == bool(said)


@pytest.fixture
def noxfile(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The noxfile in a folder of its own, without nox and without uv."""
    monkeypatch.setenv("PATH", "/bin:/usr/bin")
    monkeypatch.setitem(sys.modules, "nox", MagicMock())
    monkeypatch.chdir(tmp_path)
    return load_noxfile(root)


@pytest.mark.parametrize(("code", "status"), [("", None), ("raise SystemExit(3)", 3)])
def test_nox_ends_with_the_status_of_the_command(
    noxfile: ModuleType,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    code: str,
    status: int | None,
):
    """A scheduler tells 3 (incomplete) from 1 (broken), through nox as well."""
    (tmp_path / "answer.py").write_text(code, encoding="utf-8")
    monkeypatch.setattr(noxfile, "find_python", lambda place: sys.executable)
    ends = pytest.raises(SystemExit) if status else nullcontext()
    with ends as ended:
        noxfile.run_shared_module(MagicMock(posargs=[]), "answer")
    assert status is None or ended.value.code == status


def test_an_environment_is_made_once(noxfile: ModuleType, tmp_path: Path):
    """Made again only where what it was made from has changed."""
    place = tmp_path / ".nox" / "shared"
    wanted = tmp_path / "wanted.txt"
    wanted.write_text("one", encoding="utf-8")
    session = MagicMock()
    assert noxfile.begin_environment(session, place, str(wanted))
    assert noxfile.begin_environment(session, place, str(wanted)), "it was never finished"
    noxfile.finish_environment(place, str(wanted))
    assert not noxfile.begin_environment(session, place, str(wanted))
    wanted.write_text("two", encoding="utf-8")
    assert noxfile.begin_environment(session, place, str(wanted))
    assert not place.exists()
