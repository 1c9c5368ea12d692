"""Puts what the machine wrote into git: observations, events, feeds, the ledger, generated pages. Nothing that people write."""

import random
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from audit.core.errors import RegistryError, UsageError

WRITTEN = ("observations", "events", "feeds", "alerts")
PAGES = ("README.md", "models/**/README.md", "datasets/**/README.md", "licenses/*.md", "labels/*.md", "indexes/README.md", "verdicts.json")
ATTEMPTS = 5
IDENTITY = {"user.name": "open-model-registry audit", "user.email": "audit@open-model-registry.example"}


class NotSaved(RegistryError):
    """Git did not take it; the files are as they were written, and the next time takes them along."""

    exit_status = 3


class Repository:
    """A checkout with a registry in it."""

    def __init__(self, registry: Path, sleep: Callable[[float], None] = time.sleep) -> None:
        self._folder = registry.resolve().parent
        self._name = registry.resolve().name
        self._sleep = sleep

    def commit(self, message: str) -> bool:
        """Commit the machine's files and only those; False when none has changed. Raises NotSaved, UsageError."""
        if self._git("rev-parse", "--is-inside-work-tree").returncode:
            raise UsageError(f"{self._folder}: not in a git checkout; there is nothing to save into")
        paths = [f":(glob){self._name}/{each}/**" for each in WRITTEN] + [f":(glob){self._name}/{each}" for each in PAGES]
        standing = [each for each in paths if self._known(each)]
        self._must("add", "--all", "--", *standing)
        if not self._must("diff", "--cached", "--name-only", "--", *standing):
            return False
        self._must(*self._identity(), "commit", "--quiet", "--message", message, "--", *standing)
        return True

    def push(self, remote: str, branch: str) -> None:
        """Push to a branch. Where somebody was faster, ours goes on top of theirs. Raises NotSaved."""
        for attempt in range(1, ATTEMPTS + 1):
            done = self._git("push", "--quiet", remote, f"HEAD:refs/heads/{branch}")
            if done.returncode == 0:
                return
            if attempt < ATTEMPTS:
                self._sleep(attempt + random.random())
                self._must("fetch", "--quiet", remote, branch)
                if self._git(*self._identity(), "rebase", "--quiet", "--autostash", "FETCH_HEAD").returncode:
                    self._git("rebase", "--abort")
                    raise NotSaved(f"somebody else changed the machine's files on {branch}; look at them, nothing was pushed")
        raise NotSaved(f"{remote} did not take the push to {branch} after {ATTEMPTS} tries; check its rights, the next run tries again")

    def branch(self) -> str:
        """The branch that is checked out. Raises UsageError for none."""
        name = self._must("branch", "--show-current").strip()
        if not name:
            raise UsageError("no branch is checked out; name it with --branch")
        return name

    def _known(self, path: str) -> bool:
        """Whether the pattern names a file at all; git refuses one that does not."""
        return bool(self._must("ls-files", "--cached", "--others", "--exclude-standard", "--", path))

    def _identity(self) -> list[str]:
        """A name for the commit where the machine has none."""
        return [part for key, value in IDENTITY.items() if self._git("config", key).returncode for part in ("-c", f"{key}={value}")]

    def _must(self, *arguments: str) -> str:
        done = self._git(*arguments)
        if done.returncode:
            words = next((each for each in arguments if not each.startswith("-") and "=" not in each), "")
            raise NotSaved(f"git {words} ended with {done.returncode}; run it by hand to see why")
        return done.stdout

    def _git(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        # What git prints can hold an address with a password in it, and is never passed on.
        return subprocess.run(["git", *arguments], cwd=self._folder, capture_output=True, text=True, check=False)
