"""Each license key of the Hub means something, whether or not its terms have a record."""

import pytest

from audit.licenses.hub_keys import HUB_KEYS, find_hub_key
from audit.licenses.hub_tags import find_license_of_tag
from audit.licenses.text.wording_data import load_spdx_wordings
from audit.records.load import load_registry
from audit.records.registry import Registry
from tests.conftest import ROOT

NUMBER_OF_KEYS = 82
"""Of the Hub's own list, November 2026."""


@pytest.fixture(scope="module")
def records() -> Registry:
    return load_registry(ROOT / "registry")


def test_every_key_of_the_hub_means_something(records: Registry):
    """A record, an SPDX license whose text can be told, a license by name, a family, or that nothing is stated."""
    assert len(HUB_KEYS) == NUMBER_OF_KEYS
    wordings = load_spdx_wordings()
    for tag, key in HUB_KEYS.items():
        assert key.name
        held = find_license_of_tag(tag, None, records)
        if key.kind != "license":
            assert (held, key.spdx) == (None, None), tag
        elif key.spdx:
            assert wordings.count_words(key.spdx) > 0, tag
            assert held in (None, key.spdx), tag


def test_tags_of_records_are_keys_of_the_hub(records: Registry):
    """But for one that the Hub took up after the list was read."""
    tags = {tag for license in records.licenses.values() for tag in license.hub_tags}
    assert tags - HUB_KEYS.keys() <= {"openmdw-1.1"}


@pytest.mark.parametrize(
    ("tag", "spdx"),
    [
        ("isc", "ISC"),
        ("ISC ", "ISC"),
        ("llama2", None),
        ("gpl", None),
        ("odd", None),
        (False, None),
    ],
)
def test_a_key_is_found_however_it_is_written(tag: str | bool, spdx: str | None):
    """What is no key means nothing."""
    key = find_hub_key(tag)  # type: ignore[arg-type]
    assert (key.spdx if key else None) == spdx
    assert (key is None) == (tag in ("odd", False))
