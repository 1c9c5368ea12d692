"""The form of a record's file, which makes a change of one fact a change of few lines.

UTF-8, plain line ends, two spaces for each level: as CONTRIBUTING.md has it. What breaks it does
not keep the record from being read.
"""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from audit.core.errors import Problem
from audit.core.json_files import MAX_RECORD_BYTES
from audit.records.read import RECORD_FOLDERS, RawRecord


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
    for folder in RECORD_FOLDERS:
        for path in sorted((root / folder).rglob("*")):
            below = path.relative_to(root).as_posix()
            is_known = path.suffix == ".json" or path.name.startswith(".") or is_page(below)
            if not path.is_dir() and not is_known:
                fix = "remove it: only records stand here, one JSON file each"
                yield Problem(f"{root.name}/{below}", "$", "no record", fix)
