"""Puts what the machine wrote into git: observations, events, feeds, the ledger, generated pages.

Nothing that people write.
"""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from audit.core.errors import RegistryError, UsageError
from audit.core.git_command import Answer, checkout_of
from audit.publish.pages.write import PAGE_PATTERNS
from audit.sources.repeats import call_with_retries

WRITTEN_FOLDERS = ("observations", "events", "feeds", "alerts")
_LOCK = ".lock': File exists"
"""How git says that another one holds its index or a branch."""
LEFTOVERS = ".lock\n.lock.pid\n.*.tmp\n"
"""Locks and what a killed command left, for git to ignore: a fork need not have our `.gitignore`."""
SPECIAL = re.compile(r"[*?\[\]\\]")
"""What git would read as a pattern in the name of the registry's own folder."""
PUSH_ATTEMPTS = 5
FIRST_PAUSE_SECONDS = 1.0
FALLBACK_IDENTITY = {
    "user.name": "open-model-registry audit",
    "user.email": "audit@open-model-registry.example",
}


class NotSavedError(RegistryError):
    """Git did not take it.

    The files are as they were written, and the next time takes them along.
    """

    exit_status = 3


class _PushRejected(Exception):
    """Somebody was faster, or the remote does not let us."""


def _is_rejected(error: Exception) -> bool:
    return isinstance(error, _PushRejected)


@contextmanager
def _write_ignored_names() -> Iterator[tuple[str, ...]]:
    """Options by which git leaves LEFTOVERS alone."""
    with TemporaryDirectory() as folder:
        file = Path(folder, "ignored")
        file.write_text(LEFTOVERS, encoding="ascii")
        yield "-c", f"core.excludesFile={file}"


class RegistryCheckout:
    """A checkout with a registry in it. Raises UsageError where there is none."""

    def __init__(self, registry: Path) -> None:
        self._checkout = checkout_of(registry)

    def commit_written_files(self, message: str) -> bool:
        """Commit the machine's files and only those; False when none has changed.

        Raises NotSavedError.
        """
        with _write_ignored_names() as ignoring:
            patterns = self._list_path_patterns()
            paths = [each for each in patterns if self._has_matching_file(each, ignoring)]
            if not paths:
                # Without a path, git would take all that lies there.
                return False
            self._require_git(*ignoring, "add", "--all", "--", *paths)
        if not self._require_git("diff", "--cached", "--name-only", "--", *paths):
            return False
        identity = self._build_identity_options()
        self._require_git(*identity, "commit", "--quiet", "--message", message, "--", *paths)
        return True

    def _list_path_patterns(self) -> list[str]:
        folder = SPECIAL.sub(r"\\\g<0>", str(self._checkout.registry))
        patterns = [*(f"{name}/**" for name in WRITTEN_FOLDERS), *PAGE_PATTERNS]
        return [f":(top,glob){folder}/{pattern}" for pattern in patterns]

    def push_to_branch(self, remote: str, branch: str) -> None:
        """Push to a branch. Where somebody was faster, ours goes on top of theirs.

        Raises NotSavedError, UsageError for what is not a remote or not a branch.
        """
        if not remote or remote.startswith("-"):
            raise UsageError(f"--remote {remote!r} is no remote; name one that `git remote` lists")
        ref = self._require_branch_ref(branch)
        attempts = count(1)

        def push_once() -> None:
            if next(attempts) > 1:
                self._rebase_commits(remote, ref, branch)
            if self._run_git("push", "--quiet", "--end-of-options", remote, f"HEAD:{ref}").status:
                raise _PushRejected

        try:
            call_with_retries(push_once, _is_rejected, PUSH_ATTEMPTS, FIRST_PAUSE_SECONDS)
        except _PushRejected:
            raise NotSavedError(
                f"{remote} did not take the push to {branch} after {PUSH_ATTEMPTS} tries; "
                "check its rights, the next run tries again"
            ) from None

    def _require_branch_ref(self, branch: str) -> str:
        ref = f"refs/heads/{branch}"
        # A leading dash would be an option to git, and options can name commands.
        if branch.startswith("-") or self._run_git("check-ref-format", ref).status:
            raise UsageError(
                f"--branch {branch!r} is no name of a branch; "
                "write it as git branch does, such as main"
            )
        return ref

    def _rebase_commits(self, remote: str, ref: str, branch: str) -> None:
        self._require_git("fetch", "--quiet", "--end-of-options", remote, ref)
        identity = self._build_identity_options()
        rebased = self._run_git(*identity, "rebase", "--quiet", "--autostash", "FETCH_HEAD")
        if rebased.status:
            self._run_git("rebase", "--abort")
            raise NotSavedError(
                f"somebody else changed the machine's files on {branch}; "
                "nothing was pushed; docs/operations.md says how to go on"
            )

    def find_current_branch(self) -> str:
        """The branch that is checked out. Raises UsageError for none."""
        name = self._require_git("branch", "--show-current").strip()
        if not name:
            raise UsageError("no branch is checked out; name it with --branch")
        return name

    def _has_matching_file(self, path: str, ignoring: tuple[str, ...]) -> bool:
        """Whether the pattern names a file at all; git refuses one that does not."""
        options = "--cached", "--others", "--exclude-standard"
        return bool(self._require_git(*ignoring, "ls-files", *options, "--", path))

    def _build_identity_options(self) -> list[str]:
        """A name for the commit where the machine has none."""
        options = []
        for key, value in FALLBACK_IDENTITY.items():
            if self._run_git("config", "--get", key).status:
                options += ["-c", f"{key}={value}"]
        return options

    def _require_git(self, *arguments: str) -> str:
        done = self._run_git(*arguments)
        if done.status:
            subcommand = next(filter(_is_subcommand, arguments), "")
            why = done.complaint or "run it by hand to see why"
            # A git that was killed leaves its lock, and no later one ever takes it away.
            hint = "; if no other git works there, remove that file" if _LOCK in why else ""
            raise NotSavedError(f"git {subcommand} ended with {done.status}; {why}{hint}")
        return os.fsdecode(done.output)

    def _run_git(self, *arguments: str) -> Answer:
        return self._checkout.save(*arguments)


def _is_subcommand(argument: str) -> bool:
    """Whether it is neither an option nor the value of `-c`."""
    return not argument.startswith("-") and "=" not in argument
