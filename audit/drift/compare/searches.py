"""Did something appear where a component was looked for and not found?"""

from audit.drift.compare.inputs import Differences
from audit.drift.finding import Difference, SoughtComponent, TargetDeclaration
from audit.drift.kinds import LOOK_AGAIN
from audit.observations.facts import CodeFacts, HubFacts
from audit.observations.telling_paths import select_paths_of

RepositoryFacts = HubFacts | CodeFacts
MAX_TOLD_PATHS = 10
NOT_FOUND = "not found"


def find_appeared(
    declaration: TargetDeclaration, repo: str, before: RepositoryFacts | None, now: RepositoryFacts
) -> Differences:
    """Names that speak of a component and were not there when the audit first looked."""
    if before is None or before.telling_paths is None or now.telling_paths is None:
        return
    added = sorted(set(now.telling_paths) - set(before.telling_paths))
    for sought in declaration.sought:
        names = select_paths_of(sought.name, added)
        if names and not _has_been_reviewed(sought, now):
            told = tuple(names[:MAX_TOLD_PATHS])
            field = f"{sought.name} in {repo}"
            yield Difference(
                LOOK_AGAIN.id, field, NOT_FOUND, told, "unreviewed", affects=sought.others
            )


def _has_been_reviewed(sought: SoughtComponent, now: RepositoryFacts) -> bool:
    """Whether the record's search is of what is seen now: a person looked again."""
    if isinstance(now, CodeFacts):
        return now.pushed_at is not None and now.pushed_at[:10] <= sought.seen
    return now.revision in sought.revisions
