"""A maker's next generation: told where its license is stated and is another one, and otherwise never."""

from dataclasses import replace
from typing import Any

import pytest

from audit.drift.compare.generations import compare_generations
from audit.observations.makers import LaterRepository, MakerFacts
from audit.records.build import RecordBuilder
from audit.records.model import Family, Model
from audit.records.registry import Registry
from tests.conftest import make_model_record
from tests.drift.comparisons import make_registry

FAMILY = Family("stone-2", "Stone 2", "Maker")
SINCE = "2026-01-01T00:00:00.000Z"


def make_member(name: str, license: str | None = "MIT", **hub: Any) -> Model:
    """A model of the family, under terms that a reviewer read."""
    row = make_model_record(f"maker/{name}", family="stone-2")
    row["components"]["model-parameters-final"]["license"] = license
    row["hub"] = {**row["hub"], **hub}
    return RecordBuilder().build_model(row, FAMILY)


def make_line(*models: Model) -> Registry:
    """The shared licenses, and this line."""
    found = {model.id: model for model in models}
    return replace(make_registry(), models=found, families={FAMILY.id: FAMILY})


LINE = make_line(make_member("Stone-2-7B"), make_member("Stone-2-70B"))


def make_later(name: str, tag: Any = "apache-2.0", **changes: Any) -> LaterRepository:
    """A later repository, its card read."""
    usual = LaterRepository(
        f"maker/{name}", name.ljust(24, "0"), "2026-02-01T00:00:00.000Z", True, tag
    )
    return replace(usual, **changes)


def list_told(
    *later: LaterRepository, registry: Registry = LINE, record: str = "families/stone-2"
) -> list[tuple[str, object, object, str]]:
    facts = MakerFacts("maker/models", SINCE, later)
    found = compare_generations(record, facts, registry)
    return [(each.field, each.before, each.after, each.direction) for each in found]


NC = "CC-BY-NC-4.0"
CLOSER = [("Stone-3 under CC-BY-NC-4.0", "MIT", NC, "more-closed")]


@pytest.mark.parametrize(
    ("later", "expected"),
    [
        ([make_later("Stone-3-7B", "cc-by-nc-4.0")], CLOSER),
        ([make_later("Stone-3-7B", "cc-by-nc-4.0"), make_later("Stone-3-70B-Instruct", "cc-by-nc-4.0")], CLOSER),
        ([make_later("Stone-2-405B", "cc-by-nc-4.0")], [("Stone-2 under CC-BY-NC-4.0", "MIT", NC, "more-closed")]),
        ([make_later("Stone-3-7B", "other", license_name="stone-3-license")],
         [("Stone-3 under other: stone-3-license", "MIT", "other: stone-3-license", "unreviewed")]),
        ([make_later("Stone-3-7B", "mit")], []),
        ([make_later("Stone-3-7B", "other")], []),
        ([make_later("Stone-3-7B", "unknown")], []),
        ([make_later("Stone-3-7B", False)], []),
        ([make_later("Stone-3-7B", "cc-by-nc-4.0", is_read=False)], []),
        ([make_later("Stone-1-7B", "cc-by-nc-4.0")], []),
        ([make_later("Stone-2-Poetry-7B", "cc-by-nc-4.0")], []),
        ([make_later("Stone-3-VL-7B", "cc-by-nc-4.0")], []),
        ([make_later("Pebble-3-7B", "cc-by-nc-4.0")], []),
        ([make_later("Stone-3-7B-GGUF", "cc-by-nc-4.0")], []),
        ([make_later("Stone-2-7B", "cc-by-nc-4.0")], []),
    ],
)  # fmt: skip
def test_only_a_stated_license_that_no_model_before_it_had_is_news(later, expected):
    """Another generation or size of the line; not a copy, another line, an older one, or one that has a record."""
    assert list_told(*later) == expected


def test_a_record_that_follows_another_generation_tells_nothing():
    """The nearest generation before it carries the news, so that it is told once."""
    assert list_told(make_later("Stone-3-7B", "cc-by-nc-4.0"), record="families/other") == []


def test_a_license_of_any_model_before_it_is_none_that_is_new():
    """A generation with two licenses: the next has one of them, or a third."""
    mixed = make_line(make_member("Stone-2-7B"), make_member("Stone-2-70B", NC))
    assert list_told(make_later("Stone-3-7B", "mit"), registry=mixed) == []
    told = list_told(make_later("Stone-3-7B", "apache-2.0"), registry=mixed)
    assert told == [("Stone-3 under Apache-2.0", (NC, "MIT"), "Apache-2.0", "unreviewed")]


def test_the_same_words_on_the_card_are_the_same_terms():
    """Terms that nobody has read yet may be the same: the card says so."""
    pinned = {"license_tag": "other", "license_name": "Stone License"}
    unread = make_line(make_member("Stone-2-7B", None, **pinned), make_member("Stone-2-70B", None, **pinned))  # fmt: skip
    same = make_later("Stone-3-7B", "other", license_name="stone-license")
    assert list_told(same, registry=unread) == []
    told = list_told(make_later("Stone-3-7B", "mit"), registry=unread)
    assert told == [("Stone-3 under MIT", None, "MIT", "unreviewed")]


def test_of_models_made_from_others_nothing_follows():
    """They take terms over from another maker, and the next one may be made from something else."""
    row = make_model_record("maker/Stone-2-7B", base_models=[{"id": "other/base", "relation": "finetune", "evidence": ["card"]}])  # fmt: skip
    made = RecordBuilder().build_model(row, FAMILY)
    assert list_told(make_later("Stone-3-7B", "cc-by-nc-4.0"), registry=make_line(made, made)) == []
