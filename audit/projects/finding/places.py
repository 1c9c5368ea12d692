"""Where the words around a name make it one of a model.

A text may be long and a tree large. So whatever costs is asked only where a cheap sign stands: a
word that a form needs, or a quoted name that can be one at all.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from audit.projects.finding.grammar import (
    KEY_END,
    KEYS,
    LOADING,
    NAME,
    OPTIONS,
    QUOTE,
    is_id_by_grammar,
)
from audit.projects.finding.scanned import ScannedText

Place = tuple[int, str]
"""Where a name begins, and the name."""
ANY_NAME = rf"{NAME}(?:/{NAME})?"
_END = r"(?![\w/:])"


@dataclass(frozen=True)
class PlaceForm:
    """One way of naming a model, and the words of which one must stand in the text."""

    signs: tuple[str, ...]
    pattern: re.Pattern[str]

    def find(self, scanned: ScannedText) -> Iterator[Place]:
        """Position and name of each."""
        if scanned.holds(self.signs):
            yield from map(read_place, self.pattern.finditer(scanned.text))


def read_place(found: re.Match[str]) -> Place:
    """Where the first group begins, and what it holds: a full stop ends a sentence."""
    return found.start(1), found[1].rstrip(".")


_FORMS = (
    PlaceForm(
        (
            *("from_pretrained(", "_download(", "pipeline(", "LLM(", "Transformer(", "Encoder("),
            *("AutoPeftModel", "Embeddings("),
        ),
        re.compile(rf"{LOADING}\(\s{{0,200}}(?:\w{{1,60}}\s?=\s?)?{QUOTE}({ANY_NAME}){QUOTE}"),
    ),
    PlaceForm(
        ("--",),
        re.compile(rf"{OPTIONS}(?:=|[ \t]{{1,20}}|{QUOTE},\s{{1,20}}){QUOTE}?({ANY_NAME}){_END}"),
    ),
    PlaceForm(
        ("huggingface.co/", "hf.co/"),
        re.compile(
            rf"\b(?:huggingface\.co|hf\.co)/(?:api/models/)?({NAME}/{NAME}|{NAME}(?![\w/]))"
        ),
    ),
    PlaceForm(("hf://",), re.compile(rf"\bhf://({NAME}/{NAME})")),
    PlaceForm(("pretrained=",), re.compile(rf"\bpretrained=({ANY_NAME}){_END}")),
    PlaceForm(
        ("download",),
        re.compile(rf"(?:huggingface-cli|hf)[ \t]{{1,9}}download[ \t]{{1,9}}({NAME}/{NAME})"),
    ),
    PlaceForm(
        ("vllm", "llama-server"),
        re.compile(
            rf"(?:vllm[ \t]{{1,9}}serve|llama-server[ \t]{{1,9}}-hf)[ \t]{{1,9}}({NAME}/{NAME})"
        ),
    ),
)
_LINES = (
    re.compile(
        rf"(?i)[ \t-]{{0,60}}{KEYS}:[ \t]{{1,20}}({ANY_NAME})[ \t]{{0,20}}(?:#.{{0,200}})?$"
    ),
    re.compile(
        rf"(?i)[ \t]{{0,20}}(?:ENV|ARG|export|-)?[ \t]{{0,20}}{KEYS}={QUOTE}?({NAME}/{NAME})"
        rf"{QUOTE}?[ \t]{{0,20}}(?:#.{{0,200}})?$"
    ),
)
"""Whole lines that begin with a key."""
_KEY_SIGN = re.compile("model|checkpoint|name_or_path|adapter|lora")
"""What every key holds, in small letters."""
_VALUE = re.compile(rf"[:=,]\s{{0,20}}{QUOTE}({ANY_NAME}){QUOTE}")
_KEY_BEFORE = re.compile(
    rf"{KEY_END}{QUOTE}?\s{{0,20}}(?::\s{{0,9}}\w{{1,20}}\s?(?:\|\s?\w{{1,20}}\s?)?|"
    rf",[^\n\"'()]{{0,60}}\bdefault\s?)?\Z"
)
"""A key, and what may stand between it and its value: a type, or other arguments."""


def find_model_places(scanned: ScannedText, is_known: Callable[[str], bool]) -> Iterator[Place]:
    """Where a model is named by the words around it.

    `is_known`: whether a name without an owner is that of a model; of those alone there are few.
    """
    for form in _FORMS:
        yield from form.find(scanned)
    lines = list(scanned.list_lines(_KEY_SIGN))
    if lines:
        yield from _find_at_line_starts(scanned.text, lines)
        yield from _find_values(scanned, is_known)


def _find_at_line_starts(text: str, lines: list[tuple[int, int]]) -> Iterator[Place]:
    for begin, end in lines:
        found = filter(None, (pattern.match(text, begin, end) for pattern in _LINES))
        yield from map(read_place, found)


def _find_values(scanned: ScannedText, is_known: Callable[[str], bool]) -> Iterator[Place]:
    """Quoted values: first whether the name can be one, then whether its key is one of a model."""
    for found in _VALUE.finditer(scanned.text):
        position, name = read_place(found)
        may_be = is_id_by_grammar(name) if "/" in name else is_known(name)
        if may_be and _KEY_BEFORE.search(scanned.read_lower_before(found.start())):
            yield position, name
