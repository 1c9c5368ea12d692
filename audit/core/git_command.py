"""The only place that runs git. The work tree may be a stranger's: nothing in it is obeyed.

Git looks for its repository from where it stands, and runs what the configuration there names:
filters, hooks, monitors, transports. A pull request can hold a whole bare repository, and a link
that leads there. So the repository is the one whose `.git` stands above the registry on the path
as it was written (a tree cannot hold a `.git`), no link lies between the two, and each call names
repository and work tree.
"""

import os
import re
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from audit.core.errors import RegistryError, UsageError
from audit.core.escape import sanitize_line
from audit.core.registry_folder import require_registry_folder

SETTINGS = (
    "safe.bareRepository=explicit",
    f"core.hooksPath={os.devnull}",
    "core.fsmonitor=false",
    "protocol.ext.allow=never",
    "submodule.recurse=false",
    "fetch.recurseSubmodules=false",
    "push.recurseSubmodules=no",
)
"""What holds in every call, whatever a configuration says."""
GIT = ("git", "--no-pager", *(part for setting in SETTINGS for part in ("-c", setting)))
ON_OBJECTS = ("--no-replace-objects", "--no-optional-locks", "--literal-pathspecs")

CONFIGURATION = frozenset({"GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM"})
"""Where the caller's own configuration stands; it says whose folders are safe."""
UNIX = frozenset({"PATH", "HOME", "XDG_CONFIG_HOME", "SUDO_UID", "TMPDIR"})
WINDOWS = frozenset(
    {"SYSTEMROOT", "USERPROFILE", "HOMEDRIVE", "HOMEPATH"}
    | {"PROGRAMDATA", "APPDATA", "PATHEXT", "TEMP", "TMP"}
)
READING = CONFIGURATION | UNIX | WINDOWS
"""All that reading needs of the environment. Tokens are not among it."""
NO_FETCH = {"GIT_NO_LAZY_FETCH": "1", "GIT_ALLOW_PROTOCOL": "none", "GIT_TERMINAL_PROMPT": "0"}
"""A missing object stays missing: to fetch it, git would run what the configuration names."""
CONNECTION = frozenset(
    {"GIT_SSH", "GIT_SSH_COMMAND", "GIT_SSH_VARIANT", "GIT_ASKPASS", "GIT_TERMINAL_PROMPT"}
    | {"GIT_SSL_CAINFO", "GIT_SSL_CAPATH", "GIT_CONFIG_COUNT"}
)
PERSON = frozenset(
    {"GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL"}
)
SAVING = CONFIGURATION | CONNECTION | PERSON
"""Git's own variables that saving keeps: none of them names a repository."""
SAVING_PREFIXES = ("GIT_CONFIG_KEY_", "GIT_CONFIG_VALUE_")
COMPLAINTS = ("fatal:", "error:", "remote: error:")
OBJECT_ID = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?")


class GitFailed(RegistryError):
    """Git could not read what the repository must hold."""


@dataclass(frozen=True)
class Answer:
    """How one call of git ended."""

    status: int
    output: bytes
    complaint: str = ""
    """Git's own line about its failure; dropped where it holds an address, for passwords."""


@dataclass(frozen=True)
class Checkout:
    """A work tree with a registry in it, and the repository that it belongs to."""

    root: Path
    """The work tree's folder, as the caller wrote it."""
    git_dir: str
    registry: PurePosixPath
    """The registry's path below the root."""

    def read(self, *arguments: str) -> Answer:
        """Ask about objects and names; nothing is fetched. Raises UsageError without git."""
        return _run(
            self._build_reading_command(*arguments), self.root, _build_reading_environment()
        )

    def save(self, *arguments: str) -> Answer:
        """Change the repository, or reach its remote as the caller.

        Raises UsageError without git.
        """
        return _run(
            [*GIT, *self._name_repository(), *arguments], self.root, _build_saving_environment()
        )

    def object_id(self, name: str) -> str | None:
        """The object that a name means, None for none. Never an option, a range or a negation."""
        if not name or name.startswith("-") or "\0" in name:
            return None
        found = self.read("rev-parse", "--verify", "--quiet", "--end-of-options", name)
        answer = found.output.decode("ascii", "replace").strip()
        return answer if found.status == 0 and OBJECT_ID.fullmatch(answer) else None

    @contextmanager
    def contents(self) -> Iterator[Callable[[str], bytes]]:
        """A function from a blob's id to its bytes as stored, without any filter.

        The function raises GitFailed for what is missing or no blob.
        """
        command = self._build_reading_command("cat-file", "--batch")
        with subprocess.Popen(
            command,
            cwd=self.root,
            env=_build_reading_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        ) as process:
            asked, answers = process.stdin, process.stdout
            assert asked is not None
            assert answers is not None
            yield lambda blob: _read_blob(asked, answers, blob)

    def _build_reading_command(self, *arguments: str) -> list[str]:
        return [*GIT, *self._name_repository(), *ON_OBJECTS, *arguments]

    def _name_repository(self) -> list[str]:
        return [f"--git-dir={self.git_dir}", f"--work-tree={self.root}"]


