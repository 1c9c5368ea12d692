"""The upstream world of a rehearsal: every Hub and GitHub repository there is, and what can happen to them.

Everything follows from names and from `World.day`; two worlds that were treated alike are alike.
"""

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from audit.drift.page_targets import declare_pages
from audit.observations.page_addresses import read_page_address
from audit.records.registry import Registry
from tests.fakes.background import BackgroundRepositories
from tests.fakes.faults import FaultInjector
from tests.fakes.page_server import build_page
from tests.fakes.repositories import (
    GithubBlock,
    GithubRepo,
    HubFile,
    HubGateMode,
    HubKind,
    HubRepo,
    format_github_time,
    format_hub_time,
)
from tests.fakes.seeding import (
    build_github_repos,
    build_hub_repos,
    build_readme,
    build_synthetic_terms,
)

__all__ = [
    "FIRST_DAY",
    "GithubRepo",
    "HubFile",
    "HubKind",
    "HubRepo",
    "UpstreamWorld",
    "build_world",
]

FIRST_DAY = date(2026, 1, 1)
"""The day of a world that nobody gave another."""


@dataclass
class UpstreamWorld:
    """All repositories, who may read them, and the weather between them and us."""

    day: date = FIRST_DAY
    """A day, or a moment in UTC. Whoever runs the rehearsal sets it; commits and issues carry it."""
    fault_injector: FaultInjector = field(default_factory=FaultInjector)
    hub_tokens: dict[str, frozenset[str]] = field(default_factory=dict)
    """Valid Hub tokens, each with the repositories whose gate it passed or that it may see although private."""
    github_tokens: dict[str, str] = field(default_factory=dict)
    """Login by valid GitHub token; each may write everywhere."""
    pages: dict[str, str] = field(default_factory=dict)
    """Makers' pages by `/host/path`."""
    page_weather: str = "fair"
    """As in tests/fakes/page_server.py."""
    background: dict[HubKind, BackgroundRepositories] = field(default_factory=dict)
    """The rest of the Hub, which is not stored; seen only in the list of what changed last, and where `day` is a moment."""
    lock: threading.RLock = field(default_factory=threading.RLock, repr=False, compare=False)
    """Held by servers while they answer and by every change."""
    _hub_repos: dict[tuple[HubKind, str], HubRepo] = field(default_factory=dict)
    _hub_repos_by_owner: dict[tuple[HubKind, str], dict[str, HubRepo]] = field(default_factory=dict)
    """By kind and owner, then by id: lists are asked by owner."""
    _hub_redirects: dict[tuple[HubKind, str], str] = field(default_factory=dict)
    _github_repos: dict[str, GithubRepo] = field(default_factory=dict)
    _github_pushes: int = 0

    def list_hub_repos(self, kind: HubKind, author: str | None = None) -> list[HubRepo]:
        """All repositories of a kind, or those of one owner, by id."""
        if author is not None:
            return [
                repo for _, repo in sorted(self._hub_repos_by_owner.get((kind, author), {}).items())
            ]
        return [repo for key, repo in sorted(self._hub_repos.items()) if key[0] == kind]

    def list_background_repos(self, kind: HubKind, until: datetime | None) -> Iterator[HubRepo]:
        """The rest of the Hub, the last changed first; from a moment on."""
        if kind in self.background and isinstance(self.day, datetime):
            yield from self.background[kind].list_newest(kind, self.day, until)

    def _store_hub_repo(self, repo: HubRepo) -> None:
        self._hub_repos[repo.kind, repo.id] = repo
        self._hub_repos_by_owner.setdefault((repo.kind, repo.author), {})[repo.id] = repo

    def _drop_hub_repo(self, kind: HubKind, repo_id: str) -> HubRepo:
        repo = self._hub_repos.pop((kind, repo_id))
        del self._hub_repos_by_owner[kind, repo.author][repo_id]
        return repo

    def get_hub_repo(self, kind: HubKind, repo_id: str) -> HubRepo:
        """The repository that has this id now. Raises KeyError."""
        return self._hub_repos[kind, repo_id]

    def resolve_hub_id(self, kind: HubKind, repo_id: str) -> str:
        """What a repository of this name is called now; the name itself when it was never renamed."""
        return self._hub_redirects.get((kind, repo_id), repo_id)

    def has_hub_repo(self, kind: HubKind, repo_id: str) -> bool:
        """Whether a repository has this id now."""
        return (kind, repo_id) in self._hub_repos

    def get_github_repo(self, full_name: str) -> GithubRepo:
        """The repository of this name, which may be an old name (`renamed_to`); case does not count. Raises KeyError."""
        return self._github_repos[full_name.lower()]

    def list_github_repos(self) -> list[GithubRepo]:
        """All repositories on GitHub, by name, without old names."""
        return [repo for _, repo in sorted(self._github_repos.items()) if repo.renamed_to is None]

    def add_hub_repo(self, repo: HubRepo) -> HubRepo:
        """Create a repository, also where another was removed or renamed away: its redirect ends. Raises ValueError when taken."""
        with self.lock:
            if self.has_hub_repo(repo.kind, repo.id):
                raise ValueError(f"{repo.kind}/{repo.id} exists already")
            self._hub_redirects.pop((repo.kind, repo.id), None)
            self._store_hub_repo(repo)
            return repo

    def remove_hub_repo(self, kind: HubKind, repo_id: str) -> None:
        """Delete a repository. Raises KeyError."""
        with self.lock:
            self._drop_hub_repo(kind, repo_id)

    def rename_hub_repo(self, kind: HubKind, repo_id: str, new_id: str) -> None:
        """Rename or move a repository; old names redirect to the new one. Raises KeyError, or ValueError when the name is taken."""
        with self.lock:
            repo = self.get_hub_repo(kind, repo_id)
            if self.has_hub_repo(kind, new_id):
                raise ValueError(f"{kind}/{new_id} exists already")
            self._drop_hub_repo(kind, repo_id)
            self._hub_redirects.pop((kind, new_id), None)
            for (old_kind, old), target in list(self._hub_redirects.items()):
                if (old_kind, target) == (kind, repo_id):
                    self._hub_redirects[old_kind, old] = new_id
            self._hub_redirects[kind, repo_id] = new_id
            repo.id = new_id
            self._store_hub_repo(repo)

    def set_gate(self, kind: HubKind, repo_id: str, mode: HubGateMode) -> None:
        """Set or lift the gate. A setting: it makes no revision. Raises KeyError."""
        with self.lock:
            self.get_hub_repo(kind, repo_id).gated = mode

    def disable_hub_repo(self, kind: HubKind, repo_id: str, disabled: bool = True) -> None:
        """Block a repository as the Hub's staff does, or unblock it. Raises KeyError."""
        with self.lock:
            self.get_hub_repo(kind, repo_id).disabled = disabled

    def hide_hub_repo(self, kind: HubKind, repo_id: str, private: bool = True) -> None:
        """Hide a repository from everyone without access, or show it again. Raises KeyError."""
        with self.lock:
            self.get_hub_repo(kind, repo_id).private = private

    def set_card(self, kind: HubKind, repo_id: str, card: Mapping[str, object]) -> None:
        """Replace the card's front matter, in README.md too, by a new revision. Raises KeyError."""
        with self.lock:
            repo = self.get_hub_repo(kind, repo_id)
            repo.card = dict(card)
            repo.files["README.md"] = build_readme(repo.id, card)
            repo.commit_revision(format_hub_time(self.day))

    def put_file(self, kind: HubKind, repo_id: str, file: HubFile) -> None:
        """Add or replace a file by a new revision. A README.md put here does not change the card. Raises KeyError."""
        with self.lock:
            repo = self.get_hub_repo(kind, repo_id)
            repo.files[file.path] = file
            repo.commit_revision(format_hub_time(self.day))

    def remove_file(self, kind: HubKind, repo_id: str, path: str) -> None:
        """Delete a file by a new revision. Raises KeyError."""
        with self.lock:
            repo = self.get_hub_repo(kind, repo_id)
            del repo.files[path]
            repo.commit_revision(format_hub_time(self.day))

    def set_branch(
        self, kind: HubKind, repo_id: str, name: str, commit: str | None, *, is_tag: bool = False
    ) -> None:
        """Set a branch or a tag to a commit; None deletes it."""
        with self.lock:
            repo = self.get_hub_repo(kind, repo_id)
            refs = repo.tags if is_tag else repo.branches
            if commit is None:
                refs.pop(name)
            else:
                refs[name] = commit

    def squash_hub_repo(self, kind: HubKind, repo_id: str) -> None:
        """Rewrite the history: one new revision with the same files, and the old revisions gone. Raises KeyError."""
        with self.lock:
            self.get_hub_repo(kind, repo_id).squash_history(format_hub_time(self.day))

    def add_github_repo(self, repo: GithubRepo) -> GithubRepo:
        """Create a repository, also under an old name. Raises ValueError when the name is taken."""
        with self.lock:
            present = self._github_repos.get(repo.full_name.lower())
            if present is not None and present.renamed_to is None:
                raise ValueError(f"{repo.full_name} exists already")
            self._github_repos[repo.full_name.lower()] = repo
            return repo

    def remove_github_repo(self, full_name: str) -> None:
        """Delete a repository, or make it private: GitHub answers both alike. Raises KeyError."""
        with self.lock:
            del self._github_repos[full_name.lower()]

    def rename_github_repo(self, full_name: str, new_name: str) -> None:
        """Rename or move a repository; the old names redirect to it. Raises KeyError, or ValueError when the name is taken."""
        with self.lock:
            repo = self.get_github_repo(full_name)
            repo.full_name = new_name
            self.add_github_repo(repo)
            for other in self._github_repos.values():
                if other.renamed_to is not None and other.renamed_to.lower() == full_name.lower():
                    other.renamed_to = new_name
            self._github_repos[full_name.lower()] = GithubRepo(full_name, renamed_to=new_name)

    def archive_github_repo(self, full_name: str, archived: bool = True) -> None:
        """Make a repository read-only, or take that back. Raises KeyError."""
        with self.lock:
            self.get_github_repo(full_name).archived = archived

    def relicense_github_repo(self, full_name: str, license_id: str | None) -> None:
        """Change the license that GitHub detects; None removes it. Raises KeyError."""
        with self.lock:
            self.get_github_repo(full_name).license = license_id

    def push_github_file(self, full_name: str, path: str, content: str | bytes | None) -> None:
        """Add, replace or, with None, delete a file; a push moves the date. Raises KeyError."""
        with self.lock:
            repo = self.get_github_repo(full_name)
            if content is None:
                del repo.files[path]
            else:
                repo.files[path] = content.encode() if isinstance(content, str) else content
            self._github_pushes += 1
            # Two pushes of one day are two pushes.
            moment = format_github_time(self.day)
            repo.pushed_at = f"{moment[:-3]}{self._github_pushes % 60:02}Z"

    def withhold_github_repo(self, full_name: str, reason: GithubBlock | None) -> None:
        """Block a repository as GitHub does after a DMCA notice or by its terms, or unblock it. Raises KeyError."""
        with self.lock:
            self.get_github_repo(full_name).blocked = reason


def build_world(registry: Registry, day: date = FIRST_DAY) -> UpstreamWorld:
    """A world in which everything the registry declares is true."""
    world = UpstreamWorld(day=day)
    for hub_repo in build_hub_repos(registry):
        world.add_hub_repo(hub_repo)
    for github_repo in build_github_repos(registry):
        world.add_github_repo(github_repo)
    for target, declaration in declare_pages(registry):
        host, path = read_page_address(target)
        world.pages[f"/{host}{path}"] = build_page(build_synthetic_terms(declaration.license or ""))
    return world
