"""What stands for a document in the Model Openness Framework, and licenses for other things.

The expected values are those of docs/definitions/mof-1.0.md.
"""

from dataclasses import replace

import pytest

from audit.definitions import mof
from tests.definitions.builders import (
    EVIDENCE,
    find_step,
    list_facts,
    make_condition,
    make_dataset,
    make_license,
    make_model,
    make_registry,
    replace_component,
)

MODEL = "models/maker/model-1"
CARD = "https://example.org/card"
OTHER = "https://example.org/other"


def find_component(name, model, **records):
    """The step about one component of a model."""
    return find_step(mof.judge(model, make_registry(model, **records)).steps, name)


@pytest.mark.parametrize("status", ["not-found", "unknown", "partial"])
@pytest.mark.parametrize(
    ("sufficient", "source", "license", "is_optional"),
    [
        ("yes", CARD, "MIT", True),
        ("no", CARD, "MIT", False),
        ("unknown", CARD, "MIT", False),
        ("yes", OTHER, "MIT", False),
        ("yes", CARD, "NC", False),
        ("yes", CARD, "Unread", False),
    ],
)
def test_data_card_is_optional(sufficient, source, license, is_optional, status):
    """Where an openly licensed model card holds the sufficient data information, and only there."""
    model = replace_component(make_model(), "data-card", status)
    model = replace_component(model, "model-card", license=license)
    evidence = (replace(EVIDENCE[0], url=source),)
    information = replace(model.data_information, sufficient=sufficient, evidence=evidence)
    step = find_component("data-card", replace(model, data_information=information))
    assert (step.answer == "not-applicable") is is_optional
    if is_optional:
        assert step.reason == "the model card holds the data information"
        assert step.clause == "class-III: data-card is included under an open license"
        assert list_facts(step)[0] == (MODEL, "model-card", "released")
    else:
        assert list_facts(step)[0][:2] == (MODEL, "data-card")


def test_data_card_is_optional_by_the_address_of_the_card():
    """The model card is known by its recorded address, too; one of several sources is enough."""
    model = replace_component(make_model(), "data-card", "not-released")
    model = replace_component(model, "model-card", url=OTHER, evidence=())
    sources = (EVIDENCE[0], replace(EVIDENCE[0], url=OTHER))
    information = replace(model.data_information, evidence=sources)
    subject = replace(model, data_information=information)
    assert find_component("data-card", subject).answer == "not-applicable"
    unaddressed = replace_component(model, "model-card", url=None, evidence=())
    assert find_component("data-card", unaddressed).answer == "no"


WARNING = " (open, but not made for this type of component)"


@pytest.mark.parametrize(
    ("component", "fitting"),
    [
        ("training-code", ("software",)),
        ("model-architecture", ("software",)),
        ("model-card", ("content",)),
        ("evaluation-results", ("content",)),
        ("datasets", ("data", "content")),
        ("evaluation-data", ("data", "content")),
    ],
)
@pytest.mark.parametrize("category", ["software", "content", "data", "model"])
def test_license_made_for_something_else_counts_with_a_warning(component, fitting, category):
    """An open license for another type of component counts; one made for models fits everything."""
    license = replace(make_license("Own", make_condition("notice")), category=category)
    model = replace_component(make_model(), component, license="Own")
    step = find_component(component, model, licenses=(license,))
    assert step.answer == "yes"
    assert step.reason.endswith(WARNING) is (category not in (*fitting, "model"))


def test_no_warning_about_a_license_that_is_not_open():
    """Other terms say no, which is enough."""
    license = replace(make_license("Own", use="no"), category="data")
    model = replace_component(make_model(), "training-code", license="Own")
    step = find_component("training-code", model, licenses=(license,))
    assert (step.answer, step.reason) == ("no", "the training code: released, Own does not")


def test_document_takes_the_license_of_what_holds_it():
    """Results in a report stand under the report's license, and the step says why it counts."""
    model = replace_component(make_model(), "technical-report", url=OTHER)
    inside = replace_component(model, "evaluation-results", license=None, url=OTHER)
    step = find_component("evaluation-results", inside)
    because = "(the license of the document it is part of)"
    assert step.reason == f"the evaluation results: released, MIT meets it {because}"
    assert list_facts(step)[1] == (MODEL, "evaluation-results.license", "MIT")
    content = replace(make_license("Own", make_condition("notice")), category="data")
    model = replace_component(inside, "technical-report", license="Own", url=OTHER)
    step = find_component("evaluation-results", model, licenses=(content,))
    assert step.reason == f"the evaluation results: released, Own meets it {because}{WARNING}"


@pytest.mark.parametrize(
    ("licenses", "answer"),
    [(("MIT", "CC-BY-4.0"), "yes"), (("MIT", "NC"), "no"), (("MIT", None), "unknown")],
)
def test_data_takes_the_licenses_of_all_datasets(licenses, answer):
    """Together, the most restrictive counting; one that nobody read leaves it open."""
    datasets = tuple(make_dataset(f"maker/{count}", each) for count, each in enumerate(licenses))
    names = tuple(each.id for each in datasets)
    model = replace_component(make_model(), "datasets", license=None, datasets=names)
    assert find_component("datasets", model, datasets=datasets).answer == answer
