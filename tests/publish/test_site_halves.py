"""A site that two processes made is the one that a single process makes."""

import hashlib
from pathlib import Path

import pytest

from audit.publish.site import halves
from audit.publish.site.build import SUMS_FILE, write_site
from tests.definitions.builders import make_model, make_registry
from tests.publish.test_site import make_site_data

NUMBER = 150
"""More than a block, and no multiple of it."""


@pytest.mark.parametrize("number", [NUMBER, 3])
def test_two_processes_write_the_same_site(
    root: Path, tmp_path: Path, monkeypatch, second_core, number: int
):
    """Every file, the order in the archive and every count, of few models and of many."""
    bases = (None, (), ("maker/model-2",), ("other/base",))
    models = [make_model(f"maker/model-{n}", bases=bases[n % 4]) for n in range(number)]
    sums = []
    for has_core in (False, True):
        second_core.is_there = has_core
        monkeypatch.setattr(halves, "_FEW", 2)
        folder = tmp_path / str(has_core)
        write_site(folder, make_site_data(make_registry(*models), root / "registry"))
        assert bool(second_core.started) == has_core
        sums.append((folder / SUMS_FILE).read_bytes())
        for line in sums[-1].decode().splitlines():
            digest, _, path = line.partition("  ")
            assert hashlib.sha256((folder / path).read_bytes()).hexdigest() == digest
    assert sums[0] == sums[1]


@pytest.mark.parametrize(("number", "makes"), [(3, False), (4, True), (6, True), (7, False)])
def test_a_second_process_is_made_where_it_fits(
    root: Path, monkeypatch, second_core, number: int, makes: bool
):
    """Not for a few models, and not for so many that two copies of them need too much memory."""
    monkeypatch.setattr(halves, "_FEW", 4)
    monkeypatch.setattr(halves, "_MANY", 6)
    models = [make_model(f"maker/model-{n}") for n in range(number)]
    data = make_site_data(make_registry(*models), root / "registry")
    with halves.open_other_half(data, lambda _: ()):
        assert bool(second_core.started) == makes
