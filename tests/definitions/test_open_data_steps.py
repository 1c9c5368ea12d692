"""The steps of open data: each dataset that a model or its bases cite, who obtains it, who shares it.

The expected values are those of docs/definitions/open-data.md.
"""

import pytest

from audit.definitions import open_data, osaid
from tests.definitions.builders import (
    find_step,
    list_facts,
    make_availability,
    make_dataset,
    make_model,
    make_registry,
    replace_component,
)

MODEL = "models/maker/model-1"
DATA = "datasets/maker/data"
CLAUSE = "Every training dataset can be obtained by anybody and shared on"


def cite_data(*ids, model=None):
    """A model that cites these datasets."""
    return replace_component(model or make_model(), "datasets", datasets=ids)


def judge(model, *others, datasets=()):
    """The verdict on a model among others."""
    verdict = open_data.judge(model, make_registry(model, *others, datasets=datasets))
    assert (verdict.framework, verdict.version) == (open_data.ID, open_data.VERSION)
    return verdict


def judge_with_data(data, of_base):
    """The verdict about a model that names a dataset, or whose base does."""
    if of_base:
        base = cite_data("maker/data", model=make_model("root/base"))
        return judge(make_model(bases=("root/base",)), base, datasets=(data,))
    return judge(cite_data("maker/data"), datasets=(data,))


@pytest.mark.parametrize(
    ("availability", "answer", "words"),
    [
        (make_availability("released", "open"), "yes", "released, open"),
        (make_availability("released", "public"), "yes", "released, public"),
        (make_availability("released", "obtainable"), "no", "released, obtainable"),
        (make_availability("released", "unshareable"), "no", "released, unshareable"),
        (make_availability("released", "unknown"), "unknown", "released, to whom is unknown"),
        (make_availability("unknown", "open"), "unknown", "availability unknown"),
        (make_availability("not-released", "open"), "no", "not-released"),
        (make_availability("withdrawn", "open", "2026-03"), "no", "withdrawn since 2026-03"),
        (make_availability("withdrawn", "open"), "no", "withdrawn"),
    ],
)
@pytest.mark.parametrize("of_base", [False, True])
def test_everybody_obtains_the_data(of_base, availability, answer, words):
    """Only open and public data is publicly obtainable, of the model and of its bases."""
    verdict = judge_with_data(make_dataset(availability=availability), of_base)
    step = find_step(verdict.steps, "dataset:maker/data", "root/base" if of_base else "")
    assert (step.answer, step.clause, step.aspect) == (answer, CLAUSE, "available")
    assert step.reason == f"maker/data: {words}"
    assert list_facts(step) == [(DATA, "availability", words)]
    needs = {
        "yes": "",
        "no": "make the dataset maker/data publicly obtainable",
        "unknown": "establish who can obtain the dataset maker/data",
    }[answer]
    assert step.needs == needs
    value = {"yes": "conforms", "no": "fails", "unknown": "undetermined"}[answer]
    assert verdict.value == value
    assert verdict.to_improve == ((needs,) if answer == "no" else ())
    assert verdict.missing == ((needs,) if answer == "unknown" else ())


@pytest.mark.parametrize(
    ("license", "answer", "value", "needs"),
    [
        ("MIT", "yes", "conforms", ""),
        ("CC-BY-4.0", "yes", "conforms", ""),
        ("Users-700M", "yes", "conforms", ""),
        (
            "NC",
            "no",
            "conforms-if-relicensed",
            "put the dataset maker/data under terms that allow sharing",
        ),
        (
            "NONE",
            "no",
            "conforms-if-relicensed",
            "put the dataset maker/data under terms that allow sharing",
        ),
        ("Unread", "unknown", "undetermined", "establish what Unread grants"),
        (None, "unknown", "undetermined", "establish the license of the dataset maker/data"),
    ],
)
@pytest.mark.parametrize("of_base", [False, True])
def test_terms_of_the_data_allow_sharing_for_any_purpose(of_base, license, answer, value, needs):
    """A license for non-commercial sharing only is not enough."""
    verdict = judge_with_data(make_dataset(license=license), of_base)
    step = find_step(verdict.steps, "dataset-terms:maker/data", "root/base" if of_base else "")
    assert (step.answer, step.clause, step.aspect) == (answer, CLAUSE, "terms")
    shown = license or "unknown"
    assert step.reason == f"maker/data: terms that allow sharing needed; license {shown}"
    assert (step.needs, verdict.value) == (needs, value)
    facts = list_facts(step)
    assert facts[0] == (DATA, "terms", shown)
    named = [f"licenses/{license}"] if license not in (None, "NONE") else []
    assert [fact[0] for fact in facts[1:]] == named


