"""Contents: a dataset whose files are gone or others, and files that a record cites."""

from dataclasses import replace
from typing import Any

import pytest

from audit.observations.facts import DataContents
from audit.sources.huggingface.contents import SAMPLE_SIZE, summarize_contents
from audit.sources.huggingface.files import ListedFile
from tests.drift.builders import make_declaration, make_facts, make_observation
from tests.drift.comparisons import compare_observation


def make_contents(*names: str, others: int = 0) -> DataContents:
    """A dataset of these contents, under changing paths, with as many more."""
    names = (*names, *(f"other {number}" for number in range(others)))
    return summarize_contents(
        [ListedFile(f"data/{index}.parquet", 10, name) for index, name in enumerate(names)]
    )


def list_kinds(before: DataContents, now: DataContents | None) -> list[tuple[Any, ...]]:
    declared = make_declaration(record="datasets/maker/data", license_tag=None, license=None)
    found = compare_observation(
        declared,
        make_facts(contents=before),
        make_observation(make_facts(contents=now)),
        kind="dataset",
    )
    return [(each.kind, each.sightings_needed) for each in found]


MANY = make_contents("a", "b", others=5 * SAMPLE_SIZE)


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        (make_contents("a", "b"), make_contents(), [("data-emptied", 2)]),
        (make_contents("a", "b"), make_contents("a", "c"), [("data-replaced", 1)]),
        (make_contents("a", "b"), make_contents("a"), [("data-replaced", 1)]),
        (make_contents("a", "b"), make_contents("a", "c", "d"), [("data-replaced", 1)]),
        (MANY, make_contents("a", others=5 * SAMPLE_SIZE), [("data-replaced", 1)]),
        (
            MANY,
            make_contents(*(f"new {n}" for n in range(6 * SAMPLE_SIZE))),
            [("data-replaced", 1)],
        ),
        (make_contents("a", "b"), make_contents("b", "a"), []),
        (make_contents("a", "b"), make_contents("a", "b", "c"), []),
        (MANY, make_contents("a", "b", others=7 * SAMPLE_SIZE), []),
        (make_contents(), make_contents(), []),
        (make_contents("a"), None, []),
    ],
)
def test_files_that_are_gone_are_told_and_more_files_are_not(before, now, expected):
    """By content: renamed, reordered and further files are quiet, however many there are."""
    assert list_kinds(before, now) == expected


def test_what_is_told_of_contents():
    """How many files there were, and that they went; a dataset that is rebuilt daily is one event."""
    emptied, replaced = (
        compare_observation(
            make_declaration(record="datasets/maker/data", license_tag=None, license=None),
            make_facts(contents=make_contents("a", "b")),
            make_observation(make_facts(contents=make_contents(*names))),
            kind="dataset",
        )[0]
        for names in ((), ("a", "c"))
    )
    assert (emptied.field, emptied.before, emptied.after) == ("files", "2 files", "none")
    assert emptied.direction == "more-closed"
    assert (replaced.field, replaced.before, replaced.after) == ("files", "as recorded", "replaced")
    assert replaced.direction == "unreviewed"


def test_only_what_both_samples_reach_is_compared():
    """A larger dataset pushes large digests out of the sample: what is beyond its reach is not gone."""
    old = DataContents(3, 30, "x", ("a", "c", "e"))
    grown = DataContents(9, 90, "y", ("a", "b", "c"))
    assert list_kinds(old, grown) == []
    assert list_kinds(old, replace(grown, sample=("a", "b", "d"))) == [("data-replaced", 1)]
    assert list_kinds(old, replace(grown, sample=("a", "b", "bb"))) == []
    assert list_kinds(replace(old, files=9), replace(grown, files=9)) == [("data-replaced", 1)]
    assert list_kinds(old, replace(grown, digest="x", files=3)) == []


@pytest.mark.parametrize(
    ("now", "told"),
    [
        ({"config.json": "b" * 40}, "b" * 12),
        ({"other.json": "a" * 40}, "removed"),
    ],
)
def test_a_cited_file_is_told_with_its_digests(now: dict[str, str], told: str):
    """The beginnings of both, or that it is removed; a person has to read it again."""
    (found,) = compare_observation(
        make_declaration(cited_files=("absent.json", "config.json")),
        make_facts(small_files={"config.json": "a" * 40}),
        make_observation(make_facts(small_files=now)),
    )
    assert (found.field, found.before, found.after) == ("config.json", "a" * 12, told)
    assert found.direction == "unreviewed"


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ({"config.json": "b" * 40}, ["evidence-changed"]),
        ({"other.json": "a" * 40}, ["evidence-changed"]),
        ({"config.json": "a" * 40, "other.json": "b" * 40}, []),
        ({}, []),
    ],
)
def test_a_cited_file_with_another_content_is_told(now: dict[str, str], expected: list[str]):
    """What rests on it has to be read again; files that nobody cites are no matter."""
    found = compare_observation(
        make_declaration(cited_files=("config.json",)),
        make_facts(small_files={"config.json": "a" * 40, "train.py": "a" * 40}),
        make_observation(make_facts(small_files=now)),
    )
    assert [each.kind for each in found] == expected
