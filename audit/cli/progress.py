"""Progress on stderr: a bar on a terminal, nothing at all in a log."""

from types import TracebackType
from typing import Self, TextIO

BAR_WIDTH = 30


class ProgressBar:
    """A bar that is redrawn in place and wiped at the end."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream
        self.is_shown = stream.isatty()

    def __enter__(self) -> Self:
        return self

    def advance(self, done: int, total: int) -> None:
        """Show that `done` of `total` targets were looked at."""
        if self.is_shown and total:
            filled = BAR_WIDTH * done // total
            self.stream.write(f"\r[{'#' * filled}{'.' * (BAR_WIDTH - filled)}] {done}/{total}")
            self.stream.flush()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.is_shown:
            self.stream.write("\r" + " " * (BAR_WIDTH + 20) + "\r")
            self.stream.flush()
