"""The form of a record's file, which makes a change of one fact a change of few lines.

UTF-8, plain line ends, two spaces for each level: as CONTRIBUTING.md has it. What breaks it does
not keep the record from being read.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

from audit.core.errors import Problem
from audit.core.json_files import MAX_RECORD_BYTES
from audit.records.read import RawRecord


def find_form_problems(records: Iterable[RawRecord], above: Path) -> Iterator[Problem]:
    """What of each record's file is not as every other has it. `above`: the registry's parent."""
    for record in records:
        with (above / record.shown_path).open("rb") as file:
            text = file.read(MAX_RECORD_BYTES).decode("utf-8", "replace")
        yield from _find_line_problems(text, record.shown_path)


def _find_line_problems(text: str, shown: str) -> Iterator[Problem]:
    if "\r" in text:
        place = text.count("\n", 0, text.index("\r")) + 1
        yield Problem(shown, "$", "a carriage return", "end lines with a line feed alone", place)
    lines = text.replace("\r", "").split("\n")
    if lines[-1] or not all(lines[:-1]):
        yield Problem(shown, "$", "an empty line, or no line end", "end each line, the last too")
    for number, line in enumerate(lines, start=1):
        if _has_other_spaces(line):
            fix = "indent with two spaces a level, and end no line with one"
            yield Problem(shown, "$", "spaces that are not as in other records", fix, number)
            return


def _has_other_spaces(line: str) -> bool:
    indent = len(line) - len(line.lstrip())
    return "\t" in line or indent % 2 == 1 or line != line.rstrip()
