"""A text that is a wording of the list word for word is named, whatever was filled in; any other word takes the name away."""

import random
import textwrap

import pytest

from audit.licenses.text.labels import strip_labels
from audit.licenses.text.normalize import NORMALIZER_VERSION, clean_text
from audit.licenses.text.wording_build import build_wordings
from audit.licenses.text.wording_data import dump_wordings, load_spdx_wordings, parse_wordings
from audit.licenses.text.wordings import MAX_TRIES, WordingIndex, index_wordings, rank_id
from tests.bench.license_edits import TEXT_EDITS
from tests.conftest import ROOT

WORDING = """Gravel License
Version 3

Copyright (c) <year> <owner>

Preamble for those who walk on gravel, of which many copies leave nothing out.

1. Walking. Everybody may walk on the gravel of [name of owner], at day and at night.

2. Taking. Of the gravel nobody may take more than 30 stones a year:

(a) for a garden;

(b) for a path, as section 1 says.

Ask http://gravel.example/ for more, under a sub-license. This licence ends when <Name of the last person whose permission counts> wishes it.

END OF TERMS AND CONDITIONS

How to apply the Gravel License

Put a copy of it beside the gravel, and write your name above it.
"""
BODY = WORDING[: WORDING.index("END OF TERMS")]
FILLED = (
    BODY.replace("<year> <owner>", "2019-2024 Pebble Labs, Inc.")
    .replace("[name of owner]", "Pebble Labs")
    .replace("<Name of the last person whose permission counts>", "Jo Stone")
)


def make_index(*ids: str, text: str = WORDING, names: tuple[str, ...] = ()) -> WordingIndex:
    return index_wordings(build_wordings(ids, names, clean_text(text.encode())))


INDEX = make_index("Gravel-3.0", names=("Gravel License version 3",))


def find_ids(text: str, index: WordingIndex = INDEX) -> tuple[str, ...]:
    return index.find_ids(clean_text(text.encode()))


@pytest.mark.parametrize(
    "form",
    [
        pytest.param(WORDING, id="as it was given"),
        pytest.param(FILLED, id="filled in, without the appendix"),
        pytest.param(FILLED.replace("Gravel License\nVersion 3\n", ""), id="without its title"),
        pytest.param(f"# The Gravel License (Gravel-3.0)\n\n{FILLED}", id="with one title more"),
        pytest.param(f"SPDX-License-Identifier: Gravel-3.0\n\n{FILLED}", id="with its identifier"),
        pytest.param(
            FILLED.replace("1. ", "").replace("2. ", "").replace("(a) ", "").replace("(b) ", ""),
            id="without numbers of sections",
        ),
        pytest.param(
            FILLED.replace("1. ", "* ").replace("2. ", "II. ").replace("(a)", "1.1"),
            id="numbered in another way",
        ),
        pytest.param(textwrap.fill(FILLED, 50), id="on other lines, with its labels"),
        pytest.param(
            FILLED.replace("http://", "https://www."), id="by another address of the page"
        ),
        pytest.param(
            FILLED.replace("sub-license", "sublicense").replace("licence", "license"),
            id="in another spelling",
        ),
        pytest.param(
            FILLED.replace("2019-2024 Pebble Labs, Inc.", "2019 A B\nCopyright (c) 2020 C and D"),
            id="of two holders",
        ),
        pytest.param(f"{FILLED}\nCopyright 2025 Somebody Else\n", id="with a notice at its end"),
    ],
)
def test_form_and_fillings_are_no_words(form: str):
    """Titles, notices, names, numbers of sections, appendices, spelling and line ends take no name away."""
    assert find_ids(form) == ("Gravel-3.0",)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("30 stones", "3 stones"),
        ("Pebble Labs, at day", "Pebble Labs unless it rains, at day"),
        ("Pebble Labs, at day", "5 or more people, at day"),
        ("may walk", "may not walk"),
        ("1. Walking.", "1. Walking 2 miles."),
        ("section 1 says", "section 2 says"),
        ("Gravel License\n", "Modified Gravel License\n"),
        ("Gravel License\n", "Gravel License for students\n"),
        ("wishes it.", "wishes it. Ask Pebble Labs."),
        ("Preamble for those", "For those"),
        ("2019-2024 Pebble Labs, Inc.", "2019 Pebble Labs. Not for sale"),
        ("Pebble Labs, at day", f"{'Pebble ' * 50}, at day"),
    ],
)
def test_any_other_word_takes_the_name_away(before: str, after: str):
    """Also in open places, titles and notices, and where a section was numbered."""
    assert before in FILLED
    assert find_ids(FILLED.replace(before, after)) == ()


