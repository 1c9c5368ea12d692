"""The command line as a stranger meets it: what is offered, and what is said to somebody who mistypes."""

import json
import os
import re
import subprocess
import sys
import tomllib
from functools import partial
from pathlib import Path
from types import FunctionType
from unittest.mock import MagicMock, patch

import pytest

from audit.cli.commands import COMMANDS
from audit.cli.main import load_command, main
from audit.contribute.guidance import find_guide_section
from audit.core.errors import Problem
from audit.core.json_files import InvalidFileError, parse_json
from audit.core.locking import hold_registry_lock
from audit.records.line_numbers import index_lines_by_path
from tests.conftest import WriteRegistry

ESCAPES = "x\u202e\x1b[31my"


def list_sessions(root: Path) -> set[str]:
    """Names of the nox sessions, as nox would list them."""
    found = set()

    def register(
        function: FunctionType | None = None, name: str | None = None, **options: object
    ) -> object:
        if function is None:
            return partial(register, name=name, **options)
        assert function.__doc__, function
        found.add(name or function.__name__)
        return function

    source = compile((root / "noxfile.py").read_text(encoding="utf-8"), "noxfile.py", "exec")
    with (
        patch.dict(sys.modules, {"nox": MagicMock(session=register)}),
        patch("shutil.which", return_value=None),
        patch("sys.path", list(sys.path)),
    ):
        exec(source, {"__file__": str(root / "noxfile.py"), "__name__": "noxfile"})
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
        (["valdate"], "'valdate' is no command (near: validate, update)"),
        (
            ["allows", "maker/model-1", "--monthly-users", "many"],
            "invalid int value: 'many'; `python -m audit allows --help`",
        ),
        (
            ["allows", "maker/model-1", "--comercial"],
            "no such option: --comercial (near: --commercial, --competing); `python -m audit allows --help`",
        ),
        (["digest", "--since", "7d", "--format", "xml"], "argument --format: 'xml' is not one of"),
        (["digest"], "the following arguments are required: --since"),
        (["run", "--only"], "--only"),
        (
            ["run", "--budget", "nan"],
            "--budget nan leaves no time to ask; write minutes, such as 20",
        ),
        (["run", "--budget", "long"], "argument --budget: invalid float value: 'long'"),
        (["explain", "maker/model-1", "maker/model-2"], "maker/model-2"),
        (["explain", "maker/\nmodel"], r"maker/\nmodel: no such model"),
        (["validate", "--registry", "x" * 5000], "too long for the name of a folder"),
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


def test_every_command_of_the_table_loads_and_describes_itself():
    """The table names modules by strings; here each is imported, with an explanation per option."""
    for entry in COMMANDS.values():
        command = load_command(entry)
        declared = {param.name for param in command.params}
        assert {"registry", "json", "now"} <= declared
        assert all(param.help for param in command.params), entry.name


def test_help_names_every_command_and_loads_none(root: Path):
    """`--help` answers from the table alone, and nothing slow is imported for it."""
    script = (
        "import sys; from audit.cli.main import load_command, main; main(['--help']);"
        "print(*sorted(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=root, capture_output=True, text=True, check=True
    )
    assert all(f"\n  {name} " in done.stdout for name in COMMANDS)
    loaded = set(done.stderr.split())
    assert not {entry.module for entry in COMMANDS.values()} & loaded
    assert not {"requests", "huggingface_hub", "jsonschema", "tqdm", "pycountry"} & loaded


def test_an_option_takes_several_values():
    """`--only` takes all that follows up to the next option, and may be repeated."""
    command = load_command(COMMANDS["run"])
    arguments = ["--only", "a/b", "c/d", "--plan", "--only", "e/f", "--budget", "2"]
    with command.make_context("run", arguments) as context:
        assert context.params["only"] == ("a/b", "c/d", "e/f")
        assert context.params["plan"] is True
        assert context.params["budget"] == 2.0


@pytest.mark.parametrize("name", ["drill", "license-bench"])
def test_what_needs_test_doubles_says_so_where_they_are_not_installed(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    """The wheel holds no test doubles: one line says where the command exists."""
    monkeypatch.setattr("audit.cli.main.CLONE", tmp_path)
    assert main([name]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith(f"`{name}` runs against test doubles, which are not installed; ")
    assert said.err.count("\n") == 1


def test_the_version_is_the_one_of_the_package(root: Path, capsys: pytest.CaptureFixture[str]):
    """`--version` and the metadata of the package name one version; the day of the records stands beside it."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for option in ("--version", "-V"):
        assert main([option]) == 0
        said = capsys.readouterr().out
        assert f", version {project['version']}, records of 20" in said


@pytest.mark.parametrize("words", [["explain", "openai/gpt-oss-20b"], ["identify", "LICENSE"]])
def test_a_moment_that_is_none_is_refused_by_every_command(
    words: list[str], capsys: pytest.CaptureFixture[str]
):
    """--now is never ignored: commands that do not ask for the time refuse nonsense, too."""
    assert main([*words, "--now", "yesterday"]) == 2
    assert "'yesterday' is not a moment" in capsys.readouterr().err


def test_a_byte_order_mark_is_called_by_its_name():
    """What an editor puts in unseen is named, and what to do."""
    with pytest.raises(InvalidFileError, match="byte order mark"):
        parse_json('\ufeff{"id": 1}', "model.json")


def test_a_syntax_error_leads_to_the_section_about_the_form():
    """Words that Python uses for a broken file lead to no section about facts."""
    words = "not JSON at line 2, column 1: Expecting property name enclosed in double quotes"
    problem = Problem("registry/models/a/b.json", "$", words, "mend the syntax there")
    assert find_guide_section(problem).endswith("#the-form-of-a-record")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("omr comp", {"compare-indexes"}),
        ("omr allows --red", {"--redistribute"}),
        ("omr digest --format ", {"html", "markdown", "text"}),
    ],
)
@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_shells_complete_commands_options_and_values(
    root: Path, tmp_path: Path, shell: str, words: str, expected: set[str]
):
    """The console script answers the three shells that click knows."""
    script = tmp_path / "omr"
    script.write_text("from audit.cli.main import run_console\nrun_console()\n", encoding="utf-8")
    typed = words.split(" ")
    # fish hands over the unfinished word itself, the others its number.
    environment = {
        **os.environ,
        "PYTHONPATH": str(root),
        "_OMR_COMPLETE": f"{shell}_complete",
        "COMP_WORDS": words,
        "COMP_CWORD": typed[-1] if shell == "fish" else str(len(typed) - 1),
    }
    done = subprocess.run(
        [sys.executable, script], env=environment, capture_output=True, text=True, check=True
    )
    offered = set(re.split(r"[\s,]+", done.stdout))
    assert expected <= offered
    assert not offered & (COMMANDS.keys() - expected)


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
        f"{requests['hub']} request to the Hub for 1 repository and {requests['github']} to GitHub"
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
from audit.cli.main import load_command, main
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
