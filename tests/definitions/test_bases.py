"""OSAID over a model's bases, and where the steward of the definition published a review."""

from dataclasses import replace

import pytest

from audit.definitions import osaid
from audit.definitions.base import FactUsed
from audit.records.model import Model, StewardReview
from tests.definitions.builders import EVIDENCE, make_model, make_registry, replace_component

WEIGHTS = "model-parameters-final"
REVIEW = StewardReview("OSI", "osaid-1.0", "available", EVIDENCE)


def judge(subject: Model, *others: Model) -> str:
    """The verdict for a model among others."""
    return osaid.judge(subject, make_registry(subject, *others)).value


@pytest.mark.parametrize(
    ("relation", "status", "license", "value"),
    [
        ("adapter", "released", "MIT", "conforms"),
        ("adapter", "not-released", "MIT", "fails"),
        ("adapter", "released", "NC", "conforms-if-relicensed"),
        ("finetune", "not-released", "MIT", "conforms"),
        ("finetune", "not-released", "NC", "conforms"),
        ("finetune", "unknown", "MIT", "conforms"),
        ("finetune", "released", "NC", "conforms-if-relicensed"),
        ("merge", "released", "MIT", "conforms"),
    ],
)
def test_the_parameters_of_a_base(relation: str, status, license: str, value: str):
    """Only an adapter needs them to run; their terms bind whoever got them, and weights that were never published bind nobody."""
    base = replace_component(make_model("root/base"), WEIGHTS, status, license)
    assert judge(make_model(bases=("root/base",), relation=relation), base) == value


def test_what_is_asked_of_the_weights_of_a_base():
    """Nothing where they were never published, but for an adapter; their terms where they were."""
    asked = {}
    for relation, status in (
        ("merge", "released"),
        ("merge", "not-released"),
        ("adapter", "released"),
        ("adapter", "not-released"),
    ):
        base = replace_component(make_model("root/base"), WEIGHTS, status)
        subject = make_model(bases=("root/base",), relation=relation)
        steps = osaid.build_osaid_steps(subject, make_registry(subject, base))
        asked[relation, status] = [
            each.id
            for each in steps
            if each.subject == "root/base" and each.id.startswith("parameters")
        ]

    assert asked == {
        ("merge", "released"): ["parameters-terms"],
        ("merge", "not-released"): [],
        ("adapter", "released"): ["parameters", "parameters-terms"],
        ("adapter", "not-released"): ["parameters"],
    }


def test_each_base_is_judged_by_its_own_relation():
    """An adapter's base must be there, a merged one beside it need not; and every base is looked at."""
    withheld, there = (
        replace_component(make_model("a/base"), WEIGHTS, "not-released", "NC"),
        replace_component(make_model("b/base"), WEIGHTS, license="NC"),
    )
    subject = make_model(bases=("a/base", "b/base"), relation="merge")
    assert judge(subject, withheld, there) == "conforms-if-relicensed"
    first, second = subject.base_models or ()
    assert (
        judge(
            replace(subject, base_models=(replace(first, relation="adapter"), second)),
            withheld,
            there,
        )
        == "fails"
    )
    assert (
        judge(
            replace(subject, base_models=(first, replace(second, relation="adapter"))),
            withheld,
            there,
        )
        == "conforms-if-relicensed"
    )


@pytest.mark.parametrize(
    ("reviews", "name", "status", "license", "value"),
    [
        ((), "training-code", "partial", "MIT", "fails"),
        ((REVIEW,), "training-code", "partial", "MIT", "conforms"),
        ((REVIEW,), "training-code", "described", None, "undetermined"),
        ((REVIEW,), "data-information", "unknown", "MIT", "conforms"),
        ((REVIEW,), "training-code", "released", "NC", "conforms-if-relicensed"),
        ((replace(REVIEW, definition="mof-1.0"),), "training-code", "partial", "MIT", "fails"),
        (
            (replace(REVIEW, found="not-available"),),
            "training-code",
            "partial",
            "MIT",
            "fails",
        ),
        (
            (replace(REVIEW, definition="mof-1.0"), REVIEW),
            "training-code",
            "partial",
            "MIT",
            "conforms",
        ),
        ((REVIEW,), "supporting-libraries-and-tools", "not-applicable", None, "conforms"),
    ],
)
def test_a_published_review_counts_for_availability(
    reviews: tuple[StewardReview, ...], name: str, status, license, value: str
):
    """The steward's own review for this definition is followed where it found the parts available; terms are judged from the record."""
    assert judge(replace_component(make_model(reviews=reviews), name, status, license)) == value


def test_a_step_that_rests_on_a_review_says_so():
    """The answer is yes, nothing is needed any more, the old reason stays, and the review is cited beside the facts."""
    subject = replace_component(make_model(), "training-code", "partial")
    reviewed = replace(subject, reviews=(REVIEW,))
    plain = {each.id: each for each in osaid.build_osaid_steps(subject, make_registry(subject))}
    told = {each.id: each for each in osaid.build_osaid_steps(reviewed, make_registry(reviewed))}

    before, after = plain.pop("training-code"), told.pop("training-code")
    terms = plain.pop("training-code-terms"), told.pop("training-code-terms")
    assert [each.answer for each in terms] == ["not-applicable", "yes"]
    assert plain == told
    assert (before.answer, bool(before.needs)) == ("no", True)
    assert after == before._replace(
        answer="yes",
        reason=f"{before.reason}; counted as available by the review of OSI, which is followed here",
        facts=(
            *before.facts,
            FactUsed(subject.ref, "reviews", "OSI: available", EVIDENCE),
        ),
        needs="",
    )
