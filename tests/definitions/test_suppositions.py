"""What a question leaves unsaid: exactly the telling values, and only where something can depend on them."""

from dataclasses import replace

import pytest

from audit.definitions.suppositions import list_unsaid_questions
from audit.definitions.use_words import describe_use
from audit.licenses.uses import ASKERS, PURPOSES, IntendedUse
from tests.definitions.builders import make_condition


def suppose(option: str, use: IntendedUse, *clauses) -> dict[str, IntendedUse]:
    """The suppositions about one circumstance, by their words."""
    return {
        each.words: each.use
        for question in list_unsaid_questions(use, clauses)
        if question.option == option
        for each in question.suppositions
    }


LLAMA_USERS = make_condition("user-threshold", users=700, period="month", counted_month="2024-11")
USERS = make_condition("user-threshold", users=100, period="month")
NO_EU = make_condition("territory", excluded=["EU", "US"])


def test_thresholds_tell_at_the_limit_and_just_above():
    """With the month in which the clause counts, else the one that was said."""
    found = suppose("--monthly-users", IntendedUse(users_month="2025-01"), LLAMA_USERS, USERS)
    assert {words: (use.monthly_users, use.users_month) for words, use in found.items()} == {
        "more than 700 in 2024-11": (701, "2024-11"),
        "at most 700 in 2024-11": (700, "2024-11"),
        "more than 100 a month": (101, "2025-01"),
        "at most 100 a month": (100, "2025-01"),
    }
    assert suppose("--monthly-users", IntendedUse(monthly_users=5), USERS) == {}


def test_a_number_without_a_month_leaves_the_month_open():
    """Only where a clause counts in one month, and only where a number was said."""
    said = IntendedUse(monthly_users=5)
    found = suppose("--users-month", said, LLAMA_USERS, USERS)
    assert found == {"they were those of 2024-11": replace(said, users_month="2024-11")}
    assert suppose("--users-month", IntendedUse(), LLAMA_USERS) == {}
    assert suppose("--users-month", replace(said, users_month="2025-01"), LLAMA_USERS) == {}


@pytest.mark.parametrize(
    ("parameters", "source"),
    [
        ({}, "company"),
        ({"includes_affiliates": True}, "group"),
        ({"source_of_revenue": "product", "includes_affiliates": True}, "product"),
        ({"source_of_revenue": "company"}, "company"),
    ],
)
def test_revenue_is_supposed_as_the_clause_counts_it(parameters: dict[str, object], source: str):
    """Its period, its currency, and whose revenue it is."""
    clause = make_condition(
        "revenue-threshold", amount=20, currency="USD", period="month", **parameters
    )
    found = suppose("--revenue", IntendedUse(), clause)
    assert list(found) == ["more than 20 USD a month", "at most 20 USD a month"]
    above = found["more than 20 USD a month"]
    assert (above.revenue, above.revenue_period, above.revenue_of, above.currency) == (
        21,
        "month",
        source,
        "USD",
    )


def test_a_revenue_of_another_period_leaves_that_of_the_clause_open():
    """A year's figure says nothing certain of a month's limit."""
    clause = make_condition("revenue-threshold", amount=20, currency="USD", period="month")
    yearly = IntendedUse(revenue=100)
    assert suppose("--revenue", yearly, clause)
    assert suppose("--revenue", replace(yearly, revenue_period="month"), clause) == {}
    assert set(suppose("--revenue-of", yearly)) == {
        "that of the product",
        "that of the company",
        "that of the group",
    }
    assert suppose("--revenue-of", replace(yearly, revenue_of="group")) == {}
    assert suppose("--revenue-of", IntendedUse()) == {}


@pytest.mark.parametrize("option", ["--territory", "--users-in"])
def test_places_inside_and_outside_of_the_excluded_ones(option: str):
    """One country stands for all others, and none of the excluded ones does."""
    found = suppose(option, IntendedUse(), NO_EU)
    assert list(found) == ["in EU", "in US", "elsewhere"]
    elsewhere = found["elsewhere"]
    assert (elsewhere.territory, elsewhere.user_territories) in [("CH", ()), (None, ("CH",))]
    assert suppose(option, IntendedUse(), USERS) == {}
    assert suppose(option, IntendedUse(territory="FR", user_territories=("FR",)), NO_EU) == {}


def test_publishing_is_open_only_where_something_is_made():
    """A changed copy may be published; what is passed on anyway, or never, is no question."""
    assert set(suppose("--public", IntendedUse(mode="fine-tune"))) == {"you publish it"}
    for use in (
        IntendedUse(mode="fine-tune", public=True),
        IntendedUse(mode="redistribute"),
        IntendedUse(),
    ):
        assert suppose("--public", use) == {}


def test_askers_purposes_competition_and_affiliates():
    """Every word of the vocabulary, both ways of a switch; affiliates only beside a number."""
    assert len(suppose("--as", IntendedUse())) == len(ASKERS)
    assert len(suppose("--purpose", IntendedUse())) == len(PURPOSES)
    assert [use.competing for use in suppose("--competing", IntendedUse()).values()] == [
        True,
        False,
    ]
    assert suppose("--affiliates", IntendedUse()) == {}
    for said in (IntendedUse(monthly_users=1), IntendedUse(revenue=1)):
        assert [use.affiliates for use in suppose("--affiliates", said).values()] == [True, False]


def test_fields_are_those_that_clauses_name():
    """Each once, by its plain name."""
    clauses = [make_condition("field-of-use", fields=["military", "weapons"]) for _ in range(2)]
    found = suppose("--field", IntendedUse(), *clauses)
    assert [use.field for use in found.values()] == ["military", "weapons"]
    assert suppose("--field", IntendedUse(field="legal"), *clauses) == {}


@pytest.mark.parametrize(
    ("use", "words"),
    [
        (IntendedUse(), "to run it in your own house"),
        (IntendedUse(mode="redistribute", asker="individual"), "to pass the weights on, as an individual"),
        (IntendedUse(asker="university", public=True), "to run it in your own house, in public, as a university"),
        (
            IntendedUse(purposes=("commercial", "research"), field="military", competing=True),
            "to run it in your own house, for commercial and research purposes, "
            "in the field Military and defense, competing with the maker",
        ),
        (
            IntendedUse(territory="DE", user_territories=("FR", "US"), competing=False),
            "to run it in your own house, not competing with the maker, from DE, for users in FR, US",
        ),
        (
            IntendedUse(monthly_users=1000, revenue=2000, affiliates=False),
            "to run it in your own house, with 1,000 users a month, with a revenue of 2,000 a year, "
            "affiliates not included",
        ),
        (
            IntendedUse(
                monthly_users=1000, users_month="2024-11", revenue=2000, revenue_period="month",
                revenue_of="group", currency="EUR", affiliates=True,
            ),
            "to run it in your own house, with 1,000 users in 2024-11, "
            "with a revenue of the group of 2,000 EUR a month, affiliates included",
        ),
    ],
)  # fmt: skip
def test_a_question_in_words(use: IntendedUse, words: str):
    """Whatever was said is repeated, and nothing that was not."""
    assert describe_use(use) == words
