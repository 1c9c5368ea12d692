"""The rows by which models are found: what a query means, what a filter keeps, what is counted."""

import random
from pathlib import Path

import pytest

from audit.cli.main import main
from audit.cli.model_rows import judge_rows, load_rows
from audit.core.errors import UsageError
from audit.core.json_files import InvalidFileError
from audit.licenses.uses import TOLD_WORDS
from audit.publish.pages.write import render_registry_pages, write_pages
from audit.publish.views.facets import (
    FACETS,
    SORT_KEYS,
    ModelFilter,
    SizeRange,
    count_facet,
    filter_models,
    sort_models,
)
from audit.publish.views.model_summary import (
    COMMERCIAL_GRANTS,
    DATA_VALUES,
    GATE_VALUES,
    parse_summary,
    read_size_in_name,
    serialize_summary,
)
from audit.publish.views.query_words import parse_query, parse_size
from audit.publish.views.summary_file import SUMMARIES_FILE, read_summaries
from audit.records.load import load_registry
from tests.conftest import make_license_record, make_model_record


@pytest.fixture(scope="module")
def rows(root: Path):
    """The rows of the registry as they were written."""
    return load_rows(root / "registry")


@pytest.mark.parametrize(
    ("query", "words", "values", "size"),
    [
        ("qwen coder", ("qwen", "coder"), {}, None),
        ("7B text commercial", (), {"modality": {"text"}, "commercial": set(COMMERCIAL_GRANTS)}, 7),
        ("text image", (), {"modality": {"text", "image"}}, None),
        ("Open-Source 2025 ungated", (), {"label": {"open-source"}, "year": {"2025"}, "gate": {"none"}}, None),
        ("open-weight", (), {"label": {"open-weight", "open-weight-or-better", "open-source"}}, None),
        ("apache-2.0 v2 2b-it", ("apache-2.0", "v2", "2b-it"), {}, None),
    ],
)  # fmt: skip
def test_a_query_is_read_word_by_word(query, words, values, size):
    """A size, a value of a facet or a year is that; every other word is looked for as text."""
    found = parse_query(query)
    assert found.words == words
    assert {name: set(each) for name, each in found.values.items()} == values
    assert (found.size is None) == (size is None)
    if size:
        assert found.size.contains(size * 10**9)


@pytest.mark.parametrize(
    ("word", "inside", "outside"),
    [
        ("7B", (6 * 10**9, 9 * 10**9), (5 * 10**9, 10**10, None)),
        ("7-13b", (6 * 10**9, 13 * 10**9), (5 * 10**9, 18 * 10**9)),
        ("<3B", (1, 3 * 10**9 - 1), (3 * 10**9,)),
        (">=70B", (70 * 10**9,), (70 * 10**9 - 1,)),
        ("350m", (350 * 10**6,), (10**9,)),
    ],
)
def test_a_size_is_a_range(word, inside, outside):
    """`7B` is a class; a sign is exact; a size that nobody knows lies in no range."""
    size = parse_size(word)
    assert all(map(size.contains, inside))
    assert not any(map(size.contains, outside))


def test_a_second_size_is_refused():
    """Two sizes in one query have no meaning that can be told."""
    with pytest.raises(UsageError, match="a second size"):
        parse_query("7B 13B")


@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("Qwen3-0.6B", 600_000_000),
        ("gpt-oss-120b", 120 * 10**9),
        ("Qwen3-30B-A3B", 30 * 10**9),
        ("pythia-160m", 160_000_000),
        ("Mixtral-8x7B-v0.1", None),
        ("OLMo_1b", 10**9),
        ("Llama-4-Scout-17B-16E", 17 * 10**9),
        ("bert-base", None),
        ("model-v2b1", None),
        ("Phi-3.5-mini", None),
    ],
)
def test_the_size_in_a_name(name, size):
    """The first number of billions or millions; a product of experts states no total."""
    assert read_size_in_name(name) == size


def test_values_come_from_closed_vocabularies(rows):
    """A reader may list every value of these columns."""
    assert {row.commercial for row in rows} <= set(TOLD_WORDS)
    assert {row.gate for row in rows} <= set(GATE_VALUES)
    assert {row.data for row in rows} <= set(DATA_VALUES)
    assert [parse_summary(serialize_summary(row)) for row in rows] == rows


def test_each_count_is_what_a_reader_would_get(rows):
    """The number beside a value is that of the models kept once it is chosen: 50 random filters."""
    draw = random.Random(17)
    for _ in range(50):
        row = draw.choice(rows)
        chosen = draw.sample(sorted(FACETS), 3)
        values = {name: frozenset(FACETS[name].list_values(row)) for name in chosen}
        size = draw.choice([None, SizeRange(0, 10**10)])
        wanted = ModelFilter(draw.choice([(), (row.owner.casefold(),)]), values, size=size)
        facet = FACETS[draw.choice(chosen)]
        for value, count in count_facet(rows, wanted, facet).items():
            narrowed = ModelFilter(
                wanted.words, {**values, facet.id: frozenset({value})}, size=size
            )
            assert len(filter_models(rows, narrowed)) == count


@pytest.mark.parametrize("key", SORT_KEYS)
def test_the_unknown_comes_last_in_both_directions(key, rows):
    """A model that nobody counted is neither the smallest nor the largest."""
    for asked in (key, f"-{key}"):
        known = [SORT_KEYS[key](row) is not None for row in sort_models(rows, asked)]
        assert known == sorted(known, reverse=True)


def test_search_says_the_same_with_and_without_the_file(write_registry, capsys):
    """The file is a shortcut: rows judged on the spot are equal; one of other models is not used."""
    records = [
        ("licenses", make_license_record()),
        ("models", make_model_record("lab/small-1B")),
        ("models", make_model_record("lab/large-70B")),
    ]
    folder = write_registry(*records)
    assert read_summaries(folder) is None
    judged = judge_rows(folder)
    write_pages(folder, render_registry_pages(load_registry(folder)))
    assert read_summaries(folder) == judged
    (folder / "models" / "lab" / "small-1B.json").unlink()
    assert read_summaries(folder) is None
    assert main(["search", "--registry", str(folder), "lab", "<3B"]) == 0
    assert capsys.readouterr().out.endswith("\n0 models\n")


@pytest.mark.parametrize("text", ["[]", '{"models": 1}', '{"models": [{}]}'])
def test_a_damaged_file_of_rows_is_named(write_registry, text):
    """It is restored; nothing is guessed from half of it."""
    folder = write_registry()
    (folder / SUMMARIES_FILE).write_text(text)
    with pytest.raises(InvalidFileError, match=r"summaries\.json"):
        read_summaries(folder)


@pytest.mark.parametrize(
    "wrong",
    [["--label", "open-sorce"], ["--size", "big"], ["--verdict", "osaid"]],
)
def test_an_unknown_value_is_refused(write_registry, capsys, wrong):
    """A typo must not look like an empty answer."""
    assert main(["list", "--registry", str(write_registry()), *wrong]) == 2
    assert capsys.readouterr().err.startswith(wrong[0])
