"""What a branch did not touch is not judged twice: the shortcut answers as the whole comparison does."""

from pathlib import Path
from typing import Any

import pytest

from audit.analysis.record_diff import compare_records
from audit.analysis.verdict_diff import compare_answers
from audit.records.load import LoadedRecords, apply_record_changes, read_all_records
from tests.contribute.conftest import copy_registry

OWNERS = ("allenai", "meta-llama", "deepseek-ai")


@pytest.fixture(scope="module")
def loaded(root: Path, tmp_path_factory: pytest.TempPathFactory) -> LoadedRecords:
    """Three makers whose models are derived from one another's, and all that these need."""
    folder = tmp_path_factory.mktemp("review") / "registry"
    parts = [f"models/{owner}" for owner in OWNERS]
    return read_all_records(copy_registry(root, folder, "licenses", "datasets", "families", *parts))


def edit(loaded: LoadedRecords, ref: str, **changes: Any) -> dict[str, Any]:
    """The JSON of a record with other values at its top, or in its components."""
    (raw,) = [each for each in loaded.raw_records if each.ref == ref]
    components = {**raw.data.get("components", {}), **changes.pop("components", {})}
    return (
        {**raw.data, **changes, "components": components} if components else {**raw.data, **changes}
    )


def unknown(*names: str) -> dict[str, Any]:
    return {"components": {name: {"status": "unknown"} for name in names}}


CHANGES = {
    "a base of many": ("models/allenai/OLMo-2-1124-7B", unknown("model-parameters-final")),
    "a family": ("families/olmo-2", unknown("training-code", "datasets")),
    "a leaf": ("models/allenai/OLMo-2-1124-7B-Instruct", unknown("model-parameters-final")),
    "a dataset": ("datasets/allenai/dolma", {"terms": None}),
    "a license": ("licenses/Apache-2.0", {"osi_approved": False}),
}


@pytest.mark.parametrize("case", CHANGES)
def test_what_is_skipped_could_not_have_moved(loaded: LoadedRecords, case: str):
    """A change of a base, a family, a leaf, data or terms moves the same answers with and without the shortcut."""
    ref, changes = CHANGES[case]
    data = edit(loaded, ref, **changes)
    edited = {key: value for key, value in data.items() if value is not None}
    after = apply_record_changes(loaded, {ref: edited}, "registry").partial_registry
    before = loaded.partial_registry
    (changed,) = compare_records(
        {each.ref: each.data for each in loaded.raw_records},
        {**{each.ref: each.data for each in loaded.raw_records}, ref: edited},
    )
    whole = compare_answers(before, after)
    assert compare_answers(before, after, frozenset({changed.ref})) == whole
    assert whole.verdicts or whole.permissions, "the case moves nothing and shows nothing"
