"""What a branch does to the registry. Pure: two loaded registries in, one review out."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from audit.analysis.consistency import find_contradictions
from audit.analysis.record_diff import RecordChange, compare_records
from audit.analysis.verdict_diff import AnswerChanges, VerdictChange, compare_answers
from audit.contribute.review.causes import find_rule_moves, mark_upstream_moves
from audit.contribute.review.evidence import EvidenceAnswer
from audit.contribute.review.foreign_paths import ForeignPath
from audit.contribute.review.removals import find_unlinked_renames, list_models_of_kind
from audit.core.errors import Problem, RegistryError
from audit.definitions.catalog import judge_by_all_definitions
from audit.drift.events import Event
from audit.records.load import LoadedRecords
from audit.records.registry import Registry

Verdicts = tuple[tuple[str, str], ...]
"""Definition and value of every verdict on a model."""
ModelVerdicts = tuple[tuple[str, Verdicts], ...]
"""Verdicts of models that are new, or gone: model, then definition and value."""


@dataclass(frozen=True)
class BranchReview:
    """A branch against the commit that it left."""

    base: str
    changes: tuple[RecordChange, ...]
    moves: AnswerChanges
    problems: tuple[Problem, ...]
    """What is wrong in the branch; with schema or reference problems no verdict is compared."""
    new_verdicts: ModelVerdicts = ()
    gone_verdicts: ModelVerdicts = ()
    """Of the models whose records the branch removes, as they were."""
    rule_moves: tuple[VerdictChange, ...] = ()
    """Verdicts on records of the base that the program of the branch judges otherwise."""
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
        if self.problems or any(answer.state == "absent" for answer in self.asked):
            return False
        if expected_moves is not None:
            return len(self.moves.verdicts) == expected_moves
        return not self.moves.is_beyond_guard


NO_ANSWER_CHANGES = AnswerChanges((), (), 0)


@dataclass(frozen=True)
class WrittenHistory:
    """What is on record beside the records: verdicts of the base, and events."""

    verdicts: Any = None
    events: tuple[Event, ...] = ()


NO_HISTORY = WrittenHistory()


def review_branch(
    base: LoadedRecords,
    head: LoadedRecords,
    commit: str,
    root: str,
    history: WrittenHistory = NO_HISTORY,
) -> BranchReview:
    """Compare. Raises RegistryError where the base does not validate by the present schemas.

    `root`: the name of the registry's folder, with which the paths of problems begin.
    """
    changes = _list_record_changes(base, head, root)
    if head.registry is None:
        return BranchReview(commit, changes, NO_ANSWER_CHANGES, head.problems, compared=False)
    base_registry = _require_valid_base(base, commit)
    changed = frozenset(change.ref for change in changes)
    moves = compare_answers(base_registry, head.registry, changed)
    return BranchReview(
        commit,
        changes,
        mark_upstream_moves(moves, changes, history.events, head.registry),
        (
            *find_unlinked_renames(changes, base_registry, head.registry, root),
            *_find_new_contradictions(base_registry, head.registry, root),
        ),
        _judge_models(list_models_of_kind(changes, "added"), head.registry),
        _judge_models(list_models_of_kind(changes, "removed"), base_registry),
        find_rule_moves(history.verdicts, base_registry),
    )


def _require_valid_base(base: LoadedRecords, commit: str) -> Registry:
    """Raises RegistryError."""
    if base.registry is None:
        raise RegistryError(
            f"{commit[:12]} does not validate by the schemas of this branch "
            f"({len(base.problems)} problems, first: {base.problems[0]}); "
            "compare with a commit that does, or move schemas in a pull request of their own"
        )
    return base.registry


def _list_record_changes(
    base: LoadedRecords, head: LoadedRecords, root: str
) -> tuple[RecordChange, ...]:
    damaged = _list_damaged_files(base, head)
    current = head.partial_registry
    # A renamed record is the same record under another id.
    before = {current.find_current_ref(ref): data for ref, data in _index_records(base).items()}
    changes = compare_records(before, _index_records(head))
    return tuple(change for change in changes if _is_comparable(change, damaged, root))


def _list_damaged_files(base: LoadedRecords, head: LoadedRecords) -> set[str]:
    return {problem.file for problem in (*head.problems, *base.problems)}


def _find_new_contradictions(base: Registry, head: Registry, root: str) -> tuple[Problem, ...]:
    """What contradicts itself in the branch, and did not before."""
    known = {_identify_problem(problem) for problem in find_contradictions(base, root)}
    present = find_contradictions(head, root)
    return tuple(problem for problem in present if _identify_problem(problem) not in known)


def _identify_problem(problem: Problem) -> tuple[str, str, str]:
    """The line is no part of it: a record may have grown above."""
    return problem.file, problem.path, problem.message


def _judge_models(ids: Iterable[str], registry: Registry) -> ModelVerdicts:
    return tuple((id, _list_verdicts(id, registry)) for id in ids)


def _list_verdicts(id: str, registry: Registry) -> Verdicts:
    verdicts = judge_by_all_definitions(registry.models[id], registry)
    return tuple((verdict.framework, verdict.value) for verdict in verdicts)


def _is_comparable(change: RecordChange, damaged: set[str], root: str) -> bool:
    """Whether the change is one.

    A record that fails its schema on one side was neither added nor removed.
    """
    return change.kind == "changed" or f"{root}/{change.ref}.json" not in damaged


def _index_records(loaded: LoadedRecords) -> dict[str, object]:
    return {f"{raw.folder}/{raw.id}": raw.data for raw in loaded.raw_records}
