"""`health`: fails when the audit is dead, so that a scheduler elsewhere can shout."""

import argparse
from dataclasses import asdict

from audit.cli.command import Command, parse_now
from audit.cli.json_output import print_json
from audit.core.errors import UsageError
from audit.store.health import MAX_MISSED_PERIODS, check_health


def _add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--every",
        type=int,
        default=24,
        metavar="HOURS",
        help=f"how often the audit should run; {MAX_MISSED_PERIODS} times that is too long (default: 24)",
    )


def _run_command(options: argparse.Namespace) -> int:
    if options.every < 1:
        raise UsageError(f"--every {options.every} cannot be; write the hours between two runs")
    found = check_health(options.registry, parse_now(options), options.every)
    if options.json:
        print_json("health", asdict(found))
    else:
        print("\n".join(found.said))
        print(
            f"last run: {found.last_run or 'none'}; last complete run: {found.last_complete or 'none'}; {found.unseen} targets not verified"
        )
    return 0 if found.alive else 1


HEALTH = Command(
    "health",
    f"Say whether the audit is alive; exit with 1 when the last good run is older than {MAX_MISSED_PERIODS} periods.",
    _add_options,
    _run_command,
)
