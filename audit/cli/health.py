"""`health`: fails when the audit is dead, so that a scheduler elsewhere can shout."""

from dataclasses import asdict, dataclass

import click

from audit.cli.command import INTEGER, SharedOptions, make_command
from audit.cli.json_output import print_json
from audit.core.errors import UsageError
from audit.core.wording import count_things
from audit.store.health import MAX_MISSED_PERIODS, AuditHealth, check_health


@dataclass(frozen=True)
class HealthOptions(SharedOptions):
    """Options of `health`."""

    every: int


@make_command(HealthOptions)
@click.option(
    "--every",
    type=INTEGER,
    default=24,
    metavar="HOURS",
    help="how often the audit should run; "
    f"{MAX_MISSED_PERIODS} times that is too long (default: 24)",
)
def run_command(options: HealthOptions) -> int:
    """Judge how long ago the last good run was."""
    if options.every < 1:
        raise UsageError(f"--every {options.every} cannot be; write the hours between two runs")
    found = check_health(options.registry, options.parse_now(), options.every)
    _print_health(found, as_json=options.json)
    return 0 if found.alive else 1


def _print_health(found: AuditHealth, *, as_json: bool) -> None:
    if as_json:
        print_json("health", asdict(found))
    else:
        print("\n".join(found.said))
        print(_summarize_runs(found))


def _summarize_runs(found: AuditHealth) -> str:
    last = found.last_run or "none"
    complete = found.last_complete or "none"
    return f"last run: {last}; last complete run: {complete}; {count_things(found.unseen, 'target')} not verified"
