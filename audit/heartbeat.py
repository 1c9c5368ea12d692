"""The heartbeat: when the last run ended, how, and what it could not see. The one file that every run writes."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from audit.storage import dump_json, read_json, write_atomic


@dataclass(frozen=True)
class Unseen:
    """A target that could not be verified."""

    attempts: int
    """Runs in a row."""
    since: str
    """Start of the first of them, UTC."""
    reason: str


@dataclass(frozen=True)
class Heartbeat:
    """The state of the audit as a whole."""

    run: str
    started: str
    finished: str
    status: str
    last_complete: str | None
    """Start of the newest complete run: every record not listed under `unseen` was verified then."""
    unseen: dict[str, Unseen] = field(default_factory=dict)
    """By target, as `kind/owner/name`."""


def heartbeat_path(root: Path) -> Path:
    """Where the heartbeat of a registry stands."""
    return root / "observations" / "heartbeat.json"


def read_heartbeat(root: Path) -> Heartbeat | None:
    """The last heartbeat, None before the first run. Raises BadFile for a damaged one."""
    path = heartbeat_path(root)
    if not path.exists():
        return None
    data: dict[str, Any] = read_json(path, f"{root.name}/observations/heartbeat.json")
    return Heartbeat(**{**data, "unseen": {key: Unseen(**row) for key, row in data["unseen"].items()}})


def write_heartbeat(root: Path, heartbeat: Heartbeat) -> None:
    """Replace the heartbeat."""
    unseen = {key: vars(row) for key, row in heartbeat.unseen.items()}
    write_atomic(heartbeat_path(root), dump_json({**vars(heartbeat), "unseen": unseen}))
