"""A code repository whose texts are known: whole differences, with licenses, direction, terms and what becomes of weights and code."""

from dataclasses import replace
from typing import Any

import pytest

from audit.drift.compare.license_files import TEXTS_NOT_KEPT
from audit.drift.finding import Difference
from audit.licenses.text.text_entry import build_text_entry
from audit.records.build import RecordBuilder
from audit.records.license import License
from tests.conftest import make_license_record, make_model_record
from tests.drift.builders import make_declaration
from tests.drift.comparisons import (
    NO_COMMERCE,
    compare_observation,
    make_code_observation,
    make_registry,
)
from tests.drift.test_code_licenses import LISTED, OURS, THEIRS, make_file

OPEN, CLOSED, MODEL = "LicenseRef-ours", "LicenseRef-theirs", "models/maker/model-1"
OTHER_WORDING = "Use this program for whatever you like, and never for a war of any kind.\n"
UNKNOWN = "Whatever you do with this program, do it quietly and after nine in the evening.\n"


def make_known_license(id: str, *texts: str, **changes: Any) -> License:
    known = [{**build_text_entry(text.encode()), "evidence": ["card"]} for text in texts]
    record = make_license_record(id, hub_tags=[], texts=known, **{"osi_approved": False, **changes})
    return RecordBuilder().build_license(record)


WEIGHTS = {"status": "released", "license": OPEN, "evidence": ["card"]}
KNOWN = make_registry(
    make_model_record(components={"model-parameters-final": WEIGHTS}),
    licenses=(
        make_known_license(OPEN, OURS, OTHER_WORDING),
        make_known_license(CLOSED, THEIRS, **NO_COMMERCE),
    ),
)


def list_changes(
    before: dict[str, str],
    now: dict[str, str],
    names: tuple[str | None, str | None] = (None, None),
    record: str = MODEL,
    *,
    keeps_texts: bool = True,
) -> list[Difference]:
    """What other files, or another name by GitHub, say of the record."""
    both = [make_file(*each) for each in (*before.items(), *now.items())]
    contents = [text.encode() for text in (*before.values(), *now.values())]
    texts = {file.sha256: text for file, text in zip(both, contents, strict=True)}
    first = replace(LISTED, license=names[0], license_files=tuple(both[: len(before)]))
    listed = {**vars(LISTED), "license": names[1], "license_files": tuple(both[len(before) :])}
    return compare_observation(
        make_declaration(record=record, license=OPEN),
        first,
        make_code_observation(**listed),
        kind="code",
        registry=KNOWN,
        texts=texts if keeps_texts else {},
    )


@pytest.mark.parametrize(
    ("path", "record", "kind", "weights", "code"),
    [
        ("MODEL_LICENSE", MODEL, "terms-elsewhere-changed", CLOSED, None),
        ("LICENSE", MODEL, "code-license-changed", None, CLOSED),
        ("legal/LICENSE", MODEL, "code-license-changed", None, None),
        ("NOTICE", MODEL, "code-license-changed", None, None),
        ("LICENSE", "datasets/maker/data", "data-license-changed", CLOSED, CLOSED),
        ("MODEL_LICENSE", "families/any", "terms-elsewhere-changed", None, None),
    ],
)
def test_each_file_moves_what_it_speaks_for(path, record, kind, weights, code):
    """The weights where the record states the terms that stood there, the code where it is the main file."""
    (found,) = list_changes({path: OURS}, {path: THEIRS}, record=record)
    assert (found.kind, found.field) == (kind, path)
    assert (found.before, found.after, found.direction) == (OPEN, CLOSED, "more-closed")
    assert (found.weights_license, found.code_license) == (weights, code)
    assert found.sightings_needed == 1


def test_terms_that_nobody_read_leave_weights_and_code_open():
    """The empty expression: something else holds now, and nobody knows what."""
    (code,) = list_changes({"LICENSE": OURS}, {"LICENSE": UNKNOWN})
    (weights,) = list_changes({"MODEL_LICENSE": OURS}, {"MODEL_LICENSE": UNKNOWN})
    assert (code.code_license, code.weights_license, code.direction) == ("", None, "unreviewed")
    assert (weights.weights_license, weights.code_license) == ("", None)
    (gone,) = list_changes({"MODEL_LICENSE": OURS}, {})
    assert (gone.after, gone.weights_license, gone.direction) == ("removed", "", "unreviewed")


