"""Progress on stderr: a bar on a terminal, nothing at all in a log."""

from types import TracebackType
from typing import Self, TextIO

WIDTH = 30


class Progress:
    """A bar that is redrawn in place and wiped at the end."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream
        self.shown = stream.isatty()

    def __enter__(self) -> Self:
        return self

    def advance(self, done: int, total: int) -> None:
        """Show that `done` of `total` targets were looked at."""
        if self.shown and total:
            filled = WIDTH * done // total
            self.stream.write(f"\r[{'#' * filled}{'.' * (WIDTH - filled)}] {done}/{total}")
            self.stream.flush()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self.shown:
            self.stream.write("\r" + " " * (WIDTH + 20) + "\r")
            self.stream.flush()
