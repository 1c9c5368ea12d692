"""What a card says about terms in prose: sentences by their words, one finding per contradiction."""

from dataclasses import replace
from typing import Any

import pytest

from audit.drift.compare.stated_licenses import find_stated_license
from audit.drift.finding import Difference
from audit.licenses.text.prose import MAX_CARD_CHARACTERS, list_terms_sentences
from audit.observations.card_prose import build_statement, fill_read_prose
from audit.observations.facts import CardProse, HubFacts
from tests.drift.builders import make_declaration, make_facts, make_observation
from tests.drift.comparisons import compare_observation

CARD = """---
license: mit
---
# A model

It is large. The weights may be used for research purposes only.
Commercial use needs a permission of the maker.

## Use

```python
license = "none"
```
- The **model** was taken down from [another place](https://example.org/licensed).
"""


FRONT, BODY = CARD[: CARD.index("# A model")], CARD[CARD.index("# A model") :]


def read_card(text: str, **changes: Any) -> HubFacts:
    """The usual facts with this README, read."""
    facts = make_facts(card=CardProse(f"blob of {text}", len(text)), **changes)
    return fill_read_prose(facts, text.encode())


def list_changes(before: str, now: str) -> list[Difference]:
    found = compare_observation(
        make_declaration(), read_card(before), make_observation(read_card(now))
    )
    return [each for each in found if each.field.startswith("README.md")]


def test_the_sentences_about_terms_are_kept():
    """Neither front matter nor code, and no sentence about anything else."""
    assert list_terms_sentences(CARD) == [
        "The weights may be used for research purposes only.",
        "Commercial use needs a permission of the maker.",
        "The model was taken down from another place.",
    ]


def test_a_sentence_that_came_or_went_is_told_with_both():
    """To be read by a person; values and passages say what it was and what it is."""
    (found,) = list_changes(
        CARD, CARD.replace("research purposes only", "any lawful purpose under our license")
    )
    assert (found.kind, found.direction) == ("card-terms-changed", "unreviewed")
    assert found.before == ("The weights may be used for research purposes only.",)
    assert found.after == ("The weights may be used for any lawful purpose under our license.",)
    assert found.text_diff is not None
    assert [line[0] for line in found.text_diff.passages] == ["-", "+"]


@pytest.mark.parametrize(
    "now",
    [
        CARD.replace("It is large.", "It is very large, and 10,000 people use it."),
        CARD.replace("**", "__").replace("- The", "* The").replace("\n", "\r\n"),
        CARD.replace("research purposes\nonly", "research\npurposes only"),
        FRONT + "".join(reversed(BODY.partition("## Use"))),
        CARD.replace("another place](https://example.org/licensed", "another place](https://x.y/z"),
    ],
    ids=["other words", "markup", "wrapped", "sections", "link"],
)
def test_another_form_says_the_same(now: str):
    """Order, markup, line ends, addresses, and what is no matter of terms."""
    assert list_changes(CARD, now) == []


@pytest.mark.parametrize(
    "sentence",
    [
        "本模型僅供學術研究，未經授權不得使用。",
        "本モデルのライセンスを確認してください。",
        "이 모델의 상업적 사용은 금지됩니다.",
        "Das Modell steht nun unter einer eigenen Lizenz.",
        "Die kommerzielle Nutzung ist untersagt.",
        "L'utilisation commerciale est interdite.",
        "Se prohíbe todo uso comercial del modelo.",
        "Коммерческое использование запрещено.",
    ],
)
def test_terms_are_seen_in_other_languages(sentence: str):
    """The words for license and commerce are known beyond English and simplified Chinese."""
    (found,) = list_changes(CARD, f"{CARD}\n\n{sentence}\n")
    assert found.after == (sentence,)
    assert found.direction == "unreviewed"


def test_a_badge_says_no_more_than_its_words():
    """An image inside a link leaves nothing of the link; what its words say of the license counts."""
    badge = "[![License](https://img.example/license.svg)](LICENSE)"
    assert list_changes(CARD, f"{CARD}\n\n{badge}\n") == []
    named = badge.replace("![License]", "![License: CC-BY-NC 4.0]")
    (found,) = list_changes(CARD, f"{CARD}\n\n{named}\n")
    assert found.after == ("License: CC-BY-NC 4.0",)


