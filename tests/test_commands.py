"""The command line as a stranger meets it: what is offered, and what is said to somebody who mistypes."""

import ast
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from audit.cli.main import COMMANDS, main
from audit.core.errors import Problem
from audit.core.locking import hold_registry_lock
from audit.records.line_numbers import index_lines_by_path
from tests.conftest import WriteRegistry

ESCAPES = "x\u202e\x1b[31my"


def list_sessions(root: Path) -> set[str]:
    """Names of the nox sessions."""
    tree = ast.parse((root / "noxfile.py").read_text(encoding="utf-8"))
    found = set()
    for node in tree.body:
        if (
            isinstance(node, ast.FunctionDef)
            and node.decorator_list
            and "session" in ast.unparse(node.decorator_list[0])
        ):
            named = re.search(r"name='([^']+)'", ast.unparse(node.decorator_list[0]))
            found.add(named[1] if named else node.name)
    return found


def test_every_command_has_a_session_and_a_row(root: Path):
    """Whoever reads README's table sees every command, and nox runs each."""
    table = re.search(
        r"\| Command \| Does \|\n(?:\|.*\n)+", (root / "README.md").read_text(encoding="utf-8")
    )
    assert table
    rows = {
        each.split()[0]
        for line in table[0].splitlines()[2:]
        for each in re.findall(r"`([^`]+)`", line.split(" | ")[0])
    }
    assert rows == set(COMMANDS) <= list_sessions(root)


def test_every_session_is_explained(root: Path):
    """No job is a secret of noxfile.py."""
    text = (root / "README.md").read_text(encoding="utf-8")
    named = set(
        re.findall(
            r"[a-z][a-z-]+",
            " ".join(re.findall(r"`nox` without arguments runs .*|`[^`\n]+`|nox -s [a-z-]+", text)),
        )
    )
    assert list_sessions(root) <= named


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["valdate"], "'valdate' is no command (near: validate)"),
        (
            ["allows", "maker/model-1", "--monthly-users", "many"],
            "invalid int value: 'many'; `python -m audit allows --help`",
        ),
        (["schedule", "jenkins"], "invalid choice: 'jenkins'"),
        (["explain"], "MODEL"),
        ([], "COMMAND"),
        (["explain", ESCAPES], "x\\u202e\\x1b[31my: no such model"),
        (["validate", "nothing.json"], "nothing.json: there is no such file"),
        (["validate", __file__], "lies outside"),
        (["publish", "--repo", "bogus"], "'bogus' is no repository on GitHub"),
    ],
)
def test_a_mistyped_command_is_told_in_one_line(
    write_registry: WriteRegistry,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    words: str,
):
    """Exit status 2, one line, nothing on standard output, nothing that a terminal obeys."""
    monkeypatch.chdir(write_registry().parent)
    try:
        status: object = main(arguments)
    except SystemExit as error:
        status = error.code
    said = capsys.readouterr()
    assert (status, said.out) == (2, "")
    assert words in said.err
    assert said.err.count("\n") == 1
    assert said.err.strip().isprintable()


def test_a_problem_is_one_line_that_no_terminal_obeys():
    """A file name is upstream text, too: a pull request chooses it."""
    assert str(Problem(f"{ESCAPES}\n.json", "$", "m", "f")).isprintable()


def test_a_plan_is_json_where_json_is_asked_for(
    write_registry: WriteRegistry, capsys: pytest.CaptureFixture[str]
):
    """`--json` means JSON in every mode of a command, and the same numbers as for people."""
    root = write_registry()
    assert main(["run", "--plan", "--json", "--registry", str(root)]) == 0
    plan = json.loads(capsys.readouterr().out)
    assert main(["run", "--plan", "--registry", str(root)]) == 0
    requests = plan["requests"]
    assert (
        f"{requests['hub']} requests to the Hub for 1 repositories and {requests['github']} to GitHub"
        in capsys.readouterr().out
    )
    assert plan["look_ups"] == [
        {
            "host": "huggingface",
            "kind": "models",
            "repo": "maker/model-1",
            "address": "maker/model-1",
        }
    ]


