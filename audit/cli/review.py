"""`review`: what a branch does to records, verdicts and permissions, as a comment to post."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import click

from audit.cli.command import INTEGER, SharedOptions, make_command
from audit.cli.environment import open_github, open_hub
from audit.cli.json_output import print_json
from audit.cli.progress import ProgressBar
from audit.contribute.review.comment import render_review
from audit.contribute.review.evidence import EvidenceAnswer, EvidenceChecker
from audit.contribute.review.git_base import extract_registry_at
from audit.contribute.review.review import BranchReview, WrittenHistory, review_branch
from audit.core.collector import hold_collector
from audit.core.errors import Problem, UsageError
from audit.core.json_files import InvalidFileError
from audit.publish.pages.verdicts import read_written_verdicts
from audit.records.dates import find_date_problems
from audit.records.load import LoadedRecords, read_all_records
from audit.sources.request_log import RequestCounter
from audit.store.events import EventStore

EVIDENCE_SECONDS = 1200.0
"""For all addresses: a branch may cite thousands. What is left then could not be seen."""
UNDO_EVENT = "written by the audit only: take the change of this file out of the branch"


@dataclass(frozen=True)
class ReviewOptions(SharedOptions):
    """Options of `review`."""

    base: str
    check_evidence: bool
    expect_moves: int | None
    allow_code: bool


@make_command(ReviewOptions)
@click.option(
    "--base",
    required=True,
    metavar="REV",
    help="the commit or branch to compare with, such as origin/main",
)
@click.option(
    "--check-evidence",
    is_flag=True,
    help="ask whether the evidence of changed records still answers (known hosts only)",
)
@click.option(
    "--expect-moves",
    type=INTEGER,
    metavar="N",
    help="exactly this many verdicts are meant to move; needed for more than 5 %",
)
@click.option(
    "--allow-code",
    is_flag=True,
    help="let files that are not records pass: for a maintainer's own branch",
)
def run_command(options: ReviewOptions) -> int:
    """Review what the branch does to the registry."""
    _require_possible_count(options.expect_moves)
    with hold_collector():
        found = _review_working_tree(options)
    if options.check_evidence:
        found = replace(found, asked=tuple(_check_evidence(found)))
    passes = found.may_be_merged(options.expect_moves, allow_code=options.allow_code)
    _print_review(found, options, passes=passes)
    return 0 if passes else 1


def _print_review(found: BranchReview, options: ReviewOptions, *, passes: bool) -> None:
    if options.json:
        print_json("review", {**asdict(found), "passes": passes})
    else:
        page = render_review(found, options.expect_moves, allow_code=options.allow_code)
        print(page, end="")


def _require_possible_count(moves: int | None) -> None:
    if moves is not None and moves < 0:
        raise UsageError(f"--expect-moves {moves} cannot be; write a number from 0 up")


def _review_working_tree(options: ReviewOptions) -> BranchReview:
    """What the working tree changes, compared with the base."""
    # The base comes first: it refuses a tree that leads elsewhere, before anything there is read.
    with extract_registry_at(options.registry, options.base) as base:
        head = read_all_records(options.registry)
        before = read_all_records(base.folder)
        history, damage = _read_history(options, base.folder, head)
        found = review_branch(before, head, base.commit, options.registry.name, history)
    dates = find_date_problems(head.raw_records, options.parse_now())
    problems = (*damage, *found.problems, *dates)
    return replace(found, foreign_paths=base.foreign_paths, problems=problems)


def _read_history(
    options: ReviewOptions, base: Path, head: LoadedRecords
) -> tuple[WrittenHistory, tuple[Problem, ...]]:
    """The verdicts that the base's file holds, what the audit saw, and what is wrong with that.

    A branch with a forged event is shown whole all the same: what else it does matters more.
    """
    if head.registry is None:
        return WrittenHistory(), ()
    verdicts = read_written_verdicts(base)
    try:
        events = EventStore(options.registry).load_events(head.registry)
    except InvalidFileError as error:
        damage = replace(error.problem, fix=UNDO_EVENT)
        return WrittenHistory(verdicts), (damage,)
    return WrittenHistory(verdicts, tuple(events)), ()


def _check_evidence(found: BranchReview) -> list[EvidenceAnswer]:
    counter = RequestCounter(seconds=EVIDENCE_SECONDS)
    checker = EvidenceChecker(
        open_hub(counter), open_github(counter), seconds_left=counter.compute_seconds_left
    )
    with ProgressBar() as progress:
        return checker.check_urls(_list_cited_urls(found), progress.advance)


def _list_cited_urls(found: BranchReview) -> Iterator[str]:
    """Every source that the branch cites; a record that is removed cites nothing any more."""
    for change in found.changes:
        yield from (url for _, url in change.sources)
    for change in found.changes:
        if change.kind != "removed":
            for fact in change.facts:
                yield from fact.evidence
