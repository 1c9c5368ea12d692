"""Errors that a person can act on: one line, what is wrong, where, what to do."""

from dataclasses import dataclass, field

from audit.core.escape import CUT_MARK, escape_unprintable

MAX_WORDS_CHARACTERS = 1000
"""Of each part of a message: a file can hold a megabyte where a word is meant."""


class RegistryError(Exception):
    """Something the user can mend.

    The message is one line; `exit_status` is what the command ends with.
    """

    exit_status = 1


class UsageError(RegistryError):
    """The command was called in a way, or in a place, that cannot work."""

    exit_status = 2


class DiskFullError(RegistryError):
    """The disk took no more. What stood there stands there still."""


@dataclass(frozen=True, order=True)
class Problem:
    """One thing wrong in one file."""

    file: str
    """Path as shown to people, relative to the folder that holds the registry."""
    path: str
    """JSON path inside the file, `$` for the whole of it."""
    message: str
    """What is wrong."""
    fix: str
    """What to write or do instead."""
    line: int = field(default=0, compare=False)
    """Line in the file, from 1; 0 where nobody looked for it."""

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        path, message, fix = map(_shorten, (self.path, self.message, self.fix))
        words = escape_unprintable(f"{where}: {path}: {message}; {fix}")
        return words.replace("\n", "\\n")


def _shorten(words: str) -> str:
    if len(words) <= MAX_WORDS_CHARACTERS:
        return words
    return words[:MAX_WORDS_CHARACTERS] + CUT_MARK


class InvalidRecordsError(RegistryError):
    """Records that do not validate. Nothing was written."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = sorted(problems)
        super().__init__("\n".join(map(str, self.problems)))
