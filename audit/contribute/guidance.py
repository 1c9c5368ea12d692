"""Where a contributor reads on, by what is wrong; and on which line it stands."""

import re
import stat
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from audit.core.errors import Problem
from audit.core.json_files import MAX_RECORD_BYTES
from audit.records.line_numbers import line_of, lines_by_path

GUIDE = "CONTRIBUTING.md"
SECTIONS: tuple[tuple[str, str], ...] = (
    (r"is a verdict", "verdicts-are-derived"),
    (r"evidence|quote|not an https address", "cite-evidence"),
    (r"unknown license|hub_tags|^registry/licenses/", "add-a-license"),
    (r"unknown dataset", "add-a-dataset"),
    (r"unknown family|who made it", "add-a-model"),
    (r"not JSON|not UTF-8|twice in one object|is not JSON|nested|bytes|wrong place|disagrees with the path", "the-form-of-a-record"),
    (r"\$\.hub", "pins"),
    (r"data_information", "when-data-information-is-sufficient"),
    (r"status|\$\.components", "how-facts-are-judged"),
)
"""What to look for in a problem, and the section that helps; the first that fits."""
ELSEWHERE = "the-form-of-a-record"


def section_of(problem: Problem) -> str:
    """The section of the guide that says more."""
    said = f"{problem.file} {problem.path} {problem.message}"
    found = next((section for pattern, section in SECTIONS if re.search(pattern, said)), ELSEWHERE)
    return f"{GUIDE}#{found}"


def with_lines(problems: Iterable[Problem], folder: Path) -> list[Problem]:
    """The problems with their lines. `folder` holds the registry; a file that cannot be read leaves the line out."""
    lines: dict[str, dict[str, int]] = {}
    found = []
    for problem in problems:
        if problem.file not in lines:
            lines[problem.file] = _lines(folder / problem.file)
        known = lines[problem.file]
        found.append(replace(problem, line=problem.line or (line_of(_place(problem), known) if known else 0)))
    return found


def _place(problem: Problem) -> str:
    """The path, where the message does not name a key that the path lacks."""
    twice = re.match(r"the key '(.+)' stands twice", problem.message)
    return f"$.{twice[1]}" if twice and problem.path == "$" else problem.path


def _lines(path: Path) -> dict[str, int]:
    try:
        status = path.lstat()
        if not stat.S_ISREG(status.st_mode) or status.st_size > MAX_RECORD_BYTES:
            return {}
        return lines_by_path(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        return {}
