"""The fourth leg: terms of training data that forbid what the weights' terms allow are told when they come, once, with both sides."""

from typing import Any

import pytest

from audit.definitions.training_terms import is_forbidden_by_data
from audit.drift.finding import Difference
from audit.observations.facts import CodeFacts, LicenseFile
from audit.records.build import RecordBuilder
from audit.records.registry import Registry
from tests.conftest import make_dataset_record, make_license_record, make_model_record
from tests.drift.builders import make_declaration, make_facts, make_observation
from tests.drift.comparisons import (
    LICENSES,
    NO_COMMERCE,
    compare_observation,
    make_code_observation,
)

NC, OPEN, UNREAD = "CC-BY-NC-4.0", "Apache-2.0", "LicenseRef-unread"
DATA, OTHER = "maker/data", "maker/other-data"


def make_registry(
    weights: str = NC, data: str | None = NC, trained_on: tuple[str, ...] = (DATA,)
) -> Registry:
    """A model under a license, with recorded training data under another one."""
    components = {
        "model-parameters-final": {"status": "released", "license": weights, "evidence": ["card"]},
        "datasets": {"status": "released", "datasets": list(trained_on), "evidence": ["card"]},
    }
    terms = {"license": data, "evidence": ["card"]} if data else None
    datasets = [make_dataset_record(DATA, terms=terms), make_dataset_record(OTHER)]
    unread = make_license_record(
        UNREAD, freedoms=dict.fromkeys(("use", "study", "modify", "share"), "unknown")
    )
    royalty = make_license_record(
        "LicenseRef-asks",
        osi_approved=False,
        conditions=[
            {
                "kind": "registration",
                "section": "1",
                "summary": "Commerce is registered.",
                "parameters": {"effect": "needs-license"},
                "evidence": ["card"],
            }
        ],
    )
    (clause,) = NO_COMMERCE["conditions"]  # type: ignore[misc]
    ban = {**clause, "parameters": {"effect": "forbidden"}}
    closed = make_license_record(NC, **{**NO_COMMERCE, "conditions": [ban]})
    build = RecordBuilder()
    model = build.build_model(make_model_record(components=components), None)
    return Registry(
        {model.id: model},
        {},
        {row["id"]: build.build_dataset(_without_nothing(row)) for row in datasets},
        {row["id"]: build.build_license(row) for row in (*LICENSES, closed, unread, royalty)},
    )


def _without_nothing(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if value is not None}


def list_conflicts(
    registry: Registry, before: dict[str, Any], now: dict[str, Any], **declared: Any
) -> list[Difference]:
    """What a look at the model says of its data's terms."""
    found = compare_observation(
        make_declaration(license=registry.models["maker/model-1"].weights.license, **declared),
        make_facts(**before, license_files=()),
        make_observation(make_facts(**now, license_files=())),
        registry=registry,
    )
    return [each for each in found if each.kind == "data-terms-conflict"]


CLOSED_TAG, OPEN_TAG = {"license_tag": "cc-by-nc-4.0"}, {"license_tag": "apache-2.0"}


def test_a_tag_that_frees_what_the_data_forbids_is_told_with_both_sides():
    """The model was under the data's terms, and its card now says Apache."""
    (found,) = list_conflicts(make_registry(), CLOSED_TAG, OPEN_TAG)
    assert (found.field, found.before, found.after) == (f"datasets.{DATA}", NC, OPEN)
    assert found.direction == "unreviewed"
    assert found.text_diff is not None
    assert found.text_diff.highlights == (
        f"the Hub tag says {OPEN}",
        f"the data is under {NC}: No commerce.",
    )


def test_a_card_that_names_such_data_is_told():
    """Data of which there is a record, on the card alone; in any letter case."""
    known = make_registry(weights=OPEN, trained_on=())
    named = {**OPEN_TAG, "datasets": ("Maker/Data",)}
    (found,) = list_conflicts(known, OPEN_TAG, named)
    assert found.field == f"datasets.{DATA}"


def test_data_whose_terms_now_forbid_it_names_the_models():
    """One finding of the dataset, which touches each model that it puts in question."""
    known = make_registry(weights=OPEN, data=OPEN)
    declared = make_declaration(record=f"datasets/{DATA}", license=OPEN, license_tag="apache-2.0")
    before, now = (make_facts(**tag, license_files=()) for tag in (OPEN_TAG, CLOSED_TAG))
    found = compare_observation(
        declared, before, make_observation(now), kind="dataset", registry=known
    )
    (conflict,) = [each for each in found if each.kind == "data-terms-conflict"]
    assert conflict.affects == ("models/maker/model-1",)
    assert (conflict.field, conflict.before, conflict.after) == ("trained_models", (OPEN,), NC)
    assert conflict.direction == "unreviewed"
    assert conflict.text_diff is not None
    assert conflict.text_diff.highlights == (
        f"the weights of maker/model-1 are under {OPEN}",
        f"the data is under {NC}: No commerce.",
    )
    again = compare_observation(
        declared, now, make_observation(now), kind="dataset", registry=known
    )
    assert not [each for each in again if each.kind == "data-terms-conflict"]


@pytest.mark.parametrize(
    ("registry", "before", "now"),
    [
        (make_registry(weights=OPEN), CLOSED_TAG, OPEN_TAG),
        (make_registry(), OPEN_TAG, OPEN_TAG),
        (make_registry(), CLOSED_TAG, {"license_tag": "unknown-key"}),
        (make_registry(data=None), CLOSED_TAG, OPEN_TAG),
        (make_registry(data=OPEN), CLOSED_TAG, OPEN_TAG),
        (make_registry(data=UNREAD), CLOSED_TAG, OPEN_TAG),
        (make_registry(trained_on=()), CLOSED_TAG, {**OPEN_TAG, "datasets": ("nobody/knows",)}),
    ],
    ids=["recorded so", "seen so", "no tag", "no terms", "open data", "unread", "unknown data"],
)
def test_what_stands_or_is_not_known_is_quiet(registry: Registry, before: Any, now: Any):
    """Records that already disagree are shown elsewhere, and doubt is no disagreement."""
    assert list_conflicts(registry, before, now) == []


