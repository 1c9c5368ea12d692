"""A filled issue form as GitHub renders it: `### Label`, an empty line, the value. Pure.

Anybody can write one, so every part is checked.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from audit.contribute.new.start import parse_repo_id
from audit.core.errors import UsageError
from audit.core.hidden import find_hidden_character
from audit.records.schema import load_schemas

MAX_FORM_CHARACTERS = 65_536
"""GitHub accepts no longer one."""
MAX_FORM_SOURCES = 8
MAX_ADDRESS_CHARACTERS = 600
EMPTY_ANSWER = "_No response_"
WeightsLocation = Literal["hub", "elsewhere", "none", "unknown"]
WEIGHTS_LOCATIONS: dict[str, WeightsLocation] = {
    "On the Hugging Face Hub": "hub",
    "Published elsewhere": "elsewhere",
    "Not published": "none",
    "I do not know": "unknown",
}
"""Options of the form new-model.yml."""
MODEL, WEIGHTS, DEVELOPER, LICENSE, SOURCES = (
    "Model",
    "Where are the weights?",
    "Who made it?",
    "License of the weights",
    "Sources",
)
NEEDED_ANSWERS = (MODEL, WEIGHTS, DEVELOPER, SOURCES)
RECORD_LABEL = "Record"
"""The label that the other forms begin with."""
ADDRESS_PATTERN = re.compile(r"https://[A-Za-z0-9][A-Za-z0-9:/._~%?&=+#@,-]*")
NAME_PATTERN = re.compile(r"[^\x00-\x1f\x7f<>`|]{1,120}")


@dataclass(frozen=True)
class NewModelForm:
    """What somebody who wants a model recorded says of it."""

    model: str
    weights_location: WeightsLocation
    developer: str
    license: str | None
    sources: tuple[str, ...]


def parse_form(body: str) -> NewModelForm:
    """The form in an issue's body. Raises UsageError for another form, and for invalid values."""
    _require_form_length(body)
    answers = parse_form_answers(body)
    _require_new_model_form(answers)
    return NewModelForm(
        parse_repo_id(answers[MODEL]),
        _parse_weights_location(answers[WEIGHTS]),
        _parse_developer(answers[DEVELOPER]),
        answers.get(LICENSE),
        _parse_sources(answers[SOURCES]),
    )


def _require_form_length(body: str) -> None:
    if len(body) > MAX_FORM_CHARACTERS:
        raise UsageError(
            f"the form has {len(body):,} characters; GitHub takes {MAX_FORM_CHARACTERS:,}"
        )


def _require_new_model_form(answers: dict[str, str]) -> None:
    missing = [label for label in NEEDED_ANSWERS if label not in answers]
    if missing:
        listed = ", ".join(map(repr, missing))
        raise UsageError(
            f"no answer to {listed}; give the body of an issue made with one of the four forms"
        )


def _parse_weights_location(answer: str) -> WeightsLocation:
    if answer not in WEIGHTS_LOCATIONS:
        raise UsageError(
            f"{answer[:60]!r} is not an answer to {WEIGHTS!r}; "
            f"write one of: {', '.join(WEIGHTS_LOCATIONS)}"
        )
    return WEIGHTS_LOCATIONS[answer]


def _parse_developer(answer: str) -> str:
    if not NAME_PATTERN.fullmatch(answer) or find_hidden_character(answer):
        raise UsageError(
            f"{answer[:60]!r} is not the name of a developer; "
            "write up to 120 characters in one line, without markup"
        )
    return answer


def parse_form_answers(body: str) -> dict[str, str]:
    """Answers by label. Of a label that occurs twice the first counts.

    The later one was typed into an answer.
    """
    answers: dict[str, str] = {}
    for label, answer in _split_form(body):
        if answer and answer != EMPTY_ANSWER:
            answers.setdefault(label, answer)
    return answers


def _split_form(body: str) -> Iterator[tuple[str, str]]:
    """Each heading, and what is written under it."""
    parts = re.split(r"^### (.+)$", body.replace("\r\n", "\n"), flags=re.MULTILINE)
    for label, value in zip(parts[1::2], parts[2::2], strict=True):
        yield label.strip(), value.strip()


def _parse_sources(answer: str) -> tuple[str, ...]:
    """The addresses of each line, whatever words stand around them. Raises UsageError."""
    urls: list[str] = []
    for line in answer.split("\n"):
        if line.strip():
            urls += _parse_source_line(line)
    return tuple(dict.fromkeys(urls))[:MAX_FORM_SOURCES]


def _parse_source_line(line: str) -> list[str]:
    """Words beside an address explain it; a line without one is no source."""
    plain = line.strip().removeprefix("- ").strip("<>")
    words = plain.split()
    found = [word.strip("<>(),.;") for word in words if "://" in word] if len(words) > 1 else []
    urls = found or [plain]
    for url in urls:
        _require_source_address(url)
    return urls


def _require_source_address(url: str) -> None:
    # What a form may name is what a record may.
    public = load_schemas()["common.schema.json"]["$defs"]["https_url"]["pattern"]
    is_address = ADDRESS_PATTERN.fullmatch(url) and re.search(public, url)
    if not is_address or len(url) > MAX_ADDRESS_CHARACTERS:
        raise UsageError(
            f"{url[:100]!r} is not an https address of a public page; write one address a line under {SOURCES!r}"
        )
