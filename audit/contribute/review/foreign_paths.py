"""Which paths a branch changes beside records: a pull request holds records only.

GitHub folds generated files away in its diff, so that a forged event or verdict is easily missed
there. Only what the branch has committed counts: nothing else reaches the pull request.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

from audit.core.git_command import Checkout, GitFailed
from audit.core.pausing import PAUSE_FILE_NAME
from audit.publish.pages.write import is_page_path
from audit.publish.save import WRITTEN_FOLDERS
from audit.records.read import RECORD_FOLDERS

DIFF_OPTIONS = (
    *("-r", "-z", "--name-only", "--no-renames", "--no-ext-diff", "--no-textconv"),
    # Otherwise a .gitmodules of the branch could say that its own change is not to be shown.
    "--ignore-submodules=none",
)
RECORD_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]*")


@dataclass(frozen=True)
class ForeignPath:
    """A path that is not a record's, from the top of the repository."""

    path: str
    reason: str
    """What it is instead."""


def list_changed_paths(checkout: Checkout, commit: str) -> list[str]:
    """The paths that differ between a commit and the branch, a renamed file under both names.

    Raises GitFailed. Compared are two trees of the repository: no filter and no other program of
    the work tree can hide a change.
    """
    answer = checkout.read("diff-tree", *DIFF_OPTIONS, "--end-of-options", commit, "HEAD")
    if answer.status:
        fix = "fetch the whole history (git fetch --refetch)"
        raise GitFailed(f"git cannot list what changed since {commit[:12]}; {fix}")
    names = answer.output.split(b"\0")
    return [name.decode("utf-8", "backslashreplace") for name in names if name]


def find_foreign_paths(paths: Iterable[str], registry: PurePosixPath) -> tuple[ForeignPath, ...]:
    """The paths that are not a record's, in order. `registry`: its folder in the repository."""
    foreign = []
    for path in sorted(paths):
        reason = _explain_foreign_path(PurePosixPath(path), registry)
        if reason:
            foreign.append(ForeignPath(path, reason))
    return tuple(foreign)


def _explain_foreign_path(path: PurePosixPath, registry: PurePosixPath) -> str | None:
    """What it is instead of a record, None for a record."""
    if not path.is_relative_to(registry):
        return "code, schemas or text of the project"
    parts = path.relative_to(registry).parts
    return None if _is_record_path(parts) else _describe_registry_file(parts)


def _is_record_path(parts: tuple[str, ...]) -> bool:
    """Whether a record belongs into this file, be it a right one or a wrong one."""
    # Without any part the registry itself is no folder any more, but a link or a repository.
    if not parts or parts[0] not in RECORD_FOLDERS or not parts[-1].endswith(".json"):
        return False
    _, depth = RECORD_FOLDERS[parts[0]]
    return len(parts) == depth + 1 and all(RECORD_NAME.fullmatch(part) for part in parts)


def _describe_registry_file(parts: tuple[str, ...]) -> str:
    if not parts:
        return "not a folder"
    if parts[0] in WRITTEN_FOLDERS:
        return "written by the audit"
    if parts[0] == PAUSE_FILE_NAME:
        return "stops the audit"
    if parts[-1].endswith(".md") or is_page_path("/".join(parts)):
        return "generated on main"
    return "not a record"