def checkout_of(registry: Path) -> Checkout:
    """The work tree that holds the registry.

    Raises UsageError where there is none, and where a link leads from it to the registry.
    """
    path, root = _find_work_tree(registry)
    top = _ask_git(root, "--show-toplevel")
    git_dir = _ask_git(root, "--absolute-git-dir")
    if top is None or git_dir is None or not root.samefile(top):
        raise UsageError(f"{root}: git refuses this work tree; `git status` there says why")
    return Checkout(root, git_dir, PurePosixPath(path.relative_to(root).as_posix()))


def _find_work_tree(registry: Path) -> tuple[Path, Path]:
    """The registry's absolute path as it was written, and the folder of its work tree."""
    path = _make_absolute(registry)
    root = _find_root_above(path)
    if not path.exists() or not path.samefile(registry):
        raise UsageError(f"{registry}: `..` leads back over a link; write the path without it")
    if root is None:
        raise UsageError(
            f"{registry} is not in a git repository; work in a clone, or begin one with git init"
        )
    return path, root


def _make_absolute(registry: Path) -> Path:
    require_registry_folder(registry)
    # Not resolve(): where a link leads is the tree's word, where the registry stands the caller's.
    return Path(os.path.abspath(registry))  # noqa: PTH100


def _find_root_above(path: Path) -> Path | None:
    """The nearest folder above that holds `.git`.

    Raises UsageError for a link between the path and any such folder, not the nearest alone: a
    link of a work tree can lead into another repository.
    """
    root = None
    link = None
    for folder in (path, *path.parents):
        if folder != path and os.path.lexists(folder / ".git"):
            if link is not None:
                fix = "put the folder itself there"
                raise UsageError(f"{link} is a symbolic link inside of a work tree; {fix}")
            root = root or folder
        if folder.is_symlink():
            link = folder
    return root


def _ask_git(root: Path, what: str) -> str | None:
    """What git finds in a folder that holds `.git`, and nowhere above it.

    Here git looks at whom the folder belongs to, which it does not where `--git-dir` is given.
    """
    environment = _build_reading_environment() | {"GIT_CEILING_DIRECTORIES": str(root.parent)}
    found = _run([*GIT, "rev-parse", what], root, environment)
    return os.fsdecode(found.output).removesuffix("\n") if found.status == 0 else None


def _read_blob(asked: IO[bytes], answers: IO[bytes], blob: str) -> bytes:
    """The bytes of a blob from a running `cat-file --batch`. Raises GitFailed."""
    content = _request_blob(asked, answers, blob)
    if content is None:
        fix = "fetch the whole history (git fetch --refetch), or look with git fsck"
        raise GitFailed(f"git cannot read {blob[:12]} here; {fix}")
    return content


def _request_blob(asked: IO[bytes], answers: IO[bytes], blob: str) -> bytes | None:
    """The bytes; None where git ended, or has no blob of this id."""
    try:
        asked.write(f"{blob}\n".encode("ascii"))
        asked.flush()
    except BrokenPipeError:
        return None
    header = answers.readline().split()
    if len(header) != 3 or header[1] != b"blob":
        return None
    return _read_whole(answers, int(header[2]))


def _read_whole(answers: IO[bytes], size: int) -> bytes | None:
    # A line end follows, which belongs to the answer and not to the blob.
    content = answers.read(size + 1)
    return content[:size] if len(content) == size + 1 else None


def _run(command: list[str], folder: Path, environment: dict[str, str]) -> Answer:
    """Raises UsageError where there is no git."""
    try:
        done = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, check=False
        )
    except FileNotFoundError as error:
        fix = "`review` compares with a commit, `save` makes one"
        raise UsageError(f"git is not installed; {fix}") from error
    return Answer(done.returncode, done.stdout, _find_complaint(done.stderr))


def _find_complaint(said: bytes) -> str:
    """The first line that says what went wrong."""
    for line in said.decode("utf-8", "replace").splitlines():
        if line.startswith(COMPLAINTS):
            return "" if "@" in line or "://" in line else sanitize_line(line)
    return ""


def _build_reading_environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name.upper() in READING}
    return kept | NO_FETCH


def _build_saving_environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if _is_kept(name.upper())}


def _is_kept(name: str) -> bool:
    """Whether saving keeps a variable: what is not git's, and how the remote is reached."""
    return not name.startswith("GIT_") or name in SAVING or name.startswith(SAVING_PREFIXES)
