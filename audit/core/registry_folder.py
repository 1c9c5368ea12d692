"""Whether a folder can be the registry at all."""

from pathlib import Path

from audit.core.errors import UsageError


def require_registry_folder(root: Path) -> None:
    """Raises UsageError where no such folder is: none is made for a path that was mistyped."""
    if not root.is_dir():
        fix = "point --registry at the folder that holds models/, licenses/ and datasets/"
        raise UsageError(f"{root}: no such folder; {fix}")
