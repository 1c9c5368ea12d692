"""`review`: what a branch does to records, verdicts and permissions, as a comment for its pull request."""

import argparse
import sys
from dataclasses import asdict, replace

from audit.cli.command import Command
from audit.cli.json_output import print_json
from audit.cli.progress import ProgressBar
from audit.cli.run import build_upstreams_from_environment
from audit.contribute.review.comment import render_review
from audit.contribute.review.evidence import EvidenceAnswer, EvidenceChecker
from audit.contribute.review.git_base import extract_registry_at
from audit.contribute.review.review import BranchReview, review_branch
from audit.core.errors import UsageError
from audit.records.load import read_all_records


def _add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--base",
        required=True,
        metavar="REV",
        help="the commit or branch to compare with, such as origin/main",
    )
    parser.add_argument(
        "--check-evidence",
        action="store_true",
        help="ask whether the evidence of changed records still answers (known hosts only)",
    )
    parser.add_argument(
        "--expect-moves",
        type=int,
        metavar="N",
        help="exactly this many verdicts are meant to move; needed for more than 5 %%",
    )
    parser.add_argument(
        "--allow-code",
        action="store_true",
        help="let files that are not records pass: for a maintainer's own branch",
    )


def _run_command(options: argparse.Namespace) -> int:
    if options.expect_moves is not None and options.expect_moves < 0:
        raise UsageError(
            f"--expect-moves {options.expect_moves} cannot be; write a number from 0 up"
        )
    # The base comes first: it refuses a tree that leads elsewhere, before anything there is read.
    with extract_registry_at(options.registry, options.base) as base:
        head = read_all_records(options.registry)
        found = review_branch(
            read_all_records(base.folder), head, base.commit, options.registry.name
        )
    found = replace(found, foreign_paths=base.foreign_paths)
    if options.check_evidence:
        found = replace(found, asked=tuple(_check_evidence(found)))
    passes = found.may_be_merged(options.expect_moves, allow_code=options.allow_code)
    if options.json:
        print_json("review", {**asdict(found), "passes": passes})
    else:
        page = render_review(found, options.expect_moves, allow_code=options.allow_code)
        print(page, end="")
    return 0 if passes else 1


def _check_evidence(found: BranchReview) -> list[EvidenceAnswer]:
    upstreams = build_upstreams_from_environment()
    urls = [url for change in found.changes for _, url in change.sources]
    urls += [
        url
        for change in found.changes
        for fact in change.facts
        if change.kind != "removed"
        for url in fact.evidence
    ]
    with ProgressBar(sys.stderr) as progress:
        return EvidenceChecker(upstreams.hub, upstreams.github).check_urls(urls, progress.advance)


REVIEW = Command(
    "review",
    "Say what a branch does to records, verdicts and permissions, as a Markdown comment.",
    _add_options,
    _run_command,
)
