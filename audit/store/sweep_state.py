"""How far the last sweep came: the marks of the lists it read, and the places of its rotations.

Small, written last of all by every sweep. Without it the next sweep looks at everything.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from audit.core.atomic_files import write_text_atomic
from audit.core.json_files import MISREAD_ERRORS, build_damaged_file_error
from audit.store.formats import read_stored_file, render_stored_text


@dataclass(frozen=True)
class ListMark:
    """What the last sweep saw of a list of what changed last."""

    newest: datetime
    """Date of its newest entry."""
    entries_per_hour: int
    """Changes an hour, as counted between the last two marks."""
    entries_per_page: int


@dataclass(frozen=True)
class RotationState:
    """How far the ring of one host has turned (audit/runs/rotation.py)."""

    paid_until: datetime
    """The moment up to which the ring kept pace."""
    place: str = ""
    """Place of the last unit that was passed."""
    waiting: tuple[str, ...] = ()
    """Keys of units that were passed because they cost more than the hour had left."""


@dataclass(frozen=True)
class SweepState:
    """What one sweep leaves to the next."""

    marks: Mapping[str, ListMark] = field(default_factory=dict)
    """By `host/kind`; none where the list was not read, or not needed."""
    rotations: Mapping[str, RotationState] = field(default_factory=dict)
    """By host."""


def build_sweep_state_path(root: Path) -> Path:
    """Where the state of the last sweep stands."""
    return root / "observations" / "sweep.json"


def read_sweep_state(root: Path) -> SweepState:
    """What the last sweep left, an empty state before the first. Raises InvalidFileError."""
    path, shown = build_sweep_state_path(root), _show_path(root)
    if not path.exists():
        return SweepState()
    content = read_stored_file("sweep", path, shown).content
    try:
        return _parse_state(content)
    except MISREAD_ERRORS as error:
        raise build_damaged_file_error(shown, f"not the state of a sweep ({error!r})") from error


def _parse_state(content: Mapping[str, Any]) -> SweepState:
    return SweepState(
        {key: _parse_mark(row) for key, row in content["marks"].items()},
        {host: _parse_rotation(row) for host, row in content["rotations"].items()},
    )


def _parse_mark(row: Mapping[str, Any]) -> ListMark:
    numbers = int(row["entries_per_hour"]), int(row["entries_per_page"])
    return ListMark(_parse_moment(row["newest"]), *numbers)


def _parse_rotation(row: Mapping[str, Any]) -> RotationState:
    waiting = tuple(str(key) for key in row["waiting"])
    return RotationState(_parse_moment(row["paid_until"]), str(row["place"]), waiting)


def _parse_moment(stamp: str) -> datetime:
    return datetime.fromisoformat(stamp).astimezone(UTC)


def write_sweep_state(root: Path, state: SweepState) -> None:
    """Replace the state. Raises NotReadable before anything is written."""
    document = {
        "marks": {key: _serialize(mark) for key, mark in sorted(state.marks.items())},
        "rotations": {host: _serialize(row) for host, row in sorted(state.rotations.items())},
    }
    text = render_stored_text("sweep", document, _show_path(root))
    write_text_atomic(build_sweep_state_path(root), text)


def _serialize(row: ListMark | RotationState) -> dict[str, Any]:
    return {name: _serialize_value(value) for name, value in asdict(row).items()}


def _serialize_value(value: object) -> object:
    if isinstance(value, datetime):
        moment = value.astimezone(UTC).replace(tzinfo=None)
        return moment.isoformat(timespec="milliseconds") + "Z"
    return list(value) if isinstance(value, tuple) else value


def _show_path(root: Path) -> str:
    return f"{root.name}/observations/sweep.json"
