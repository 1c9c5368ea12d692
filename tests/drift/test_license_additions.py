"""What is told of a license file that came, of licenses without a record, and of files that the card links to."""

from dataclasses import replace

import pytest

from audit.drift.finding import LicenseTextDiff
from audit.licenses.terms_lines import describe_terms_change
from audit.licenses.text.identify import identify_license_text
from audit.observations.facts import LicenseFile
from tests.drift.builders import make_declaration, make_facts, make_observation
from tests.drift.comparisons import compare_observation, make_registry
from tests.drift.license_files import (
    EDITED_POLICY,
    EDITED_TEXT,
    LATER,
    LATER_TEXT,
    OTHER_TEXT,
    PEBBLE,
    PEBBLES,
    REWRAPPED,
    TEXT,
    hash_text,
    keep_texts,
    make_license_file,
)
from tests.drift.test_license_roles import REGISTRY
from tests.drift.text_changes import name_by_digest
from tests.licenses.builders import make_license

ADDED, CHANGED, CONFLICT = "license-file-added", "license-text-changed", "license-conflict"


def compare(before, now, *texts: str, tag="mit", license="MIT", kind="model", link=None, **first):
    """Differences of two sets of files under one tag, by kind."""
    facts = {"license_tag": tag, "license_link": link}
    found = compare_observation(
        make_declaration(license_tag=tag, license=license),
        make_facts(license_files=tuple(before), **facts, **first),
        make_observation(make_facts(license_files=tuple(now), **facts, telling_paths=())),
        kind=kind,
        registry=REGISTRY,
        texts=keep_texts(*texts),
    )
    return {each.kind: each for each in found}


def test_other_terms_that_came_are_told_with_their_difference():
    """Against those in force, and without passages, since the text is a known one."""
    found = compare([], [make_license_file(LATER_TEXT)], LATER_TEXT)[ADDED]
    terms = describe_terms_change("MIT", LATER, REGISTRY)
    assert terms
    assert found.text_diff == LicenseTextDiff(None, hash_text(LATER_TEXT), terms=terms)


def test_a_changed_copy_that_came_shows_where_it_differs():
    """The passages of the copy; the terms of such a text nobody knows."""
    found = compare([], [make_license_file(EDITED_TEXT)], EDITED_TEXT)[ADDED]
    passages = identify_license_text(EDITED_TEXT.encode(), REGISTRY).passages
    assert passages
    assert found.text_diff == LicenseTextDiff(
        None, hash_text(EDITED_TEXT), passages=tuple(f"+ {each}" for each in passages)
    )


@pytest.mark.parametrize(
    ("path", "content"), [("TERMS", OTHER_TEXT), ("USE_POLICY", EDITED_POLICY)]
)
def test_what_nobody_knows_is_called_by_its_digest(path: str, content: str):
    """An unknown text, and a changed policy, which is no changed copy of a license."""
    found = compare([], [make_license_file(content, path)], content)[ADDED]
    assert found.after == name_by_digest(content)
    assert found.text_diff is None


@pytest.mark.parametrize(("tag", "license"), [("pebble", "MIT"), ("mit", PEBBLE)])
def test_what_tag_or_record_names_is_expected(tag: str, license: str):
    """Either of them is enough, so that nothing moves."""
    found = compare([], [make_license_file(TEXT)], tag=tag, license=license)[ADDED]
    assert (found.direction, found.weights_license) == ("neutral", None)


def make_isc_file() -> LicenseFile:
    """A text of the SPDX list that the registry has no record of."""
    return LicenseFile("LICENSE", 9, "d" * 40, "d" * 64, spdx="ISC", is_word_for_word=True)


@pytest.mark.parametrize(
    ("tag", "file", "stated"),
    [
        ("isc", make_isc_file(), None),
        ("mit", make_isc_file(), "ISC"),
        ("isc", make_license_file(TEXT), PEBBLE),
        ("gpl", make_license_file(TEXT), None),
        ("odd", make_license_file(TEXT), None),
        ("mit", replace(make_isc_file(), is_word_for_word=False), None),
    ],
)
def test_a_license_without_a_record_contradicts_too(
    tag: str, file: LicenseFile, stated: str | None
):
    """By the key of the Hub and by the wording of the list; a family or an odd key says too little."""
    found = compare([file], [file], tag=tag, license=None)
    assert (found[CONFLICT].after if CONFLICT in found else None) == stated


