"""Colors on a terminal, put on after text was made harmless, so that no record can paint.

Nowhere else, and not where NO_COLOR is set (no-color.org).
"""

import os
import re
import sys

from audit.cli.inert_output import InertOutput

_RESET = "\x1b[0m"
_BOLD, _GREEN, _YELLOW, _RED, _DIM = (f"\x1b[{code}m" for code in (1, 32, 33, 31, 2))
_COLOR_BY_ANSWER = {
    "YES": _GREEN,
    "ALLOWED": _GREEN,
    "ALLOWED, LINEAGE NOT STATED": _YELLOW,
    "ALLOWED WITH OBLIGATIONS": _YELLOW,
    "PARTLY": _YELLOW,
    "NOT KNOWN": _YELLOW,
    "NEEDS A SEPARATE LICENSE": _RED,
    "NO": _RED,
    "FORBIDDEN": _RED,
}
_ANSWER = re.compile(rf"(?<=\? )(?:{'|'.join(sorted(_COLOR_BY_ANSWER, key=len, reverse=True))})\b")
_HEADING = re.compile(r"(?:Label: .*|[A-Z][^:?\[]*)")
_ADDRESS_LINE = re.compile(r" +\[\d+\] .*")


def is_painted() -> bool:
    """Whether standard output is a terminal whose user wants colors."""
    is_wanted = not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return is_wanted and isinstance(sys.stdout, InertOutput) and sys.stdout.isatty()


def print_painted(text: str) -> None:
    """Print text, with colors for its answers and headings on a terminal."""
    output = sys.stdout
    if is_painted() and isinstance(output, InertOutput):
        output.write_painted(f"{text}\n", paint_line)
    else:
        print(text)


def paint_line(line: str) -> str:
    """One harmless line with its colors."""
    if _ADDRESS_LINE.fullmatch(line):
        return f"{_DIM}{line}{_RESET}"
    if _ANSWER.search(line):
        return _ANSWER.sub(_paint_answer, line)
    return f"{_BOLD}{line}{_RESET}" if _HEADING.fullmatch(line) else line


def _paint_answer(found: re.Match[str]) -> str:
    return f"{_BOLD}{_COLOR_BY_ANSWER[found[0]]}{found[0]}{_RESET}"
