"""What the program writes itself: to a terminal, to a disk, beside another command, and to a receiver."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from audit.cli.inert_output import InertOutput
from audit.cli.main import main
from audit.core.atomic_files import write_text_atomic
from audit.core.hidden import escape_hidden_characters
from audit.core.locking import hold_registry_lock
from audit.store.health import check_health
from audit.store.run_status import Heartbeat, UnverifiedTarget, write_heartbeat
from tests.conftest import ROOT
from tests.schedules.test_health_and_save import NOW, format_hours_ago


def test_no_output_is_obeyed_by_a_terminal(tmp_path: Path):
    """Whoever prints it: an escape of a file's name comes out as text, and JSON means the same."""
    path = tmp_path / "x\x1b[2J\u202ey.txt"
    path.write_text("Hello, permission is granted to nobody.")
    for option in ((), ("--json",)):
        command = [sys.executable, "-m", "audit", "identify", str(path), *option]
        said = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
        assert b"\x1b" not in said.stdout + said.stderr
        assert "\u202e".encode() not in said.stdout + said.stderr


def test_json_is_the_same_after_escaping():
    """An escape of JSON stands where the character stood."""
    value = {"a": "x\x1b\x9b\u202e\u2028\U000e0041 \u00a0é\U0001f600"}
    text = json.dumps(value, ensure_ascii=False, indent=2)
    assert json.loads(escape_hidden_characters(text)) == value


@pytest.mark.parametrize(
    "pieces",
    [
        ("a\n::error::x\n",),
        ("a\n", "  ", "::error::x", "\n"),
        (":", ":error::x\n"),
        ("x ##[set-env]\n",),
        ("x #", "#[set-env]\n"),
        ("\t::stop-commands::x",),
    ],
)
def test_no_output_is_obeyed_by_the_log_of_a_job(pieces):
    """On both streams, in however many pieces it is written; JSON keeps its meaning."""
    for text in _write_inert(*pieces).splitlines():
        assert not text.lstrip().startswith("::")
        assert "##[" not in text
    value = {"a": ["::error::x", "##[x]"]}
    assert json.loads(_write_inert(json.dumps(value, indent=2))) == value
    assert _write_inert("a::b\n", "a", "::b\n") == "a::b\na::b\n"


def _write_inert(*pieces: str) -> str:
    raw = io.BytesIO()
    stream = InertOutput(io.TextIOWrapper(raw, encoding="utf-8"))
    for piece in pieces:
        stream.write(piece)
    stream.flush()
    return raw.getvalue().decode()


def test_errors_are_inert_too(tmp_path: Path):
    """What a file holds that cannot be read is told on the other stream."""
    path = tmp_path / "records\x1b[2J" / "x.json"
    path.parent.mkdir()
    path.write_text('{"bomFormat": "CycloneDX"')
    command = [sys.executable, "-m", "audit", "bom", str(path)]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    assert b"not JSON" in said.stderr
    assert b"\x1b" not in said.stderr


@pytest.mark.parametrize("umask", [0o022, 0o077, 0o002])
def test_files_are_as_their_user_creates_files(tmp_path: Path, umask: int):
    """A new one by the umask; one that stood there keeps its mode."""
    before = os.umask(umask)
    try:
        write_text_atomic(tmp_path / "new", "x")
    finally:
        os.umask(before)
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o666 & ~umask
    (tmp_path / "new").chmod(0o640)
    write_text_atomic(tmp_path / "new", "y")
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o640


def test_a_lock_needs_no_room_on_the_disk(tmp_path: Path, monkeypatch):
    """The process id in it is for people: where it cannot be written, the command goes on."""

    def fail(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", fail)
    with hold_registry_lock(tmp_path):
        pass
    assert not any(tmp_path.iterdir())


@pytest.mark.parametrize("command", ["run", "catalog", "feeds", "accept", "save", "migrate"])
def test_a_mistyped_registry_leaves_nothing(tmp_path: Path, capsys, command: str):
    """No folder is made for a path that is none, nor left in one that holds no records."""
    empty = tmp_path / "empty"
    empty.mkdir()
    assert main([command, "--registry", str(tmp_path / "nowhere")]) == 2
    assert "no such folder; point --registry at" in capsys.readouterr().err
    main([command, "--registry", str(empty)])
    assert [path.name for path in tmp_path.rglob("*")] == ["empty"]


@pytest.mark.parametrize("command", ["catalog", "feeds"])
def test_pages_and_feeds_are_written_by_one_command_at_a_time(write_registry, capsys, command: str):
    """Beside another one nothing is written, and a script cannot take that for done."""
    root = write_registry()
    before = sorted(root.rglob("*"))
    with hold_registry_lock(root):
        assert main([command, "--registry", str(root)]) == 3
    assert "another command works on this registry" in capsys.readouterr().err
    assert [path for path in sorted(root.rglob("*")) if path.is_file()] == [
        path for path in before if path.is_file()
    ]


@pytest.mark.parametrize(("same", "alive"), [(2, True), (3, False)])
def test_a_target_that_fails_the_same_way_three_times_is_told(tmp_path: Path, same: int, alive):
    """An upstream can make each look fail: after three runs `health` fails and names it, however young the last complete run is."""
    stamp = format_hours_ago(1)
    row = UnverifiedTarget(same, stamp, "schema", same)
    unseen = {"huggingface/model/maker/m": row}
    write_heartbeat(tmp_path, Heartbeat("r", stamp, stamp, "incomplete", stamp, unseen))
    found = check_health(tmp_path, NOW, 24)
    assert found.alive is alive
    assert ("maker/m (schema, 3 runs)" in " ".join(found.said)) is not alive


def test_a_heartbeat_of_another_age_is_told(tmp_path: Path):
    """A clock that was wrong by two thousand years is no traceback."""
    stamp = "0001-01-01T00:00:00Z"
    write_heartbeat(tmp_path, Heartbeat("r", stamp, stamp, "complete", stamp))
    assert not check_health(tmp_path, NOW, 24).alive
    assert main(["health", "--registry", str(tmp_path)]) == 1
