"""What a branch does to the registry. Pure: two loaded registries in, one review out."""

from dataclasses import dataclass

from audit.analysis.consistency import find_contradictions
from audit.analysis.record_diff import RecordChange, compare_records
from audit.analysis.verdict_diff import AnswerChanges, compare_answers
from audit.contribute.review.evidence import EvidenceAnswer
from audit.contribute.review.foreign_paths import ForeignPath
from audit.core.errors import Problem, RegistryError
from audit.definitions.catalog import judge_by_all_definitions
from audit.records.load import LoadedRecords


@dataclass(frozen=True)
class BranchReview:
    """A branch against the commit that it left."""

    base: str
    changes: tuple[RecordChange, ...]
    moves: AnswerChanges
    problems: tuple[Problem, ...]
    """What is wrong in the branch; with schema or reference problems no verdict is compared."""
    new_verdicts: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()
    """Verdicts of models that are new: model, then definition and value."""
    asked: tuple[EvidenceAnswer, ...] = ()
    """Addresses that were asked, with --check-evidence."""
    foreign_paths: tuple[ForeignPath, ...] = ()
    """What the branch changes beside records."""
    compared: bool = True
    """False where one of the two does not validate, so that verdicts could not be compared."""

    def may_be_merged(self, expected_moves: int | None, *, allow_code: bool = False) -> bool:
        """Whether the branch may be merged as far as a machine can say."""
        if self.foreign_paths and not allow_code:
            return False
        if self.problems or any(each.state == "absent" for each in self.asked):
            return False
        if expected_moves is not None:
            return len(self.moves.verdicts) == expected_moves
        return not self.moves.is_beyond_guard


NO_ANSWER_CHANGES = AnswerChanges((), (), 0)


def review_branch(base: LoadedRecords, head: LoadedRecords, commit: str, root: str) -> BranchReview:
    """Compare. Raises RegistryError where the base itself does not validate by the present schemas."""
    damaged = {each.file for each in (*head.problems, *base.problems)}
    changes = tuple(
        each
        for each in compare_records(_index_records(base), _index_records(head))
        if _is_comparable(each, damaged, root)
    )
    if head.registry is None:
        return BranchReview(commit, changes, NO_ANSWER_CHANGES, head.problems, compared=False)
    if base.registry is None:
        raise RegistryError(
            f"{commit[:12]} does not validate by the schemas of this branch ({len(base.problems)} problems, first: {base.problems[0]}); "
            "compare with a commit that does, or move schemas in a pull request of their own"
        )
    old = {
        (each.file, each.path, each.message) for each in find_contradictions(base.registry, root)
    }
    fresh = tuple(
        each
        for each in find_contradictions(head.registry, root)
        if (each.file, each.path, each.message) not in old
    )
    registry = head.registry
    added = [
        each.ref.removeprefix("models/")
        for each in changes
        if each.kind == "added" and each.ref.startswith("models/")
    ]
    verdicts = tuple(
        (
            id,
            tuple(
                (each.framework, each.value)
                for each in judge_by_all_definitions(registry.models[id], registry)
            ),
        )
        for id in added
    )
    return BranchReview(commit, changes, compare_answers(base.registry, registry), fresh, verdicts)


def _is_comparable(change: RecordChange, damaged: set[str], root: str) -> bool:
    """Whether the change can be told: a record that fails its schema on one side was neither added nor removed."""
    return change.kind == "changed" or f"{root}/{change.ref}.json" not in damaged


def _index_records(loaded: LoadedRecords) -> dict[str, object]:
    return {f"{each.folder}/{each.id}": each.data for each in loaded.raw_records}
