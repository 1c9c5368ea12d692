"""What `catalog` remembers between two calls: never another page than without it."""

import json
from pathlib import Path

import pytest

from audit.definitions.base import Verdict
from audit.publish.pages.cache import PageCache
from audit.publish.pages.context import judge_registry
from audit.publish.pages.write import render_judged_pages, render_registry_pages, write_pages
from audit.records.load import load_registry, read_all_records
from tests.conftest import (
    WriteRegistry,
    make_dataset_record,
    make_license_record,
    make_model_record,
)


@pytest.fixture
def root(write_registry: WriteRegistry) -> Path:
    derived = make_model_record(
        "maker/derived",
        base_models=[{"id": "maker/model-1", "relation": "finetune", "evidence": ["card"]}],
    )
    trained = make_model_record("other/trained")
    trained["components"]["datasets"] = {
        "status": "released",
        "datasets": ["maker/data"],
        "evidence": ["card"],
    }
    records = [("models", make_model_record()), ("models", derived), ("models", trained)]
    return write_registry(
        *records,
        ("datasets", make_dataset_record()),
        ("licenses", make_license_record()),
        ("licenses", make_license_record("Apache-2.0")),
    )


def build_catalog(root: Path) -> dict[str, str]:
    """The pages as the command makes them."""
    memory = PageCache(root.parent / "memory.json")
    loaded = read_all_records(root)
    found = render_judged_pages(
        judge_registry(loaded.registry, (), loaded.record_digests, memory), (), root
    )
    write_pages(root, found)
    memory.store_cache()
    return found


def edit_record(path: Path, **changes) -> None:
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


@pytest.mark.parametrize(
    ("file", "changes"),
    [
        ("models/maker/model-1.json", {"name": "Another"}),
        (
            "models/maker/model-1.json",
            {
                "components": {
                    "model-parameters-final": {"status": "not-released", "evidence": ["card"]}
                }
            },
        ),
        (
            "datasets/maker/data.json",
            {"availability": {"status": "withdrawn", "class": "unknown", "evidence": ["card"]}},
        ),
        ("licenses/MIT.json", {"osi_approved": False}),
    ],
)
def test_whatever_changes_the_pages_are_those_made_from_scratch(
    root: Path, file: str, changes: dict
):
    """A model, a base of another, a dataset and a license: each change reaches every page that rests on it."""
    build_catalog(root)
    edit_record(root / file, **changes)
    assert build_catalog(root) == render_registry_pages(load_registry(root))


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text[:-1],
        lambda text: text.replace("open-weight", "open-source"),
        lambda text: "",
        lambda text: "[]\n[]",
    ],
)
def test_a_damaged_memory_is_not_read(root: Path, damage):
    """One character less, another verdict, nothing at all: everything is worked out anew."""
    expected = build_catalog(root)
    memory = root.parent / "memory.json"
    memory.write_text(damage(memory.read_text()))
    assert build_catalog(root) == expected


def test_a_page_that_somebody_edited_is_made_again(root: Path):
    """The digest is of the page as it stands."""
    expected = build_catalog(root)
    page = root / "models/maker/README.md"
    page.write_text(page.read_text().replace("MIT", "proprietary"))
    assert build_catalog(root) == expected
    assert page.read_text() == expected["models/maker/README.md"]


def test_without_a_place_nothing_is_lost_but_time(root: Path):
    """A memory that cannot be written is no failure."""
    (root.parent / "memory.json").mkdir()
    assert build_catalog(root) == build_catalog(root)


def test_all_that_pages_show_of_a_verdict_is_remembered(tmp_path: Path):
    """Every field of a verdict but its steps and measures comes back as it was."""
    verdict = Verdict(
        "osaid-1.0", "1", "conforms", (), ("fact",), ("change",), second_hand=("parameters",)
    )
    memory = PageCache(tmp_path / "memory.json")
    memory.keep_verdicts("key", [verdict])
    memory.store_cache()
    assert PageCache(tmp_path / "memory.json").load_verdicts("key") == {"osaid-1.0": verdict}
