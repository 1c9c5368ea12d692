"""The command line: parse, call, print, exit. Nothing else in the package prints or exits."""

import argparse
import io
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import NoReturn

from audit.cli.command import Command
from audit.core.errors import RegistryError, UsageError
from audit.core.escape import escape_unprintable
from audit.core.json_files import InvalidFileError
from audit.core.near_names import format_near_names

COMMANDS = {
    "validate": "audit.cli.validate:VALIDATE",
    "explain": "audit.cli.explain:EXPLAIN",
    "allows": "audit.cli.allows:ALLOWS",
    "run": "audit.cli.run:RUN",
    "screen": "audit.cli.screen:SCREEN",
    "publish": "audit.cli.publish:PUBLISH",
    "feeds": "audit.cli.feeds:FEEDS",
    "digest": "audit.cli.digest:DIGEST",
    "webhook": "audit.cli.webhook:WEBHOOK",
    "watch": "audit.cli.watch:WATCH",
    "schedule": "audit.cli.schedule:SCHEDULE",
    "save": "audit.cli.save:SAVE",
    "health": "audit.cli.health:HEALTH",
    "migrate": "audit.cli.migrate:MIGRATE",
    "compare-indexes": "audit.cli.compare_indexes:COMPARE_INDEXES",
    "catalog": "audit.cli.catalog:CATALOG",
    "spot-check": "audit.cli.spot_check:SPOT_CHECK",
    "identify": "audit.cli.identify:IDENTIFY",
    "fingerprint": "audit.cli.fingerprint:FINGERPRINT",
    "license-bench": "tests.bench.license_bench_command:LICENSE_BENCH",
    "drill": "tests.rehearsal.command:DRILL",
    "new": "audit.cli.new:NEW",
    "review": "audit.cli.review:REVIEW",
    "accept": "audit.cli.accept:ACCEPT",
    "from-issue": "audit.cli.from_issue:FROM_ISSUE",
}
"""Where each command lives, in the order in which people meet them. Only the one that is asked for is imported."""


class CommandParser(argparse.ArgumentParser):
    """Says in one line what cannot be understood, and where to read on."""

    def error(self, message: str) -> NoReturn:
        """End with 2."""
        self.exit(2, f"{escape_unprintable(message)}; `{self.prog} --help` says what there is\n")


def main(arguments: Sequence[str]) -> int:
    """Run one command and say how it ended: 0 done, 1 failed check, 2 usage, 3 incomplete, 4 drift (with --exit-code)."""
    parser = CommandParser(
        prog="python -m audit", description="Is that model really open, and is it still?"
    )
    subparsers = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    asked = arguments[0] if arguments else ""
    for name in [asked] if asked in COMMANDS else COMMANDS:
        _load_command(name).register_in(subparsers)
    try:
        if asked not in COMMANDS and not asked.startswith("-") and asked:
            raise UsageError(
                f"{asked!r} is no command{format_near_names(asked, COMMANDS)}; `python -m audit --help` lists them"
            )
        options = parser.parse_args(arguments)
        status = options.run(options)
    except InvalidFileError as error:
        print(error, file=sys.stderr)
        return 1
    except RegistryError as error:
        print(escape_unprintable(str(error)), file=sys.stderr)
        return error.exit_status
    return int(status)


def _load_command(name: str) -> Command:
    module, _, attribute = COMMANDS[name].partition(":")
    command: Command = getattr(import_module(module), attribute)
    return command


def run_console() -> None:
    """Entry point: quiet about a closed pipe, one line for an interrupt, both streams in order."""
    # The client reads these when it is first imported; telemetry would be one more request that nobody asked for.
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    _keep_lines_in_order()
    # An argument, a path or a terminal of another alphabet is no reason to end in the middle of an answer.
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        status = main(sys.argv[1:])
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = 0
    except KeyboardInterrupt:
        print("interrupted; nothing is half-written, run it again", file=sys.stderr)
        status = 130
    raise SystemExit(status)


def _keep_lines_in_order() -> None:
    """Let each line leave as it is printed.

    A log takes both streams. In a pipe Python holds standard output back, and a word on standard
    error would overtake the lines that led to it.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(line_buffering=True)
