"""The answer for the commit that a project pins, and writing the commits that are known."""

from dataclasses import replace

import pytest

from audit.cli.main import main
from audit.licenses.uses import IntendedUse
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