def test_an_unread_card_says_nothing():
    """Until the new one is read, and after it was refused, nothing went."""
    unread = replace(read_card(CARD), card=CardProse("another blob", 10))
    found = compare_observation(make_declaration(), read_card(CARD), make_observation(unread))
    assert not [each for each in found if each.field == "README.md"]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("The model weights are released under CC-BY-NC 4.0.", "CC-BY-NC-"),
        ("The weights are licensed under the Apache License, Version 2.0.", "Apache-2.0"),
        ("This model is available under the MIT license.", "MIT"),
        ("The weights under CC BY-NC-SA may be downloaded.", "CC-BY-NC-SA-"),
        ("The code is released under the MIT license.", None),
        ("Code and model are released under the MIT license.", None),
        ("The model is based on another one, which is licensed under Apache 2.0.", None),
        ("The model was previously released under CC-BY-NC 4.0.", None),
        ("The dataset of the model is licensed under CC-BY 4.0.", None),
        ("The model is released under Apache 2.0 or the MIT license.", None),
        ("The model is not released under Apache 2.0.", None),
        ("The license is attached.", None),
        ("The weights are released under a modified MIT license.", None),
        ("The model is released under an MIT-style license.", None),
        ("The weights are under Apache 2.0 with additional restrictions.", None),
        ("Our model under review at MIT is large.", None),
        ("The model was trained by people of MIT under a license.", None),
    ],
)
def test_what_a_sentence_states_for_the_weights(sentence: str, expected: str | None):
    """Only what is plain: the weights, under what they are, and one published license."""
    named = find_stated_license(sentence)
    assert (named and named.prefix) == expected


def test_prose_against_the_tag_is_a_conflict_with_both_quotes():
    """A card that says CC-BY-NC beside the tag apache-2.0, at first sight already."""
    text = "The model weights are released under CC-BY-NC 4.0."
    facts = read_card(text, license_tag="apache-2.0", license_files=())
    declared = make_declaration(license_tag=None, license="Apache-2.0")
    (found,) = compare_observation(declared, None, make_observation(facts))
    assert (found.kind, found.before, found.after, found.direction) == (
        "license-conflict",
        "Apache-2.0",
        "CC-BY-NC-4.0",
        "more-closed",
    )
    assert found.text_diff is not None
    assert found.text_diff.highlights == ("the Hub tag says Apache-2.0", f"the card says: {text}")
    assert found.field == "README.md: CC-BY-NC"
    assert any(
        line.startswith("non-commercial") or "commerc" in line for line in found.text_diff.terms
    )
    assert found.text_diff.passages == ()
    agreeing = read_card(text, license_tag="cc-by-nc-4.0", license_files=())
    declared = replace(declared, license="CC-BY-NC-4.0")
    assert compare_observation(declared, None, make_observation(agreeing)) == []


@pytest.mark.parametrize(
    ("sentence", "version", "names", "strangers"),
    [
        ("The weights are under CC-BY-NC 4.0.", "4.0", ["CC-BY-NC-4.0"], ["CC-BY-NC-SA-4.0"]),
        ("The weights are under CC BY-NC v3.", "3.0", ["CC-BY-NC-3.0"], ["CC-BY-NC-4.0"]),
        ("The weights are under CC-BY-NC.", None, ["CC-BY-NC-2.0", "CC-BY-NC-4.0"], ["CC-BY-4.0"]),
        (
            "The weights are under GPL-3.0.",
            "3.0",
            ["GPL-3.0-only", "GPL-3.0-or-later"],
            ["GPL-2.0-only"],
        ),
        ("The weights are under Apache 2.0.", None, ["Apache-2.0"], ["Apache-1.1"]),
    ],
)
def test_a_name_means_the_versions_that_it_names(sentence, version, names, strangers):
    """Without a version, any of the license; with one, that alone."""
    named = find_stated_license(sentence)
    assert named is not None
    assert named.version == version
    assert all(map(named.is_name_of, names))
    assert not any(map(named.is_name_of, strangers))


def test_another_prompt_at_the_gate_is_told():
    """The same gate with another text; a gate that comes brings its text with it."""
    old, new = (build_statement(f"You agree to {each}.") for each in ("these terms", "all of them"))
    before = read_card(CARD, gated="manual", gate_prompt=old)
    declared = make_declaration(gated="manual")

    def list_kinds(now: HubFacts) -> list[str]:
        found = compare_observation(declared, before, make_observation(now))
        return [each.kind for each in found]

    assert list_kinds(replace(before, gate_prompt=new)) == ["gate-terms-changed"]
    assert (
        list_kinds(replace(before, gate_prompt=build_statement("you AGREE to\n these terms"))) == []
    )
    assert list_kinds(replace(before, gated=False, gate_prompt=None)) == ["weights-ungated"]


@pytest.mark.parametrize("opening", ["<!--", "```\n", "[", "<", "**", "a. "])
def test_a_hostile_card_takes_no_time(opening: str):
    """What is never closed is read once from front to back."""
    list_terms_sentences(opening * (MAX_CARD_CHARACTERS // len(opening)))
