"""The form of a record's file, which makes a change of one fact a change of few lines.

UTF-8, plain line ends, two spaces for each level: as CONTRIBUTING.md has it. What breaks it does
not keep the record from being read.
"""

import os
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from audit.core.errors import Problem
from audit.records.read import RECORD_FOLDERS, RawRecord

_ODD_INDENT = re.compile(r"\n(?:  )*+ [^ ]")
_DEEP_INDENT = re.compile(r"\n( *+)[^ \n][^\n]*+\n\1   ")


def find_form_problems(records: Iterable[RawRecord]) -> Iterator[Problem]:
    """What of each record's file is not as every other has it."""
    for record in records:
        if not (record.shows_all and has_plain_form(record.text)):
            yield from find_line_problems(record.text, record.shown_path)


def has_plain_form(text: str) -> bool:
    """Whether a text without hidden characters has lines and indents as every record.

    Only where it may not is the line looked for.
    """
    if not text.endswith("\n") or text.startswith((" ", "\n")):
        return False
    if "\n\n" in text or " \n" in text:
        return False
    lines = f"\n{text}"
    return not _ODD_INDENT.search(lines) and not _DEEP_INDENT.search(lines)


def find_line_problems(text: str, shown: str) -> Iterator[Problem]:
    """What of a text is not in the form of a record, each kind once."""
    if "\r" in text:
        place = text.count("\n", 0, text.index("\r")) + 1
        yield Problem(shown, "$", "a carriage return", "end lines with a line feed alone", place)
    lines = text.replace("\r", "").split("\n")
    if lines[-1] or not all(lines[:-1]):
        yield Problem(shown, "$", "an empty line, or no line end", "end each line, the last too")
    above = ""
    for number, line in enumerate(lines, start=1):
        if _has_other_spaces(line, above):
            fix = "indent with two spaces a level, and end no line with one"
            yield Problem(shown, "$", "spaces that are not as in other records", fix, number)
            return
        above = line


def _has_other_spaces(line: str, above: str) -> bool:
    """A line goes in by one level at most."""
    is_too_deep = _measure_indent(line) > _measure_indent(above) + 2
    is_odd = _measure_indent(line) % 2 == 1
    return "\t" in line or is_too_deep or is_odd or line != line.rstrip()


def _measure_indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def find_stray_files(root: Path, is_page: Callable[[str], bool]) -> Iterator[Problem]:
    """Files among the records that are neither records nor the machine's pages.

    `is_page`: whether a path below the registry is that of a generated page.
    """
    for below in sorted(_list_other_files(root)):
        if not is_page(below):
            fix = "remove it: only records stand here, one JSON file each"
            yield Problem(f"{root.name}/{below}", "$", "no record", fix)


def _list_other_files(root: Path) -> Iterator[str]:
    """Paths of files below the root that are neither JSON nor hidden."""
    for folder in RECORD_FOLDERS:
        for directory, _, names in os.walk(root / folder):
            above = Path(directory).relative_to(root).as_posix()
            for name in names:
                if not name.startswith(".") and not name.endswith(".json"):
                    yield f"{above}/{name}"
