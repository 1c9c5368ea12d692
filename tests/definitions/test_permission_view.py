"""The whole answer about a use: what decides, what to do and when, what was not said, how sure."""

from dataclasses import replace

import pytest

from audit.definitions.permission_view import answer_question
from audit.definitions.suppositions import list_unsaid_questions
from audit.licenses.uses import GRANTED, IntendedUse
from audit.records.evidence import Evidence
from tests.definitions.builders import (
    make_condition,
    make_license,
    make_model,
    make_registry,
    replace_component,
)

COMPANY = IntendedUse(mode="host", asker="company")
TEXT = Evidence("text", "https://github.com/maker/model/LICENSE", "2026-11-20", "primary")


def put_under(model, license: str):
    """The model with its weights under a license."""
    return replace_component(model, "model-parameters-final", license=license)


def view_under(use: IntendedUse, *conditions, id: str = "Terms"):
    """The answer about a model under these clauses alone."""
    model = put_under(make_model(), id)
    return answer_question(
        model, make_registry(model, licenses=(make_license(id, *conditions),)), use
    )


def test_a_refusal_names_what_decides_and_what_else_stands_against_it():
    """The harshest clauses decide; a milder one that would refuse too stands beside them."""
    view = view_under(
        IntendedUse(mode="redistribute", purposes=("commercial",)),
        make_condition("redistribution", effect="forbidden"),
        make_condition("non-commercial", effect="needs-license"),
        make_condition("contact"),
    )
    assert view.value == "forbidden"
    assert [each.kind for each in view.decided_by] == ["redistribution"]
    assert [each.kind for each in view.also_against] == ["non-commercial"]
    assert view.contacts == ()


def test_a_needed_license_says_where_to_ask():
    """The contact that the text names stands with the refusal that it can lift."""
    view = view_under(
        IntendedUse(purposes=("commercial",)),
        make_condition("non-commercial", effect="needs-license"),
        make_condition("contact"),
    )
    assert [each.kind for each in view.contacts] == ["contact"]


def test_duties_are_listed_by_stage_with_their_exact_words():
    """Kinds have a stage, a clause may state another, and prescribed words are kept as they stand."""
    notice = "Licensed under T, Copyright © Maker."
    view = view_under(
        IntendedUse(mode="redistribute"),
        make_condition("attribution", notice_text=notice, notice_file="NOTICE"),
        make_condition("naming", display="Built with T", stage="contracts"),
        make_condition("termination"),
    )
    stages = {each.stage: each.clauses for each in view.to_do}
    assert list(stages) == ["repository", "contracts", "end"]
    assert [each.words for each in stages["repository"][0].ship] == [notice, "NOTICE"]
    assert [each.words for each in stages["contracts"][0].ship] == ["Built with T"]


def test_clauses_that_no_use_touches_are_also_in_the_text():
    """Patents and trademarks never decide and are never silent."""
    view = view_under(IntendedUse(), make_condition("patent-grant"), make_condition("no-trademark"))
    assert view.value == "allowed"
    assert [each.kind for each in view.also_in_text] == ["patent-grant", "no-trademark"]
    offered = view_under(IntendedUse(), make_condition("integrated-product"))
    assert (offered.to_do, [each.kind for each in offered.also_in_text]) == (
        (),
        ["integrated-product"],
    )


def test_a_clause_that_is_not_understood_is_no_mere_remark():
    """Even of a kind that bears on no use: nobody knows what it says."""
    view = view_under(IntendedUse(), make_condition("patent-grant", beyond="the table"))
    assert view.value == "unknown"
    assert [each.kind for each in view.decided_by] == ["patent-grant"]
    assert view.also_in_text == ()


def test_what_a_clause_leaves_free_is_printed():
    """An exception is part of the clause."""
    view = view_under(
        IntendedUse(mode="train-on-outputs"),
        make_condition("output-training", effect="forbidden", **{"except": "its own family"}),
    )
    assert [each.exception for each in view.decided_by] == ["its own family"]


def test_equal_clauses_of_a_chain_appear_once():
    """One duty for all the models and licenses that ask for it."""
    clause = make_condition("field-of-use", fields=["military"], effect="forbidden")
    other = replace(clause, summary="The same in other words.")
    base = put_under(make_model("first/base"), "Old")
    model = put_under(make_model("second/derived", bases=("first/base",)), "New")
    licenses = (make_license("Old", clause), make_license("New", other))
    view = answer_question(model, make_registry(model, base, licenses=licenses), IntendedUse())
    (stage,) = view.to_do
    (only,) = stage.clauses
    assert {(each.model, each.license) for each in only.holders} == {
        ("second/derived", "New"),
        ("first/base", "Old"),
    }
    assert [(each.model, each.is_base) for each in view.governed_by] == [
        ("second/derived", False),
        ("first/base", True),
    ]


@pytest.mark.parametrize(
    ("use", "condition", "option", "values"),
    [
        (COMPANY, make_condition("user-threshold", users=100, period="month", effect="needs-license"),
         "--monthly-users", {"more than 100 a month": "needs-separate-license"}),
        (COMPANY, make_condition("territory", excluded=["EU"], effect="forbidden"),
         "--territory", {"in EU": "forbidden"}),
        (COMPANY, make_condition("non-commercial", effect="forbidden"),
         "--purpose", {"for commercial purposes": "forbidden", "for production purposes": "forbidden"}),
        (COMPANY, make_condition("field-of-use", fields=["military"], effect="forbidden"),
         "--field", {"Military and defense": "forbidden"}),
    ],
)  # fmt: skip
def test_what_was_not_said_is_named_with_the_other_answer(use, condition, option, values):
    """Asked again with telling values: only what changes the answer is listed, and to what."""
    view = view_under(use, condition)
    found = {
        words: other.value
        for each in view.unsaid
        if each.option == option
        for other in each.answers
        for words in other.supposed
    }
    assert values.items() <= found.items()
    assert view.value not in found.values()
    others = [other for each in view.unsaid for other in each.answers]
    assert {each.clause for each in others if each.value not in GRANTED} == {"Terms, section 2"}


def test_a_better_answer_cites_no_clause():
    """What grants a use is the absence of a clause against it."""
    view = view_under(
        IntendedUse(mode="host", revenue=100),
        make_condition(
            "revenue-threshold", amount=20, currency="USD", period="month", effect="needs-license"
        ),
    )
    assert view.value == "unknown"
    clauses = {other.value: other.clause for each in view.unsaid for other in each.answers}
    assert clauses["allowed"] == ""
    assert clauses["needs-separate-license"] == "Terms, section 2"


def test_nothing_that_was_said_is_asked_again():
    """A stated circumstance is not supposed otherwise."""
    said = IntendedUse(
        mode="host", asker="company", purposes=("commercial",), monthly_users=5,
        users_month="2024-11", affiliates=True, revenue=1, revenue_of="group", currency="USD",
        territory="US", user_territories=("US",), competing=False, public=True, field="military",
    )  # fmt: skip
    clauses = [
        make_condition("user-threshold", users=100, period="month", effect="needs-license"),
        make_condition("revenue-threshold", amount=9, currency="USD", effect="needs-license"),
        make_condition("territory", excluded=["EU"], effect="forbidden"),
        make_condition("field-of-use", fields=["military"], effect="forbidden"),
    ]
    assert list(list_unsaid_questions(said, clauses)) == []


def test_terms_that_cannot_change_the_answer_leave_nothing_unsaid():
    """Under MIT no circumstance matters."""
    model = make_model()
    view = answer_question(model, make_registry(model), COMPANY)
    assert view.value in GRANTED
    assert view.unsaid == ()
