"""Lines of a JSON text by JSON path. Looked for only when there is a problem to show, so that a clean check stays fast."""

import re
from collections.abc import Iterator

from audit.records.json_paths import format_json_path

MAX_JSON_DEPTH = 32
"""A record has at most a few levels; what is deeper is no record, and naming each of its places would take for ever."""
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+|\n')
"""Strings, structure, words and numbers, and line ends; other spaces are skipped."""


def index_lines_by_path(text: str) -> dict[str, int]:
    """The line, from 1, on which each member and element begins.

    Of a key that appears twice, the second counts. Ends where it is too deep; never raises.
    """
    found = {"$": 1}
    holders: list[_OpenContainer] = []
    key_due = False
    last_string = ""
    for token, line in _tokenize_json(text):
        if token in "{[":
            _note_element_line(found, holders, line)
            holders.append(_OpenContainer(token == "["))
            if len(holders) > MAX_JSON_DEPTH:
                break
            key_due = token == "{"
        elif token in "}]":
            if holders:
                holders.pop()
            key_due = False
        elif token == ":":
            _note_member_line(found, holders, last_string)
            key_due = False
        elif token == ",":
            key_due = _advance_to_next(holders)
        elif key_due and token.startswith('"'):
            last_string = token[1:-1]
            holders[-1].line = line
        else:
            _note_element_line(found, holders, line)
    return found


class _OpenContainer:
    """An object or list that is open, and where in it we are."""

    def __init__(self, is_list: bool) -> None:
        self.is_list = is_list
        self.index = 0
        self.key = ""
        self.line = 1


def _tokenize_json(text: str) -> Iterator[tuple[str, int]]:
    line = 1
    for match in _TOKEN.finditer(text):
        if match[0] == "\n":
            line += 1
        else:
            yield match[0], line
            line += match[0].count("\n")


def _note_member_line(found: dict[str, int], holders: list[_OpenContainer], key: str) -> None:
    if holders:
        holders[-1].key = key
        found[_build_path(holders)] = holders[-1].line


def _advance_to_next(holders: list[_OpenContainer]) -> bool:
    """Step behind a comma; whether a key is due there."""
    if not holders:
        return False
    if holders[-1].is_list:
        holders[-1].index += 1
    return not holders[-1].is_list


def _note_element_line(found: dict[str, int], holders: list[_OpenContainer], line: int) -> None:
    """Note where an element of a list begins; members of objects were noted by their keys."""
    if holders and holders[-1].is_list:
        found[_build_path(holders)] = line


def _build_path(holders: list[_OpenContainer]) -> str:
    return format_json_path(each.index if each.is_list else each.key for each in holders)


def find_line(path: str, lines: dict[str, int]) -> int:
    """The line of a path, else of the nearest holder that is there."""
    while path not in lines:
        path = path[: max(path.rfind("."), path.rfind("["), 1)]
    return lines[path]
