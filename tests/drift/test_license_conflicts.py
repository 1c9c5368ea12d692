"""A license file or a link that says another license than the Hub tag: when it is told, with what to read, and when it is no conflict."""

from dataclasses import replace
from typing import Any

import pytest

from audit.drift.finding import Difference, LicenseTextDiff
from audit.licenses.terms_lines import describe_terms_change
from audit.licenses.text.identify import identify_license_text
from audit.observations.facts import HubFacts
from tests.conftest import make_model_record
from tests.drift.builders import make_declaration, make_facts, make_observation
from tests.drift.comparisons import Told, compare_observation, make_registry, summarize_difference
from tests.drift.license_files import (
    EDITED_POLICY,
    EDITED_TEXT,
    LATER,
    LATER_TEXT,
    OTHER_TEXT,
    PAGE,
    PEBBLE,
    PEBBLES,
    POLICY,
    TEXT,
    hash_text,
    keep_texts,
    make_license_file,
)

REGISTRY = make_registry(make_model_record(), licenses=PEBBLES)
TEXTS = keep_texts(TEXT, EDITED_TEXT, OTHER_TEXT, POLICY, EDITED_POLICY)
SAME_TEXT_NC = replace(PEBBLES[0], id="LicenseRef-pebble-nc", hub_tags=(), texts=(), url=PAGE)


def find_at_first_sight(
    text: str | None,
    texts: dict[str, bytes] = TEXTS,
    registry=REGISTRY,
    record: dict[str, Any] | None = None,
    **now: Any,
) -> list[Difference]:
    """A first look at a repository with one license file."""
    files = (make_license_file(text),) if text else ()
    look = make_observation(make_facts(license_files=files, **now))
    return compare_observation(
        make_declaration(license_tag=None, license=None, **(record or {})),
        None,
        look,
        registry=registry,
        texts=texts,
    )


def test_a_known_text_under_another_tag():
    """Told with both licenses, a direction, and the terms that differ."""
    found = find_at_first_sight(LATER_TEXT)
    assert [summarize_difference(each) for each in found] == [
        Told("license-conflict", "LICENSE", "MIT", LATER, "more-closed")
    ]
    terms = describe_terms_change("MIT", LATER, REGISTRY)
    assert terms
    assert found[0].text_diff == LicenseTextDiff(
        None, hash_text(LATER_TEXT), ("the Hub tag says MIT", f"LICENSE says {LATER}"), (), terms
    )


def test_a_changed_copy_of_a_license():
    """Told with the passages that differ from the license, and without a direction: nobody has read it."""
    found = find_at_first_sight(EDITED_TEXT)
    says = f"a changed copy of {PEBBLE}"
    assert [summarize_difference(each) for each in found] == [
        Told("license-conflict", "LICENSE", "MIT", says, "unreviewed")
    ]
    passages = tuple(
        f"+ {each}" for each in identify_license_text(EDITED_TEXT.encode(), REGISTRY).passages
    )
    assert passages
    assert found[0].text_diff == LicenseTextDiff(
        None, hash_text(EDITED_TEXT), ("the Hub tag says MIT", f"LICENSE says {says}"), passages
    )


def test_the_digest_is_that_of_the_file_told():
    """With several files, each conflict shows its own text."""
    files = (
        make_license_file(OTHER_TEXT, "LICENSE-A"),
        make_license_file(LATER_TEXT, "LICENSE-B"),
        make_license_file(TEXT, "LICENSE-C"),
    )
    found = compare_observation(
        make_declaration(license_tag=None, license=None),
        None,
        make_observation(make_facts(license_files=files)),
        registry=REGISTRY,
        texts=TEXTS,
    )
    shown = [(each.field, each.text_diff.after) for each in found if each.text_diff]
    assert shown == [("LICENSE-B", hash_text(LATER_TEXT)), ("LICENSE-C", hash_text(TEXT))]


