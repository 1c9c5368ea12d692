"""The heartbeat: when the last run ended, how, and what it could not see.

The one file that every run writes.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from audit.core.atomic_files import write_text_atomic
from audit.core.json_files import build_damaged_file_error
from audit.sources.base import OwnerCost
from audit.store.formats import read_stored_file, render_stored_text

STUCK_AFTER = 3
"""Runs in a row with one reason. An upstream can make a look fail, and so hide what it changed."""


@dataclass(frozen=True)
class UnverifiedTarget:
    """A target that could not be verified."""

    attempts: int
    """Runs in a row."""
    since: str
    """Start of the first of them, UTC."""
    reason: str
    """Of the last one."""
    same: int = 1
    """Runs in a row that failed for this very reason."""

    @property
    def is_stuck(self) -> bool:
        """Whether it fails in the same way so often that waiting will not mend it."""
        return self.same >= STUCK_AFTER


@dataclass(frozen=True)
class Heartbeat:
    """The state of the audit as a whole."""

    run: str
    started: str
    finished: str
    status: str
    last_complete: str | None
    """Start of the newest complete run, or of a sweep that missed nothing it had to look at.

    Every record not listed under `unseen` was verified then, or is as fresh as sweeps keep it.
    """
    unseen: dict[str, UnverifiedTarget] = field(default_factory=dict)
    """By target, as `host/kind/owner/name`."""
    owners: dict[str, OwnerCost] = field(default_factory=dict)
    """What listings taught, by `host/kind/owner`, where it is not the usual.

    One page that shows everything is the usual.
    """
    compared: str | None = None
    """Digest of all that comparison depends on, as it was when every target but the unseen ones had
    been compared by it; None where it is not known.
    """


def build_heartbeat_path(root: Path) -> Path:
    """Where the heartbeat of a registry stands."""
    return root / "observations" / "heartbeat.json"


def read_heartbeat(root: Path) -> Heartbeat | None:
    """The last heartbeat, None before the first run. Raises BadFile for a damaged one."""
    path, shown = build_heartbeat_path(root), _shown(root)
    if not path.exists():
        return None
    data = read_stored_file("heartbeat", path, shown).content
    try:
        return _parse_heartbeat(data)
    except (KeyError, TypeError, AttributeError) as error:
        raise build_damaged_file_error(shown, f"not a heartbeat ({error!r})") from error


def _parse_heartbeat(data: Mapping[str, Any]) -> Heartbeat:
    fields = {name: value for name, value in data.items() if name != "format"}
    unseen = {key: UnverifiedTarget(**row) for key, row in data["unseen"].items()}
    owners = {key: OwnerCost(**row) for key, row in data["owners"].items()}
    return Heartbeat(**{**fields, "unseen": unseen, "owners": owners})


def write_heartbeat(root: Path, heartbeat: Heartbeat) -> None:
    """Replace the heartbeat. Raises NotReadable before anything is written."""
    text = render_stored_text("heartbeat", asdict(heartbeat), _shown(root))
    write_text_atomic(build_heartbeat_path(root), text)


def _shown(root: Path) -> str:
    return f"{root.name}/observations/heartbeat.json"
