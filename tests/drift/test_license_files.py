"""License files that come, go, or get another text: who is asked, what is told, and what a person gets to read."""

from dataclasses import replace

import pytest

from audit.drift.finding import LicenseTextDiff
from audit.licenses.terms_diff import describe_terms_change
from audit.licenses.text.diff import describe_text_change
from audit.observations.facts import LicenseFile
from tests.conftest import make_model_record
from tests.drift.builders import make_declaration, make_facts, make_observation
from tests.drift.comparisons import (
    Told,
    compare_observation,
    make_registry,
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
    SECOND_TEXT,
    TEXT,
    hash_text,
    keep_texts,
    make_license_file,
)

REGISTRY = make_registry(make_model_record(), licenses=PEBBLES)
UNTAGGED = make_declaration(license_tag=None, license=None)
"""A record that says nothing about the license, so that only the files speak."""
REWRAPPED = TEXT.replace("\n\n", "\r\n\r\n  ")
RENOTICED = TEXT.replace("(c) 2025 Pebble Labs", "(c) 2026 Gravel Works and others")
NOT_KEPT = "the passages cannot be shown: not both texts were kept"


def find_text_changes(old: LicenseFile, new: LicenseFile, *texts: str | bytes, **record):
    """The differences where one file stood and another stands."""
    look = make_observation(make_facts(license_tag=False, license_files=(new,)))
    return compare_observation(
        replace(UNTAGGED, **record),
        make_facts(license_tag=False, license_files=(old,)),
        look,
        registry=REGISTRY,
        texts=keep_texts(*texts),
    )


def expect_text_change(
    before: str, now: str, direction: str = "unreviewed", license: str = ""
) -> list[Told]:
    """One row of a text that changed."""
    return [Told("license-text-changed", "LICENSE", before, now, direction, license=license)]


def name_by_digest(content: str) -> str:
    """How a text is called that the registry does not know."""
    return f"text {hash_text(content)[:12]}"


def test_a_file_that_came_or_went():
    """A file that is gone is a loss and needs two looks; a new one is for a person to read."""
    policy = make_license_file(POLICY, "USE_POLICY.md")
    first = make_facts(license_files=(make_license_file(TEXT), make_license_file(TEXT, "NOTICE")))
    assert summarize_changes(baseline=first, license_files=(make_license_file(TEXT), policy)) == [
        Told("license-file-added", "USE_POLICY.md", "absent", "present", "unreviewed"),
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


def test_what_a_person_gets_to_read():
    """Both digests, what strikes the eye, the passages, and the terms that differ where both licenses are known."""
    found = find_text_changes(
        make_license_file(TEXT), make_license_file(LATER_TEXT), TEXT, LATER_TEXT
    )[0].text_diff
    change = describe_text_change(TEXT.encode(), LATER_TEXT.encode())
    terms = describe_terms_change(PEBBLE, LATER, REGISTRY)
    assert change.highlights
    assert change.passages
    assert terms
    assert found == LicenseTextDiff(
        hash_text(TEXT), hash_text(LATER_TEXT), change.highlights, change.passages, terms, ""
    )


@pytest.mark.parametrize("texts", [(), (TEXT,), (LATER_TEXT,)])
def test_a_text_that_was_not_kept_cannot_be_shown(texts: tuple[str, ...]):
    """Then the terms stand alone, and the reading says why."""
    found = find_text_changes(make_license_file(TEXT), make_license_file(LATER_TEXT), *texts)[
        0
    ].text_diff
    assert found == LicenseTextDiff(
        hash_text(TEXT),
        hash_text(LATER_TEXT),
        terms=describe_terms_change(PEBBLE, LATER, REGISTRY),
        note=NOT_KEPT,
    )


def test_what_is_no_text_is_told_with_a_note():
    """Bytes that nobody can read are not shown, and the reading says so."""
    picture = b"\x89PNG\x00\x01" * 40
    note = describe_text_change(TEXT.encode(), picture).note
    assert note
    assert [
        each.text_diff and each.text_diff.note
        for each in find_text_changes(
            make_license_file(TEXT), make_license_file(picture), TEXT, picture
        )
    ] == [note]


PINNED = (("LICENSE", hash_text(TEXT)),)


@pytest.mark.parametrize(
    ("pinned", "first", "now", "expected"),
    [
        pytest.param(
            TEXT,
            LATER_TEXT,
            TEXT,
            [],
            id="what a reviewer pinned is there, whatever was seen first",
        ),
        pytest.param(
            TEXT,
            TEXT,
            LATER_TEXT,
            expect_text_change(PEBBLE, LATER, "more-closed", LATER),
            id="the first look saw the pinned text",
        ),
        pytest.param(
            REWRAPPED,
            REWRAPPED,
            LATER_TEXT,
            expect_text_change(PEBBLE, LATER, "more-closed", LATER),
            id="the first look knew the pinned text by its words",
        ),
        pytest.param(
            EDITED_TEXT,
            TEXT,
            LATER_TEXT,
            expect_text_change(name_by_digest(EDITED_TEXT), LATER, license=LATER),
            id="the pinned text counts, not the first look",
        ),
        pytest.param(
            TEXT,
            None,
            LATER_TEXT,
            expect_text_change(PEBBLE, LATER, "more-closed", LATER),
            id="no first look",
        ),
        pytest.param(
            OTHER_TEXT,
            None,
            LATER_TEXT,
            expect_text_change(name_by_digest(OTHER_TEXT), LATER, license=LATER),
            id="no first look, and an unknown text",
        ),
    ],
)
def test_a_pinned_text_counts_more_than_the_first_look(
    pinned: str, first: str | None, now: str, expected: list[Told]
):
    """The reviewer's text is what another text is held against, also where no look ever saw it."""
    seen = (
        make_facts(license_tag=False, license_files=(make_license_file(first),)) if first else None
    )
    look = make_observation(make_facts(license_tag=False, license_files=(make_license_file(now),)))
    found = compare_observation(
        replace(UNTAGGED, license_files=(("LICENSE", hash_text(pinned)),)),
        seen,
        look,
        registry=REGISTRY,
    )
    assert [summarize_difference(each) for each in found] == expected
    assert [each.text_diff.before for each in found if each.text_diff] == [
        hash_text(pinned) for _ in expected
    ]


def test_a_pin_says_nothing_until_the_text_is_fetched():
    """Then the blob decides, as for a file without a pin."""
    blob = make_license_file(TEXT).blob_id
    same, other = LicenseFile("LICENSE", 10, blob), LicenseFile("LICENSE", 10, "e" * 40)
    assert find_text_changes(make_license_file(TEXT), same, license_files=PINNED) == []
    assert [
        each.after
        for each in find_text_changes(make_license_file(TEXT), other, license_files=PINNED)
    ] == ["text eeeeeeeeeeee"]