def test_a_mistake_in_a_policy_is_no_broken_policy(write_registry: WriteRegistry, tmp_path: Path):
    """A build that fails with 1 must mean that a model broke the policy."""
    root, models, policy = write_registry(), tmp_path / "models.txt", tmp_path / "policy.json"
    models.write_text("maker/model-1\n")
    status = {}
    for text in (
        '{"labels": ["open-weight"]}',
        '{"labels": ["closed"]}',
        '{"labls": []}',
        "{",
        None,
    ):
        policy.write_text(text) if text else policy.unlink()
        status[text] = main(
            ["watch", str(models), "--policy", str(policy), "--registry", str(root)]
        )
    assert list(status.values()) == [0, 1, 2, 2, 2]


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
@pytest.mark.parametrize("target", ["/dev/zero", "/etc/passwd"])
def test_a_record_is_no_link(
    write_registry: WriteRegistry, capsys: pytest.CaptureFixture[str], target: str
):
    """Git carries links, and a pull request may hold one: nothing is read through it."""
    root = write_registry()
    (root / "models/maker/link.json").symlink_to(target)
    assert main(["validate", "--registry", str(root)]) == 1
    assert "models/maker/link.json: $: the file is a link" in capsys.readouterr().out


def test_a_policy_without_an_end_is_refused(write_registry: WriteRegistry, tmp_path: Path):
    """What has no size is read as far as the limit, and no further."""
    (tmp_path / "models.txt").write_text("maker/model-1\n")
    assert (
        main(
            [
                "watch",
                str(tmp_path / "models.txt"),
                "--policy",
                "/dev/zero",
                "--registry",
                str(write_registry()),
            ]
        )
        == 2
    )


def test_a_deep_file_is_refused_at_once(
    write_registry: WriteRegistry, capsys: pytest.CaptureFixture[str]
):
    """Finding the line of a problem costs no more than reading the file: no place below a record's depth is named."""
    text = "[" * 900_000
    root = write_registry()
    (root / "models/maker/deep.json").write_text(text)
    assert main(["validate", "--registry", str(root)]) == 1
    assert "nested too deeply" in capsys.readouterr().out
    assert sum(map(len, index_lines_by_path(text))) < 10_000


def test_accepting_beside_another_command_is_not_done(
    write_registry: WriteRegistry, capsys: pytest.CaptureFixture[str]
):
    """Whoever scripts `accept` must not take *busy* for *accepted*."""
    root = write_registry()
    with hold_registry_lock(root):
        assert main(["accept", "0123456789ab", "--registry", str(root)]) == 3
    assert "nothing was accepted" in capsys.readouterr().err


KILLED = """
import os, signal, sys
real, done = os.replace, []
def replace(*arguments):
    done.append(1)
    if len(done) > int(sys.argv[1]):
        os.kill(os.getpid(), signal.SIGKILL)
    return real(*arguments)
os.replace = replace
from audit.cli.main import main
sys.exit(main(sys.argv[2:]))
"""


@pytest.mark.skipif(os.name == "nt", reason="there is no SIGKILL")
@pytest.mark.parametrize("written", [0, 1, 3])
def test_pages_of_a_killed_catalog_are_whole_and_healed(
    write_registry: WriteRegistry, root: Path, written: int
):
    """Killed at a write, `catalog` leaves whole files; the next one finishes and takes the remains away."""
    registry = write_registry()
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(written), "catalog", "--registry", str(registry)],
        cwd=root,
        capture_output=True,
        check=False,
    )
    assert done.returncode == -9
    assert list(registry.rglob(".*.tmp"))
    assert main(["validate", "--registry", str(registry)]) == 0
    assert main(["catalog", "--registry", str(registry)]) == 0
    assert main(["catalog", "--check", "--registry", str(registry)]) == 0
    assert not list(registry.rglob(".*.tmp"))
