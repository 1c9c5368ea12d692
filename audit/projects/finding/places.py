"""Where the words around a name make it one of a model, or of another service.

A text may be long and a tree large. So whatever costs is asked only where a cheap sign stands: a
word that a form needs, or a quoted name that can be one at all.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from audit.projects.finding.grammar import (
    KEYS,
    LOADING,
    NAME,
    OPTIONS,
    QUOTE,
    SERVICES,
    is_id_by_grammar,
)

_ANY_NAME = rf"{NAME}(?:/{NAME})?"
MAX_BEFORE = 120
"""Characters in which a key stands before its value."""


@dataclass(frozen=True)
class PlaceForm:
    """One way of naming a model, and the words of which one must stand in the text."""

    signs: tuple[str, ...]
    pattern: re.Pattern[str]

    def find(self, text: str) -> Iterator[tuple[int, str]]:
        """Position and name of each."""
        if any(sign in text for sign in self.signs):
            for found in self.pattern.finditer(text):
                yield found.start(1), found[1].rstrip(".")


_FORMS = (
    PlaceForm(
        (
            *("from_pretrained(", "_download(", "pipeline(", "LLM(", "Transformer(", "Encoder("),
            "AutoPeftModel",
        ),
        re.compile(rf"{LOADING}\(\s{{0,200}}(?:\w{{1,60}}\s?=\s?)?{QUOTE}({_ANY_NAME}){QUOTE}"),
    ),
    PlaceForm(
        ("--",),
        re.compile(
            rf"{OPTIONS}(?:=|[ \t]{{1,20}}|{QUOTE},\s{{1,20}}{QUOTE})({_ANY_NAME})(?![/:\w])"
        ),
    ),
    PlaceForm(
        ("huggingface.co/", "hf.co/"),
        re.compile(rf"\b(?:huggingface\.co|hf\.co)/(?:api/models/)?({NAME}/{NAME})"),
    ),
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
        rf"(?i)[ \t-]{{0,60}}{KEYS}:[ \t]{{1,20}}({_ANY_NAME})[ \t]{{0,20}}(?:#.{{0,200}})?$"
    ),
    re.compile(
        rf"(?i)[ \t]{{0,20}}(?:ENV|ARG|export|-)?[ \t]{{0,20}}{KEYS}=({NAME}/{NAME})[ \t]{{0,20}}$"
    ),
)
"""Whole lines that begin with a key."""
_KEY_SIGN = re.compile("model|checkpoint|name_or_path")
"""What every key holds, in small letters."""
_VALUE = re.compile(rf"[:=]\s{{0,20}}{QUOTE}({_ANY_NAME}){QUOTE}")
_KEY_BEFORE = re.compile(rf"(?i)\b{KEYS}{QUOTE}?\s{{0,20}}\Z")


def find_named_places(
    text: str, lower: str, is_known: Callable[[str], bool]
) -> Iterator[tuple[int, str]]:
    """Where a model is named by the words around it: the position and the name.

    `lower`: the text in small letters, of the same length. `is_known`: whether a name without an
    owner is that of a model; of those alone there are few.
    """
    for form in _FORMS:
        yield from form.find(text)
    lines = list(_list_key_lines(lower))
    if lines:
        yield from _find_at_line_starts(text, lines)
        yield from _find_values(text, is_known)


def lower_letters(text: str) -> str:
    """Of the same length: `str.lower` makes two of some letters, which would shift positions."""
    return text.encode(errors="replace").lower().decode()


def _find_at_line_starts(text: str, lines: list[tuple[int, int]]) -> Iterator[tuple[int, str]]:
    for begin, end in lines:
        for pattern in _LINES:
            found = pattern.match(text, begin, end)
            if found:
                yield found.start(1), found[1].rstrip(".")


def _list_key_lines(lower: str) -> Iterator[tuple[int, int]]:
    """Where lines begin and end in which a key can stand."""
    sign = _KEY_SIGN.search(lower)
    while sign:
        begin = lower.rfind("\n", 0, sign.start()) + 1
        end = lower.find("\n", sign.start())
        end = len(lower) if end < 0 else end
        yield begin, end
        sign = _KEY_SIGN.search(lower, end)


def _find_values(text: str, is_known: Callable[[str], bool]) -> Iterator[tuple[int, str]]:
    """Quoted values: first whether the name can be one, then whether its key is one of a model."""
    for found in _VALUE.finditer(text):
        name = found[1].rstrip(".")
        may_be_id = "/" in name and is_id_by_grammar(name)
        if may_be_id or is_known(name):
            begin = max(0, found.start() - MAX_BEFORE)
            if _KEY_BEFORE.search(text[begin : found.start()]):
                yield found.start(1), name


_FROM = re.compile(r"(?im)^FROM[ \t]{1,9}([a-z0-9][\w.-]{0,60}(?::[\w.-]{1,60})?)[ \t]*$")
_OLLAMA = PlaceForm(
    ("ollama",),
    re.compile(
        r"\bollama[ \t]{1,9}(?:run|pull|show)[ \t]{1,9}([a-z0-9][\w.-]{0,60}(?::[\w.-]{1,60})?)"
    ),
)
_ROUTED = re.compile(r"[\w./:-]{1,120}")
_ROUTER_KEY_BEFORE = re.compile(rf"(?i){KEYS}{QUOTE}?\s{{0,20}}[:=]\s{{0,20}}{QUOTE}?\Z")


def find_names_elsewhere(
    text: str, paths: list[tuple[int, str]], *, is_modelfile: bool
) -> Iterator[tuple[int, str]]:
    """Names that are no ids of the Hub. `FROM` names a model in a Modelfile alone.

    `paths`: the words with slashes, of which some begin with a router's name.
    """
    if is_modelfile:
        for found in _FROM.finditer(text):
            yield found.start(1), found[1].rstrip(".:")
    for position, name in _OLLAMA.find(text):
        yield position, name.rstrip(".:")
    for position, path in paths:
        if path.partition("/")[0].lower() in SERVICES:
            yield from _find_routed(text, position)


def _find_routed(text: str, position: int) -> Iterator[tuple[int, str]]:
    before = text[max(0, position - MAX_BEFORE) : position]
    found = _ROUTED.match(text, position)
    if found and _ROUTER_KEY_BEFORE.search(before):
        yield position, found[0].rstrip(".:")
