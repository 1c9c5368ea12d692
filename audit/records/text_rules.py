"""The text of a record: every string in it shows all that it holds."""

import re
from collections.abc import Iterator
from typing import Any

from audit.core.errors import Problem
from audit.core.hidden import find_hidden_character

MAX_PROBLEMS = 50
"""Of one record. Who wrote more mistakes than this has made one, in a program."""
MAX_FOUND = 1000
"""Looked for in one record; each costs a comparison with every known name."""
_OTHER_ESCAPE = re.compile(r'\\[^"\\/]')
"""Every escape of JSON but those of a quote, a backslash and a slash."""


def shows_all_text(text: str) -> bool:
    """Whether a JSON text has neither a hidden character nor an escape that could make one.

    A text that is read so is read in one step; any doubt leaves it to the strings one by one.
    """
    if "\\" in text and _OTHER_ESCAPE.search(text):
        return False
    return text.replace("\n", "").isprintable()


def find_hidden_text_problems(data: Any, shown: str) -> Iterator[Problem]:
    """Strings and keys with a character that nobody sees."""
    # Nearly every record ends here: the places are worked out only where there is one to name.
    if not find_hidden_character(" ".join(_list_strings(data))):
        return
    for path, text in _walk_strings(data, "$"):
        hidden = find_hidden_character(text)
        if hidden:
            fix = "write it without: records are one-line text that shows all it holds"
            yield Problem(shown, path, f"a character that nobody sees, {hidden}", fix)


def _list_strings(value: Any) -> list[str]:
    found: list[str] = []
    waiting = [value]
    while waiting:
        member = waiting.pop()
        if isinstance(member, str):
            found.append(member)
        elif isinstance(member, list):
            waiting += member
        elif isinstance(member, dict):
            found += member
            waiting += member.values()
    return found


def _walk_strings(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, list):
        for index, member in enumerate(value):
            yield from _walk_strings(member, f"{path}[{index}]")
    elif isinstance(value, dict):
        for key, member in value.items():
            yield path, key
            yield from _walk_strings(member, f"{path}.{key}")


def cut_problems(problems: list[Problem]) -> list[Problem]:
    """The first ones, and how many more there are."""
    if len(problems) <= MAX_PROBLEMS:
        return problems
    first = problems[0]
    message = f"and {len(problems) - MAX_PROBLEMS:,} more problems"
    rest = Problem(first.file, "$", message, "mend these first")
    return [*problems[:MAX_PROBLEMS], rest]
