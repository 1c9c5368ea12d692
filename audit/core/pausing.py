"""The kill switch: one file stops everything that is scheduled, until a person removes it."""

from pathlib import Path

from audit.core.errors import RegistryError

NAME = "PAUSED"


class Paused(RegistryError):
    """The kill switch is on; nothing is wrong, and nothing was done."""

    exit_status = 0


def is_paused(root: Path) -> bool:
    """Whether the file stands in the registry."""
    return (root / NAME).exists()


def refuse_when_paused(root: Path) -> None:
    """Called before the first request and the first write. Raises Paused."""
    if is_paused(root):
        raise Paused(f"{root.name}/{NAME} stands: nothing was asked, written or sent; remove the file to go on")
