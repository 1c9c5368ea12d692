"""The labeled set of `watch-bench`: public projects at a commit, and what somebody read in them.

The labels were made by somebody who had not seen the rules (tests/bench/watched/README.md).
The projects' files are not part of this repository: they are cloned, or lie in a given folder.
"""

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LABELS = Path(__file__).parent / "watched"
CLONE_SECONDS = 600


@dataclass(frozen=True)
class WatchedProjectSource:
    """A public project at one commit."""

    repo: str
    commit: str
    held_out: bool
    outside: tuple[str, ...] = ()
    """Folders and files that nobody read: nothing is said of them."""

    def holds(self, file: str) -> bool:
        """Whether a file is part of the set."""
        return not any(file == each or file.startswith(f"{each}/") for each in self.outside)

    @property
    def folder(self) -> str:
        """What its files and its labels are called."""
        return self.repo.replace("/", "+")


@dataclass(frozen=True)
class Label:
    """What a reader says of one place."""

    file: str
    line: int
    name: str
    id: str | None
    kind: str
    use: str
    where: str
    is_optional: bool = False
    """Whether fair readers differ: neither missed nor invented."""

    @property
    def names(self) -> frozenset[str]:
        """What a finder may call it."""
        return frozenset(name.lower() for name in (self.name, self.id) if name)

    @property
    def is_mention(self) -> bool:
        """Whether it is more than something that looks like one."""
        return self.kind != "not"


def read_sources(folder: Path) -> list[WatchedProjectSource]:
    """The projects of a labeled set."""
    rows = json.loads((folder / "projects.json").read_text(encoding="utf-8"))
    rows = rows["projects"] if isinstance(rows, dict) else rows
    return [_build_source(row) for row in rows]


def _build_source(row: dict[str, Any]) -> WatchedProjectSource:
    outside = (*row.get("outside", ()), *row.get("not_read", ()))
    return WatchedProjectSource(row["repo"], row["commit"], bool(row.get("held_out")), outside)


def read_labels(folder: Path, source: WatchedProjectSource) -> list[Label] | None:
    """What was read in a project; None where its labels are kept apart."""
    path = folder / f"{source.folder}.jsonl"
    if not path.is_file():
        return None
    lines = path.read_text(encoding="utf-8").splitlines()
    return [_build_label(json.loads(line)) for line in lines if line.strip()]


def _build_label(row: dict[str, object]) -> Label:
    id = row.get("id")
    return Label(
        str(row["file"]),
        int(str(row["line"])),
        str(row["name"]),
        None if id is None else str(id),
        str(row["kind"]),
        str(row.get("use", "")),
        str(row.get("where", "")),
        bool(row.get("optional")),
    )


def provide_tree(source: WatchedProjectSource, trees: Path) -> Path | None:
    """The project's files in a folder, cloned there where they are not yet; None where it fails."""
    folder = trees / source.folder
    if folder.is_dir() and any(folder.iterdir()):
        return folder
    folder.mkdir(parents=True, exist_ok=True)
    done = all(_run_git(folder, step) for step in _list_clone_steps(source))
    return folder if done else None


def _list_clone_steps(source: WatchedProjectSource) -> Iterator[tuple[str, ...]]:
    yield ("init", "--quiet")
    address = f"https://github.com/{source.repo}.git"
    yield ("fetch", "--quiet", "--depth=1", address, source.commit)
    yield ("checkout", "--quiet", "FETCH_HEAD")


def _run_git(folder: Path, step: tuple[str, ...]) -> bool:
    quiet = ("git", "-C", str(folder), "-c", "core.hooksPath=/dev/null")
    try:
        done = subprocess.run((*quiet, *step), check=False, timeout=CLONE_SECONDS)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