def test_dataset_without_a_record_leaves_the_verdict_open():
    """Nobody knows who obtains it, and its record would settle it."""
    verdict = judge(cite_data("maker/data", "other/data"), datasets=(make_dataset(),))
    step = find_step(verdict.steps, "dataset:other/data")
    assert (step.answer, step.clause, step.facts) == ("unknown", CLAUSE, ())
    assert step.reason == "the registry holds no dataset other/data"
    needs = "add a record of the dataset other/data"
    assert (step.needs, verdict.value, verdict.missing) == (needs, "undetermined", (needs,))
    base = cite_data("other/data", model=make_model("root/base"))
    verdict = judge(make_model(bases=("root/base",)), base)
    assert find_step(verdict.steps, "dataset:other/data", "root/base").needs == needs


@pytest.mark.parametrize(
    ("status", "license", "value", "needs"),
    [
        ("released", "MIT", "conforms", ""),
        ("partial", "MIT", "fails", "release the training datasets"),
        ("not-released", None, "fails", "release the training datasets"),
        (
            "released",
            "NC",
            "conforms-if-relicensed",
            "put the training datasets under terms that allow sharing",
        ),
        ("released", None, "undetermined", "establish the license of the training datasets"),
    ],
)
def test_training_data_is_complete(status, license, value, needs):
    """All of it is released; where no dataset is named, its own terms count."""
    verdict = judge(replace_component(make_model(), "datasets", status, license))
    assert (verdict.value, (*verdict.to_improve, *verdict.missing)) == (
        value,
        (needs,) if needs else (),
    )
    there = find_step(verdict.steps, "datasets")
    terms = find_step(verdict.steps, "datasets-terms")
    assert (there.clause, terms.clause) == (CLAUSE, CLAUSE)
    assert (there.aspect, terms.aspect) == ("available", "terms")


def test_steps_are_those_of_the_definition_then_the_data_of_the_chain():
    """Every step of osaid-1.0; then the data of the model, then that of each base but no teacher."""
    base = cite_data("maker/data", model=make_model("root/base"))
    model = make_model(bases=("root/base",))
    registry = make_registry(model, base, datasets=(make_dataset(),))
    first = osaid.judge(model, registry).steps
    steps = open_data.judge(model, registry).steps
    assert steps[: len(first)] == first
    assert [(step.id, step.subject) for step in steps[len(first) :]] == [
        ("datasets", ""),
        ("datasets-terms", ""),
        ("datasets", "root/base"),
        ("dataset:maker/data", "root/base"),
        ("dataset-terms:maker/data", "root/base"),
    ]
    taught = make_model(bases=("root/base",), relation="distillation")
    verdict = judge(taught, base, datasets=(make_dataset(),))
    assert {step.subject for step in verdict.steps} == {""}
    uncited = judge(model, make_model("root/base"))
    assert find_step(uncited.steps, "datasets-terms", "root/base").answer == "yes"


def test_definition_that_is_not_met_decides():
    """A step of osaid-1.0 that fails fails here, whatever the data is."""
    model = replace_component(cite_data("maker/data"), "training-code", "not-released")
    verdict = judge(model, datasets=(make_dataset(),))
    assert (verdict.value, verdict.to_improve) == ("fails", ("release the training code",))
    assert verdict.one_step_away is True
