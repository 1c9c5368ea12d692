"""Which way the prose of a card moves the terms: by the records of the licenses that it names, or not at all."""

from collections.abc import Mapping
from typing import Any

import pytest

from audit.observations.card_prose import fill_read_prose
from audit.observations.facts import CardProse, CodeFacts, HubFacts
from audit.records.build import RecordBuilder
from tests.conftest import make_license_record, make_model_record
from tests.drift.builders import make_declaration, make_facts, make_observation
from tests.drift.comparisons import (
    NO_COMMERCE,
    compare_observation,
    make_code_observation,
    make_registry,
)

MIT, NC = "The weights are under the MIT license.", "The weights are under CC-BY-NC 4.0."
BOTH = "Code and model weights are licensed under Apache-2.0."
OURS = "The model follows the Pebble Walk License."
FORM = "For commercial use, fill in the form."
CODE = "The code is licensed under the MIT license."


def read_card(*sentences: str) -> HubFacts:
    """The usual facts with a README of these sentences, read."""
    text = "# A model\n\n" + "\n\n".join(sentences)
    card = CardProse(f"blob of {text}", len(text))
    return fill_read_prose(make_facts(card=card), text.encode())  # type: ignore[return-value]


def find_change(before: tuple[str, ...], now: tuple[str, ...], recorded: str | None = "MIT") -> Any:
    """What is told of the prose; the licenses are those of the shared registry and one of a maker."""
    pebble = make_license_record("LicenseRef-pebble", name="Pebble Walk License", **NO_COMMERCE)
    registry = make_registry(make_model_record(), licenses=(make_license(pebble),))
    found = compare_observation(
        make_declaration(license=recorded),
        read_card(*before),
        make_observation(read_card(*now)),
        registry=registry,
    )
    (change,) = [each for each in found if each.kind == "card-terms-changed"]
    return change


def make_license(record: Mapping[str, Any]) -> Any:
    return RecordBuilder().build_license(dict(record))


@pytest.mark.parametrize(
    ("before", "now", "recorded", "direction"),
    [
        ((MIT,), (NC,), "MIT", "more-closed"),
        ((NC,), (MIT,), "CC-BY-NC-4.0", "more-open"),
        ((FORM,), (BOTH,), "CC-BY-NC-4.0", "more-open"),
        ((CODE, NC), (BOTH,), "CC-BY-NC-4.0", "more-open"),
        ((), (OURS,), "MIT", "more-closed"),
        ((OURS,), (MIT,), "LicenseRef-pebble", "more-open"),
        (("Code License: MIT.",), ("License: MIT.",), "MIT", "neutral"),
    ],
    ids=["named", "the other way", "by the record", "code beside", "own", "own before", "bare"],
)
def test_two_names_decide(before: tuple[str, ...], now: tuple[str, ...], recorded: str, direction):
    """What held before is named by the card, else by the record; what holds now is named by what came."""
    assert find_change(before, now, recorded).direction == direction


@pytest.mark.parametrize(
    ("before", "now", "recorded"),
    [
        ((MIT,), (NC, FORM), "MIT"),
        ((MIT, FORM), (NC,), "MIT"),
        ((MIT,), (FORM,), "MIT"),
        ((MIT,), (MIT, FORM), "MIT"),
        ((FORM,), (NC,), None),
        ((), ("The weights are under a modified MIT license.",), "CC-BY-NC-4.0"),
        ((), ("The model is under the MIT license or CC-BY-NC 4.0.",), "MIT"),
        ((), (NC, OURS), "MIT"),
        ((), ("The weights are under CC-BY-NC 2.0.",), "MIT"),
        ((MIT,), ("The code is under CC-BY-NC 4.0.",), "MIT"),
        (
            (),
            (f"The weights are under the MIT license {'and may be used ' * 12}if we allow it.",),
            NC,
        ),
    ],
)
def test_no_direction_where_more_is_said_or_less_is_known(
    before: tuple[str, ...], now: tuple[str, ...], recorded: str | None
):
    """A clause beside the name, two names, a changed license, a version without a record, words that were cut off."""
    assert find_change(before, now, recorded).direction == "unreviewed"


def test_lines_say_what_the_direction_says():
    """The terms of the two licenses stand above the sentences."""
    change = find_change((MIT,), (NC,))
    assert any(line.startswith("commerce: ") for line in change.text_diff.terms)
    assert change.text_diff.passages == (f"- {MIT}", f"+ {NC}")


def test_a_repository_is_code_on_github_alone():
    """On the Hub, the sentence may speak of the weights, and then two licenses are named."""
    sentence = "This repository is released under the MIT license."
    old, new = read_card(sentence, MIT), read_card(NC)
    listed = {"pushed_at": "then", "repository_id": "1"}
    baseline = CodeFacts("maker/code", False, False, "MIT", card=old.card, **listed)
    look = make_code_observation(card=new.card, **listed)
    declared = make_declaration(record="models/maker/model-1")
    (found,) = compare_observation(declared, baseline, look, kind="code")
    assert found.direction == "more-closed"
    assert find_change((sentence, MIT), (NC,)).direction == "unreviewed"


@pytest.mark.parametrize(
    ("bases", "direction"),
    [
        ((("maker/open",), ("maker/closed",)), "more-closed"),
        ((("maker/closed",), ("maker/open",)), "more-open"),
        ((("maker/open",), ("maker/open", "maker/closed")), "more-closed"),
        ((("maker/open",), ("nobody/knows",)), "unreviewed"),
        (((), ("maker/open",)), "unreviewed"),
    ],
)
def test_another_base_moves_the_terms_as_its_own_do(bases, direction: str):
    """The terms of all bases together, where each has a record; a base that nobody recorded hides it."""
    closed = {"status": "released", "license": "CC-BY-NC-4.0", "evidence": ["card"]}
    registry = make_registry(
        make_model_record(),
        make_model_record("maker/open"),
        make_model_record("maker/closed", components={"model-parameters-final": closed}),
    )
    before, now = (make_facts(base_models=names) for names in bases)
    found = compare_observation(
        make_declaration(), before, make_observation(now), registry=registry
    )
    (change,) = [each for each in found if each.kind == "base-model-changed"]
    assert change.direction == direction
