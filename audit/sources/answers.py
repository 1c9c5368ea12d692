"""The boundary where an upstream's JSON becomes data.

What comes out can be compared, stored and read again.

A lone surrogate becomes U+FFFD. It stands in text that a maker writes (a card, a tag, a file name),
so that to refuse the whole answer would let a maker hide a change of the gate or of the weights
behind one letter. Only names by which the audit tells things apart are refused with it, see
`identity`.
"""

import json
from collections.abc import Callable
from typing import Any, TypeGuard, TypeVar

from audit.core.surrogates import REPLACEMENT, without_lone_escapes
from audit.sources.failures import UndocumentedAnswer

Result = TypeVar("Result")

MAX_DIGITS = 19
"""Of an integer.

The Hub's numbers come from JavaScript, which has 16; Python would take minutes over a million.
"""
MAX_SIZE = 1 << 53
"""Bytes. No file is larger, and every reader of JSON can hold the number."""


def _integer(digits: str) -> int | float:
    return int(digits) if len(digits) <= MAX_DIGITS else float(digits)


_DECODER = json.JSONDecoder(parse_int=_integer)


def decode_json_answer(body: bytes) -> Any:
    """The JSON of an answer, all of it text that can be stored.

    Raises JSONDecodeError, or NotAsDocumented where it is nested too deeply.
    """
    text = without_lone_escapes(body.decode("utf-8-sig", errors="replace"))
    try:
        return _DECODER.decode(text)
    except RecursionError as error:
        raise UndocumentedAnswer("nested too deeply") from error


def parsed(call: Callable[..., Result], *arguments: Any) -> Result:
    """The result of code that reads an answer.

    Whatever it trips over, the answer is not the documented one: raises NotAsDocumented.
    """
    try:
        return call(*arguments)
    except UndocumentedAnswer:
        raise
    except Exception as error:
        raise UndocumentedAnswer(f"{type(error).__name__}: {error}"[:300]) from error


def identity(value: object, name: str) -> str:
    """A name by which the audit tells things apart: an id, a commit, a digest.

    Raises NotAsDocumented for anything but whole text.
    """
    if not isinstance(value, str) or REPLACEMENT in value:
        raise UndocumentedAnswer(f"{name} is missing, or no text")
    return value


def read_file_size(value: object) -> int | None:
    """A number of bytes, None where the answer tells none.

    Raises NotAsDocumented; a yes or no is no number, though Python says so.
    """
    if value is None or _is_size(value):
        return value
    raise UndocumentedAnswer("a size that is none")


def _is_size(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < MAX_SIZE
