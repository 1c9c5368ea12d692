"""What a person gets to read of a changed license text, and which text counts where a reviewer pinned one."""

from dataclasses import replace

import pytest

from audit.drift.finding import LicenseTextDiff
from audit.licenses.terms_lines import describe_terms_change
from audit.licenses.text.diff import describe_text_change
from audit.observations.facts import LicenseFile
from tests.drift.builders import make_facts, make_observation
from tests.drift.comparisons import (
    Told,
    compare_observation,
    summarize_difference,
)
from tests.drift.license_files import (
    EDITED_TEXT,
    LATER,
    LATER_TEXT,
    OTHER_TEXT,
    PEBBLE,
    REWRAPPED,
    TEXT,
    hash_text,
    make_license_file,
)
from tests.drift.text_changes import (
    REGISTRY,
    UNTAGGED,
    expect_text_change,
    find_text_changes,
    name_by_digest,
)

NOT_KEPT = "the passages cannot be shown: not both texts were kept"


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
