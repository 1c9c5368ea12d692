"""Errors that a person can act on: one line, what is wrong, where, what to do."""

from dataclasses import dataclass, field


def escape_unprintable(text: str) -> str:
    """Text as it may stand in a message: what a terminal would obey, or what hides in a line, is written as an escape. Line ends stay."""
    return "".join(
        each if each == "\n" or each.isprintable() else ascii(each)[1:-1] for each in text
    )


class RegistryError(Exception):
    """Something the user can mend. The message is one line; `exit_status` is what the command ends with."""

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
        return escape_unprintable(f"{where}: {self.path}: {self.message}; {self.fix}").replace(
            "\n", "\\n"
        )


class InvalidRecordsError(RegistryError):
    """Records that do not validate. Nothing was written."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = sorted(problems)
        super().__init__("\n".join(map(str, self.problems)))