@pytest.mark.parametrize(
    ("text", "texts", "record", "now"),
    [
        pytest.param(OTHER_TEXT, TEXTS, {}, {}, id="a text like none that is known"),
        pytest.param(EDITED_TEXT, {}, {}, {}, id="a changed copy that was not kept"),
        pytest.param(POLICY, TEXTS, {}, {}, id="a policy"),
        pytest.param(EDITED_POLICY, TEXTS, {}, {}, id="a changed copy of a policy"),
        pytest.param(
            TEXT,
            TEXTS,
            {"license_files": (("LICENSE", hash_text(TEXT)),)},
            {},
            id="a text that a reviewer pinned",
        ),
        pytest.param(
            EDITED_TEXT,
            TEXTS,
            {"license_files": (("LICENSE", hash_text(EDITED_TEXT)),)},
            {},
            id="a changed copy that a reviewer pinned",
        ),
        pytest.param(TEXT, TEXTS, {}, {"license_tag": "pebble"}, id="the text of the tag"),
        pytest.param(
            LATER_TEXT,
            TEXTS,
            {},
            {"license_tag": "pebble"},
            id="a later version, for which there is no tag",
        ),
        pytest.param(TEXT, TEXTS, {}, {"license_tag": False}, id="no tag"),
        pytest.param(
            TEXT,
            TEXTS,
            {},
            {"license_tag": "other", "license_name": "unheard"},
            id="a name that nobody knows",
        ),
    ],
)
def test_no_contradiction(text: str, texts: dict, record: dict, now: dict):
    """What is not known, what a reviewer has seen, and what means the same contradicts nothing."""
    assert find_at_first_sight(text, texts, record=record, **now) == []


def test_a_pin_settles_only_its_own_file():
    """The same text under another name, or another text under the same name, was seen by nobody."""
    for pinned in (("NOTICE", hash_text(TEXT)), ("LICENSE", hash_text(OTHER_TEXT))):
        found = find_at_first_sight(TEXT, record={"license_files": (pinned,)})
        assert ("license-conflict", "LICENSE") in [(each.kind, each.field) for each in found]


def test_the_record_counts_with_the_text():
    """A reviewer who recorded both licenses has seen the contradiction; a record of the tag alone has not settled it."""
    assert [each.kind for each in find_at_first_sight(TEXT)] == ["license-conflict"]
    look = make_observation(make_facts(license_files=(make_license_file(TEXT),)))
    assert (
        compare_observation(
            make_declaration(license=f"MIT AND {PEBBLE}"), None, look, registry=REGISTRY
        )
        == []
    )
    assert [
        each.field
        for each in compare_observation(
            make_declaration(license="MIT"), None, look, registry=REGISTRY
        )
    ] == ["LICENSE"]


def test_a_name_beside_other_is_held_against_the_text():
    """license_name says which license the tag `other` means."""
    found = find_at_first_sight(TEXT, license_tag="other", license_name="maker-license")
    assert [(each.before, each.after) for each in found] == [("LicenseRef-maker", PEBBLE)]


@pytest.mark.parametrize(
    ("component", "expected"), [("training-code", []), ("model-card", ["LICENSE"])]
)
def test_a_file_of_the_codes_license(component: str, expected: list[str]):
    """Where the record says that the model's code is under it, the file is the code's."""
    components = {
        **make_model_record()["components"],
        component: {"status": "released", "license": PEBBLE, "evidence": ["card"]},
    }
    known = make_registry(make_model_record(components=components), licenses=PEBBLES)
    assert [each.field for each in find_at_first_sight(TEXT, registry=known)] == expected


@pytest.mark.parametrize("record", ["models/nobody/knows", "datasets/maker/model-1"])
def test_a_record_that_names_no_code(record: str):
    """A dataset, or a model that the registry lost, has no code to which a file could belong."""
    look = make_observation(make_facts(license_files=(make_license_file(TEXT),)))
    found = compare_observation(
        make_declaration(record=record, license_tag=None, license=None),
        None,
        look,
        registry=REGISTRY,
    )
    assert [each.field for each in found] == ["LICENSE"]


@pytest.mark.parametrize("link", [PAGE, f"{PAGE}/", f"{PAGE}//"])
def test_a_link_to_the_page_of_another_license(link: str):
    """With or without a slash at the end; told with a direction, and with nothing to read but the terms."""
    found = find_at_first_sight(None, license_link=link)
    assert [summarize_difference(each) for each in found] == [
        Told("license-conflict", "hub.license_link", "MIT", PEBBLE, "neutral")
    ]
    assert found[0].text_diff == LicenseTextDiff(
        None,
        None,
        ("the Hub tag says MIT", f"hub.license_link says {PEBBLE}"),
        (),
        describe_terms_change("MIT", PEBBLE, REGISTRY),
    )


