"""A code repository's license: by its file's bytes and text, by GitHub's name, and never by a path."""

from dataclasses import replace
from typing import Any

import pytest

from audit.drift.finding import Difference
from audit.observations.facts import CodeFacts, LicenseFile
from audit.observations.license_files import analyze_license_file
from tests.drift.builders import make_declaration
from tests.drift.comparisons import (
    Told,
    compare_observation,
    make_code_observation,
    summarize_difference,
)

OURS = "You may use this program for any purpose but war.\n"
THEIRS = "You may use this program for any purpose but war and only after you have asked us.\n"
LISTED = CodeFacts(
    "maker/code", False, False, None, repository_id="1", created_at="2024-01-01", pushed_at="then"
)


def make_file(path: str, text: str) -> LicenseFile:
    content = text.encode()
    return analyze_license_file(LicenseFile(path, len(content), f"blob of {text}"), content)


def list_changes(
    before: dict[str, str], now: dict[str, str], record: str = "models/maker/model", **facts: Any
) -> list[Difference]:
    """What another set of license files says; the texts of both were kept."""
    texts = {
        make_file("x", text).sha256: text.encode() for text in (*before.values(), *now.values())
    }
    return compare_observation(
        replace(make_declaration(), record=record),
        replace(LISTED, license_files=tuple(make_file(*each) for each in sorted(before.items()))),
        make_code_observation(
            **{
                **vars(LISTED),
                "license_files": tuple(make_file(*each) for each in sorted(now.items())),
                **facts,
            }
        ),
        kind="code",
        texts=texts,
    )


def test_custom_terms_that_become_others_are_told_with_their_words():
    """GitHub names neither text; the file tells, with the passages that changed."""
    (found,) = list_changes({"LICENSE": OURS}, {"LICENSE": THEIRS})
    assert (found.kind, found.field, found.direction) == (
        "code-license-changed",
        "LICENSE",
        "unreviewed",
    )
    assert found.text_diff is not None
    assert any("asked us" in line for line in found.text_diff.all_lines)


def test_a_license_that_is_gone_needs_two_looks():
    """Without its file, nobody may say that the terms still hold."""
    (found,) = list_changes({"LICENSE": OURS}, {})
    assert summarize_difference(found) == Told(
        "code-license-changed", "LICENSE", found.before, "removed", "unreviewed", 2
    )


@pytest.mark.parametrize(
    ("before", "now"),
    [
        ({"LICENSE": OURS}, {"LICENSE.md": OURS}),
        ({"LICENSE": OURS}, {"legal/LICENSE": OURS}),
        ({"LICENSE": OURS}, {"LICENSE": OURS.replace(" ", "  ").upper()}),
        ({"LICENSE": OURS}, {"legal/LICENSE": OURS.replace(" ", "  ")}),
        ({"LICENSE": OURS, "NOTICE": THEIRS}, {"NOTICE": THEIRS, "LICENSE": OURS}),
        ({}, {}),
    ],
    ids=["renamed", "moved", "reformatted", "moved and reformatted", "reordered", "none"],
)
def test_what_is_no_change_of_terms_is_quiet(before: dict[str, str], now: dict[str, str]):
    """The same words under another name, in another folder or in another form."""
    assert list_changes(before, now) == []


@pytest.mark.parametrize("name", ["MODEL_LICENSE", "data/LICENSE"])
def test_texts_that_trade_places_are_a_change(name: str):
    """The same bytes, but those for the weights or the data are the code's now, and the other way round."""
    found = list_changes({"LICENSE": OURS, name: THEIRS}, {"LICENSE": THEIRS, name: OURS})
    assert [each.field for each in found] == sorted(["LICENSE", name])
    assert not list_changes(
        {"LICENSE": OURS, "LICENSE.txt": THEIRS}, {"LICENSE": THEIRS, "LICENSE.txt": OURS}
    )


def test_a_text_that_moved_and_changed_is_one_change():
    """Neither a license that is gone nor one that came: the second stands in the place of the first."""
    (found,) = list_changes({"LICENSE": OURS}, {"legal/LICENSE.md": THEIRS})
    assert (found.field, found.sightings_needed) == ("legal/LICENSE.md", 1)
    assert found.text_diff is not None


def test_a_text_that_is_not_read_yet_waits():
    """The next run reads it; until then nothing is said of it."""
    assert list_changes({"LICENSE": OURS}, {"LICENSE": THEIRS}, texts_due=("LICENSE",)) == []


def test_terms_of_the_weights_beside_the_code_are_no_code_license():
    """A file named for the model speaks for the weights, and a dataset's repository for the data."""
    (found,) = list_changes({"MODEL_LICENSE": OURS}, {"MODEL_LICENSE": THEIRS})
    assert (found.kind, found.weights_license) == ("terms-elsewhere-changed", None)
    (found,) = list_changes({"LICENSE": OURS}, {"LICENSE": THEIRS}, record="datasets/maker/data")
    assert found.kind == "data-license-changed"


def test_an_older_first_sight_has_no_files_to_compare():
    """What nobody looked for then has not appeared since."""
    before = CodeFacts("maker/code", False, False, "MIT")
    listed = {**vars(LISTED), "license": "MIT", "license_files": (make_file("LICENSE", OURS),)}
    now = make_code_observation(**listed)
    assert compare_observation(make_declaration(), before, now, kind="code") == []


@pytest.mark.parametrize(
    ("changes", "shown"),
    [({"repository_id": "2"}, ("1", "2")), ({"created_at": "2025-01-01"}, None)],
)
def test_a_squatter_is_another_repository(changes: dict[str, Any], shown: tuple[str, str] | None):
    """Another number or a later creation: nothing that it says is about the one recorded."""
    (found,) = list_changes({"LICENSE": OURS}, {"LICENSE": THEIRS}, **changes)
    assert found.kind == "identity-changed"
    if shown:
        assert (found.before, found.after) == shown
