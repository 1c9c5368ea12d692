"""What became of a code repository?"""

from audit.drift.compare.inputs import Differences
from audit.drift.finding import Difference
from audit.drift.kinds import CODE_ARCHIVED, CODE_LICENSE_CHANGED, REPO_MOVED
from audit.licenses.compare import compare_expressions
from audit.observations.facts import CodeFacts
from audit.records.registry import Registry


def compare_code_repository(
    before: CodeFacts | None, now: CodeFacts, declared_name: str, registry: Registry
) -> Differences:
    """Moved, archived, or under another license."""
    # GitHub's names do not count case.
    if now.repo.lower() != declared_name.lower():
        yield Difference(REPO_MOVED.id, "url", declared_name, now.repo, "neutral")
    if before is None:
        return
    if now.archived and not before.archived:
        yield Difference(CODE_ARCHIVED.id, "url", "active", "archived", "neutral")
    yield from _compare_code_licenses(before.license, now.license, registry)


def _compare_code_licenses(before: str | None, now: str | None, registry: Registry) -> Differences:
    # None where GitHub cannot name a license: a prompt to read the file, and no change of terms.
    if now and before and now != before:
        direction = compare_expressions(before, now, registry)
        yield Difference(CODE_LICENSE_CHANGED.id, "url", before, now, direction)
