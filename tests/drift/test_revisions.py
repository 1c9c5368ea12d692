"""Branches and tags: what is gone, what moved, and what that does to the model."""

import pytest

from audit.drift.compare.revisions import compare_revisions
from audit.drift.finding import Difference, TargetDeclaration
from audit.drift.labels import _change_model
from audit.observations.facts import Target
from audit.observations.revisions import RevisionFacts
from audit.records.build import RecordBuilder
from audit.records.checkpoints import find_revision_problems
from audit.records.revision_names import expand_revision_names
from audit.sources.failures import UndocumentedAnswer
from audit.sources.huggingface.revisions import parse_revision_facts
from tests.conftest import make_model_record

A, B = "a" * 40, "b" * 40


def make_revisions(**named: str) -> RevisionFacts:
    """What was seen of the named ones, and a branch main."""
    return RevisionFacts("maker/model-1", 1 + len(named), 0, "0" * 64, named)


def list_told(
    written: tuple[str, ...], before: RevisionFacts | None, now: RevisionFacts
) -> list[tuple[str, object, int]]:
    declared = TargetDeclaration("models/maker/model-1", None, revisions=written)
    found = compare_revisions(declared, before, now)
    return [(each.kind, each.after, each.sightings_needed) for each in found]


@pytest.mark.parametrize(
    ("written", "before", "now", "expected"),
    [
        (("step1", "step2"), None, make_revisions(step1=A, step2=B), []),
        (("step1",), make_revisions(step1=A), make_revisions(step1=A, new=B), []),
        (("step{1..3..1}",), None, make_revisions(step1=A), [("revisions-gone", "2 gone: step2, step3", 2)]),
        (("step1",), make_revisions(step1=A), make_revisions(), [("revisions-gone", "all 1 gone", 2)]),
        (("step1",), make_revisions(step1=A), make_revisions(step1=B), [("revisions-moved", "step1", 1)]),
        ((f"step1@{B}",), make_revisions(step1=A), make_revisions(step1=B), []),
        ((f"step1@{B}",), None, make_revisions(step1=A), [("revisions-moved", "step1", 1)]),
        (("step2",), make_revisions(step1=A), make_revisions(step1=B, step2=A), []),
    ],
)  # fmt: skip
def test_names_that_are_gone_and_names_that_moved(written, before, now, expected):
    """A loss needs two looks, another commit proves itself, what came is no drift; a commit that a reviewer wrote wins."""
    assert list_told(written, before, now) == expected


def test_a_range_has_the_names_that_a_shell_would_make():
    """The checkpoints of a suite are written in one line."""
    assert expand_revision_names(["step{0..4000..2000}-x", "main2"]) == {
        "step0-x",
        "step2000-x",
        "step4000-x",
        "main2",
    }


@pytest.mark.parametrize(
    ("checkpoints", "expected"), [("withdrawn", "withdrawn"), (None, "released")]
)
def test_gone_checkpoints_change_that_component_alone(checkpoints, expected):
    """The weights themselves stay as they are."""
    row = make_model_record()
    row["components"]["model-parameters-intermediate"] = {
        "status": "released",
        "evidence": ["card"],
    }
    model = RecordBuilder().build_model(row, None)
    change = Difference("revisions-gone", "revisions", "1 named", "gone", "more-closed", checkpoints=checkpoints)  # fmt: skip
    target = Target("huggingface", "revisions", "maker/model-1")
    changed = _change_model(model, model.ref, change, target)
    assert changed.components["model-parameters-intermediate"].status == expected
    assert changed.weights == model.weights


@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("model-parameters-final", {"status": "released", "revisions": ["step1"]}),
        ("model-parameters-intermediate", {"status": "not-released", "revisions": ["step1"]}),
        ("model-parameters-intermediate", {"status": "released", "revisions": ["step{1..x..2}"]}),
        ("model-parameters-intermediate", {"status": "released", "revisions": ["step{5..1..1}"]}),
        ("model-parameters-intermediate", {"status": "released", "revisions": ["step{0..9999999..1}"]}),
    ],
)  # fmt: skip
def test_a_slip_of_the_pen_is_refused(name, row):
    """Names stand beside published checkpoints alone, and a range that is none is no name."""
    assert list(find_revision_problems({"components": {name: row}}, "x.json"))
    good = {"status": "released", "revisions": ["step{1..3..1}", f"step9@{A}"]}
    row = {"components": {"model-parameters-intermediate": good}}
    assert not list(find_revision_problems(row, "x.json"))


@pytest.mark.parametrize(
    "payload",
    [
        {"branches": [], "tags": [], "converts": []},
        {"branches": [{"name": "main", "targetCommit": A}]},
        {"branches": {"main": A}, "tags": []},
        {"branches": [{"name": "main"}], "tags": []},
        {"branches": ["main"], "tags": []},
        [],
    ],
)
def test_an_answer_of_another_form_shows_nothing(payload):
    """No repository is without a branch: an empty list is no proof that all are gone."""
    with pytest.raises(UndocumentedAnswer):
        parse_revision_facts(payload, "maker/model-1", ["step1"])


def test_a_tag_is_read_like_a_branch_and_other_names_by_number_alone():
    """Both are names that people pin; what no record names is kept as a count and a digest."""
    payload = {
        "branches": [{"name": "main", "targetCommit": A}, {"name": "step1", "targetCommit": A}],
        "tags": [{"name": "v1", "targetCommit": B}],
    }
    facts = parse_revision_facts(payload, "maker/model-1", ["step1", "v1", "v2"])
    assert (facts.branches, facts.tags) == (2, 1)
    assert (facts.named, facts.tagged) == ({"step1": A, "v1": B}, ("v1",))
