"""The kill switch: one file stops everything that is scheduled, until a person removes it."""

from pathlib import Path

from audit.core.errors import RegistryError

PAUSE_FILE_NAME = "PAUSED"


class AuditPausedError(RegistryError):
    """The kill switch is on; nothing is wrong, and nothing was done."""

    exit_status = 0


def is_paused(root: Path) -> bool:
    """Whether the file stands in the registry."""
    return (root / PAUSE_FILE_NAME).exists()


def require_not_paused(root: Path) -> None:
    """Called before the first request and the first write. Raises Paused."""
    if is_paused(root):
        what = f"{root.name}/{PAUSE_FILE_NAME} stands: nothing was asked, written or sent"
        raise AuditPausedError(f"{what}; remove the file to go on")
