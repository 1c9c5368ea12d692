"""A text gets a name only when it is that license and nothing else; whatever was changed in it takes the name away."""

import random
import textwrap
from pathlib import Path

import pytest

from audit.analysis.consistency import find_contradictions
from audit.licenses.text.identify import (
    find_plain_license,
    identify_license_text,
)
from audit.licenses.text.known_texts import index_known_texts
from audit.licenses.text.license_text import MAX_READ_BYTES, compute_words_digest
from audit.licenses.text.normalize import clean_text, split_words, take_leading_bytes
from audit.records.load import load_registry
from audit.records.registry import Registry
from tests.bench.license_edits import TEXT_EDITS, generate_edits
from tests.conftest import ROOT
from tests.hostile.texts import TEXTS
from tests.licenses.builders import (
    PEBBLE,
    POLICY,
    TEXT,
    load_shared_texts,
    make_known_text,
    make_license,
    make_license_registry,
)


@pytest.fixture(scope="module")
def records() -> Registry:
    return load_registry(ROOT / "registry")


@pytest.mark.parametrize(
    "form",
    [
        TEXT,
        TEXT.replace("\n", "\r\n"),
        textwrap.fill(TEXT, 30),
        " ".join(TEXT.split()),
        "---\nlicense: other\n---\n" + TEXT,
        "```\n" + TEXT + "```\n",
        "# License\n\n" + TEXT,
        TEXT.replace(
            "(c) 2025 Pebble Labs", "(c) 2023-2026 Somebody Else, Inc. and its affiliates"
        ),
        TEXT.replace(
            "Copyright (c) 2025 Pebble Labs\n",
            "Copyright 2024 A\nCopyright 2025 B. All rights reserved\n",
        ),
        TEXT.replace("pebbles@labs.example", "legal@pebble.example"),
        "\ufeff" + TEXT.replace("1. Size.", "**1\\. Size.**"),
    ],
)
def test_form_does_not_matter(form: str):
    """Encoding, line ends, wrapping, Markdown, front matter, titles, copyright lines and e-mail addresses are no terms."""
    assert identify_license_text(form.encode(), PEBBLE).license == "LicenseRef-pebble"


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("700 million", "100 million", "100 million"),
        ("may be used", "may not be used", "may not be used"),
        (
            "Copyright (c) 2025 Pebble Labs",
            "Copyright (c) 2025 Pebble Labs. No commercial use.",
            "No commercial use",
        ),
        (
            "Copyright (c) 2025 Pebble Labs",
            "Copyright (c) 2025 Pebble Labs\nNon-commercial use only",
            "Non-commercial use only",
        ),
        ("# Pebble", "# Modified Pebble", "Modified Pebble"),
        ("happens with it.", "happens with it. Banks ask first.", "Banks ask first"),
        ("thirty days", "three days", "three days"),
    ],
)
def test_a_changed_copy_never_gets_the_name_and_shows_where(before: str, after: str, shown: str):
    """One word is enough, also in places that look like formatting; the passage that differs is shown."""
    assert before in TEXT

    found = identify_license_text(TEXT.replace(before, after).encode(), PEBBLE)

    assert (found.kind, found.license, found.nearest) == ("edited", None, "LicenseRef-pebble")
    assert 0.5 < found.similarity < 1
    assert shown in " | ".join(found.passages)


def test_what_was_cut_is_told():
    """A missing paragraph leaves no words to show, so that its size is told."""
    cut = TEXT.replace(TEXT[TEXT.index("2. Naming") : TEXT.index("3. Outputs")], "")

    found = identify_license_text(cut.encode(), PEBBLE)

    assert (found.kind, found.license) == ("edited", None)
    assert found.missing_words > 10


def test_a_policy_is_no_license():
    """The rules of use of a license are recognized, and are not the license."""
    found = identify_license_text(POLICY.encode(), PEBBLE)

    assert (found.kind, found.license, found.document, found.nearest) == (
        "exact",
        None,
        "policy",
        "LicenseRef-pebble",
    )


def test_one_text_in_two_licenses_is_a_contradiction():
    """It could get either name; both are told."""
    (problem,) = find_contradictions(
        make_license_registry(
            make_license("LicenseRef-pebble", make_known_text(TEXT)),
            make_license("LicenseRef-stone", make_known_text(TEXT)),
        ),
        "registry",
    )

    assert "LicenseRef-stone" in problem.file
    assert "LicenseRef-pebble" in problem.message


def test_a_notice_alone_is_no_license():
    """What is left of a text without its copyright lines must be something."""
    notice = "Copyright (c) 2025 Pebble Labs\n"
    small = make_license_registry(make_license("LicenseRef-notice", make_known_text(notice)))

    assert identify_license_text(notice.encode(), small).license == "LicenseRef-notice"
    assert identify_license_text(b"Copyright (c) 2026 Somebody Else\n", small).license is None


def test_a_long_text_is_cut_between_characters():
    """Half a character at the end would make another encoding of the whole."""
    for extra in range(3):
        text = "x" * extra + "許" * (MAX_READ_BYTES // 2)

        assert "許" in clean_text(take_leading_bytes(text.encode(), MAX_READ_BYTES))


@pytest.mark.parametrize(
    "content", ["", "   \n", "A page about something else altogether.", "Please log in to continue"]
)
def test_other_words_are_unknown(content: str):
    """Nothing is guessed."""
    found = identify_license_text(content.encode(), PEBBLE)

    assert (found.kind, found.license) == ("unknown", None)


@pytest.mark.parametrize("edit", TEXT_EDITS, ids=lambda edit: edit.__name__.strip("_"))
def test_no_generated_edit_keeps_the_name(edit):
    """Fifty of each sort on a text of our own."""
    for seed in range(50):
        changed = edit(TEXT, random.Random(seed), [TEXT, POLICY])
        assert changed is None or find_plain_license(changed.encode(), PEBBLE) is None


@pytest.mark.parametrize("content", TEXTS.values(), ids=TEXTS.keys())
def test_no_input_raises_or_gets_a_name(content: bytes, records: Registry):
    """Never a name for what is no license or was not read to its end; `nox -s bench` measures how long it takes."""
    assert identify_license_text(content, records).license is None


def test_given_texts_have_no_wrong_name(shared: Path, records: Registry):
    """Nine of ten given texts are attached to a license, and none is named otherwise than by the record that holds its bytes."""
    texts = load_shared_texts(shared)
    attached = {
        text.sha256: license.id for license in records.licenses.values() for text in license.texts
    }
    found = {id: identify_license_text(content, records) for id, content in texts.items()}

    assert sum(each.kind == "exact" for each in found.values()) >= 0.9 * len(texts)
    for id, each in found.items():
        named = index_known_texts(records).find_by_digest(
            compute_words_digest(split_words(texts[id].decode("utf-8", "replace")))
        )
        assert (
            each.license is None
            or (named is not None and each.license == named.license)
            or each.license in attached.values()
        )


@pytest.mark.parametrize("seed", range(4))
def test_a_thousand_edits_of_given_texts_have_no_false_name(
    shared: Path, records: Registry, seed: int
):
    """A clause added, a number changed, a negation inserted, two joined, a paragraph cut. What became another known text word for word is no edit."""
    texts = [
        content.decode("utf-8", "replace")
        for id, content in load_shared_texts(shared).items()
        if "polic" not in id
    ]
    index = index_known_texts(records)
    false = []
    for name, changed in generate_edits(texts, 250, seed):
        license = find_plain_license(changed.encode(), records)
        if license and not index.find_by_digest(compute_words_digest(split_words(changed))):
            false.append((name, license))

    assert false == []
