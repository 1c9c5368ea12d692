"""A filled issue form as GitHub renders it: `### Label`, an empty line, the value. Written by anybody, so every part is checked. Pure."""

import re
from dataclasses import dataclass
from typing import Literal

from audit.contribute.new.start import repo_id
from audit.core.errors import UsageError

MAX_BODY = 65_536
"""GitHub takes no longer one."""
MAX_SOURCES = 8
MAX_ADDRESS = 600
EMPTY = "_No response_"
Where = Literal["hub", "elsewhere", "none", "unknown"]
WHERE: dict[str, Where] = {
    "On the Hugging Face Hub": "hub",
    "Published elsewhere": "elsewhere",
    "Not published": "none",
    "I do not know": "unknown",
}
"""Options of the form new-model.yml."""
MODEL, WEIGHTS, DEVELOPER, LICENSE, SOURCES = "Model", "Where are the weights?", "Who made it?", "License of the weights", "Sources"
RECORD = "Record"
"""The label that the other forms begin with."""
ADDRESS = re.compile(r"https://[A-Za-z0-9][A-Za-z0-9:/._~%?&=+#@,-]*")
NAME = re.compile(r"[^\x00-\x1f\x7f<>`|]{1,120}")


@dataclass(frozen=True)
class NewModelForm:
    """What somebody who asks for a model says of it."""

    model: str
    where: Where
    developer: str
    license: str | None
    sources: tuple[str, ...]


def parse_form(body: str) -> NewModelForm:
    """The form in an issue's body. Raises UsageError for another form, and for values that cannot be."""
    if len(body) > MAX_BODY:
        raise UsageError(f"the form has {len(body):,} characters; GitHub takes {MAX_BODY:,}")
    answers = sections(body)
    if RECORD in answers:
        raise UsageError(f"this form speaks of the record {answers[RECORD][:100]!r}; a person edits that record (CONTRIBUTING.md#correct-a-fact)")
    missing = [label for label in (MODEL, WEIGHTS, DEVELOPER, SOURCES) if label not in answers]
    if missing:
        raise UsageError(f"no answer to {', '.join(map(repr, missing))}; give the body of an issue made with the form 'New model'")
    if answers[WEIGHTS] not in WHERE:
        raise UsageError(f"{answers[WEIGHTS][:60]!r} is no answer to {WEIGHTS!r}; write one of: {', '.join(WHERE)}")
    if not NAME.fullmatch(answers[DEVELOPER]):
        raise UsageError(f"{answers[DEVELOPER][:60]!r} is no name of who made it; write up to 120 characters in one line, without markup")
    model = repo_id(answers[MODEL])
    if "/" not in model:
        raise UsageError(f"{model!r} has no owner; write owner/name")
    return NewModelForm(model, WHERE[answers[WEIGHTS]], answers[DEVELOPER], answers.get(LICENSE), _sources(answers[SOURCES]))


def sections(body: str) -> dict[str, str]:
    """Answers by label. Of a label that stands twice the first counts: the later one was typed into an answer."""
    found: dict[str, str] = {}
    parts = re.split(r"^### (.+)$", body.replace("\r\n", "\n"), flags=re.MULTILINE)
    for label, value in zip(parts[1::2], parts[2::2], strict=True):
        answer = value.strip()
        if answer and answer != EMPTY:
            found.setdefault(label.strip(), answer)
    return found


def _sources(answer: str) -> tuple[str, ...]:
    lines = [line.strip().removeprefix("- ").strip("<>") for line in answer.split("\n") if line.strip()]
    wrong = next((line for line in lines if not ADDRESS.fullmatch(line) or len(line) > MAX_ADDRESS), None)
    if wrong is not None:
        raise UsageError(f"{wrong[:100]!r} is no https address; write one address a line under {SOURCES!r}")
    return tuple(dict.fromkeys(lines))[:MAX_SOURCES]
