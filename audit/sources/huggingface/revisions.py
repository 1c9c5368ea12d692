"""From the Hub's list of branches and tags to facts.

The request and the form are those of the client's `list_repo_refs`; no answer of the live Hub was
recorded here. Branches that the Hub converts by itself and pull requests are not read.
"""

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
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
    rows = [("branch", *each) for each in branches.items()]
    rows += [("tag", *each) for each in tags.items()]
    # A tag is what a reader of both gets.
    commits = {**branches, **tags}
    found = [name for name in sorted(wanted) if name in commits]
    named = {name: identity(commits[name], "targetCommit") for name in found}
    return RevisionFacts(
        repo,
        len(branches),
        len(tags),
        _digest_rows(rows),
        named,
        tuple(name for name in named if name in tags),
    )


def _read_commits(payload: Any, part: str) -> Commits:
    rows = payload.get(part) if isinstance(payload, Mapping) else None
    if not isinstance(rows, list):
        raise UndocumentedAnswer(f"{part} are missing")
    return dict(_list_commits(rows))


def _list_commits(rows: list[Any]) -> Iterator[tuple[str, str]]:
    for row in rows:
        if not isinstance(row, Mapping):
            raise UndocumentedAnswer("a branch or tag is no object")
        name, commit = row.get("name"), row.get("targetCommit")
        if not isinstance(name, str) or not isinstance(commit, str):
            raise UndocumentedAnswer("a branch or tag without name or commit")
        yield name, commit


def _digest_rows(rows: Sequence[tuple[str, str, str]]) -> str:
    lines = "\n".join(sorted(" ".join(row) for row in rows))
    return hashlib.sha256(lines.encode(errors="surrogatepass")).hexdigest()
