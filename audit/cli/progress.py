"""Progress on stderr: a bar on a terminal, nothing at all in a log."""

import sys
from types import TracebackType
from typing import Self

from tqdm import tqdm


class ProgressBar:
    """A bar that is redrawn in place and wiped at the end."""

    def __init__(self) -> None:
        # Past our own stream, which would show the characters that move the cursor.
        # `disable=None`: shown only where the stream is a terminal.
        self._bar = tqdm(file=sys.__stderr__, disable=None, leave=False, unit="target")

    def __enter__(self) -> Self:
        return self

    def advance(self, done: int, total: int) -> None:
        """Show that `done` of `total` targets were checked."""
        self._bar.total = total
        self._bar.update(done - self._bar.n)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.close()
