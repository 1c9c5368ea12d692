"""Of a changed text, the sentences that matter are quoted: duties, bans, registration, commerce, territory, in English and Chinese."""

import pytest

from audit.licenses.text.diff import describe_text_change
from audit.licenses.text.sentences import MAX_SENTENCE_CHARACTERS, MAX_SENTENCES
from tests.licenses.builders import TEXT

FILLER = "The stones of the garden are grey and round, and many people like to look at them. " * 12
CHINESE = "模型可以自由使用和修改。感谢您使用本模型。\n"


def find_lines(before: str, after: str) -> list[str]:
    change = describe_text_change(before.encode(), after.encode())
    return [line for line in change.highlights if line.startswith(("new: “", "gone: “"))]


@pytest.mark.parametrize(
    "sentence",
    [
        "Everybody must register with Pebble Labs before the first download.",
        "Commercial use is subject to a fee.",
        "The rights hold in every country but those of the European Union.",
        "Outputs may be used in research alone.",
        "Products display the mark of the maker prominently.",
    ],
)
def test_a_sentence_that_matters_is_quoted_whole(sentence: str):
    """Also where it stands in the middle of a long passage, whose middle is not shown; and that it went, where it does."""
    long = TEXT.replace("2. Naming.", f"{FILLER}\n\n{sentence} {FILLER}\n\n2. Naming.")
    assert f"new: “{sentence}”" in find_lines(TEXT, long)
    assert f"gone: “{sentence}”" in find_lines(long, TEXT)


@pytest.mark.parametrize(
    "sentence",
    ["未经书面许可，不得用于商业用途。", "商用前须登记申请。", "仅限在中国境内使用。"],
)
def test_the_same_in_chinese(sentence: str):
    """Whose words stand without spaces."""
    assert f"new: “{sentence}”" in find_lines(CHINESE, f"{CHINESE}{sentence}")
    assert find_lines(CHINESE, f"{CHINESE}花园里的石头很圆。") == []


def test_a_long_sentence_is_shown_around_the_word():
    """From whole words, and not longer than promised."""
    sentence = f"{'and so on ' * 40}commercial{' and so forth' * 40}."
    (line,) = [each for each in find_lines(TEXT, TEXT + sentence) if "commercial" in each]
    quoted = line.removeprefix("new: “").removesuffix("”")
    assert len(quoted) <= MAX_SENTENCE_CHARACTERS + len("commercial")
    assert quoted.split()[0] in ("and", "so", "on")


def test_words_that_only_moved_are_no_news():
    """A sentence that stands elsewhere says what it said."""
    first, second = "You must ask first. ", "Stones are round. "
    assert find_lines(TEXT + first + second, TEXT + second + first) == []


def test_there_are_never_many():
    """The first few, each once."""
    many = " ".join(f"You must carry stone {number}." for number in range(30))
    assert len(find_lines(TEXT, f"{TEXT}{many}")) <= MAX_SENTENCES + 30
    lines = [
        line for line in find_lines(TEXT, TEXT + many) if "must" in line and "in “" not in line
    ]
    assert len(lines) == MAX_SENTENCES
