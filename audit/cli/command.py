"""What every command shares: the options that all have, and how a function becomes a command."""

import errno
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import click

from audit.cli.registry_choice import (
    IN_THIS_FOLDER,
    choose_program_registry,
    choose_registry,
    print_notice,
)
from audit.core.errors import UsageError

FILE = click.Path(path_type=Path)
"""A path as it was written. Whether it can be read is said by whoever reads it."""


def parse_utc_moment(words: str) -> datetime:
    """A day or a moment in UTC, which is meant where no zone is written. Raises ValueError."""
    moment = datetime.fromisoformat(words)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


@dataclass(frozen=True)
class SharedOptions:
    """The options of every command. A command with more of them adds fields of the same names."""

    registry: Path
    json: bool
    now: str | None

    def parse_now(self) -> datetime:
        """The start of the command: --now, or the clock. Raises UsageError for no moment."""
        if self.now is None:
            return datetime.now(UTC).replace(microsecond=0)
        try:
            return parse_utc_moment(self.now)
        except ValueError as error:
            raise UsageError(
                f"--now {self.now!r} is not a moment; write it as 2026-11-24T06:00:00Z"
            ) from error


class Number(click.ParamType[Any]):
    """A number as Python reads it; one message for all that is none."""

    def __init__(self, kind: type[int] | type[float]) -> None:
        self.kind = kind
        self.name = kind.__name__

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The number. Fails with what was written instead."""
        try:
            return self.kind(value)
        except ValueError:
            self.fail(f"invalid {self.name} value: {value!r}", param, ctx)


INTEGER = Number(int)
DECIMAL = Number(float)


class ListOption(click.Option):
    """An option that takes all values up to the next option: `--only FIRST SECOND`."""

    def __init__(self, declarations: Any, **attributes: Any) -> None:
        super().__init__(declarations, multiple=True, **attributes)


class RegistryCommand(click.Command):
    """A command of the registry: `-h` too, and options of several values."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the arguments; each further value of a ListOption gets the option's name."""
        names = {
            name for param in self.params if isinstance(param, ListOption) for name in param.opts
        }
        return super().parse_args(ctx, list(_repeat_option_names(args, names)))


def _repeat_option_names(arguments: list[str], names: set[str]) -> Iterator[str]:
    current = None
    follows_name = False
    for argument in arguments:
        if argument.startswith("-"):
            current = argument if argument in names else None
            follows_name = current is not None
        elif current is not None and not follows_name:
            yield current
        else:
            follows_name = False
        yield argument


OptionsType = TypeVar("OptionsType", bound=SharedOptions)


def make_command(
    options_type: type[OptionsType],
    *,
    reads_installed: bool = False,
    reads_program: bool = False,
    project: str = "",
    stands_in_project: bool = False,
) -> Callable[[Callable[[OptionsType], int]], RegistryCommand]:
    """Make a function of one options object into a command.

    The decorators of click below this one declare the arguments and options; their names are
    the fields of `options_type`. The function returns the exit status.

    `reads_installed`: whether the command only reads, so that the records that were installed with
    the program will do where there is no other registry. `reads_program`: whether it reads those
    alone, wherever it is called. `project`: the argument that names the
    folder looked at, whose own registry is none of ours; with it, any command only reads.
    `stands_in_project`: whether the current folder is such a project.
    """

    def choose(project: Path | str | None) -> Path:
        if reads_program:
            return choose_program_registry()
        return _choose_folder(reads_installed, project)

    def decorate(function: Callable[[OptionsType], int]) -> RegistryCommand:
        def call(**values: Any) -> int:
            _require_short_path(values["registry"])
            if values["registry"] is None:
                looked_at = Path.cwd() if stands_in_project else values.get(project)
                values["registry"] = choose(looked_at)
            options = options_type(**values)
            # A moment that is none is refused by commands, too, that do not ask for the time.
            options.parse_now()
            return function(options)

        declared = list(reversed(getattr(function, "__click_params__", [])))
        return RegistryCommand(
            name=None,
            callback=call,
            params=[*_make_shared_parameters(), *declared],
            context_settings={"help_option_names": ["-h", "--help"]},
        )

    return decorate


def _require_short_path(path: Path | None) -> None:
    """Raises UsageError for a path that no file can have."""
    try:
        if path is not None:
            path.stat()
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:
            shown = f"{str(path)[:60]}…"
            raise UsageError(f"--registry {shown}: too long for the name of a folder") from error


def _choose_folder(reads_installed: bool, project: Path | str | None) -> Path:
    """The registry of a command that was told none."""
    if not reads_installed and project is None:
        return IN_THIS_FOLDER
    choice = choose_registry(project=Path(project) if project else None)
    print_notice(choice)
    return choice.folder


def _make_shared_parameters() -> list[click.Parameter]:
    return [
        click.Option(
            ["--registry"],
            type=FILE,
            metavar="DIR",
            help="folder of the records (default: registry, or the records of the program)",
        ),
        click.Option(["--json"], is_flag=True, help="print JSON for programs"),
        click.Option(
            ["--now"],
            metavar="ISO8601",
            help="take this moment as now, in UTC (for tests and drills)",
        ),
    ]
