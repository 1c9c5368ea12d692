"""License files that come, go, or get another text: what is told, and how a text is called."""

from dataclasses import replace

import pytest

from audit.observations.facts import LicenseFile
from tests.drift.builders import make_declaration, make_facts, make_observation
from tests.drift.comparisons import (
    Told,
    compare_observation,
    summarize_changes,
    summarize_difference,
)
from tests.drift.license_files import (
    EDITED_POLICY,
    EDITED_TEXT,
    LATER,
    LATER_TEXT,
    OTHER_TEXT,
    PEBBLE,
    PEBBLES,
    POLICY,
    REWRAPPED,
    SECOND_TEXT,
    TEXT,
    make_license_file,
)
from tests.drift.text_changes import (
    REGISTRY,
    UNTAGGED,
    expect_text_change,
    find_text_changes,
    name_by_digest,
)

RENOTICED = TEXT.replace("(c) 2025 Pebble Labs", "(c) 2026 Gravel Works and others")


def test_a_file_that_came_or_went():
    """A file that is gone is a loss and needs two looks; a new one is for a person to read."""
    policy, notice = make_license_file(POLICY, "USE_POLICY.md"), make_license_file("Ha", "NOTICE")
    first = make_facts(license_files=(make_license_file(OTHER_TEXT), notice))
    now = (make_license_file(OTHER_TEXT), policy)
    assert summarize_changes(baseline=first, license_files=now, registry=REGISTRY) == [
        Told("license-file-added", "USE_POLICY.md", "absent", f"policy of {PEBBLE}", "unreviewed"),
        Told("license-file-removed", "NOTICE", "present", "removed", "unreviewed", 2, True),
    ]


def test_at_first_sight_no_file_came_or_went():
    """Without a first look there is nothing to compare with, though the record pins a file that is not there."""
    assert summarize_changes(make_declaration(license_files=(("TERMS", "d" * 64),)), None) == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        pytest.param(
            TEXT,
            LATER_TEXT,
            expect_text_change(PEBBLE, LATER, "more-closed", LATER),
            id="from one version to the next",
        ),
        pytest.param(
            LATER_TEXT, TEXT, expect_text_change(LATER, PEBBLE, "more-open", PEBBLE), id="and back"
        ),
        pytest.param(
            TEXT,
            EDITED_TEXT,
            expect_text_change(PEBBLE, name_by_digest(EDITED_TEXT)),
            id="a changed copy",
        ),
        pytest.param(
            REWRAPPED,
            LATER_TEXT,
            expect_text_change(PEBBLE, LATER, "more-closed", LATER),
            id="known by its words",
        ),
        pytest.param(
            RENOTICED,
            LATER_TEXT,
            expect_text_change(PEBBLE, LATER, "more-closed", LATER),
            id="known by its words without the notice",
        ),
        pytest.param(
            EDITED_TEXT,
            TEXT,
            expect_text_change(name_by_digest(EDITED_TEXT), PEBBLE, license=PEBBLE),
            id="from a changed copy to the license",
        ),
        pytest.param(
            POLICY,
            EDITED_POLICY,
            expect_text_change(f"policy of {PEBBLE}", name_by_digest(EDITED_POLICY)),
            id="a policy is not the license that it belongs to",
        ),
        pytest.param(
            TEXT,
            POLICY,
            expect_text_change(PEBBLE, f"policy of {PEBBLE}"),
            id="a policy in place of the license",
        ),
        pytest.param(TEXT, SECOND_TEXT, [], id="two texts of one license"),
        pytest.param(TEXT, REWRAPPED, [], id="the same words in another form"),
        pytest.param(
            OTHER_TEXT, OTHER_TEXT.replace("\n", " \n"), [], id="unknown words in another form"
        ),
        pytest.param(
            OTHER_TEXT,
            f"{OTHER_TEXT}Not on Sundays.",
            expect_text_change(
                name_by_digest(OTHER_TEXT), name_by_digest(f"{OTHER_TEXT}Not on Sundays.")
            ),
            id="unknown words, and more of them",
        ),
    ],
)
def test_another_text_is_called_by_its_license(old: str, new: str, expected: list[Told]):
    """By license, as the policy of one, or by its digest; a direction is known only between two known licenses."""
    assert [
        summarize_difference(each)
        for each in find_text_changes(make_license_file(old), make_license_file(new))
    ] == expected
    assert [
        summarize_difference(each)
        for each in find_text_changes(make_license_file(old), make_license_file(new), old, new)
    ] == expected


BLOB = LicenseFile("LICENSE", 10, "b" * 40)


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        (BLOB, []),
        (replace(BLOB, size=11), []),
        (
            replace(BLOB, blob_id="e" * 40),
            expect_text_change("text bbbbbbbbbbbb", "text eeeeeeeeeeee"),
        ),
        (
            replace(BLOB, blob_id="e" * 40, sha256="f" * 64),
            expect_text_change("text bbbbbbbbbbbb", "text ffffffffffff"),
        ),
    ],
)
def test_a_text_that_was_never_fetched_is_known_by_its_blob(new: LicenseFile, expected: list[Told]):
    """Another blob is another text, and two texts of which nobody knows the words are not the same."""
    assert [summarize_difference(each) for each in find_text_changes(BLOB, new)] == expected


def test_a_text_still_to_be_fetched_is_not_judged():
    """Until its words are known, another blob may be another form."""
    look = make_observation(
        make_facts(license_files=(replace(BLOB, blob_id="e" * 40),), texts_due=("LICENSE",))
    )
    assert compare_observation(baseline=make_facts(license_files=(BLOB,)), look=look) == []


def test_digests_of_two_normalizers_are_not_compared():
    """An older reading of the words proves nothing about the new text, unless the bytes of both show it."""
    old, new = f"{OTHER_TEXT} ", OTHER_TEXT
    before = replace(make_license_file(old), normalizer=0)
    assert [each.kind for each in find_text_changes(before, make_license_file(new))] == [
        "license-text-changed"
    ]
    assert (
        find_text_changes(replace(before, normalized="0" * 64), make_license_file(new), old, new)
        == []
    )


@pytest.mark.parametrize(
    ("spdx", "words", "texts", "name"),
    [
        ("MIT", 170, (), "MIT"),
        ("MIT", 170, (170,), "MIT"),
        ("MIT", 100, (170,), "text bbbbbbbbbbbb"),
        ("Never-Heard", 170, (), "text bbbbbbbbbbbb"),
        (None, 170, (), "text bbbbbbbbbbbb"),
    ],
)
def test_a_text_of_the_spdx_list(spdx: str | None, words: int, texts: tuple[int, ...], name: str):
    """It is that license where the registry holds it, and where the length is that of a text which the registry knows."""
    held = REGISTRY.licenses["MIT"]
    known_text = tuple(
        replace(
            PEBBLES[0].texts[0],
            sha256="0" * 64,
            words_sha256=None,
            body_sha256=None,
            body_words=each,
        )
        for each in texts
    )
    registry = replace(
        REGISTRY, licenses={**REGISTRY.licenses, "MIT": replace(held, texts=known_text)}
    )
    old = replace(BLOB, spdx=spdx, body_words=words)
    look = make_observation(
        make_facts(license_tag=False, license_files=(replace(BLOB, blob_id="e" * 40),))
    )
    found = compare_observation(
        UNTAGGED, make_facts(license_tag=False, license_files=(old,)), look, registry=registry
    )
    assert [each.before for each in found] == [name]
