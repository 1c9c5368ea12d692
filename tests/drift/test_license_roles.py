"""License files by their bytes and by what they speak of: a move is no drift, and only what speaks for the weights moves a label."""

from dataclasses import replace

import pytest

from audit.core.git_blobs import compute_blob_id
from audit.drift.compare.file_changes import find_file_changes
from audit.drift.compare.license_roles import find_file_role
from audit.observations.facts import LicenseFile
from tests.conftest import make_model_record
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
    POLICY,
    REWRAPPED,
    TEXT,
    keep_texts,
    make_license_file,
)

REGISTRY = make_registry(make_model_record(), licenses=PEBBLES)
ADDED, REMOVED, CHANGED = "license-file-added", "license-file-removed", "license-text-changed"
CONFLICT = "license-conflict"
MAIN = make_license_file(TEXT)


def compare_files(before, now, *texts: str, kind="model", link=None, tag="pebble"):
    """Differences of two sets of files under a tag that means the first license."""
    facts = {"license_tag": tag, "license_link": link}
    return compare_observation(
        make_declaration(license_tag=tag, license=PEBBLE),
        make_facts(license_files=tuple(before), **facts),
        make_observation(make_facts(license_files=tuple(now), **facts)),
        kind=kind,
        registry=REGISTRY,
        texts=keep_texts(*texts),
    )


@pytest.mark.parametrize(
    ("before", "now"),
    [
        pytest.param([MAIN], [replace(MAIN, path="LICENSE.md")], id="renamed"),
        pytest.param([MAIN], [replace(MAIN, path="legal/LICENSE")], id="moved into a folder"),
        pytest.param([MAIN], [MAIN, replace(MAIN, path="COPYING")], id="copied"),
        pytest.param([MAIN, replace(MAIN, path="COPYING")], [MAIN], id="one of two copies gone"),
        pytest.param(
            [MAIN], [MAIN, make_license_file(REWRAPPED, "COPYING")], id="copied in another form"
        ),
        pytest.param(
            [make_license_file(OTHER_TEXT), make_license_file(f"{OTHER_TEXT}\n", "COPYING")],
            [make_license_file(OTHER_TEXT)],
            id="one of two forms of an unknown text gone",
        ),
        pytest.param(
            [MAIN], [make_license_file(REWRAPPED, "LICENSE.txt")], id="renamed and rewrapped"
        ),
        pytest.param(
            [make_license_file(OTHER_TEXT)],
            [make_license_file(f"{OTHER_TEXT}\n\n", "License.md")],
            id="an unknown text renamed and reformatted",
        ),
        pytest.param(
            [LicenseFile("LICENSE", 5, "a" * 40)],
            [LicenseFile("LICENCE.txt", 5, "a" * 40)],
            id="renamed behind a gate, unread",
        ),
        pytest.param(
            [MAIN, *[make_license_file(POLICY, "USE_POLICY.md")]],
            [make_license_file(POLICY, "Use Policy.txt"), MAIN],
            id="in another order",
        ),
    ],
)
def test_the_same_bytes_are_no_drift(before: list[LicenseFile], now: list[LicenseFile]):
    """Wherever they lie and whatever they are called; so is another form of the same words."""
    assert compare_files(before, now) == []
    assert compare_files(before, now, tag="other") == []


def test_a_path_with_other_bytes_changed_though_the_text_is_still_there():
    """What LICENSE says is another thing, and the old text in a corner does not say it."""
    (found,) = compare_files(
        [MAIN], [make_license_file(LATER_TEXT), replace(MAIN, path="old/LICENSE-1")]
    )
    assert (found.kind, found.field, found.after) == (CHANGED, "LICENSE", LATER)


def test_a_text_that_changed_with_its_name_is_one_change():
    """`LICENSE` gone and another text under `LICENSE.md`: the direction is that of the two."""
    (found,) = compare_files([MAIN], [make_license_file(LATER_TEXT, "LICENSE.md")])
    assert (found.kind, found.field, found.direction) == (CHANGED, "LICENSE.md", "more-closed")
    two = [
        make_license_file(LATER_TEXT, "LICENSE.md"),
        make_license_file(OTHER_TEXT, "LICENSE.txt"),
    ]
    assert {each.kind for each in compare_files([MAIN], two)} == {ADDED, REMOVED}


def test_files_of_which_nothing_is_known_are_not_alike():
    """Without digests only the path can tell."""
    nameless = LicenseFile("LICENSE", 1, "")
    changes = find_file_changes([nameless], [replace(nameless, path="COPYING")])
    assert (changes.removed, changes.added) == ((nameless,), (replace(nameless, path="COPYING"),))


@pytest.mark.parametrize(
    ("path", "content", "link", "role"),
    [
        ("LICENSE", OTHER_TEXT, None, "weights"),
        ("LICENSE-MODEL", OTHER_TEXT, None, "weights"),
        ("model/LICENSE", OTHER_TEXT, None, "weights"),
        ("LICENSE-CODE", OTHER_TEXT, None, "code"),
        ("src/LICENSE_code.md", OTHER_TEXT, None, "code"),
        ("LICENSE_DATA", OTHER_TEXT, None, "data"),
        ("NOTICE", OTHER_TEXT, None, "notice"),
        ("THIRD_PARTY_LICENSES.txt", OTHER_TEXT, None, "notice"),
        ("USE_POLICY.md", OTHER_TEXT, None, "policy"),
        ("USAGE_POLICY", OTHER_TEXT, None, "policy"),
        ("LICENSE", POLICY, None, "policy"),
        ("LICENSE-CODE", OTHER_TEXT, "LICENSE-CODE", "weights"),
        ("NOTICE", OTHER_TEXT, "https://hub.example/maker/model/blob/main/NOTICE", "weights"),
    ],
)
def test_what_a_file_speaks_of(path: str, content: str, link: str | None, role: str):
    """By its content, then by the card's link, then by its name."""
    assert find_file_role(make_license_file(content, path), link, REGISTRY) == role


