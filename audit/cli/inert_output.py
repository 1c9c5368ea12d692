"""Standard output: the one place where text is made harmless for a terminal."""

import io
from collections.abc import Callable

from audit.core.hidden import escape_hidden_characters


class InertOutput(io.TextIOWrapper):
    """Standard output in which nothing is obeyed by a terminal or a log, whoever printed it.

    A character that nobody sees is written as JSON would escape it, so that JSON stays the same.
    """

    def __init__(self, stream: io.TextIOWrapper) -> None:
        super().__init__(
            stream.buffer,
            encoding=stream.encoding,
            errors=stream.errors,
            line_buffering=stream.line_buffering,
            write_through=stream.write_through,
        )

    def write(self, text: str) -> int:
        """Write it; the number of characters of the text."""
        super().write(escape_hidden_characters(text))
        return len(text)

    def write_painted(self, text: str, paint: Callable[[str], str]) -> None:
        """Write lines that are painted once they are harmless."""
        lines = escape_hidden_characters(text).split("\n")
        super().write("\n".join(map(paint, lines)))