def test_a_wording_of_the_list_is_called_by_its_id():
    """Whether or not the registry has a record of it."""
    assert compare([], [make_isc_file()], license=None)[ADDED].after == "ISC"


def test_a_text_is_known_by_its_words_alone():
    """Where its bytes, its name in git and its body say nothing."""
    rewrapped = replace(make_license_file(REWRAPPED), body=None)
    found = compare([make_license_file(OTHER_TEXT)], [rewrapped])[CHANGED]
    assert found.after == PEBBLE


def test_a_file_that_the_card_links_to_speaks_for_the_weights():
    """Whatever it is called; beside it no other file does."""
    main, code = make_license_file(TEXT), make_license_file(TEXT, "LICENSE-CODE")
    later = make_license_file(LATER_TEXT, "LICENSE-CODE")
    linked = compare([main, code], [main, later], link="LICENSE-CODE")[CHANGED]
    assert (linked.field, linked.weights_license) == ("LICENSE-CODE", LATER)
    assert compare([main, code], [main, later])[CHANGED].weights_license is None
    notices = [make_license_file(text, "NOTICE") for text in (OTHER_TEXT, f"{OTHER_TEXT} More.")]
    data = compare(notices[:1], notices[1:], kind="dataset", link="NOTICE")[CHANGED]
    assert data.weights_license == ""


def test_a_copy_is_of_the_same_thing_only():
    """The linked NOTICE and TERMS speak of the weights; without the link the notice says something else."""
    notice = make_license_file(OTHER_TEXT, "NOTICE")
    now = [notice, make_license_file(f"{OTHER_TEXT}\n", "TERMS")]
    assert ADDED not in compare([notice], now, link="NOTICE")
    assert ADDED in compare([notice], now)


@pytest.mark.parametrize(("telling_paths", "is_told"), [(None, False), ((), True)])
def test_a_file_in_a_folder_that_nobody_looked_at_did_not_come(telling_paths, is_told: bool):
    """An older look did not see folders; at the top it saw everything."""
    for path, told in (("7b/TERMS", is_told), ("TERMS", True)):
        file = make_license_file(OTHER_TEXT, path)
        assert (ADDED in compare([], [file], telling_paths=telling_paths)) == told


def test_two_names_of_one_license_are_one():
    """The names that reviewers saw for it; a name of another license is another."""
    two = replace(make_license("LicenseRef-two"), hub_names=("first-name", "second-name"))
    registry = make_registry(licenses=(*PEBBLES, two))
    for now, fields in (("second-name", []), ("maker-license", ["hub.license_name"])):
        found = compare_observation(
            make_declaration(license_tag="other", license_name="first-name", license=None),
            None,
            make_observation(make_facts(license_tag="other", license_name=now)),
            registry=registry,
        )
        assert [each.field for each in found] == fields


def test_bases_and_datasets_are_told_with_both_lists():
    """A base without a record is the same in other letters."""
    first = make_facts(base_models=("a/Base",), datasets=("a/data",))
    for bases, datasets, told in (
        (("A/base",), ("a/data",), []),
        (("b/base",), ("a/data",), [(("a/Base",), ("b/base",))]),
        (("a/Base",), ("b/data",), [(("a/data",), ("b/data",))]),
    ):
        look = make_observation(make_facts(base_models=bases, datasets=datasets))
        found = compare_observation(baseline=first, look=look, registry=REGISTRY)
        assert [(each.before, each.after) for each in found] == told


def test_a_link_to_the_file_under_a_former_name_is_the_same_link():
    """A repository that was renamed keeps its file; the card follows when somebody edits it."""
    address = "https://huggingface.co/maker/{}/blob/main/LICENSE"
    first = make_facts(repo="maker/old", license_link=address.format("old"))
    for now in ("LICENSE", address.format("new"), address.format("old")):
        look = make_observation(make_facts(repo="maker/new", license_link=now))
        found = compare_observation(baseline=first, look=look, registry=REGISTRY)
        assert "hub.license_link" not in [each.field for each in found]
