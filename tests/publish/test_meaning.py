"""What an issue says that a drift means: for the label, for uses, and clause by clause."""

from audit.drift.impact import describe_impact
from audit.publish.issues.body import build_desired_issue
from tests.definitions.builders import make_condition, make_license, make_model, make_registry
from tests.publish.conftest import build_finding

CAPPED = make_license(
    "Capped",
    make_condition("user-threshold", users=100_000_000, period="month", effect="needs-license"),
    use="limited",
)


def describe_license_replacement(before, after):
    """The sentences of a license that became another."""
    change = build_finding(
        kind="license-text-changed",
        field="LICENSE",
        before=before,
        after=after,
        verdict_after="open-weight",
    )
    return "\n".join(describe_impact(change, make_registry(make_model(), licenses=(CAPPED,))))


def test_a_new_clause_is_told_with_its_license_and_place():
    """Who reads the issue sees which use now needs a license, and by which clause."""
    words = describe_license_replacement("MIT", "Capped")
    assert "The freedom to use it: free before, allowed with limits now." in words
    assert "New: A clause of the kind user-threshold. (Capped, section 2)" in words
    assert "a separate license" in words


def test_a_clause_that_is_gone_is_told_too():
    """The way back says what is demanded no longer."""
    assert (
        "No longer: A clause of the kind user-threshold. (Capped, section 2)"
        in describe_license_replacement("Capped", "MIT")
    )


def test_a_license_that_nobody_knows_says_nothing_of_clauses():
    """Where the new text is unread there is nothing to compare."""
    assert "New:" not in describe_license_replacement("MIT", "text 0123456789ab")


def test_of_two_statements_none_is_new():
    """A contradiction has no before and after: both stand there, and each clause is one's."""
    found = build_finding(
        kind="license-conflict",
        field="LICENSE",
        before="MIT",
        after=CAPPED.id,
        direction="more-closed",
    )
    registry = make_registry(make_model(), licenses=(CAPPED,))
    said = "\n".join(describe_impact(found, registry))
    assert "If the second holds, it is more closed." in said
    assert "Only by the second: " in said
    assert "by the first, " in said
    assert not [word for word in ("New: ", "No longer: ", " before, ", " now.") if word in said]
    body = build_desired_issue(found, registry, "https://e.org").body
    assert "* The first: `MIT`" in body
    assert "* Before:" not in body
