"""Where a contributor reads on, by what is wrong; and on which line it stands."""

import re
import stat
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from audit.core.errors import Problem
from audit.core.json_files import MAX_RECORD_BYTES
from audit.records.line_numbers import find_line, index_lines_by_path

GUIDE_FILE = "CONTRIBUTING.md"
GUIDE_SECTIONS: tuple[tuple[str, str], ...] = (
    (r"is a verdict", "verdicts-are-derived"),
    (r"evidence|quote|not an https address", "cite-evidence"),
    (r"unknown license|hub_tags|^registry/licenses/", "add-a-license"),
    (r"unknown dataset", "add-a-dataset"),
    (r"unknown family|who made it", "add-a-model"),
    (
        r"not JSON|not UTF-8|twice in one object|is not JSON|nested|bytes"
        r"|wrong place|disagrees with the path",
        "the-form-of-a-record",
    ),
    (r"\$\.hub", "pins"),
    (r"data_information", "when-data-information-is-sufficient"),
    (r"status|\$\.components", "how-facts-are-judged"),
)
"""What to look for in a problem, and the section that helps; the first that fits."""
DEFAULT_GUIDE_SECTION = "the-form-of-a-record"


def find_guide_section(problem: Problem) -> str:
    """The section of the guide that says more, as `FILE#anchor`."""
    if problem.message.startswith("not JSON"):
        return f"{GUIDE_FILE}#{DEFAULT_GUIDE_SECTION}"
    description = f"{problem.file} {problem.path} {problem.message}"
    for pattern, section in GUIDE_SECTIONS:
        if re.search(pattern, description):
            return f"{GUIDE_FILE}#{section}"
    return f"{GUIDE_FILE}#{DEFAULT_GUIDE_SECTION}"


def add_line_numbers(problems: Iterable[Problem], folder: Path) -> list[Problem]:
    """The problems with their lines; a file that cannot be read leaves the line out.

    `folder`: the one that holds the registry.
    """
    lines_by_file: dict[str, dict[str, int]] = {}
    numbered = []
    for problem in problems:
        if problem.file not in lines_by_file:
            lines_by_file[problem.file] = _read_line_numbers(folder / problem.file)
        numbered.append(_add_line_number(problem, lines_by_file[problem.file]))
    return numbered


def _add_line_number(problem: Problem, lines: dict[str, int]) -> Problem:
    if problem.line or not lines:
        return problem
    return replace(problem, line=find_line(_derive_json_path(problem), lines))


def _derive_json_path(problem: Problem) -> str:
    """The path, where the message does not name a key that the path lacks."""
    twice = re.match(r"the key '(.+)' stands twice", problem.message)
    return f"$.{twice[1]}" if twice and problem.path == "$" else problem.path


def _read_line_numbers(path: Path) -> dict[str, int]:
    try:
        status = path.lstat()
        if not stat.S_ISREG(status.st_mode) or status.st_size > MAX_RECORD_BYTES:
            return {}
        return index_lines_by_path(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        return {}
