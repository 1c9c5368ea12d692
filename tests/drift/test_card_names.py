"""Entries of a card that name one thing in two ways are no drift; names that come, go or change are told."""

import pytest

from tests.conftest import make_model_record
from tests.drift.builders import make_declaration, make_facts, make_observation
from tests.drift.comparisons import Told, compare_observation, make_registry, summarize_changes
from tests.drift.license_files import TEXT, make_license_file

NAME = "hub.license_name"
OTHER = {"license_tag": "other"}


def tell_name(before: str | None, after: str | None, direction: str, license: str | None) -> Told:
    return Told("license-tag-changed", NAME, before, after, direction, license=license)


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        pytest.param(
            "modified-mit", "non-commercial", ("unreviewed", ""), id="another name, of no record"
        ),
        pytest.param(
            "maker-license",
            "maker-research",
            ("more-closed", "LicenseRef-maker-nc"),
            id="another name, of a record",
        ),
        pytest.param(None, "odd", ("unreviewed", None), id="a name that came and says nothing"),
        pytest.param(
            None, "maker-research", ("more-closed", "LicenseRef-maker-nc"), id="one that came"
        ),
        pytest.param("odd", None, ("unreviewed", ""), id="a name that went"),
        pytest.param("Maker License", "maker-license", None, id="in another form"),
        pytest.param("maker_license", " MAKER-LICENSE", None, id="and another"),
        pytest.param(None, None, None, id="none and none"),
    ],
)
def test_a_name_is_kept_from_the_first_look_whatever_the_record_pins(
    before: str | None, now: str | None, expected: tuple[str, str | None] | None
):
    """A record that pins `other` alone still has the name that was seen beside it."""
    found = summarize_changes(
        make_declaration(license_tag="other", license_name=None, license="MIT"),
        make_facts(license_name=before, **OTHER),
        license_name=now,
        **OTHER,
    )
    assert found == ([tell_name(before, now, *expected)] if expected else [])


def test_a_name_beside_another_tag_says_nothing():
    """What was seen beside another tag was the name of other terms."""
    assert (
        summarize_changes(
            make_declaration(license_tag="other", license=None),
            make_facts(license_tag="mit", license_name="odd"),
            license_name=None,
            **OTHER,
        )
        == []
    )


@pytest.mark.parametrize("tag", ["MIT", "Mit", "mit "])
def test_case_makes_no_other_key(tag: str):
    """The same key in other letters is the same license, and the record's own."""
    assert summarize_changes(baseline=make_facts(license_tag="mit"), license_tag=tag) == []
    assert (
        summarize_changes(
            make_declaration(license="Apache-2.0", license_tag=None), None, license_tag=tag
        )[0].after
        == "MIT"
    )


GITHUB = "https://github.com/Maker/terms/blob/main/LICENSE"


@pytest.mark.parametrize(
    ("before", "now", "changed"),
    [
        (GITHUB, "https://raw.githubusercontent.com/maker/terms/main/LICENSE", False),
        (GITHUB, "https://raw.githubusercontent.com/maker/terms/refs/heads/main/LICENSE", False),
        (GITHUB, "https://github.com/maker/terms/raw/master/LICENSE?raw=true", False),
        (GITHUB, "https://github.com/maker/terms/blob/v2/LICENSE", True),
        (GITHUB, "https://github.com/maker/terms/blob/main/LICENSE-2", True),
        (GITHUB, "https://github.com/other/terms/blob/main/LICENSE", True),
        ("https://hf.co/a/b/blob/main/L", "https://huggingface.co/a/b/resolve/main/L", False),
        ("https://hf.co/a/b/blob/main/L", "https://hf.co/datasets/a/b/blob/main/L", True),
    ],
)
def test_a_file_elsewhere_has_one_address_in_many_forms(before: str, now: str, changed: bool):
    """To read it or to download it, and whatever the main branch is called; another file is another link."""
    found = summarize_changes(
        make_declaration(license_tag="other", license=None),
        make_facts(license_link=before, **OTHER),
        license_link=now,
        **OTHER,
    )
    assert [each.field for each in found] == (["hub.license_link"] if changed else [])


def test_a_link_to_a_file_that_was_moved_is_the_same_link():
    """Its bytes are; with other bytes it leads elsewhere."""
    files = [make_license_file(TEXT, path) for path in ("LICENSE", "legal/LICENSE.md")]
    before = make_facts(license_tag=False, license_link="LICENSE", license_files=(files[0],))
    for moved, kinds in ((files[1], []), (make_license_file("Ha", "legal/LICENSE.md"), [1])):
        look = make_observation(
            make_facts(license_tag=False, license_link="legal/LICENSE.md", license_files=(moved,))
        )
        found = compare_observation(make_declaration(license_tag=None, license=None), before, look)
        links = [each for each in found if each.field == "hub.license_link"]
        assert len(links) == len(kinds)


RENAMED = make_registry(
    make_model_record(id="new/name", hub={"repo": "new/name"}, former_ids=["old/name"]),
    make_model_record(id="maker/model"),
)


@pytest.mark.parametrize(
    ("now", "changed"),
    [
        (("new/name",), False),
        (("NEW/name",), False),
        (("old/name",), False),
        (("new/other",), True),
        ((), True),
    ],
)
def test_a_base_that_was_renamed_is_the_same_base(now: tuple[str, ...], changed: bool):
    """By the names that its record had; another one is told."""
    found = compare_observation(
        baseline=make_facts(base_models=("old/name",)),
        look=make_observation(make_facts(base_models=now)),
        registry=RENAMED,
    )
    assert [each.kind for each in found] == (["base-model-changed"] if changed else [])