def test_other_terms_than_the_recorded_ones_move_no_weights():
    """One repository may hold the licenses of several models."""
    (found,) = list_changes({"MODEL_LICENSE": THEIRS}, {"MODEL_LICENSE": OURS})
    assert (found.weights_license, found.direction) == (None, "more-open")


def test_a_file_that_appears_for_the_weights_is_held_against_the_record():
    """Beside the code, terms for the weights take the place of the recorded ones; others do not."""
    (weights,) = list_changes({}, {"MODEL_LICENSE": THEIRS})
    assert (weights.before, weights.after, weights.direction) == ("absent", CLOSED, "more-closed")
    assert weights.text_diff is None
    (code,) = list_changes({}, {"LICENSE": THEIRS})
    assert (code.direction, code.code_license) == ("unreviewed", CLOSED)
    (family,) = list_changes({}, {"MODEL_LICENSE": THEIRS}, record="families/any")
    assert family.direction == "unreviewed"


def test_the_lines_show_terms_and_passages():
    """What differs by the records, then by the words; without the words, why they are missing."""
    (found,) = list_changes({"LICENSE": OURS}, {"LICENSE": THEIRS})
    diff = found.text_diff
    assert diff is not None
    assert (diff.before, diff.after) == (make_file("x", OURS).sha256, make_file("x", THEIRS).sha256)
    assert any("non-commercial" in line for line in diff.terms)
    assert diff.passages
    assert diff.note != TEXTS_NOT_KEPT
    (found,) = list_changes({"LICENSE": OURS}, {"LICENSE": THEIRS}, keeps_texts=False)
    unkept = found.text_diff
    assert unkept is not None
    assert (unkept.before, unkept.after) == (diff.before, diff.after)
    assert (unkept.terms, unkept.passages, unkept.note) == (diff.terms, (), TEXTS_NOT_KEPT)


@pytest.mark.parametrize(
    ("before", "now"),
    [
        ({"LICENSE": OURS}, {"LICENSE": OTHER_WORDING}),
        ({"LICENSE": OURS}, {"COPYING": OTHER_WORDING}),
        ({"LICENSE": OURS, "COPYING": OTHER_WORDING}, {"COPYING": OTHER_WORDING}),
    ],
    ids=["in place", "under another name", "the other stays"],
)
def test_another_wording_of_the_same_license_is_quiet(before: dict[str, str], now: dict[str, str]):
    """The license is the same one."""
    assert list_changes(before, now) == []


def test_a_file_of_another_license_is_no_successor():
    """What stays beside the file that went says something else."""
    (found,) = list_changes({"LICENSE": OURS, "NOTICE": THEIRS}, {"NOTICE": THEIRS})
    assert (found.field, found.before, found.after) == ("LICENSE", OPEN, "removed")
    assert found.sightings_needed == 2
    (found,) = list_changes({"LICENSE": UNKNOWN, "NOTICE": THEIRS}, {"NOTICE": THEIRS})
    assert found.after == "removed"


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (("MIT", "CC-BY-NC-4.0"), [("url", "MIT", "CC-BY-NC-4.0", "more-closed", "CC-BY-NC-4.0")]),
        (("MIT", "Odd-1.0"), [("url", "MIT", "Odd-1.0", "unreviewed", "")]),
        (("MIT", "MIT"), []),
        (("MIT", None), []),
        ((None, "MIT"), []),
    ],
)
def test_the_name_by_github_counts_where_there_are_two(names, told):
    """A name that GitHub lacks says nothing: then the file tells."""
    found = list_changes({}, {}, names)
    rows = [(d.field, d.before, d.after, d.direction, d.code_license) for d in found]
    assert rows == told


def test_what_github_names_anew_is_the_main_file():
    """One change is told once; a file for the weights beside it is another one."""
    before = {"LICENSE": OURS, "MODEL_LICENSE": OURS + "1", "NOTICE": OURS + "2"}
    now = {"LICENSE": THEIRS, "MODEL_LICENSE": THEIRS + "1", "NOTICE": THEIRS + "2"}
    found = list_changes(before, now, ("MIT", "CC-BY-NC-4.0"))
    assert sorted(each.field for each in found) == ["MODEL_LICENSE", "NOTICE", "url"]