@pytest.mark.parametrize(
    ("weights", "data", "forbidden"),
    [
        (OPEN, NC, True),
        (f"{OPEN} OR {NC}", NC, True),
        (OPEN, f"{OPEN} OR {NC}", False),
        (OPEN, f"{OPEN} AND {NC}", True),
        (f"{OPEN} AND {NC}", NC, False),
        (OPEN, "NONE", False),
        ("NONE", NC, False),
        (UNREAD, NC, False),
        (OPEN, UNREAD, False),
        (OPEN, f"{UNREAD} AND {NC}", True),
        ("LicenseRef-asks", NC, False),
        (OPEN, "LicenseRef-asks", False),
        (OPEN, "not an expression (", False),
        (NC, NC, False),
    ],
)
def test_only_what_is_certain_counts(weights: str, data: str, forbidden: bool):
    """A clause forbids commerce in every choice, and no license or registration stands between it and the weights."""
    assert is_forbidden_by_data(weights, data, make_registry()) is forbidden


DATA_SPEC = make_declaration(record=f"datasets/{DATA}", license=OPEN, license_tag="other")


def make_license_file(path: str, license: str) -> LicenseFile:
    """A file with a text of the SPDX list, word for word."""
    return LicenseFile(path, 10, f"blob of {license}", spdx=license, is_word_for_word=True)


def make_code_facts(files: dict[str, str], name: str | None = None) -> CodeFacts:
    """A repository on GitHub whose files are under these licenses."""
    listed = tuple(make_license_file(*each) for each in sorted(files.items()))
    return CodeFacts("maker/terms", False, False, name, pushed_at="then", license_files=listed)


def list_code_conflicts(before: CodeFacts, now: CodeFacts) -> list[Difference]:
    """What a look at the repository with a dataset's terms says of the models."""
    found = compare_observation(
        DATA_SPEC,
        before,
        make_code_observation(**vars(now)),
        kind="code",
        registry=make_registry(weights=OPEN, data=OPEN),
    )
    return [each for each in found if each.kind == "data-terms-conflict"]


@pytest.mark.parametrize(
    ("before", "now"),
    [
        ({"LICENSE": OPEN}, {"LICENSE": NC}),
        ({"LICENSE": OPEN, "LICENSE-DATA": OPEN}, {"LICENSE": OPEN, "LICENSE-DATA": NC}),
        ({"LICENSE": OPEN}, {"LICENSE": OPEN, "data/LICENSE": NC}),
    ],
    ids=["the only file", "a file for the data", "in the folder of the data"],
)
def test_terms_of_data_that_stand_on_github_name_the_models(
    before: dict[str, str], now: dict[str, str]
):
    """A dataset's terms count where its maker states them, and not on the Hub alone."""
    (found,) = list_code_conflicts(make_code_facts(before), make_code_facts(now))
    assert (found.field, found.before, found.after) == ("trained_models", (OPEN,), NC)
    assert found.affects == ("models/maker/model-1",)
    assert not list_code_conflicts(make_code_facts(now), make_code_facts(now))


@pytest.mark.parametrize(
    ("before", "now"),
    [
        ({"LICENSE": OPEN}, {"LICENSE": OPEN, "LICENSE-CODE": NC}),
        ({"LICENSE": OPEN}, {"LICENSE": OPEN, "scripts/metric/LICENSE": NC}),
        ({"LICENSE": OPEN}, {"LICENSE": OPEN, "LICENSE.other": NC}),
        ({"LICENSE": OPEN}, {"LICENSE": OPEN, "MODEL_LICENSE": NC}),
        ({"LICENSE": OPEN, "data/LICENSE": OPEN}, {"LICENSE": NC, "data/LICENSE": OPEN}),
        ({"LICENSE": NC}, {"LICENSE.md": NC}),
        ({"LICENSE": NC}, {}),
    ],
    ids=["code", "a part", "two licenses", "weights", "data stay free", "renamed", "gone"],
)
def test_what_does_not_speak_for_the_data_puts_no_model_in_question(
    before: dict[str, str], now: dict[str, str]
):
    """Terms of code, of weights, of a part, or two licenses side by side are no certain terms of the data."""
    assert not list_code_conflicts(make_code_facts(before), make_code_facts(now))


def test_a_file_tells_where_the_tag_says_nothing():
    """Beside the tag `other`, the one license of the files is what the maker states."""
    free, closed = (
        {"license_tag": "other", "license_files": (make_license_file("LICENSE", each),)}
        for each in (OPEN, NC)
    )
    looks = {"kind": "dataset", "registry": make_registry(weights=OPEN, data=OPEN)}
    found = compare_observation(
        DATA_SPEC, make_facts(**free), make_observation(make_facts(**closed)), **looks
    )
    (conflict,) = [each for each in found if each.kind == "data-terms-conflict"]
    assert (conflict.after, conflict.affects) == (NC, ("models/maker/model-1",))
    model = compare_observation(
        make_declaration(license=NC, license_tag="other"),
        make_facts(**closed),
        make_observation(make_facts(**free)),
        registry=make_registry(),
    )
    (conflict,) = [each for each in model if each.kind == "data-terms-conflict"]
    assert conflict.text_diff is not None
    assert conflict.text_diff.highlights[0] == f"LICENSE says {OPEN}"
