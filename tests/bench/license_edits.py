"""Changes that people make to licenses, generated: what the bench and the tests hold identification against."""

import random
import re
from collections.abc import Callable, Iterator, Sequence

from audit.licenses.text.normalize import words_of
from audit.licenses.text.notices import TITLES, is_notice

CLAUSES = (
    "You may not use the Model for any commercial purpose.",
    "If your products have more than 100 million monthly active users, you must request a license.",
    "Use within the European Union is not granted.",
    "You shall not use the outputs to train another model.",
    "Non-commercial use only.",
)
_NUMBER = re.compile(r"(?<![\w@.-])\d+(?![\w@-])")
_VERB = re.compile(r"\b(?:may|shall|will|must|is|are|can)\b(?! not)")
MIN_WORDS = 6
"""A shorter paragraph may be a heading, which is formatting."""

Edit = Callable[[str, random.Random, Sequence[str]], str | None]
"""A text, chance, and other texts; None where the text has nothing to change in that way."""


def edits(texts: Sequence[str], count: int, seed: int) -> Iterator[tuple[str, str]]:
    """So many changed texts, each with the name of its change; the same seed gives the same ones."""
    chance = random.Random(seed)
    made = 0
    while made < count:
        edit = EDITS[made % len(EDITS)]
        changed = edit(chance.choice(texts), chance, texts)
        if changed is not None:
            made += 1
            yield edit.__name__.strip("_").replace("_", " "), changed


def _clause_added(text: str, chance: random.Random, _: Sequence[str]) -> str:
    paragraphs = re.split(r"\n\s*\n", text)
    paragraphs.insert(chance.randrange(len(paragraphs) + 1), chance.choice(CLAUSES))
    return "\n\n".join(paragraphs)


def _clause_in_a_line(text: str, chance: random.Random, _: Sequence[str]) -> str:
    lines = [number for number, line in enumerate(text.split("\n")) if line.strip()]
    rows = text.split("\n")
    place = chance.choice(lines)
    rows[place] = f"{rows[place].rstrip()} {chance.choice(CLAUSES)}"
    return "\n".join(rows)


def _number_changed(text: str, chance: random.Random, _: Sequence[str]) -> str | None:
    return _replaced(text, _NUMBER, lambda found: str(int(found) + chance.randint(1, 900)), chance)


def _negation_inserted(text: str, chance: random.Random, _: Sequence[str]) -> str | None:
    return _replaced(text, _VERB, lambda found: f"{found} not", chance)


def _two_joined(text: str, chance: random.Random, others: Sequence[str]) -> str | None:
    other = chance.choice(others)
    return None if words_of(other) == words_of(text) else f"{text}\n\n{other}"


def _paragraph_cut(text: str, chance: random.Random, _: Sequence[str]) -> str | None:
    paragraphs = re.split(r"\n\s*\n", text)
    places = [place for place, each in enumerate(paragraphs) if _is_terms(each)]
    if len(places) < 2:
        return None
    del paragraphs[chance.choice(places)]
    return "\n\n".join(paragraphs)


def _replaced(text: str, pattern: re.Pattern[str], change: Callable[[str], str], chance: random.Random) -> str | None:
    """One match changed, outside of copyright lines and e-mail addresses, which are no terms."""
    places = [each for each in pattern.finditer(text) if not _in_a_notice(text, each.start())]
    if not places:
        return None
    place = chance.choice(places)
    return text[: place.start()] + change(place.group()) + text[place.end() :]


def _in_a_notice(text: str, place: int) -> bool:
    start, end = text.rfind("\n", 0, place) + 1, text.find("\n", place)
    words = words_of(text[start : end if end >= 0 else len(text)])
    return words[:1] == ["copyright"] or is_notice(words)


def _is_terms(paragraph: str) -> bool:
    words = words_of(paragraph)
    return len(words) >= MIN_WORDS and not is_notice(words) and words[0] != "copyright" and " ".join(words) not in TITLES


EDITS: tuple[Edit, ...] = (_clause_added, _clause_in_a_line, _number_changed, _negation_inserted, _two_joined, _paragraph_cut)
