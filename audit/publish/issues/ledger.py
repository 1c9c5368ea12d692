"""What publishing must remember between runs: which issue is about which finding.

Written after every step.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from audit.core.atomic_files import write_text_atomic
from audit.core.json_files import MISREAD_ERRORS, build_damaged_file_error
from audit.store.formats import read_stored_file, render_stored_text


@dataclass
class IssueLedger:
    """Issue numbers by finding, and our own account."""

    path: Path
    display_path: str
    publisher: str = ""
    """A random name of this checkout: whose lock it is."""
    account: str | None = None
    status: int | None = None
    """Number of the status issue."""
    issues: dict[str, int] = field(default_factory=dict)
    locked: bool = False
    """Whether a run of this checkout took the remote lock and did not give it back."""
    asked: list[str] = field(default_factory=list)
    """Findings whose issue was requested and whose answer never came.

    Searched for before the next request.
    """

    def save_ledger(self) -> None:
        """Replace the file.

        Raises UsageError when it cannot be written, or could not be read again.
        """
        content = {name: getattr(self, name) for name in _SAVED_FIELDS}
        text = render_stored_text("ledger", content, self.display_path)
        write_text_atomic(self.path, text)


_SAVED_FIELDS = ("publisher", "account", "status", "issues", "locked", "asked")


def read_ledger(root: Path, publisher: str) -> IssueLedger:
    """The ledger of a registry, a fresh one where there is none.

    Raises InvalidFileError for a damaged one: it is never begun anew by itself.
    """
    path, shown = root / "alerts" / "ledger.json", f"{root.name}/alerts/ledger.json"
    if not path.exists():
        return IssueLedger(path, shown, publisher)
    content = read_stored_file("ledger", path, shown).content
    try:
        return IssueLedger(path, shown, **_parse_ledger(content))
    except MISREAD_ERRORS as error:
        raise build_damaged_file_error(shown, "not a ledger of issues") from error


def _parse_ledger(content: Mapping[str, Any]) -> dict[str, Any]:
    """The saved fields; raises where one is missing or of another type."""
    return {
        "publisher": str(content["publisher"]),
        "account": _require(content["account"], str | None),
        "status": _require(content["status"], int | None),
        "issues": {id: _require(number, int) for id, number in content["issues"].items()},
        "locked": bool(content["locked"]),
        "asked": list(map(str, content["asked"])),
    }


def _require(value: Any, kind: Any) -> Any:
    """The value. Raises TypeError where it is of another kind; a yes or no is no number."""
    if not isinstance(value, kind) or isinstance(value, bool):
        raise TypeError(f"{value!r} is no {kind}")
    return value
