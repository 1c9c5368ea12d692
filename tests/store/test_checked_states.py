"""Observations that were checked before: parsed when asked for, and the same as read with all checks."""

import gc
import shutil
from pathlib import Path

from audit.core.collector import spare_loaded
from audit.core.lazy_mapping import LazyMapping
from audit.store.observations import TargetStateStore

FORMAT_1 = Path(__file__).parent / "format_1/registry"


def test_checked_states_are_the_loaded_ones(tmp_path: Path):
    """Of files of every format: the upgrade is part of reading, and no part of checking."""
    root = tmp_path / "registry"
    shutil.copytree(FORMAT_1, root)
    store = TargetStateStore(root)
    checked = store.open_checked_states(store.read_texts(), lambda state: state)
    loaded = store.load_states()
    assert loaded
    assert list(checked) == list(loaded)
    assert dict(checked) == loaded


def test_a_value_is_made_when_it_is_asked_for_and_once():
    """To count and to look for keys makes nothing."""
    made: list[int] = []

    def double(number: int) -> int:
        made.append(number)
        return 2 * number

    values = LazyMapping({"one": 1, "two": 2}, double)
    assert (len(values), "one" in values, "three" in values, list(values)) == (
        2,
        True,
        False,
        ["one", "two"],
    )
    assert made == []
    assert (values["two"], values["two"], values.get("three")) == (4, 4, None)
    assert made == [2]


def test_the_collector_is_as_it_was_after_a_run():
    """A program that runs several audits must not keep their garbage."""
    before = gc.get_threshold(), gc.get_freeze_count()
    with spare_loaded():
        assert gc.get_freeze_count() > before[1]
    assert (gc.get_threshold(), gc.get_freeze_count()) == before