def test_a_link_to_a_page_of_several_licenses():
    """Told with all of them, and without a direction: nobody knows which one is meant."""
    known = make_registry(make_model_record(), licenses=(*PEBBLES, SAME_TEXT_NC))
    found = find_at_first_sight(None, registry=known, license_link=PAGE)
    says = f"{PEBBLE} or LicenseRef-pebble-nc"
    assert [summarize_difference(each) for each in found] == [
        Told("license-conflict", "hub.license_link", "MIT", says, "unreviewed")
    ]
    assert found[0].text_diff == LicenseTextDiff(
        None, None, ("the Hub tag says MIT", f"hub.license_link says {says}")
    )


@pytest.mark.parametrize(
    "link", ["https://pebble.example", f"https://mirror.example/{PAGE}", "LICENSE", ""]
)
def test_a_link_to_no_page_of_a_license(link: str):
    """An address that no record gives says nothing."""
    assert find_at_first_sight(None, license_link=link) == []


def test_the_card_links_to_the_file_that_counts():
    """Another file beside it speaks of something else."""
    files = (make_license_file(TEXT, "LICENSE"), make_license_file(LATER_TEXT, "TERMS"))
    look = make_observation(
        make_facts(
            license_files=files, license_link="https://hub.example/maker/model-1/blob/main/TERMS"
        )
    )
    found = compare_observation(
        make_declaration(license_tag=None, license=None), None, look, registry=REGISTRY
    )
    assert [each.field for each in found] == ["TERMS"]


PLAIN = {"license_files": (make_license_file(TEXT),)}
CONFLICT, TAG_CHANGED, TEXT_CHANGED, ADDED = (
    "license-conflict",
    "license-tag-changed",
    "license-text-changed",
    "license-file-added",
)


@pytest.mark.parametrize(
    ("first", "now", "expected"),
    [
        pytest.param(None, PLAIN, [CONFLICT], id="first look"),
        pytest.param(PLAIN, PLAIN, [CONFLICT], id="as at the first look"),
        pytest.param({"license_files": ()}, PLAIN, [CONFLICT, ADDED], id="the first text of all"),
        pytest.param(
            {"license_files": (make_license_file(OTHER_TEXT),)},
            PLAIN,
            [TEXT_CHANGED],
            id="another text than at the first look",
        ),
        pytest.param(
            {"license_files": (make_license_file(OTHER_TEXT, "TERMS"),)},
            {"license_files": (*PLAIN["license_files"], make_license_file(OTHER_TEXT, "TERMS"))},
            [CONFLICT, ADDED],
            id="a text that came beside another",
        ),
        pytest.param(
            {"license_files": (make_license_file(OTHER_TEXT, "legal/LICENSE.md"),)},
            PLAIN,
            [TEXT_CHANGED],
            id="another text under another name",
        ),
        pytest.param({**PLAIN, "license_tag": "pebble"}, PLAIN, [TAG_CHANGED], id="another tag"),
        pytest.param(
            {**PLAIN, "license_tag": "other", "license_name": "maker-research"},
            {**PLAIN, "license_tag": "other", "license_name": "maker-license"},
            [TAG_CHANGED],
            id="another name",
        ),
        pytest.param(
            {**PLAIN, "license_link": PAGE},
            {"license_files": (), "license_link": PAGE},
            [CONFLICT, "license-file-removed"],
            id="the link as at the first look",
        ),
    ],
)
def test_what_follows_from_a_change_is_told_by_that_change(
    first: dict | None, now: dict, expected: list[str]
):
    """A contradiction is told while both sides stand as they were first seen, or where there was no text to change."""
    before: HubFacts | None = None if first is None else make_facts(**first)
    found = compare_observation(
        make_declaration(license_tag=None, license=None),
        before,
        make_observation(make_facts(**now)),
        registry=REGISTRY,
    )
    assert [each.kind for each in found] == expected
