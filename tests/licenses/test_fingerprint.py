"""A fingerprint is small, says nothing that could be read, and no word can change without changing it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.licenses.text.fingerprint import (
    MIN_WINDOW,
    compute_window,
    decode_fingerprint,
    encode_fingerprint,
    select_shingles,
)
from audit.licenses.text.text_entry import build_text_entry
from tests.conftest import ROOT

words = st.lists(st.text("abc1", min_size=1, max_size=3), min_size=1, max_size=80)


@given(words, st.data())
def test_a_changed_word_changes_the_fingerprint(text: list[str], data: st.DataObject):
    """Every word lies in a kept run."""
    place = data.draw(st.integers(0, len(text) - 1))
    changed = [*text[:place], "another", *text[place + 1 :]]

    assert {each.hash for each in select_shingles(text, MIN_WINDOW)} != {
        each.hash for each in select_shingles(changed, MIN_WINDOW)
    }


@given(words)
def test_what_is_written_is_read_again(text: list[str]):
    """Hashes keep their order and number."""
    runs = select_shingles(text, MIN_WINDOW)

    assert decode_fingerprint(encode_fingerprint(runs)) == tuple(each.hash for each in runs)


def test_records_stay_small():
    """Each entry of a record is below four kilobytes, however long its text; the text is nowhere."""
    entries = [
        text
        for path in (ROOT / "registry/licenses").glob("*.json")
        for text in json.loads(path.read_text("utf-8")).get("texts", ())
    ]

    assert len(entries) > 100
    assert max(len(json.dumps(each)) for each in entries) < 4096


@pytest.mark.parametrize("count", [1, 100, 3_000, 6_000, 50_000])
def test_a_long_text_gets_a_wider_window(count: int):
    """About two hashes in each window, and never more than fit."""
    content = " ".join(f"word{number}" for number in range(count)).encode()
    if len(content) <= 256 << 10:
        assert len(build_text_entry(content)["fingerprint"]) < 4400
    assert 2 * count / compute_window(count) <= 1000
