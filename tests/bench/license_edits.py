"""Changes that people make to licenses, generated: what the bench and the tests hold identification against."""

import random
import re
from collections.abc import Callable, Iterator, Sequence

from audit.licenses.text.labels import strip_labels
from audit.licenses.text.normalize import split_words
from audit.licenses.text.notices import BARE_TITLES, is_copyright_notice

ADDED_CLAUSES = (
    "You may not use the Model for any commercial purpose.",
    "If your products have more than 100 million monthly active users, you must request a license.",
    "Use within the European Union is not granted.",
    "You shall not use the outputs to train another model.",
    "Non-commercial use only.",
)
_NUMBER = re.compile(r"(?<![\w@.-])\d+(?![\w@-])")
_VERB = re.compile(r"\b(?:may|shall|will|must|is|are|can)\b(?! not)")
MIN_PARAGRAPH_WORDS = 6
"""A shorter paragraph may be a heading, which is formatting."""

TextEdit = Callable[[str, random.Random, Sequence[str]], str | None]
"""A text, chance, and other texts; None where the text has nothing to change in that way."""


def generate_edits(texts: Sequence[str], count: int, seed: int) -> Iterator[tuple[str, str]]:
    """So many changed texts, each with the name of its change; the same seed gives the same ones."""
    chance = random.Random(seed)
    made = 0
    while made < count:
        edit = TEXT_EDITS[made % len(TEXT_EDITS)]
        changed = edit(chance.choice(texts), chance, texts)
        if changed is not None:
            made += 1
            yield edit.__name__.strip("_").replace("_", " "), changed


def _add_clause(text: str, chance: random.Random, _: Sequence[str]) -> str:
    paragraphs = re.split(r"\n\s*\n", text)
    paragraphs.insert(chance.randrange(len(paragraphs) + 1), chance.choice(ADDED_CLAUSES))
    return "\n\n".join(paragraphs)


def _add_clause_in_a_line(text: str, chance: random.Random, _: Sequence[str]) -> str:
    lines = [number for number, line in enumerate(text.split("\n")) if line.strip()]
    rows = text.split("\n")
    place = chance.choice(lines)
    rows[place] = f"{rows[place].rstrip()} {chance.choice(ADDED_CLAUSES)}"
    return "\n".join(rows)


def _change_number(text: str, chance: random.Random, _: Sequence[str]) -> str | None:
    changed = _replace_one_match(
        text, _NUMBER, lambda found: str(int(found) + chance.randint(1, 900)), chance
    )
    # The number of a section says where a clause stands, not what it says.
    is_label = changed is not None and strip_labels(changed) == strip_labels(text)
    return None if is_label else changed


def _insert_negation(text: str, chance: random.Random, _: Sequence[str]) -> str | None:
    return _replace_one_match(text, _VERB, lambda found: f"{found} not", chance)


def _join_two_texts(text: str, chance: random.Random, others: Sequence[str]) -> str | None:
    other = chance.choice(others)
    return None if split_words(other) == split_words(text) else f"{text}\n\n{other}"


def _cut_paragraph(text: str, chance: random.Random, _: Sequence[str]) -> str | None:
    paragraphs = re.split(r"\n\s*\n", text)
    places = [place for place, each in enumerate(paragraphs) if _is_terms_paragraph(each)]
    if len(places) < 2:
        return None
    del paragraphs[chance.choice(places)]
    return "\n\n".join(paragraphs)


def _replace_one_match(
    text: str, pattern: re.Pattern[str], change: Callable[[str], str], chance: random.Random
) -> str | None:
    """One match changed, outside of copyright lines and e-mail addresses, which are no terms."""
    places = [each for each in pattern.finditer(text) if not _is_in_notice(text, each.start())]
    if not places:
        return None
    place = chance.choice(places)
    return text[: place.start()] + change(place.group()) + text[place.end() :]


def _is_in_notice(text: str, place: int) -> bool:
    start, end = text.rfind("\n", 0, place) + 1, text.find("\n", place)
    words = split_words(text[start : end if end >= 0 else len(text)])
    return words[:1] == ["copyright"] or is_copyright_notice(words)


def _is_terms_paragraph(paragraph: str) -> bool:
    words = split_words(paragraph)
    return (
        len(words) >= MIN_PARAGRAPH_WORDS
        and not is_copyright_notice(words)
        and words[0] != "copyright"
        and " ".join(words) not in BARE_TITLES
    )


TEXT_EDITS: tuple[TextEdit, ...] = (
    _add_clause,
    _add_clause_in_a_line,
    _change_number,
    _insert_negation,
    _join_two_texts,
    _cut_paragraph,
)
