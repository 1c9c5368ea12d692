"""What publishing must remember between runs: which issue speaks of which finding. Written after every step."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from audit.core.errors import Problem
from audit.core.json_files import BadFile, read_json, readable, write_atomic

MAX_BYTES = 8 << 20
"""A hundred thousand findings with their issues still fit."""


@dataclass
class Ledger:
    """Issue numbers by finding, and our own account."""

    path: Path
    shown: str
    publisher: str = ""
    """A random name of this checkout: whose lock it is."""
    account: str | None = None
    status: int | None = None
    """Number of the status issue."""
    issues: dict[str, int] = field(default_factory=dict)
    locked: bool = False
    """Whether a run of this checkout took the remote lock and did not give it back."""
    asked: list[str] = field(default_factory=list)
    """Findings whose issue was asked for and whose answer never came: looked for twice before asking again."""

    def save(self) -> None:
        """Replace the file. Raises UsageError when it cannot be written, NotReadable when it could not be read again."""
        text, _ = readable({name: getattr(self, name) for name in _SAVED}, self.shown, MAX_BYTES)
        write_atomic(self.path, text)


_SAVED = ("publisher", "account", "status", "issues", "locked", "asked")


def read_ledger(root: Path, publisher: str) -> Ledger:
    """The ledger of a registry, a fresh one where there is none. Raises BadFile for a damaged one: it is never begun anew by itself."""
    path, shown = root / "alerts" / "ledger.json", f"{root.name}/alerts/ledger.json"
    if not path.exists():
        return Ledger(path, shown, publisher)
    data: Any = read_json(path, shown, MAX_BYTES)
    try:
        issues = {str(id): int(number) for id, number in data["issues"].items()}
        asked = [str(each) for each in data["asked"]]
        return Ledger(path, shown, str(data["publisher"]), data["account"], data["status"], issues, bool(data["locked"]), asked)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadFile(Problem(shown, "$", "not a ledger of issues", "restore the file from git; it is written by `publish` only")) from error
