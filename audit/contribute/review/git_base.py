"""The registry as it was at a commit, taken from git into a temporary folder.

The work tree may be a stranger's: nothing of it is run, followed or touched.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from audit.contribute.review.foreign_paths import (
    ForeignPath,
    find_foreign_paths,
    list_changed_paths,
)
from audit.core.errors import UsageError
from audit.core.git_command import Checkout, GitFailed, checkout_of

PLAIN_FILES = frozenset({"100644", "100755"})
"""Modes of entries that are files; others are links (120000) and repositories (160000)."""


@dataclass(frozen=True)
class BranchBase:
    """Where the branch began, and what its commits change beside records."""

    folder: Path
    """The registry of that commit, for as long as the context lasts."""
    commit: str
    foreign_paths: tuple[ForeignPath, ...]


@contextmanager
def extract_registry_at(registry: Path, revision: str) -> Iterator[BranchBase]:
    """The registry where the branch left `revision`.

    Raises GitFailed, and UsageError: also where a folder of the registry in the work tree is a
    link, for what is read through it is not the branch's.
    """
    checkout = checkout_of(registry)
    refuse_linked_folders(registry)
    commit = find_fork_point(checkout, revision)
    changed = list_changed_paths(checkout, commit)
    with TemporaryDirectory(prefix="registry-base-") as temporary:
        folder = Path(temporary) / checkout.registry.name
        _write_registry(checkout, commit, revision, folder)
        yield BranchBase(folder, commit, find_foreign_paths(changed, checkout.registry))


def find_fork_point(checkout: Checkout, revision: str) -> str:
    """The last commit that the branch shares with `revision`: what others did since is not its.

    Raises UsageError.
    """
    commit = _resolve_commit(checkout, revision)
    shared = checkout.read("merge-base", commit, "HEAD")
    if shared.status > 1:
        fix = "check the branch out with its history"
        raise UsageError(f"git cannot compare {commit[:12]} with HEAD; {fix}")
    # Without a commit in common the branch is compared with what was named.
    return shared.output.decode("ascii").strip() or commit


def _resolve_commit(checkout: Checkout, revision: str) -> str:
    """Raises UsageError."""
    commit = checkout.object_id(f"{revision}^{{commit}}") if revision else None
    if commit is None:
        fix = "fetch it first (git fetch origin main), or name another"
        raise UsageError(f"--base {revision!r} is not a commit here; {fix}")
    return commit


def refuse_linked_folders(registry: Path) -> None:
    """Raises UsageError where a folder below the registry is a link or a repository."""
    for directory, folders, names in os.walk(registry):
        if ".git" in (*folders, *names):
            raise UsageError(f"{directory} is a repository of its own; put plain files there")
        for folder in (Path(directory, name) for name in folders):
            if folder.is_symlink():
                raise UsageError(f"{folder} is a symbolic link; put the folder itself there")


def _write_registry(checkout: Checkout, commit: str, revision: str, folder: Path) -> None:
    """Write the registry's files of a commit as they are stored, attributes or not."""
    listed = _list_registry_tree(checkout, commit, revision)
    with checkout.contents() as content:
        for path, blob in _list_plain_files(listed, commit):
            _write_file(folder / path, content(blob), f"{path} in {commit[:12]}")


def _list_registry_tree(checkout: Checkout, commit: str, revision: str) -> bytes:
    """What `ls-tree -z` lists. Raises UsageError where the commit holds no registry."""
    fix = f"in {revision} ({commit[:12]}); give a commit that holds the registry"
    tree = checkout.object_id(f"{commit}:{checkout.registry}")
    if tree is None:
        raise UsageError(f"{checkout.registry} is not {fix}")
    listed = checkout.read("ls-tree", "-r", "-z", "--full-tree", tree)
    if listed.status:
        raise UsageError(f"{checkout.registry} is not a folder {fix}")
    return listed.output


def _write_file(target: Path, content: bytes, shown: str) -> None:
    """Raises GitFailed for a second file of one name, or a file that is a folder too."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("xb") as file:
            file.write(content)
    except (FileExistsError, NotADirectoryError) as error:
        fix = "names that differ only in case do not stand side by side on every disk"
        raise GitFailed(f"{shown} is there twice; {fix}") from error


def _list_plain_files(listed: bytes, commit: str) -> Iterator[tuple[str, str]]:
    """Path and blob of each file that `ls-tree -z` lists.

    Raises UsageError for what is no plain file, GitFailed for a path that leads elsewhere.
    """
    for line in os.fsdecode(listed).split("\0")[:-1]:
        about, _, path = line.partition("\t")
        mode, _, blob = about.split(" ")
        _require_plain_file(mode, path, commit)
        _require_safe_path(path, commit)
        yield path, blob


def _require_plain_file(mode: str, path: str, commit: str) -> None:
    if mode not in PLAIN_FILES:
        fix = "compare with a commit that holds plain files"
        raise UsageError(f"{path} in {commit[:12]} is a link or a repository; {fix}")


def _require_safe_path(path: str, commit: str) -> None:
    """Git itself makes no path that leads elsewhere, but stores one that somebody made."""
    if "\\" in path or {"", ".", "..", ".git"} & set(path.split("/")):
        raise GitFailed(f"{path} in {commit[:12]} is not a path; look at that commit by hand")
