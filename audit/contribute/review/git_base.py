"""The registry as it was at a commit, taken from git into a temporary folder. Plain git; nothing of the work tree is touched."""

import io
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from audit.core.errors import UsageError


@contextmanager
def registry_at(registry: Path, revision: str) -> Iterator[tuple[Path, str]]:
    """The registry's folder at the point where the branch left `revision`, and that commit. Raises UsageError."""
    folder = registry.resolve()
    commit = fork_point(folder, revision)
    with TemporaryDirectory(prefix="registry-base-") as temporary:
        archive = _git(folder.parent, "archive", "--format=tar", commit, "--", folder.name)
        if archive is None:
            raise UsageError(f"{registry.name} is not in {revision} ({commit[:12]}); give a commit that holds the registry")
        with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
            tar.extractall(temporary, filter="data")
        yield Path(temporary) / folder.name, commit


def fork_point(folder: Path, revision: str) -> str:
    """The last commit that the work tree's branch shares with `revision`. What others did since is not this branch's doing."""
    if _git(folder.parent, "rev-parse", "--git-dir") is None:
        raise UsageError(f"{folder} is not in a git repository; `review` compares a branch with a commit")
    commit = _text(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    if commit is None:
        raise UsageError(f"--base {revision!r} is no commit here; fetch it first (git fetch origin main), or name another")
    return _text(folder, "merge-base", commit, "HEAD") or commit


def _text(folder: Path, *arguments: str) -> str | None:
    answer = _git(folder.parent, *arguments)
    return answer.decode().strip() or None if answer is not None else None


def _git(folder: Path, *arguments: str) -> bytes | None:
    """What git prints, None where it refuses. Raises UsageError where there is no git."""
    try:
        done = subprocess.run(["git", "-C", str(folder), *arguments], capture_output=True, check=False)
    except FileNotFoundError as error:
        raise UsageError("git is not installed; `review` compares with a commit") from error
    return done.stdout if done.returncode == 0 else None
