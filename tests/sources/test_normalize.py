"""Formatting never changes a normalized text; a changed word, number, name or date always does."""

import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.licenses.text.normalize import is_text, normalize_text

LICENSE = """MODEL LICENSE AGREEMENT

Version 2.1, released July 18, 2023. Copyright (c) Example Labs, Inc.

1. Grant. "Licensee" means you. You are granted a non-exclusive, worldwide license to use the
   Model, unless you have more than 700,000,000 monthly active users or revenue above $1.5 million.

2. Use. You won't use the Model's outputs to improve any other model; fees are 5% of revenue.
"""
words = st.lists(
    st.text(st.characters(categories=["Ll", "Nd"], max_codepoint=0x17F), min_size=1, max_size=12),
    min_size=1,
    max_size=80,
)


def normalize_any(text: str | bytes) -> str:
    """The normalized form of a text or of its bytes."""
    return normalize_text(text if isinstance(text, bytes) else text.encode())


@pytest.mark.parametrize(
    "formatted",
    [
        LICENSE.replace("\n", "\r\n"),
        LICENSE.replace("\n", "\r"),
        LICENSE.encode("utf-8-sig"),
        LICENSE.encode("utf-16"),
        LICENSE.replace('"Licensee"', "“Licensee”").replace("'", "’"),
        textwrap.fill(LICENSE, 40),
        LICENSE.replace("\n   ", " "),
        "---\nlicense: other\nextra_gated_prompt: >-\n  Please agree\n---\n" + LICENSE,
        "```text\n" + LICENSE + "```\n",
        "# " + LICENSE.replace("1. Grant.", "**1\\. Grant.**").replace("2. Use.", "_2. Use._"),
        LICENSE.replace('"', "&quot;").replace("  ", "&nbsp; "),
        LICENSE.replace("(c)", "©").replace("\n\n", "<br>\n<br/>\n"),
        LICENSE.lower() + "\n\n\n\t ",
        LICENSE.replace("Model", "Mo\u00addel"),
    ],
)
def test_formatting_is_no_change(formatted):
    """Wrapping, line ends, byte order marks, encodings, quote marks, Markdown, HTML and letter case."""
    assert normalize_any(formatted) == normalize_any(LICENSE)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("700,000,000", "700,000,001"),
        ("700,000,000", "700,000"),
        ("July 18", "July 19"),
        ("2023", "2024"),
        ("2.1", "21"),
        ("$1.5", "$15"),
        ("$1.5", "€1.5"),
        ("5%", "5"),
        ("Example Labs", "Example Lab"),
        ("won't", "will"),
        ("unless", "if"),
        ("Model's outputs", "outputs"),
        ("1. Grant", "3. Grant"),
    ],
)
def test_meaning_is_a_change(before, after):
    """Numbers, dates, names, signs of money, and small words."""
    assert before in LICENSE
    assert normalize_any(LICENSE.replace(before, after)) != normalize_any(LICENSE)


@given(words, st.integers(min_value=10, max_value=120))
def test_any_wrapping_is_the_same_text(found, width):
    """Whatever the words and the width."""
    wrapped = textwrap.fill(" ".join(found), width, break_long_words=False)
    assert (
        normalize_any(wrapped)
        == normalize_any(" ".join(found))
        == normalize_any("\ufeff> " + wrapped.replace("\n", "\r\n> "))
    )


@given(words, st.data())
def test_any_other_word_is_another_text(found, data):
    """Replace, drop or double one word of any text."""
    place = data.draw(st.integers(0, len(found) - 1))
    instead = data.draw(st.sampled_from([[], [found[place] + "x"], [found[place], found[place]]]))
    assert normalize_any(
        " ".join([*found[:place], *instead, *found[place + 1 :]])
    ) != normalize_any(" ".join(found))


@given(st.text())
def test_normalizing_twice_is_normalizing_once(text):
    """A normalized text is its own normal form."""
    once = normalize_text(text.encode("utf-8", errors="ignore"))
    assert normalize_text(once.encode()) == once


@given(st.binary())
def test_any_bytes_have_a_normal_form(content):
    """No file from outside can stop the audit."""
    found = normalize_any(content)
    assert found == " ".join(found.split())


def test_a_title_between_rules_is_no_front_matter():
    """Only a YAML block is dropped; words between two rules count."""
    assert normalize_any("---\nThe Example License\n---\nYou may use it.") != normalize_any(
        "---\nThe Other License\n---\nYou may use it."
    )


def test_documents_that_are_no_plain_text():
    """A PDF is told by its digest alone."""
    assert not is_text(b"%PDF-1.7 ...")
    assert not is_text(b"PK\x03\x04")
    assert not is_text(b"a\0b")
    assert is_text("Lizenz".encode("utf-16"))
    assert is_text(b"Lizenz\xe9")
