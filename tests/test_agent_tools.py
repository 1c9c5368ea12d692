"""What agents are told is what the commands say, and the SDK is imported by one command alone."""

import inspect
import json
import os
import sys
from pathlib import Path

import pytest

from audit.cli.agent_tools import MAX_PLACES, AgentTools
from audit.cli.main import main
from audit.core.errors import UsageError
from tests.conftest import make_license_record, make_model_record
from tests.test_imports import list_imports


@pytest.fixture
def tools(write_registry):
    records = ("licenses", make_license_record()), ("models", make_model_record())
    return AgentTools(write_registry(*records))


def test_answers_are_those_of_the_commands(tools, capsys):
    """The same words, whoever asks."""
    root = str(tools.root)
    main(["explain", "--registry", root, "maker/model-1"])
    assert capsys.readouterr().out.split() == tools.explain("maker/model-1")["text"].split()
    asked = ["--host", "--commercial", "--territory", "DE"]
    main(["allows", "--registry", root, "maker/model-1", *asked])
    answer = tools.allows("maker/model-1", "host", ("commercial",), territory="Germany")
    assert capsys.readouterr().out.split() == answer["text"].split()
    assert answer["use"] != tools.allows("maker/model-1")["use"]


def test_a_project_is_read_and_nothing_of_it_told_but_names(tools, tmp_path):
    """A secret beside a model stays where it is."""
    (tmp_path / "app.py").write_text(
        'KEY = "s3cr3t"; AutoModel.from_pretrained("maker/model-1")\nload_dataset("maker/data")'
    )
    answer = tools.watch(str(tmp_path / "app.py"))
    assert [each["id"] for each in answer["models"]] == ["maker/model-1"]
    assert [each["dataset"] for each in answer["datasets"]] == ["maker/data"]
    assert "s3cr3t" not in str(answer)


def test_a_project_of_a_stranger_fills_no_agent(tools, tmp_path):
    """Thirty thousand places of one model are counted and not told; a name that turns or breaks text is escaped."""
    named = 'AutoModel.from_pretrained("maker/model-1")\n'
    project = tmp_path / "project"
    project.mkdir()
    (project / "many.py").write_text(named * 30_000)
    for name in (b"\xff.py", "a\u202eb.py".encode()):
        Path(os.fsdecode(os.fsencode(project) + b"/" + name)).write_text(named)
    answer = tools.watch(str(project))
    (model,) = answer["models"]
    assert len(model["places"]) == MAX_PLACES
    assert model["left_out"]["places"] == 30_002 - MAX_PLACES
    told = json.dumps(answer, ensure_ascii=False)
    assert len(told.encode()) < 20_000
    assert "\u202e" not in told


@pytest.mark.skipif(sys.platform == "win32", reason="no pipe of this kind")
def test_no_word_of_a_file_is_told_because_it_is_no_list(tools, tmp_path):
    """An agent may be led to any file: a token alone on a line is nobody's list of models."""
    (tmp_path / "token").write_text("hf_s3cr3t\n")
    (tmp_path / "netrc.txt").write_text("machine a login b password s3cr3t\n")
    os.mkfifo(tmp_path / "pipe")
    names = ("token", "netrc.txt", "pipe", "x" * 5000, "a\0b")
    for name in (*(str(tmp_path / name) for name in names), "/dev/zero", "~nobody-here/x"):
        with pytest.raises(UsageError) as told:
            tools.watch(name)
        assert "s3cr3t" not in str(told.value)


def test_words_outside_of_a_vocabulary_are_refused(tools):
    """A field that nobody knows never decides."""
    for ask in (
        lambda: tools.allows("maker/model-1", field="militaryy"),
        lambda: tools.allows("maker/model-1", territory="Atlantis"),
        lambda: tools.allows("maker/model-1", monthly_users=-1),
        lambda: tools.allows("maker/model-1", mode="x"),
        lambda: tools.allows("maker/model-1", purposes=["comercial"]),
        lambda: tools.explain("maker/nothing"),
        lambda: tools.watch("no/such/path"),
    ):
        with pytest.raises(UsageError):
            ask()


def test_every_tool_says_what_it_is_for(tools):
    """Agents choose by the docstring."""
    assert all(len(inspect.getdoc(tool) or "") > 40 for tool in tools.tools)
    assert tools.search("model", limit=-1)["models"] == []


def test_one_module_imports_the_sdk(root):
    """It brings a web server: no other command waits for it, and none needs it."""
    importing = {
        path.relative_to(root).as_posix()
        for path in (root / "audit").rglob("*.py")
        if any(name.split(".")[0] == "mcp" for name in list_imports(path))
    }
    assert importing == {"audit/cli/mcp.py"}
