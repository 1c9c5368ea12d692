"""Puts what the machine wrote into git: observations, events, feeds, the ledger, generated pages. Nothing that people write."""

import os
import random
import re
import time
from collections.abc import Callable
from pathlib import Path

from audit.core.errors import RegistryError, UsageError
from audit.core.git_command import Answer, checkout_of

WRITTEN_FOLDERS = ("observations", "events", "feeds", "alerts")
PAGE_PATTERNS = (
    "README.md",
    "models/**/README.md",
    "datasets/**/README.md",
    "licenses/*.md",
    "labels/*.md",
    "indexes/README.md",
    "verdicts.json",
)
SPECIAL = re.compile(r"[*?\[\]\\]")
"""What git would read as a pattern in the name of the registry's own folder."""
PUSH_ATTEMPTS = 5
FALLBACK_IDENTITY = {
    "user.name": "open-model-registry audit",
    "user.email": "audit@open-model-registry.example",
}


class NotSavedError(RegistryError):
    """Git did not take it; the files are as they were written, and the next time takes them along."""

    exit_status = 3


class RegistryCheckout:
    """A checkout with a registry in it. Raises UsageError where there is none."""

    def __init__(self, registry: Path, sleep: Callable[[float], None] = time.sleep) -> None:
        self._checkout = checkout_of(registry)
        self._sleep = sleep

    def commit_written_files(self, message: str) -> bool:
        """Commit the machine's files and only those; False when none has changed. Raises NotSaved."""
        below = SPECIAL.sub(r"\\\g<0>", str(self._checkout.registry))
        patterns = [*(f"{each}/**" for each in WRITTEN_FOLDERS), *PAGE_PATTERNS]
        paths = [f":(top,glob){below}/{each}" for each in patterns]
        standing = [each for each in paths if self._has_matching_file(each)]
        self._require_git("add", "--all", "--", *standing)
        if not self._require_git("diff", "--cached", "--name-only", "--", *standing):
            return False
        self._require_git(
            *self._build_identity_options(),
            "commit",
            "--quiet",
            "--message",
            message,
            "--",
            *standing,
        )
        return True

    def push_to_branch(self, remote: str, branch: str) -> None:
        """Push to a branch. Where somebody was faster, ours goes on top of theirs. Raises NotSaved, UsageError for what is no remote or no branch."""
        if not remote or remote.startswith("-"):
            raise UsageError(f"--remote {remote!r} is no remote; name one that `git remote` lists")
        theirs = f"refs/heads/{branch}"
        if branch.startswith("-") or self._run_git("check-ref-format", theirs).status:
            raise UsageError(
                f"--branch {branch!r} is no name of a branch; write it as git branch does, such as main"
            )
        for attempt in range(1, PUSH_ATTEMPTS + 1):
            done = self._run_git("push", "--quiet", "--end-of-options", remote, f"HEAD:{theirs}")
            if done.status == 0:
                return
            if attempt < PUSH_ATTEMPTS:
                self._sleep(attempt + random.random())
                self._require_git("fetch", "--quiet", "--end-of-options", remote, theirs)
                if self._run_git(
                    *self._build_identity_options(),
                    "rebase",
                    "--quiet",
                    "--autostash",
                    "FETCH_HEAD",
                ).status:
                    self._run_git("rebase", "--abort")
                    raise NotSavedError(
                        f"somebody else changed the machine's files on {branch}; look at them, nothing was pushed"
                    )
        raise NotSavedError(
            f"{remote} did not take the push to {branch} after {PUSH_ATTEMPTS} tries; check its rights, the next run tries again"
        )

    def find_current_branch(self) -> str:
        """The branch that is checked out. Raises UsageError for none."""
        name = self._require_git("branch", "--show-current").strip()
        if not name:
            raise UsageError("no branch is checked out; name it with --branch")
        return name

    def _has_matching_file(self, path: str) -> bool:
        """Whether the pattern names a file at all; git refuses one that does not."""
        return bool(
            self._require_git("ls-files", "--cached", "--others", "--exclude-standard", "--", path)
        )

    def _build_identity_options(self) -> list[str]:
        """A name for the commit where the machine has none."""
        return [
            part
            for key, value in FALLBACK_IDENTITY.items()
            if self._run_git("config", "--get", key).status
            for part in ("-c", f"{key}={value}")
        ]

    def _require_git(self, *arguments: str) -> str:
        done = self._run_git(*arguments)
        if done.status:
            words = next(
                (each for each in arguments if not each.startswith("-") and "=" not in each), ""
            )
            raise NotSavedError(f"git {words} ended with {done.status}; run it by hand to see why")
        return os.fsdecode(done.output)

    def _run_git(self, *arguments: str) -> Answer:
        # What git prints can hold an address with a password in it, and is never shown.
        return self._checkout.save(*arguments)