@pytest.mark.parametrize("edit", TEXT_EDITS, ids=lambda edit: edit.__name__.strip("_"))
@pytest.mark.parametrize("text", [FILLED, (ROOT / "LICENSE").read_text()], ids=["own", "Apache"])
def test_no_generated_edit_keeps_the_name(edit, text: str):
    """A clause, a number, a negation, another text or a cut: of fifty of each sort none is named."""
    index = index_wordings(
        [*(build_wordings(["Gravel-3.0"], (), WORDING)), *(build_wordings(["A"], (), text))]
    )
    assert find_ids(text, index)
    for seed in range(50):
        changed = edit(text, random.Random(seed), [FILLED, WORDING, "Stones are for everybody.\n"])
        assert changed is None or find_ids(changed, index) == ()


def test_what_says_more_than_a_license_is_another_text():
    """The longest wording counts, so that a license is not found inside one that begins like it."""
    longer = WORDING.replace("END OF", "3. Sand. All of this holds for sand.\n\nEND OF")
    both = index_wordings(
        [*build_wordings(["Short"], (), WORDING), *build_wordings(["Long"], (), longer)]
    )
    assert find_ids(longer, both) == ("Long",)
    assert find_ids(WORDING, both) == ("Short",)


def test_ids_of_one_text_are_a_group():
    """All are told, first the one that says no more than the text does, last what SPDX withdrew."""
    ids = ["GPL-2.0+", "GPL-2.0", "GPL-2.0-or-later", "GPL-2.0-only", "GPL-2.0-with-x"]
    assert find_ids(FILLED, make_index(*ids)) == (
        "GPL-2.0-only",
        "GPL-2.0",
        "GPL-2.0+",
        "GPL-2.0-or-later",
        "GPL-2.0-with-x",
    )
    assert sorted(ids, key=rank_id)[0] == "GPL-2.0-only"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("1. Sand.\n\n2) Mud.\n(c) Clay.", " Sand.\n\n Mud.\n Clay."),
        ("Terms\n1.1 Sand; 1.2 mud\n1.3. Clay", "Terms\n Sand; 1.2 mud\n Clay"),
        ("It is free: (i) here; and (ii) there.", "It is free:  here; and  there."),
        ("No more than 5. Then ask.", "No more than 5. Then ask."),
        ("as section 4(b) says", "as section 4(b) says"),
        ("up to\n1.5 million users", "up to\n1.5 million users"),
        ("for clause (b) only", "for clause (b) only"),
        ("It ends. I. Newton wrote it.", "It ends. I. Newton wrote it."),
        ("Ask us.\n\n100. Hundred", "Ask us.\n\n100. Hundred"),
    ],
)
def test_labels_stand_where_a_clause_begins(text: str, left: str):
    """A number in a sentence is never taken for that of a section."""
    assert strip_labels(text).split() == left.split()


def test_wordings_are_read_as_they_were_written():
    """Writing and reading are inverse."""
    wordings = build_wordings(["Gravel-3.0"], ("Gravel",), WORDING)
    assert parse_wordings(dump_wordings(wordings, "here")) == index_wordings(wordings)
    assert f'"normalizer":{NORMALIZER_VERSION}'


def test_the_list_is_there():
    """Nearly all ids of the SPDX list have a wording, and the project's own license is named."""
    index = load_spdx_wordings()
    assert len(index.lengths) > 700
    assert index.count_words("MIT") > 100
    assert index.count_words("Never-Heard") == 0
    assert find_ids((ROOT / "LICENSE").read_text(encoding="utf-8"), index) == ("Apache-2.0",)


def test_a_text_of_anchors_costs_little(monkeypatch: pytest.MonkeyPatch):
    """No more places are compared than promised, however often the telling words come."""
    tried = []
    wording = build_wordings(["A"], (), "one two three four five six seven eight\n")[0]
    monkeypatch.setattr(type(wording), "match", lambda self, words, place: tried.append(place) or 0)
    assert (
        find_ids("one two three four five six seven eight " * 900, index_wordings([wording])) == ()
    )
    assert len(tried) == MAX_TRIES


def test_nothing_is_kept_of_a_text_without_words():
    """There would be nothing to tell it by."""
    assert build_wordings(["A"], ("A",), " \n") == []
