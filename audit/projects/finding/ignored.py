"""Paths that git ignores, told from `.gitignore` files without running git.

Only source text there is passed over; whatever is not understood is read.
"""

from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from time import process_time

from pathspec import GitIgnoreSpec

from audit.core.plain_files import measure_plain_file
from audit.projects.finding.tracked import read_tracked_paths

MAX_RULES_BYTES = 64 << 10
MAX_STARS = 3
"""In one rule: more of them take a search for ever on a hostile name.

Each star of a run counts, since the search tries each; `**` as a whole part of a path is one.
"""
MAX_RULES = 500
"""In one file. Each is tried with each path."""
MAX_PATH_CHARACTERS = 250
"""A longer path is read, whatever the rules say: three stars take its third power."""
MAX_SECONDS = 5.0
"""Of processor time, for all rules of a project; then the rest is read."""
_RULES_FILE = ".gitignore"
_ALWAYS_READ = frozenset({"adapter_config.json", "config.json", "model_index.json"})
"""Files of a model's folder that name what it was made from."""
_SETTINGS = ".env"


@dataclass
class IgnoredPaths:
    """The rules of a folder, read as the walk comes by."""

    root: Path
    _rules: dict[str, GitIgnoreSpec | None] = field(default_factory=dict)
    """By folder, as its path below the root."""
    _folders: dict[str, bool] = field(default_factory=lambda: {"": False})
    _tracked: frozenset[str] | None = None
    _spent: float = 0.0
    """Processor time of the rules, in seconds."""

    def __post_init__(self) -> None:
        self._tracked = read_tracked_paths(self.root)

    def skips_text(self, shown: str) -> bool:
        """Whether the text of a file is passed over: ignored, and no place where models are named."""
        name = shown.rpartition("/")[2]
        if self._tracked is None or name in _ALWAYS_READ or name.startswith(_SETTINGS):
            return False
        return shown not in self._tracked and self._is_ignored(shown)

    def _is_ignored(self, shown: str) -> bool:
        folder = shown.rpartition("/")[0]
        return self._ignores_folder(folder) or self._matches(shown, folder)

    def _ignores_folder(self, folder: str) -> bool:
        """Nothing below an ignored folder can be taken back."""
        if folder not in self._folders:
            above = folder.rpartition("/")[0]
            ignored = self._ignores_folder(above) or self._matches(f"{folder}/", above)
            self._folders[folder] = ignored
        return self._folders[folder]

    def _matches(self, path: str, folder: str) -> bool:
        """By the nearest rules that say anything, as long as that takes no more than it may."""
        if len(path) > MAX_PATH_CHARACTERS or self._spent > MAX_SECONDS:
            return False
        started = process_time()
        try:
            return self._ask_rules(path, folder)
        finally:
            self._spent += process_time() - started

    def _ask_rules(self, path: str, folder: str) -> bool:
        for holder in _list_holders(folder):
            rules = self._read_rules(holder)
            if rules is None:
                continue
            said = rules.check_file(path.removeprefix(f"{holder}/")).include
            if said is not None:
                return said
        return False

    def _read_rules(self, folder: str) -> GitIgnoreSpec | None:
        if folder not in self._rules:
            self._rules[folder] = read_ignore_rules(self.root / folder / _RULES_FILE)
        return self._rules[folder]


def _list_holders(folder: str) -> list[str]:
    """A folder and those above it, the nearest first."""
    return ["" if str(each) == "." else str(each) for each in _list_parents(PurePosixPath(folder))]


def _list_parents(folder: PurePosixPath) -> list[PurePosixPath]:
    return list(dict.fromkeys([folder, *folder.parents]))


def read_ignore_rules(path: Path) -> GitIgnoreSpec | None:
    """The rules of a file; None where there are none, or where they cannot be trusted."""
    size = measure_plain_file(path)
    if size is None or size > MAX_RULES_BYTES:
        return None
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        return _build_rules(_choose_rules(lines))
    except (OSError, ValueError):
        return None


def _build_rules(rules: list[str]) -> GitIgnoreSpec | None:
    return GitIgnoreSpec.from_lines(rules) if len(rules) <= MAX_RULES else None


def _choose_rules(lines: list[str]) -> list[str]:
    """Without rules that are too hard. One that takes something back is missed by none of the rest."""
    rules = [line for line in lines if line.strip() and not line.startswith("#")]
    easy = [line for line in rules if not _is_hard(line)]
    hard = [line for line in rules if _is_hard(line)]
    return [] if any(line.startswith("!") for line in hard) else easy


def _is_hard(line: str) -> bool:
    return sum(1 if part == "**" else part.count("*") for part in line.split("/")) > MAX_STARS
