"""`bom` from the command line: a model, a project, a bill, and two bills."""

import json
from pathlib import Path

import pytest

from audit.cli.main import main
from tests.conftest import make_license_record, make_model_record
from tests.publish.bom.conftest import ROOT
from tests.publish.bom.test_reading import FOREIGN
from tests.publish.bom.test_writing import COMMIT, find_errors


@pytest.fixture
def folder(write_registry) -> Path:
    """A registry with one model, the parent folder of it."""
    return write_registry(
        ("licenses", make_license_record()), ("models", make_model_record())
    ).parent


def run(folder: Path, capsys, *arguments: str) -> tuple[int, str, str]:
    status = main(["bom", "--registry", str(folder / "registry"), *arguments])
    said = capsys.readouterr()
    return status, said.out, said.err


def write_project(folder: Path) -> Path:
    project = folder / "shop"
    project.mkdir()
    (project / "load.py").write_text(
        f'm = AutoModel.from_pretrained("maker/model-1", revision="{COMMIT}")\n'
        'n = AutoModel.from_pretrained("lab/unheard-of")\n'
    )
    (project / "README.md").write_text("We like other/model, see maker/model-1.\n")
    return project


@pytest.mark.parametrize("format", ["cyclonedx-1.6", "cyclonedx-1.7", "spdx-3.0.1"])
def test_a_model_in_every_format(folder, capsys, cyclonedx_judges, spdx_judge, format):
    """The document alone stands on stdout, and is valid."""
    status, out, _ = run(folder, capsys, "maker/model-1", "--format", format)
    document = json.loads(out)
    judge = cyclonedx_judges.get(format.removeprefix("cyclonedx-"), spdx_judge)
    assert status == 0
    assert find_errors(judge, document) == []


def test_a_project_with_places_and_commits(folder, capsys, cyclonedx_judges):
    """What is loaded is in the bill at its commit; what a page for readers names is not."""
    status, out, _ = run(folder, capsys, str(write_project(folder)))
    document = json.loads(out)
    purls = [each["purl"] for each in document["components"]]
    assert status == 0
    assert find_errors(cyclonedx_judges["1.6"], document) == []
    assert document["metadata"]["component"]["name"] == "shop"
    assert purls == [
        "pkg:huggingface/lab/unheard-of",
        f"pkg:huggingface/maker/model-1@{COMMIT}",
    ]


def test_a_project_without_a_model_is_no_empty_bill(folder, capsys):
    """Nothing found is said, not listed."""
    (folder / "empty").mkdir()
    status, out, err = run(folder, capsys, str(folder / "empty"))
    assert (status, out) == (2, "")
    assert "no model or dataset is used there" in err


def test_a_given_bill_keeps_its_format(folder, capsys):
    """CycloneDX 1.5 is written as 1.6; a newer one is not written as an older."""
    path = folder / "bom.json"
    path.write_text(json.dumps(FOREIGN))
    status, out, _ = run(folder, capsys, str(path))
    assert (status, json.loads(out)["specVersion"]) == (0, "1.6")
    path.write_text(json.dumps(FOREIGN | {"specVersion": "1.7"}))
    assert json.loads(run(folder, capsys, str(path))[1])["specVersion"] == "1.7"
    status, out, err = run(folder, capsys, str(path), "--format", "cyclonedx-1.6")
    assert (status, out) == (2, "")
    assert "cyclonedx-1.7" in err


def test_the_difference_is_told_in_lines(folder, capsys):
    """A removed component, and hidden characters of a foreign bill shown."""
    old, new = folder / "old.json", folder / "new.json"
    evil = {"type": "machine-learning-model", "name": "lab/\u202eevil\x1b[31m"}
    old.write_text(json.dumps(FOREIGN))
    new.write_text(json.dumps(FOREIGN | {"components": [*FOREIGN["components"][:2], evil]}))
    status, out, _ = run(folder, capsys, "--diff", str(old), str(new))
    assert status == 0
    assert "- model lab/unheard-of" in out
    assert "\u202e" not in out
    assert "\x1b" not in out


def test_what_is_neither_a_path_nor_a_model(folder, capsys):
    """One line, with what to write; nothing on stdout."""
    for arguments in ((), ("lab/nothing",), ("--diff", "no.json", "none.json")):
        status, out, err = run(folder, capsys, *arguments)
        assert (status, out) == (2, "")
        assert err.count("\n") == 1


def test_a_real_model_has_its_base_in_the_bill(capsys):
    """From the records of the project: the terms of the base stand beside it."""
    status = main(["bom", "--registry", str(ROOT / "registry"), "meta-llama/Llama-3.2-1B"])
    component = json.loads(capsys.readouterr().out)["metadata"]["component"]
    assert status == 0
    assert component["pedigree"]["ancestors"][0]["purl"].startswith("pkg:huggingface/meta-llama/")
