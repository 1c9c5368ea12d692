"""`schedule`: definitions for cron, systemd, GitHub Actions and GitLab CI, ready to be saved."""

import argparse
from collections.abc import Callable
from pathlib import Path

from audit.cli.command import Command
from audit.cli.json_output import print_json
from audit.cli.schedules.cron import cron
from audit.cli.schedules.github import github
from audit.cli.schedules.gitlab import gitlab
from audit.cli.schedules.plan import Files, Timing, checkout, timing
from audit.cli.schedules.systemd import systemd
from audit.core.json_files import write_text_atomic

SCHEDULERS: dict[str, Callable[[Timing, str], Files]] = {
    "cron": cron,
    "systemd": systemd,
    "github": github,
    "gitlab": gitlab,
}


def _add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("kind", choices=SCHEDULERS, help="for which scheduler")
    parser.add_argument(
        "--every", type=int, default=24, metavar="HOURS", help="6, 8, 12 or 24 (default: 24)"
    )
    parser.add_argument(
        "--at",
        default="05:17",
        metavar="HH:MM",
        help="time of a run, in UTC, off the hour (default: 05:17)",
    )
    parser.add_argument(
        "--output", type=Path, metavar="DIR", help="write the files there instead of printing them"
    )


def _run_command(options: argparse.Namespace) -> int:
    files = SCHEDULERS[options.kind](
        timing(options.every, options.at),
        str(checkout(options.registry.resolve().parent.as_posix())),
    )
    if options.output:
        for name, text in files.items():
            write_text_atomic(options.output / name, text)
            print(options.output / name)
    elif options.json:
        print_json("schedule", {"files": files})
    else:
        print(
            "\n".join(
                f"# ==> {name}\n{text}" if len(files) > 1 else text.rstrip("\n")
                for name, text in files.items()
            )
        )
    return 0


SCHEDULE = Command(
    "schedule",
    "Print what a scheduler needs: cron, systemd, github or gitlab.",
    _add_options,
    _run_command,
)
