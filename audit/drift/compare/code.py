"""What became of a code repository?"""

from audit.drift.compare.code_licenses import compare_code_licenses
from audit.drift.compare.data_terms import find_conflicts_of_stated_data_terms
from audit.drift.compare.identity import find_other_identity
from audit.drift.compare.inputs import CodeComparison, Differences
from audit.drift.compare.prose import compare_prose
from audit.drift.compare.prose_direction import CardReader
from audit.drift.compare.searches import find_appeared
from audit.drift.finding import Difference
from audit.drift.kinds import CODE_ARCHIVED, IDENTITY_CHANGED, REPO_MOVED


def compare_code_repository(code: CodeComparison, declared_name: str) -> Differences:
    """Another repository under the name, moved, archived, or under another license."""
    before, now = code.before, code.now
    other = before and find_other_identity(
        (before.repository_id, now.repository_id), (before.created_at, now.created_at)
    )
    if other:
        # Nothing that another repository says is about the one that was recorded.
        yield Difference(IDENTITY_CHANGED.id, "url", *other, "unreviewed")
        return
    # GitHub's names do not count case.
    if now.repo.lower() != declared_name.lower():
        yield Difference(REPO_MOVED.id, "url", declared_name, now.repo, "neutral")
    if before is None:
        return
    if now.archived and not before.archived:
        yield Difference(CODE_ARCHIVED.id, "url", "active", "archived", "neutral")
    yield from compare_code_licenses(code, before)
    yield from find_conflicts_of_stated_data_terms(code, before)
    yield from compare_prose(
        before.card,
        now.card,
        CardReader(code.registry, code.recorded_license, is_code_repository=True),
    )
    yield from find_appeared(code.declaration, declared_name, before, now)
