"""The answer for the commit that a project pins, and writing the commits that are known."""

from dataclasses import replace

import pytest

from audit.cli.main import main
from audit.licenses.uses import IntendedUse
from audit.projects import update_pins
from audit.projects.pinned import CommitHistory, judge_pinned_commit
from tests.conftest import make_license_record, make_model_record
from tests.definitions.builders import (
    make_condition,
    make_license,
    make_model,
    make_registry,
    replace_component,
)
from tests.publish.conftest import build_finding
from tests.publish.test_feeds import build_event

OLD, NEW, OTHER = "a" * 40, "b" * 40, "c" * 40
WEIGHTS = "components.model-parameters-final.license"
COMMERCIAL = IntendedUse(purposes=("commercial",))
CLOSED = make_license("Closed-1.0", make_condition("non-commercial"))


def judge(recorded, before, commit):
    """A model whose license went from one to another with the commit NEW, pinned at `commit`."""
    model = replace_component(make_model(), "model-parameters-final", license=recorded)
    model = replace(model, hub=replace(model.hub, revision=NEW))
    at_old = build_finding(
        model.ref, "license-changed", WEIGHTS, None, before, revision=OLD, direction="neutral"
    )
    registry = make_registry(model, licenses=(CLOSED,))
    known = CommitHistory(registry, (build_event(at_old, 1),), {})
    return judge_pinned_commit(model, commit, (), known, COMMERCIAL)


@pytest.mark.parametrize(
    ("recorded", "before", "commit", "advice"),
    [
        ("Closed-1.0", "MIT", OLD[:8], "stay"),
        ("MIT", "Closed-1.0", OLD, "move"),
        ("Closed-1.0", "Closed-1.0", OLD, "neither"),
        ("MIT", "Closed-1.0", NEW, "stay"),
        ("MIT", "Closed-1.0", OTHER, "unknown"),
        ("MIT", "Closed-1.0", "main", "unknown"),
    ],
)
def test_whether_to_stay_at_a_commit(recorded, before, commit, advice):
    """A license is not revoked by a new file; of a commit that no source names nothing is said."""
    found = judge(recorded, before, commit)
    assert found.advice == advice
    if commit in (OTHER, "main"):
        assert found.words == "not known which license lay at that commit"


def test_known_commits_are_written(write_registry, tmp_path, capsys):
    """Into a list, and into code where one stands already; ends of lines and comments stay.

    A name of which no commit is known, and code without a commit, are left as they are.
    """
    hub = {"repo": "maker/model-1", "revision": NEW, "gated": False, "license_tag": "mit"}
    own = make_model_record()
    record = make_model_record(hub={**own.get("hub", {}), **hub})
    root = write_registry(("licenses", make_license_record()), ("models", record))
    listed = tmp_path / "models.txt"
    listed.write_bytes(b"# ours\r\nmaker/model-1 # the small one\r\nnobody/x-1\r\n")
    assert main(["watch", str(listed), "--registry", str(root), "--update"]) == 0
    wanted = f"# ours\r\nmaker/model-1@{NEW} # the small one\r\nnobody/x-1\r\n"
    assert listed.read_bytes() == wanted.encode()
    assert f"written: models.txt:2: maker/model-1: no commit -> {NEW}" in capsys.readouterr().err
    project = tmp_path / "project"
    project.mkdir()
    text = 'from_pretrained("maker/model-1", revision="{}")\nfrom_pretrained("maker/model-1")\n'
    (project / "run.py").write_text(text.format(OLD))
    assert main(["watch", str(project), "--registry", str(root), "--update"]) == 0
    assert (project / "run.py").read_text() == text.format(NEW)
    capsys.readouterr()
    assert main(["watch", str(project), "--registry", str(root), "--update"]) == 0
    assert "written" not in capsys.readouterr().err


@pytest.fixture
def pinned_project(write_registry, tmp_path):
    """A registry that knows a newer commit, and a file with an older one."""
    hub = {"repo": "maker/model-1", "revision": NEW, "gated": False, "license_tag": "mit"}
    record = make_model_record(hub={**make_model_record()["hub"], **hub})
    root = write_registry(("licenses", make_license_record()), ("models", record))
    code = tmp_path / "project" / "run.py"
    code.parent.mkdir()
    code.write_text(f'from_pretrained("maker/model-1", revision="{OLD}")\n')
    return root, code


def _exchange_for_link(code, elsewhere):
    code.unlink()
    code.symlink_to(elsewhere)


def _edit(code, elsewhere):
    del elsewhere
    code.write_text(code.read_text() + "# an edit of its owner\n")


def _exchange_folder(code, elsewhere):
    code.parent.rename(code.parents[1] / "moved")
    code.parent.symlink_to(elsewhere.parent)


@pytest.mark.parametrize("change", [_exchange_for_link, _edit, _exchange_folder])
def test_a_file_that_changes_meanwhile_is_left_alone(
    pinned_project, tmp_path, monkeypatch, capsys, change
):
    """Between reading and writing it becomes a link, is edited, or its folder leads elsewhere: nothing is written there or here, and it is said."""
    root, code = pinned_project
    elsewhere = tmp_path / "elsewhere" / "run.py"
    elsewhere.parent.mkdir()
    elsewhere.write_text(code.read_text())
    before = elsewhere.read_text()
    read, reads = update_pins._read_exactly, []

    def read_and_change(path):
        if reads:
            change(code, elsewhere)
        reads.append(path)
        return read(path)

    monkeypatch.setattr(update_pins, "_read_exactly", read_and_change)
    main(["watch", str(code.parent), "--registry", str(root), "--update"])
    assert elsewhere.read_text() == before
    assert NEW not in code.read_text()
    assert "changed meanwhile" in capsys.readouterr().err


def test_a_file_is_read_as_what_it_was_looked_at(pinned_project, tmp_path, monkeypatch):
    """A link that takes its place between the look and the opening is not followed."""
    _, code = pinned_project
    secret = tmp_path / "secret"
    secret.write_text("hidden")
    measure = update_pins.measure_plain_file

    def measure_and_change(path):
        size = measure(path)
        _exchange_for_link(code, secret)
        return size

    monkeypatch.setattr(update_pins, "measure_plain_file", measure_and_change)
    assert update_pins._read_exactly(code).text == ""


def test_a_read_only_file_is_left_alone(pinned_project, capsys):
    """Some tools of version control say so that a file is not to be changed now."""
    root, code = pinned_project
    code.chmod(0o444)
    main(["watch", str(code.parent), "--registry", str(root), "--update"])
    assert NEW not in code.read_text()
    assert "left alone" in capsys.readouterr().err
