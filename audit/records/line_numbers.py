"""Lines of a JSON text by JSON path.

Looked for only when there is a problem to show, so that a clean check stays fast.
"""

import re
from collections.abc import Iterator

from audit.records.json_paths import format_json_path

MAX_JSON_DEPTH = 32
"""A record has at most a few levels.

What is deeper is no record, and naming each of its places would take for ever.
"""
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+|\n')
"""Strings, structure, words and numbers, and line ends; other spaces are skipped."""


LineByPath = dict[str, int]


def index_lines_by_path(text: str) -> LineByPath:
    """The line, from 1, on which each member and element begins.

    Of a key that appears twice, the second counts. Ends where it is too deep; never raises.
    """
    index = _LineIndex()
    for token, line in _tokenize_json(text):
        index.read_token(token, line)
        if len(index.holders) > MAX_JSON_DEPTH:
            break
    return index.found


def _tokenize_json(text: str) -> Iterator[tuple[str, int]]:
    line = 1
    for match in _TOKEN.finditer(text):
        if match[0] == "\n":
            line += 1
        else:
            yield match[0], line
            line += match[0].count("\n")


class _OpenContainer:
    """An object or list that is open, and where in it we are."""

    def __init__(self, is_list: bool) -> None:
        self.is_list = is_list
        self.index = 0
        self.key = ""
        self.line = 1

    @property
    def step(self) -> str | int:
        """Where in it we are, as a step of a path."""
        return self.index if self.is_list else self.key


class _LineIndex:
    """The lines found so far, and the place that has been reached. Damaged JSON is followed too."""

    def __init__(self) -> None:
        self.found = {"$": 1}
        self.holders: list[_OpenContainer] = []
        self.key_due = False
        """Whether a string that comes now is the key of a member."""
        self.last_string = ""

    def read_token(self, token: str, line: int) -> None:
        if token in "{[":
            self._open_container(token, line)
        elif token in "}]":
            self._close_container()
        elif token == ":":
            self._note_member()
        elif token == ",":
            self._advance_to_next()
        elif self.key_due and token.startswith('"'):
            self.last_string = token[1:-1]
            self.holders[-1].line = line
        else:
            self._note_element(line)

    def _open_container(self, token: str, line: int) -> None:
        self._note_element(line)
        self.holders.append(_OpenContainer(token == "["))
        self.key_due = token == "{"

    def _close_container(self) -> None:
        if self.holders:
            self.holders.pop()
        self.key_due = False

    def _note_member(self) -> None:
        """Note a member at its colon: only there is the string before known to be its key."""
        holder = self._innermost
        if holder:
            holder.key = self.last_string
            self.found[self._build_path()] = holder.line
        self.key_due = False

    def _advance_to_next(self) -> None:
        """Step behind a comma, where an object has its next key."""
        holder = self._innermost
        self.key_due = holder is not None and not holder.is_list
        if holder and holder.is_list:
            holder.index += 1

    def _note_element(self, line: int) -> None:
        """Note where an element of a list begins; members of objects were noted by their keys."""
        if self._innermost and self._innermost.is_list:
            self.found[self._build_path()] = line

    @property
    def _innermost(self) -> _OpenContainer | None:
        return self.holders[-1] if self.holders else None

    def _build_path(self) -> str:
        return format_json_path(holder.step for holder in self.holders)


def find_line(path: str, lines: LineByPath) -> int:
    """The line of a path, else of the nearest holder that is there."""
    while path not in lines:
        path = path[: max(path.rfind("."), path.rfind("["), 1)]
    return lines[path]