@pytest.mark.parametrize(
    ("path", "old", "new", "label"),
    [
        ("LICENSE", TEXT, EDITED_TEXT, ""),
        ("LICENSE", TEXT, LATER_TEXT, LATER),
        ("LICENSE", TEXT, POLICY, ""),
        ("LICENSE-CODE", TEXT, LATER_TEXT, None),
        ("NOTICE", OTHER_TEXT, f"{OTHER_TEXT} More.", None),
        ("USE_POLICY.md", POLICY, EDITED_POLICY, None),
        ("LICENSE_DATA", TEXT, LATER_TEXT, None),
    ],
)
def test_only_what_speaks_for_the_weights_moves_the_label(
    path: str, old: str, new: str, label: str | None
):
    """A changed notice or policy, or other terms for the code, leave the terms of the weights."""
    (found,) = compare_files([make_license_file(old, path)], [make_license_file(new, path)])
    assert (found.kind, found.weights_license) == (CHANGED, label)


def test_a_file_for_the_model_goes_before_one_for_anything():
    """Beside LICENSE-MODEL, LICENSE speaks of something else."""
    model = make_license_file(TEXT, "LICENSE-MODEL")
    (found,) = compare_files([MAIN, model], [make_license_file(LATER_TEXT), model])
    assert (found.field, found.weights_license) == ("LICENSE", None)
    (data,) = compare_files([MAIN], [make_license_file(LATER_TEXT)], kind="dataset")
    assert data.weights_license == LATER


@pytest.mark.parametrize(
    ("path", "content", "told"),
    [
        pytest.param("COPYING", TEXT, (PEBBLE, "neutral", None), id="what the tag says"),
        pytest.param("COPYING", LATER_TEXT, (LATER, "neutral", None), id="a version of it"),
        pytest.param(
            "COPYING", EDITED_TEXT, (f"a changed copy of {PEBBLE}", "unreviewed", None), id="edited"
        ),
        pytest.param(
            "USE_POLICY", POLICY, (f"policy of {PEBBLE}", "unreviewed", None), id="a policy"
        ),
        pytest.param(
            "NOTICE",
            "See https://www.apache.org/licenses/LICENSE-2.0\n",
            ("pointer to Apache-2.0", "unreviewed", None),
            id="a pointer",
        ),
    ],
)
def test_a_file_that_came_is_read_and_named(path: str, content: str, told: tuple):
    """With the terms in force it is held against; what is expected under them moves nothing."""
    found = compare_files([], [make_license_file(content, path)], content)
    (added,) = [each for each in found if each.kind == ADDED]
    assert (added.after, added.direction, added.weights_license) == told


@pytest.mark.parametrize(("path", "license"), [("LICENSE", LATER), ("LICENSE-CODE", None)])
def test_other_terms_beside_the_tag_are_judged_and_contradict(path: str, license: str | None):
    """The label follows them, the direction is known, and the contradiction is told in every later run as well."""
    look = make_observation(
        make_facts(license_tag="mit", license_files=(make_license_file(LATER_TEXT, path),))
    )
    found = compare_observation(
        make_declaration(license_tag="mit", license="MIT"),
        make_facts(license_tag="mit", license_files=(make_license_file(POLICY, "USE_POLICY"),)),
        look,
        registry=REGISTRY,
        texts=keep_texts(LATER_TEXT),
    )
    kinds = {each.kind: each for each in found}
    direction = "more-closed" if license else "unreviewed"
    assert (kinds[ADDED].direction, kinds[ADDED].weights_license) == (direction, license)
    assert (CONFLICT in kinds) == (license is not None)
    assert kinds[ADDED].text_diff is None or kinds[ADDED].text_diff.terms


def test_a_file_that_is_still_to_be_read_is_not_told_yet():
    """The next run reads it, and says what it is."""
    unread = LicenseFile("COPYING", 9, "e" * 40)
    look = make_observation(make_facts(license_files=(unread,), texts_due=("COPYING",)))
    assert compare_observation(baseline=make_facts(license_files=()), look=look) == []
    found = compare_observation(
        baseline=make_facts(license_files=()),
        look=make_observation(make_facts(license_files=(unread,))),
    )
    assert [(each.kind, each.after) for each in found] == [(ADDED, f"text {'e' * 12}")]


def test_a_text_behind_a_gate_is_known_by_its_name_in_git():
    """Without being read: the direction is that of the two licenses."""
    first, later = (
        LicenseFile("LICENSE", len(text), compute_blob_id(text.encode()))
        for text in (TEXT, LATER_TEXT)
    )
    (found,) = compare_files([first], [later])
    assert (found.before, found.after, found.direction) == (PEBBLE, LATER, "more-closed")
