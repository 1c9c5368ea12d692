"""What changed in a license is shown in full or counted, what strikes the eye stands on top, and form alone is no change."""

import random
from collections import Counter
from difflib import SequenceMatcher
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.licenses.text import alignment
from audit.licenses.text.alignment import changes
from audit.licenses.text.diff import text_change
from tests.bench.license_edits import EDITS
from tests.hostile.texts import PAIRS
from tests.licenses.builders import TEXT, shared_texts


@pytest.mark.parametrize(
    ("before", "after", "line"),
    [
        ("700 million people", "100 million people", "700 million → 100 million"),
        ("July 18, 2025", "August 1, 2026", "July 18, 2025 → August 1, 2026"),
        ("thirty days", "three days", "thirty days → three days"),
        ("people in a month", "people in a month or earns $20 million", "new: $20 million"),
        ("may be used", "may not be used", "new: “not” in “asked it. It may not"),
        ("did not mend it", "did mend it", "gone: “not” from"),
        ("without asking", "after asking", "gone: “without” from"),
        ("asks Pebble Labs for", "asks Granite Holdings Inc. for", "new: Granite Holdings Inc"),
    ],
)
def test_numbers_dates_names_and_negations_stand_on_top(before: str, after: str, line: str):
    """Each with the words that say of what."""
    assert before in TEXT
    changed = text_change(TEXT.encode(), TEXT.replace(before, after).encode())

    assert any(each.startswith(line) for each in changed.striking), changed.striking
    assert not changed.cosmetic


@pytest.mark.parametrize(
    "form",
    [
        TEXT,
        " ".join(TEXT.split()),
        TEXT.replace("1. Size.", "**1\\. Size.**").replace("# ", "## "),
        TEXT.replace("pebbles@labs.example", "hello@pebble.example"),
        TEXT.replace("'", "’").upper().replace("PEBBLES@LABS.EXAMPLE", "a@b.example"),
    ],
)
def test_form_is_cosmetic(form: str):
    """Wrapping, quotes, letter case, Markdown and e-mail addresses."""
    assert text_change(TEXT.encode(), form.encode()).cosmetic


def test_passages_are_a_diff_with_context():
    """The old words, the new ones, and a few around; all on one line each."""
    changed = text_change(TEXT.encode(), TEXT.replace("700 million", "100 million").encode())

    head, old, new = changed.passages
    assert head.startswith("@@ ")
    assert old.startswith("- … ")
    assert "serves more than 700 million people in a month" in old
    assert "serves more than 100 million people in a month" in new


texts = st.lists(st.sampled_from(["a", "b", "c", "not", "7"]), max_size=40)


@given(texts, texts)
def test_changes_turn_one_text_into_the_other(old: list[str], new: list[str]):
    """Whatever the texts: putting the new words in place of the old ones gives the new text, and equal texts have no change."""
    made, place = [], 0
    for each in changes(old, new):
        made += old[place : each.old_start] + new[each.new_start : each.new_end]
        place = each.old_end

    assert made + old[place:] == new
    assert bool(changes(old, new)) == (old != new)


@pytest.mark.parametrize("pair", PAIRS.values(), ids=PAIRS.keys())
def test_no_pair_costs_much_and_no_report_is_large(monkeypatch: pytest.MonkeyPatch, pair: tuple[bytes, bytes]):
    """Of no two texts more equal words are paired than promised, and a finding stays small enough for an issue."""
    paired: list[int] = []

    def count(junk: None, old: list[str], new: list[str], *, autojunk: bool) -> SequenceMatcher[str]:
        there = Counter(new)
        paired.append(sum(there[word] for word in old))
        assert paired[-1] <= alignment.MAX_PAIRS
        assert sum(paired) <= alignment.MAX_ALL_PAIRS
        return SequenceMatcher(junk, old, new, autojunk=autojunk)

    monkeypatch.setattr(alignment, "SequenceMatcher", count)
    changed = text_change(*pair)
    assert len("".join((*changed.passages, *changed.striking))) < 20_000


def test_what_could_turn_or_hide_a_line_is_not_passed_on():
    """Control and direction characters of a text from elsewhere never reach a report."""
    changed = text_change(b"These are the terms of use", "These are \u202e\x1b[31mother terms\u2066 of use".encode())

    assert all(each.isprintable() for line in (*changed.passages, *changed.striking) for each in line)


def test_a_changed_number_or_negation_is_always_seen(shared: Path):
    """On real texts: each such edit is a change with a passage."""
    given_texts = [content.decode("utf-8", "replace") for content in shared_texts(shared).values()]
    chance = random.Random(3)
    for edit in (each for each in EDITS if "number" in each.__name__ or "negation" in each.__name__):
        for text in chance.sample(given_texts, 40):
            changed = edit(text, chance, given_texts)
            assert changed is None or text_change(text.encode(), changed.encode()).passages
