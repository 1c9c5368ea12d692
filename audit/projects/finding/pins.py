"""The commit at which a name is used: behind it, beside it, or where its constant is loaded."""

import re

from audit.projects.finding.scanned import ScannedText

_AT = re.compile(r"@([0-9A-Za-z][\w.-]{0,63})")
_COMMIT = r"([0-9a-f]{7,40})(?![0-9A-Za-z_-])"
_BESIDE = re.compile(rf"([^\n]{{0,160}}?)(?:revision|commit|rev)\W{{1,6}}{_COMMIT}")
_NEIGHBOR = re.compile(r"[\"'][A-Za-z0-9][\w.-]{0,95}/[\w.-]{1,96}[\"']|\)[^\n]*\(|;")
"""Between a name and a commit: another name, or the beginning of another call."""
_BELOW = re.compile(
    r"[\"']?,?[ \t]{0,9}\n((?:[^\n(){}\[\]]{0,100}\n){0,3}?)"
    rf"[ \t]{{0,60}}[\"']?(?:\w{{1,20}}_)?(?:revision|commit)[\"']?\s?[:=]\s?[\"']?{_COMMIT}"
)
"""A call, an object or a mapping over several lines; no bracket ends it before the commit."""
_OTHER_BELOW = re.compile(r"[\w.-]+/[\w.-]|(?m:^[ \t]*-[ \t])")
"""Between those lines: another name, or the next item of a list."""
_IN_TABLE = re.compile(r"[\"']\s{0,9}(?::|=>)\s{0,9}[\"']([0-9a-f]{40})[\"']")
_WORDS_OF_ASSIGNMENT = r"[ \t]*(?:(?:export|const|let|var)[ \t]+){0,2}"
_SIGN_OF_ASSIGNMENT = r"(?:[ \t]*:[ \t]*\w+)?[ \t]*="
_CONSTANT_BEFORE = re.compile(
    rf"{_WORDS_OF_ASSIGNMENT}([A-Za-z_]\w{{0,60}}){_SIGN_OF_ASSIGNMENT}[ \t]*[\"']\Z"
)
_PASSED = r"(?<=[(,\s=])%s(?=\s{0,9}[,)])"
_PASSED_WITH = re.compile(rf"\s{{0,9}},[^()]{{0,160}}?\brevision\W{{1,6}}{_COMMIT}")
MAX_CONSTANTS = 100
"""In one text, each of which is looked for; a text may hold a million."""


class PinReader:
    """Finds the commits in one text."""

    def __init__(self, scanned: ScannedText) -> None:
        self._scanned = scanned
        self._may_hold_constants = "revision" in scanned.text
        self._commits: dict[str, str] = {}
        """By constant."""

    def find_revision(self, position: int, name: str) -> str:
        """The commit or branch of a name; empty where none stands there."""
        text, end = self._scanned.text, position + len(name)
        behind = _AT.match(text, end) or _IN_TABLE.match(text, end)
        if behind:
            return behind[1]
        return self._find_beside(end) or self._find_constant(position)

    def _find_beside(self, end: int) -> str:
        """Beside the name under a key of its own, or some lines below."""
        return self._find_in_line(end) or self._find_below(end)

    def _find_in_line(self, end: int) -> str:
        # A line can name several models: a commit is that of the nearest one before it.
        return _read_commit(_BESIDE.match(self._scanned.text, end), _NEIGHBOR)

    def _find_below(self, end: int) -> str:
        return _read_commit(_BELOW.match(self._scanned.text, end), _OTHER_BELOW)

    def _find_constant(self, position: int) -> str:
        """Of a constant with one meaning: the one commit with which it is loaded everywhere."""
        if not self._may_hold_constants:
            return ""
        constant = _CONSTANT_BEFORE.match(self._scanned.read_line_before(position))
        return self._look_up(constant[1]) if constant else ""

    def _look_up(self, constant: str) -> str:
        if constant not in self._commits and len(self._commits) < MAX_CONSTANTS:
            self._commits[constant] = _read_constant(self._scanned.text, constant)
        return self._commits.get(constant, "")


def _read_commit(found: re.Match[str] | None, other: re.Pattern[str]) -> str:
    """The commit, unless what stands between it and the name belongs to something else."""
    return found[2] if found and not other.search(found[1]) else ""


def _is_assigned_once(text: str, constant: str) -> bool:
    assigned = re.compile(rf"(?m)^{_WORDS_OF_ASSIGNMENT}{constant}{_SIGN_OF_ASSIGNMENT}(?!=)")
    return len(assigned.findall(text)) == 1


def _read_constant(text: str, constant: str) -> str:
    """The one commit with which a constant of one value is handed on; empty where there is none."""
    if not _is_assigned_once(text, constant):
        return ""
    passed = re.finditer(_PASSED % constant, text)
    commits = {_read_passed(text, found.end()) for found in passed}
    return commits.pop() if len(commits) == 1 else ""


def _read_passed(text: str, end: int) -> str:
    """The commit behind a constant in the same call."""
    beside = _PASSED_WITH.match(text, end)
    return beside[1] if beside else ""
