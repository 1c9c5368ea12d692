"""The classes of the Model Openness Framework: what each lacks, and what stands for what.

The expected values are those of docs/definitions/mof-1.0.md.
"""

import pytest

from audit.definitions import mof
from tests.definitions.builders import (
    find_step,
    list_facts,
    make_model,
    make_registry,
    replace_component,
)

MODEL = "models/maker/model-1"
CLASSES = {
    "class-III": [
        "model-architecture",
        "model-parameters-final",
        "technical-report",
        "evaluation-results",
        "model-card",
        "data-card",
    ],
    "class-II": ["training-code", "inference-code", "evaluation-code", "evaluation-data"],
    "class-I": [
        "datasets",
        "data-preprocessing-code",
        "model-parameters-intermediate",
        "research-paper",
    ],
}


def judge(model, **records):
    """The verdict on a model alone."""
    return mof.judge(model, make_registry(model, **records))


def change_model(**states):
    """A model with components in other states; a license where the state is none."""
    model = make_model()
    for name, state in states.items():
        is_license = state in ("MIT", "NC", "NONE", "Unread")
        if state == "unlicensed":
            changed = ("released", None)
        else:
            changed = ("released", state) if is_license else (state, "MIT")
        model = replace_component(model, name.replace("_", "-"), *changed)
    return model


def test_every_component_is_asked_for_by_its_class():
    """Three cumulative classes over fourteen components; the other three are optional."""
    verdict = judge(make_model())
    assert (verdict.framework, verdict.version) == (mof.ID, mof.VERSION)
    expected = [(each, name) for name, components in CLASSES.items() for each in components]
    assert [step.id for step in verdict.steps] == [each for each, _ in expected]
    for step, (component, name) in zip(verdict.steps, expected, strict=True):
        assert step.clause == f"{name}: {component} is included under an open license"
        assert (step.answer, step.needs) == ("yes", "")
        assert step.reason.endswith(": released, MIT meets it")
        assert [fact[:2] for fact in list_facts(step)] == [
            (MODEL, component),
            (MODEL, f"{component}.license"),
            ("licenses/MIT", "terms"),
        ]


@pytest.mark.parametrize(
    ("states", "value", "improve", "missing", "is_near"),
    [
        ({}, "class-I", (), (), False),
        ({"datasets": "not-released"}, "class-II", ("release the training datasets",), (), True),
        (
            {"datasets": "unknown"},
            "class-II",
            (),
            ("establish whether the training datasets are released",),
            False,
        ),
        (
            {"evaluation_code": "NC", "datasets": "not-released"},
            "class-III",
            ("put the evaluation code under open terms",),
            (),
            True,
        ),
        (
            {"evaluation_code": "not-released", "training_code": "partial"},
            "class-III",
            ("release the training code", "release the evaluation code"),
            (),
            False,
        ),
        (
            {"evaluation_code": "not-released", "training_code": "unknown"},
            "class-III",
            ("release the evaluation code",),
            ("establish whether the training code is released",),
            False,
        ),
        (
            {"evaluation_code": "not-released", "datasets": "unknown"},
            "class-III",
            ("release the evaluation code",),
            ("establish whether the training datasets are released",),
            True,
        ),
        (
            {"model_card": "Unread"},
            "undetermined",
            (),
            ("establish what Unread grants",),
            False,
        ),
        ({"evaluation_results": "not-found"}, "none", None, (), True),
        (
            {"evaluation_results": "not-released", "model_architecture": "unknown"},
            "none",
            ("release the evaluation results",),
            ("establish whether the model architecture as code is released",),
            False,
        ),
        (
            {"training_code": "not-applicable", "datasets": "not-applicable"},
            "class-I",
            (),
            (),
            False,
        ),
        (
            {"datasets": "NONE"},
            "class-II",
            ("put the training datasets under open terms",),
            (),
            True,
        ),
    ],
)
def test_class_reached_and_what_the_next_one_lacks(states, value, improve, missing, is_near):
    """The highest class known to be met; a class that lacks exactly one component is one step away."""
    verdict = judge(change_model(**states))
    assert (verdict.value, verdict.one_step_away) == (value, is_near)
    expected = ("release the evaluation results (not found)",) if improve is None else improve
    assert verdict.to_improve == expected
    assert verdict.missing == missing


@pytest.mark.parametrize(
    ("states", "progress"),
    [
        ({}, [(6, 6), (10, 10), (14, 14)]),
        ({"model_card": "unknown"}, [(5, 6), (9, 10), (13, 14)]),
        ({"model_card": "not-released", "data_card": "NC"}, [(4, 6), (8, 10), (12, 14)]),
        ({"evaluation_code": "not-released"}, [(6, 6), (9, 10), (13, 14)]),
        ({"datasets": "unknown", "research_paper": "NC"}, [(6, 6), (10, 10), (12, 14)]),
        ({"datasets": "not-applicable"}, [(6, 6), (10, 10), (14, 14)]),
        ({"technical_report": "not-found"}, [(6, 6), (10, 10), (13, 13)]),
        ({"technical_report": "NC", "datasets": "NC"}, [(6, 6), (10, 10), (12, 13)]),
    ],
)
def test_progress_towards_each_class(states, progress):
    """Cumulative: what is there counts for every class, and a paper instead of a report once."""
    measures = judge(change_model(**states)).measures
    assert [each.name for each in measures] == ["class-III", "class-II", "class-I"]
    assert [(each.value, each.of) for each in measures] == progress


STANDS = "the research paper stands for the technical report"


@pytest.mark.parametrize(
    ("report", "paper", "answer", "reason", "needs"),
    [
        ("MIT", "not-released", "yes", "the technical report: released, MIT meets it", ""),
        ("not-found", "MIT", "not-applicable", STANDS, ""),
        ("unknown", "MIT", "not-applicable", STANDS, ""),
        ("NC", "MIT", "not-applicable", STANDS, ""),
        (
            "not-released",
            "unknown",
            "unknown",
            "the research paper: not known to be released or withheld",
            "establish whether the research paper is released",
        ),
        (
            "unknown",
            "unknown",
            "unknown",
            "the technical report: not known to be released or withheld",
            "establish whether the technical report is released",
        ),
        (
            "unknown",
            "not-released",
            "unknown",
            "the technical report: not known to be released or withheld",
            "establish whether the technical report is released",
        ),
        (
            "NC",
            "not-released",
            "no",
            "the technical report: released, NC does not",
            "put the technical report under open terms",
        ),
        (
            "unlicensed",
            "not-released",
            "unknown",
            "the technical report: released, license unknown",
            "establish the license of the technical report",
        ),
    ],
)
def test_paper_makes_a_report_optional(report, paper, answer, reason, needs):
    """A paper stands for a report, and not the other way round."""
    verdict = judge(change_model(technical_report=report, research_paper=paper))
    step = find_step(verdict.steps, "technical-report")
    assert (step.answer, step.reason, step.needs) == (answer, reason, needs)
    assert step.clause == "class-III: " + (
        "research-paper" if reason.startswith("the research paper: ") else "technical-report"
    ) + (" is included under an open license")
    about = "research-paper" if reason.startswith("the research paper") else "technical-report"
    assert list_facts(step)[0][:2] == (MODEL, about)
    if report == "MIT":
        assert find_step(verdict.steps, "research-paper").answer == "no"
