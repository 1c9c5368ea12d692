"""From the Hub's list of branches and tags to facts.

The request and the form are those of the client's `list_repo_refs`; no answer of the live Hub was
recorded here. Branches that the Hub converts by itself and pull requests are not read.
"""

import hashlib
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from audit.observations.revisions import RevisionFacts
from audit.sources.answers import identity
from audit.sources.failures import UndocumentedAnswer

Commits = dict[str, str]
"""By name."""


def parse_revision_facts(payload: Any, repo: str, wanted: Collection[str]) -> RevisionFacts:
    """The facts in an answer. Raises UndocumentedAnswer.

    A repository without any branch is none that the Hub can have: such an answer shows nothing.
    """
    branches, tags = _read_commits(payload, "branches"), _read_commits(payload, "tags")
    if not branches:
        raise UndocumentedAnswer("no branches")
    named = _select_named(branches, tags, wanted)
    tagged = tuple(name for name in named if name in tags)
    digest = _digest_commits(branches, tags)
    return RevisionFacts(repo, len(branches), len(tags), digest, named, tagged)


def _select_named(branches: Commits, tags: Commits, wanted: Collection[str]) -> Commits:
    """A tag is what a reader gets where a branch has the same name."""
    commits = {**branches, **tags}
    found = (name for name in sorted(wanted) if name in commits)
    return {name: identity(commits[name], "targetCommit") for name in found}


def _read_commits(payload: Any, part: str) -> Commits:
    rows = payload.get(part) if isinstance(payload, Mapping) else None
    if not isinstance(rows, list):
        raise UndocumentedAnswer(f"{part} are missing")
    return dict(_list_commits(rows))


def _list_commits(rows: list[Any]) -> Iterator[tuple[str, str]]:
    for row in rows:
        if not isinstance(row, Mapping):
            raise UndocumentedAnswer("a branch or tag is no object")
        yield _read_text(row, "name"), _read_text(row, "targetCommit")


def _read_text(row: Mapping[str, Any], field: str) -> str:
    value = row.get(field)
    if not isinstance(value, str):
        raise UndocumentedAnswer(f"a branch or tag without {field}")
    return value


def _digest_commits(branches: Commits, tags: Commits) -> str:
    rows = [f"branch {name} {commit}" for name, commit in branches.items()]
    rows += [f"tag {name} {commit}" for name, commit in tags.items()]
    return hashlib.sha256("\n".join(sorted(rows)).encode(errors="surrogatepass")).hexdigest()
