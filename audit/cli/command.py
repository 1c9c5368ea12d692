"""What every command shares: a name, its options, and the ones that all have."""

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from audit.core.errors import UsageError


@dataclass(frozen=True)
class Command:
    """One command of the command line."""

    name: str
    help: str
    add_options: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], int]

    def register_in(self, subparsers: Any) -> None:
        """Register the command with its options."""
        parser = subparsers.add_parser(self.name, help=self.help, description=self.help)
        parser.add_argument(
            "--registry",
            type=Path,
            default=Path("registry"),
            metavar="DIR",
            help="folder of the records (default: registry)",
        )
        parser.add_argument("--json", action="store_true", help="print JSON for programs")
        parser.add_argument(
            "--now",
            metavar="ISO8601",
            help="take this moment as now, in UTC (for tests and drills)",
        )
        self.add_options(parser)
        parser.set_defaults(run=self.run)


def parse_now(options: argparse.Namespace) -> datetime:
    """The start of the command: --now, or the clock. Raises UsageError for anything that is not a moment."""
    if options.now is None:
        return datetime.now(UTC).replace(microsecond=0)
    try:
        given = datetime.fromisoformat(options.now)
    except ValueError as error:
        raise UsageError(
            f"--now {options.now!r} is not a moment; write it as 2026-11-24T06:00:00Z"
        ) from error
    return given.replace(tzinfo=UTC) if given.tzinfo is None else given.astimezone(UTC)
