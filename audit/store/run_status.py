"""The heartbeat: when the last run ended, how, and what it could not see.

The one file that every run writes.
"""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from audit.core.atomic_files import write_text_atomic
from audit.core.json_files import MISREAD_ERRORS, NotReadable, build_damaged_file_error
from audit.sources.base import OwnerCost
from audit.store.formats import read_stored_file, render_stored_text

MAX_WORD_CHARACTERS = 400
"""Of a key or a reason; an id of the Hub has at most 193."""
_MOMENT = re.compile(r"[0-9T:.+-]{19,32}Z?")
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
    except MISREAD_ERRORS as error:
        raise build_damaged_file_error(shown, f"not a heartbeat ({error!r})") from error


def _parse_heartbeat(data: Mapping[str, Any]) -> Heartbeat:
    fields = {name: value for name, value in data.items() if name != "format"}
    unseen = {key: UnverifiedTarget(**row) for key, row in data["unseen"].items()}
    owners = {key: OwnerCost(**row) for key, row in data["owners"].items()}
    found = Heartbeat(**{**fields, "unseen": unseen, "owners": owners})
    _require_values(found)
    return found


def _require_values(found: Heartbeat) -> None:
    """Raises ValueError, TypeError. Its words reach commits and reports: none may be a stranger's."""
    moments = [found.started, found.finished]
    if found.last_complete is not None:
        moments.append(found.last_complete)
    for moment in moments:
        _require_moment(moment)
    words = [found.run, found.status, *found.unseen, *found.owners]
    for row in found.unseen.values():
        _require_moment(row.since)
        words.append(row.reason)
        _require_counts(row.attempts, row.same)
    for cost in found.owners.values():
        _require_counts(*asdict(cost).values())
    for word in words:
        if not word.isprintable() or len(word) > MAX_WORD_CHARACTERS:
            raise ValueError(f"{word[:40]!r} is no word of ours")


def _require_moment(value: str) -> None:
    if not _MOMENT.fullmatch(value) or datetime.fromisoformat(value).tzinfo is None:
        raise ValueError(f"{value[:40]!r} is no moment in UTC")


def _require_counts(*values: object) -> None:
    if not all(isinstance(value, int) for value in values):
        raise TypeError("a count is no number")


def write_heartbeat(root: Path, heartbeat: Heartbeat) -> None:
    """Replace the heartbeat. Raises NotReadable before anything is written."""
    try:
        _require_values(heartbeat)
    except (TypeError, ValueError) as error:
        raise NotReadable(_shown(root), "unreadable", str(error)) from error
    text = render_stored_text("heartbeat", asdict(heartbeat), _shown(root))
    write_text_atomic(build_heartbeat_path(root), text)


def _shown(root: Path) -> str:
    return f"{root.name}/observations/heartbeat.json"
