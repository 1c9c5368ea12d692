"""How sure an answer is: whose copy was read, what disagrees, and what the training data withholds."""

from dataclasses import replace

import pytest

from audit.definitions.permission_certainty import assess_certainty
from audit.definitions.permission_view import answer_question
from audit.licenses.uses import IntendedUse
from audit.records.evidence import Evidence
from audit.records.hub_pins import HubPins
from audit.records.registry import Registry
from tests.definitions.builders import (
    make_condition,
    make_dataset,
    make_license,
    make_model,
    make_registry,
    replace_component,
)

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


@pytest.mark.parametrize(
    ("url", "kind", "copy"),
    [
        ("https://github.com/maker/model/LICENSE", "primary", "own"),
        ("https://maker.example/license", "primary", "own"),
        ("https://github.com/other/model/LICENSE", "primary", "primary"),
        ("https://github.com/maker/model/LICENSE", "secondary", "third-party"),
    ],
)
def test_whose_copy_of_a_text_was_read(url: str, kind, copy: str):
    """An address under the maker's account or site is its own; what others copied is theirs."""
    source = Evidence("text", url, "2026-11-20", kind)
    clause = replace(make_condition("notice"), evidence=(source,))
    (text,) = view_under(IntendedUse(), clause).certainty.texts
    assert (text.copy, text.seen) == (copy, "2026-11-20")


def test_a_text_is_named_with_its_version_and_its_day():
    """What was read is the text of one version, which applies from a day."""
    license = replace(make_license("Terms"), version="2.0", effective="2025-05-01")
    model = put_under(make_model(), "Terms")
    (text,) = answer_question(
        model, make_registry(model, licenses=(license,)), IntendedUse()
    ).certainty.texts
    assert (text.name, text.version, text.effective) == ("Terms", "2.0", "2025-05-01")


def assess(model, registry: Registry):
    """How sure an answer without any clause is."""
    return assess_certainty(model, (), registry)


@pytest.mark.parametrize("license", ["NC OR MIT", "MIT OR NC"])
def test_of_licenses_to_choose_from_the_one_that_allows_most_governs(license: str):
    """The other one's clauses are not in the text that binds, whichever stands first."""
    model = put_under(make_model(), license)
    use = IntendedUse(purposes=("commercial",))
    view = answer_question(model, make_registry(model), use)
    assert view.value == "allowed"
    assert [each.licenses for each in view.governed_by] == [("MIT",)]


def test_a_clause_is_quoted_only_where_the_quotation_is_its_own():
    """A source that clauses of two sections cite quotes one of them, and does not say which."""
    quoting = replace(TEXT, quote="No use for war.")
    shared = replace(TEXT, key="shared", quote="No use at all.")
    own = replace(make_condition("notice"), evidence=(shared, quoting))
    other = replace(make_condition("termination"), section="9", evidence=(shared,))
    view = view_under(IntendedUse(mode="redistribute"), own, other)
    quotes = {each.kind: each.quote for stage in view.to_do for each in stage.clauses}
    assert quotes == {"notice": "No use for war.", "termination": ""}


def test_data_under_narrower_terms_is_a_risk():
    """Weights under MIT that learned from data for non-commercial use: the record of the data is named."""
    model = replace_component(make_model(), "datasets", datasets=("maker/data", "maker/free"))
    datasets = (make_dataset(license="NC"), make_dataset("maker/free"))
    (risk,) = assess(model, make_registry(model, datasets=datasets)).data_risks
    assert (risk.dataset, risk.license, risk.withheld) == (
        "datasets/maker/data",
        "NC",
        "commercial use",
    )


def test_data_that_only_asks_for_something_is_no_risk():
    """A duty withholds no use."""
    mild = make_license("Mild", make_condition("non-commercial", effect="obligation"))
    model = replace_component(make_model(), "datasets", datasets=("maker/data", "maker/unread"))
    datasets = (make_dataset(license="Mild"), make_dataset("maker/unread", license=None))
    registry = make_registry(model, datasets=datasets, licenses=(mild,))
    assert assess(model, registry).data_risks == ()


def test_data_that_data_was_made_from_is_a_risk_too():
    """Narrower terms do not vanish in a mixture; a circle of sources ends."""
    model = replace_component(make_model(), "datasets", datasets=("maker/mix",))
    mix = make_dataset("maker/mix", derived_from=("maker/data",))
    data = make_dataset(license="NC", derived_from=("maker/mix",))
    (risk,) = assess(model, make_registry(model, datasets=(mix, data))).data_risks
    assert risk.dataset == "datasets/maker/data"


def test_a_tag_that_means_other_terms_is_a_conflict():
    """The card says one license, the record another."""
    tagged = replace(make_license("Tagged"), hub_tags=("tagged",))
    model = make_model(hub=HubPins("maker/model-1", license_tag="tagged"))
    (conflict,) = assess(model, make_registry(model, licenses=(tagged,))).conflicts
    assert "means Tagged" in conflict
    unlicensed = put_under(model, "NONE")
    (conflict,) = assess(unlicensed, make_registry(unlicensed, licenses=(tagged,))).conflicts
    assert "recorded under NONE" in conflict
    agreeing = put_under(model, "Tagged")
    assert assess(agreeing, make_registry(agreeing, licenses=(tagged,))).conflicts == ()


def test_a_declaration_that_frees_from_the_base_is_a_conflict():
    """MIT over another maker's base under narrower terms."""
    base = put_under(make_model("first/base"), "NC")
    model = make_model("second/derived", bases=("first/base",), hub=None)
    (conflict,) = assess(model, make_registry(model, base)).conflicts
    assert "the terms of the base bind" in conflict
