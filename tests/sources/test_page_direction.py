"""A page whose texts are those of license records, before and after, moves as these do; any other word leaves it to a person."""

from dataclasses import replace
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from audit.drift.finding import Difference
from audit.licenses.text.contained_texts import read_contents
from audit.licenses.text.text_entry import build_text_entry
from audit.records.build import RecordBuilder
from audit.records.registry import Registry
from tests.conftest import make_license_record, make_model_record
from tests.drift.comparisons import NO_COMMERCE, make_registry
from tests.sources.test_pages import PageWatch

HEADING = "Pebble Terms\n\n1. Grant\n\n"
OPEN = (
    HEADING
    + "This license agreement grants everybody the right to use, copy and redistribute the model for any purpose.\n\n"
    + "2. Warranty\n\n"
    + "The maker gives no warranty of any kind and shall not be liable for any damage from use of the model.\n\n"
    + "Your rights under this license terminate when you do not comply with the terms of this agreement.\n\n"
    + "The law of the maker's country shall govern these terms, this license and every use of the model."
)
CLOSED = OPEN.replace("for any purpose", "for a non-commercial purpose and for no other one")
PEBBLE, STONE = "LicenseRef-pebble", "LicenseRef-stone"


def make_maker_license(id: str, text: str, **changes: Any) -> Any:
    known = {**build_text_entry(text.encode()), "evidence": ["card"]}
    record = make_license_record(id, hub_tags=[], texts=[known], osi_approved=False)
    return RecordBuilder().build_license({**record, **changes})


MODEL = make_model_record(
    components={
        "model-parameters-final": {"status": "released", "license": PEBBLE, "evidence": ["card"]}
    }
)
LICENSES = (
    make_maker_license(PEBBLE, OPEN),
    make_maker_license(STONE, CLOSED, **NO_COMMERCE),
)
KNOWN = make_registry(MODEL, licenses=LICENSES)


def build_page(*texts: str, around: str = "<p>Read this</p>") -> str:
    parts = "".join(f"<p>{line}</p>" for text in texts for line in text.split("\n\n"))
    return f"<html lang='en'><body>{around}<main>{parts}</main></body></html>"


class Reader:
    """Reads a page before and after, over a server."""

    def __init__(self, server: HTTPServer) -> None:
        self.watch = PageWatch(server)

    def compare(
        self, before: str, now: str, registry: Registry = KNOWN, record: str = "LicenseRef-x"
    ) -> list[Difference]:
        """What is told when a page of a license record became another one."""
        self.watch.facts = self.watch.first = None
        self.watch.observe(before)
        return self.watch.compare(self.watch.observe(now), registry, record)


@pytest.fixture
def reader(httpserver: HTTPServer) -> Reader:
    return Reader(httpserver)


@pytest.mark.parametrize(
    ("before", "now", "direction"), [(OPEN, CLOSED, "more-closed"), (CLOSED, OPEN, "more-open")]
)
def test_two_known_texts_decide(reader: Reader, before: str, now: str, direction: str):
    """By the terms of both records, whose names are told; headings belong to the text, menus do not."""
    (found,) = reader.compare(build_page(before), build_page(now, around="<p>New menu</p>"))
    assert found.direction == direction
    assert {found.before, found.after} == {PEBBLE, STONE}
    assert found.text_diff is not None
    assert any(line.startswith("commerce: ") for line in found.text_diff.terms)


def test_the_models_under_the_license_that_went_are_touched(reader: Reader):
    """Whichever record of the page is watched: a page may hold the terms of two."""
    (found,) = reader.compare(build_page(OPEN), build_page(CLOSED))
    assert found.affects == ("models/maker/model-1",)


@pytest.mark.parametrize(
    ("before", "now"),
    [
        ((OPEN,), (CLOSED.replace("liable for any damage", "liable for any great damage"),)),
        ((OPEN.replace("no warranty", "a warranty"),), (CLOSED,)),
        (
            (OPEN,),
            (CLOSED, "You must also pay us for the license, and may not sublicense the model."),
        ),
        ((OPEN,), (OPEN, CLOSED)),
        ((OPEN, CLOSED), (OPEN,)),
        ((OPEN,), (CLOSED.replace("\n\n2. Warranty", ""),)),
    ],
    ids=["a word now", "a word then", "one more duty", "both now", "both then", "no heading"],
)
def test_anything_else_is_left_to_a_person(
    reader: Reader, before: tuple[str, ...], now: tuple[str, ...]
):
    """One other word, one paragraph more, or a text beside another has no certain direction."""
    (found,) = reader.compare(build_page(*before), build_page(*now))
    assert found.direction == "unreviewed"


def test_two_texts_in_place_of_two_need_one_answer(reader: Reader):
    """Where one text stays and one took the place of the other, these two decide."""
    extra = OPEN.replace("Pebble Terms", "Gravel Terms").replace("any purpose", "every purpose")
    licenses = (*LICENSES, make_maker_license("LicenseRef-gravel", extra))
    known = make_registry(MODEL, licenses=licenses)
    (found,) = reader.compare(build_page(extra, OPEN), build_page(extra, CLOSED), known)
    assert (found.before, found.after, found.direction) == (PEBBLE, STONE, "more-closed")


def test_a_text_of_the_record_itself_was_read_by_a_reviewer(reader: Reader):
    """Recording it settles the finding, whatever stands around it; so does another order of the same."""
    assert reader.compare(build_page(OPEN), build_page(CLOSED), record=STONE) == []
    assert reader.compare(build_page(OPEN, CLOSED), build_page(CLOSED, OPEN)) == []


def test_what_stands_around_the_terms_is_kept_once(reader: Reader):
    """Menus change daily: the page as it was laid out is kept anew only with other terms."""
    menu = "<p>Another menu of today</p>"
    assert reader.compare(build_page(OPEN), build_page(OPEN, around=menu)) == []
    assert reader.watch.facts == reader.watch.first
    assert len(reader.watch.texts) == 2


def test_without_the_whole_page_nothing_is_certain(reader: Reader):
    """An older look kept the terms alone; the next one keeps the page, for what comes later."""
    watch = reader.watch
    watch.observe(build_page(OPEN))
    assert watch.first is not None
    watch.first = watch.facts = replace(watch.first, whole_text=None)
    watch.observe(build_page(OPEN))
    assert watch.facts is not None
    assert watch.facts.whole_text in watch.texts
    (found,) = watch.compare(watch.observe(build_page(CLOSED)), KNOWN)
    assert found.direction == "unreviewed"


def test_a_text_without_any_known_one_is_not_complete():
    """No license stands in it, so that nothing is known although nothing else was asked for."""
    assert not read_contents(b"Nothing here is known to anybody at all.", (), KNOWN).is_complete
