"""Which license counts for a document or data that states none of its own (MOF alone)."""

from dataclasses import replace

import pytest

from audit.definitions import mof
from audit.definitions.held_licenses import find_held_part
from audit.records.repositories import parse_repository
from tests.definitions.builders import (
    EVIDENCE,
    make_dataset,
    make_model,
    make_registry,
    replace_component,
)

CODE = "https://github.com/Maker/code/tree/main/src"
HUB = "https://huggingface.co/maker/model-1/blob/main/README.md"


def place_document(name, url, *, read_at=None, code_license="Apache-2.0"):
    """A model whose document states no license and lies, or was read, at an address."""
    evidence = tuple(replace(each, url=read_at or each.url) for each in EVIDENCE)
    built = replace_component(make_model(), "training-code", license=code_license, url=CODE)
    return replace_component(built, name, license=None, url=url, evidence=evidence)


@pytest.mark.parametrize(
    ("name", "url", "read_at", "license"),
    [
        ("model-card", HUB, None, "MIT"),
        ("model-card", None, HUB, "MIT"),
        ("data-card", None, "https://github.com/maker/code/blob/main/DATA.md", "Apache-2.0"),
        ("technical-report", "https://github.com/maker/code/blob/main/r.pdf", None, "Apache-2.0"),
        ("technical-report", None, "https://github.com/maker/code", None),
        ("technical-report", "https://arxiv.org/abs/2403.13784", None, None),
        ("model-card", "https://huggingface.co/other/model", None, None),
        ("model-card", "https://huggingface.co/datasets/maker/model-1", None, None),
        ("datasets", "https://github.com/maker/code", None, None),
    ],
)
def test_a_document_takes_the_license_of_what_holds_it(name, url, read_at, license):
    """Only of a repository whose license the record knows; a link in it, a preprint server and data inherit nothing."""
    subject = place_document(name, url, read_at=read_at)
    assert find_held_part(subject, name, make_registry(subject)).facts.license == license


def test_results_take_the_license_of_their_report():
    """What lies at the address of another document is a part of it."""
    url = "https://arxiv.org/abs/2403.13784"
    subject = replace_component(make_model(), "technical-report", license="CC-BY-4.0", url=url)
    subject = replace_component(subject, "evaluation-results", license=None, url=url)
    held = find_held_part(subject, "evaluation-results", make_registry(subject))
    assert held.facts.license == "CC-BY-4.0"
    step = mof.judge(subject, make_registry(subject)).steps[3]
    assert (step.answer, held.because in step.reason) == ("yes", True)


def test_two_licenses_in_one_repository_decide_nothing():
    """Where the parts of a repository stand under different licenses, none of them is the document's."""
    subject = place_document("model-card", "https://github.com/maker/code")
    mixed = replace_component(subject, "inference-code", license="MIT", url=CODE)
    assert find_held_part(mixed, "model-card", make_registry(mixed)).facts.license is None


@pytest.mark.parametrize(
    ("licenses", "value"),
    [(("CC-BY-4.0", "MIT"), "class-I"), (("CC-BY-4.0", "NC"), "class-II"), ((None,), "class-II")],
)
def test_datasets_stand_under_all_their_licenses(licenses, value):
    """The most restrictive of the named datasets counts, and one unknown license leaves all unknown."""
    ids = tuple(f"maker/data-{index}" for index, _ in enumerate(licenses))
    datasets = tuple(map(make_dataset, ids, licenses))
    subject = replace_component(make_model(), "datasets", license=None, datasets=ids)
    assert mof.judge(subject, make_registry(subject, datasets=datasets)).value == value


def test_a_data_card_is_optional_beside_a_card_that_holds_the_data_information():
    """Only where that information is sufficient and was read in the model card, and the card is included."""
    subject = replace_component(make_model(), "data-card", "not-released", None)
    elsewhere = replace(EVIDENCE[0], url="https://example.org/paper")
    apart = replace(subject.data_information, evidence=(elsewhere,))
    closed = replace_component(subject, "model-card", license="NC")
    values = [
        mof.judge(each, make_registry(each)).value
        for each in (subject, replace(subject, data_information=apart), closed)
    ]
    assert values == ["class-I", "none", "none"]


@pytest.mark.parametrize(
    ("url", "repository"),
    [
        ("https://github.com/Owner/Name.git", "github.com/owner/name"),
        ("https://huggingface.co/owner", None),
        ("https://example.org/owner/name", None),
        (None, None),
    ],
)
def test_the_repository_of_an_address(url, repository):
    """By host, owner and name, whatever the case."""
    assert parse_repository(url) == repository
