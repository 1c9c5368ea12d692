"""A text that is looked through in several ways, each of which costs no more than it must."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import cached_property

MAX_BEFORE = 160
"""Characters before a name that can say what it is and what is done with it."""
_SLASH = re.compile("/")
_PATH = re.compile(r"(?<![A-Za-z0-9])[A-Za-z0-9][A-Za-z0-9._-]*(?:/[A-Za-z0-9][A-Za-z0-9._-]*)+")


class ScannedText:
    """What is found in a text is found once. A text may be one line of a million ids."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def lower(self) -> str:
        """Of the same length: `str.lower` makes two of some letters, which would shift positions."""
        return self.text.encode(errors="replace").lower().decode()

    @cached_property
    def paths(self) -> list[tuple[int, str]]:
        """Words with a slash between them: ids, and paths and addresses that hold one."""
        return list(self._find_in_lines(_PATH, self.text, _SLASH))

    @cached_property
    def strings(self) -> frozenset[str]:
        """What stands between two quotes or backticks, in small letters."""
        return frozenset().union(*map(self.lower.split, "\"'`"))

    def _find_in_lines(
        self, pattern: re.Pattern[str], text: str, sign: re.Pattern[str]
    ) -> Iterator[tuple[int, str]]:
        for begin, end in list_lines(text, sign):
            for found in pattern.finditer(self.text, begin, end):
                yield found.start(), found[0]

    def list_lines(self, sign: re.Pattern[str]) -> Iterator[tuple[int, int]]:
        """Where lines begin and end that hold a sign, which is in small letters."""
        return list_lines(self.lower, sign)

    def holds(self, signs: Iterable[str]) -> bool:
        """Whether one of these words stands anywhere."""
        return any(sign in self.text for sign in signs)

    def read_before(self, position: int) -> str:
        """What stands before a position, over ends of lines."""
        return self.text[max(0, position - MAX_BEFORE) : position]

    def read_lower_before(self, position: int) -> str:
        """The same in small letters."""
        return self.lower[max(0, position - MAX_BEFORE) : position]

    def read_line_before(self, position: int) -> str:
        """The words of the line that stand before a position, the last of them."""
        start = self._starts[self.number(position) - 1]
        return self.text[max(start, position - MAX_BEFORE) : position]

    def read_behind(self, position: int) -> str:
        """What stands behind a position, over ends of lines."""
        return self.text[position : position + MAX_BEFORE]

    def number(self, position: int) -> int:
        """The line, from 1."""
        return bisect_right(self._starts, position)

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *(found.end() for found in re.finditer("\n", self.text))]


def list_lines(text: str, sign: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    """Where lines begin and end that hold a sign."""
    found = sign.search(text)
    while found:
        begin, end = text.rfind("\n", 0, found.start()) + 1, _find_line_end(text, found.start())
        yield begin, end
        found = sign.search(text, end)


def _find_line_end(text: str, position: int) -> int:
    end = text.find("\n", position)
    return len(text) if end < 0 else end
