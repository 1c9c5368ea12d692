"""The standard streams: the one place where text is made harmless for a terminal and a log."""

import io
import re
from collections.abc import Callable

from audit.core.hidden import escape_hidden_characters

_COMMAND = re.compile(r"^([ \t]*:):|(##)\[", re.MULTILINE)
"""What the log of a CI job obeys: `::` where a line begins, and `##[` wherever it stands."""
_BEGINNING = re.compile(r"[ \t]*:?")


class InertOutput(io.TextIOWrapper):
    """A stream in which nothing is obeyed by a terminal or a log, whoever printed it.

    A character that nobody sees is written as JSON would escape it, so that JSON stays the same.
    So is a letter of each command to the job in whose log this stands.
    """

    def __init__(self, stream: io.TextIOWrapper) -> None:
        super().__init__(
            stream.buffer,
            encoding=stream.encoding,
            errors=stream.errors,
            line_buffering=stream.line_buffering,
            write_through=stream.write_through,
        )
        # Closed with its last reference, it would close what is written to.
        self._stream = stream
        self._begun = ""
        """Of the line that is not ended yet: what a command could still begin with."""

    def write(self, text: str) -> int:
        """Write it; the number of characters of the text."""
        super().write(self._escape_commands(escape_hidden_characters(text)))
        return len(text)

    def write_painted(self, text: str, paint: Callable[[str], str]) -> None:
        """Write lines that are painted once they are harmless."""
        lines = self._escape_commands(escape_hidden_characters(text)).split("\n")
        super().write("\n".join(map(paint, lines)))

    def write_commands(self, text: str) -> None:
        """Write lines that the log of a CI job is meant to obey."""
        super().write(f"{escape_hidden_characters(text)}\n")

    def _escape_commands(self, text: str) -> str:
        """The text, whose first line may have begun with an earlier one."""
        whole = self._begun + text
        escaped = _COMMAND.sub(_escape_command, whole)[len(self._begun) :]
        self._begun = _keep_beginning(whole.rpartition("\n")[2])
        return escaped


def _escape_command(found: re.Match[str]) -> str:
    return f"{found[1]}\\u003a" if found[1] else f"{found[2]}\\u005b"


def _keep_beginning(line: str) -> str:
    """What the next text is to be looked at behind: no more than decides."""
    return line if _BEGINNING.fullmatch(line) else f"x{line[-2:]}"
