"""The command line: parse, call, print, exit. Nothing else in the package prints or exits."""

import gc
import io
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

import click

from audit import __version__
from audit.cli.commands import COMMANDS, GROUP_TITLES, CommandEntry
from audit.cli.inert_output import InertOutput
from audit.core.collector import expect_exit, hold_collector, resume_collector
from audit.core.errors import RegistryError, UsageError
from audit.core.escape import escape_unprintable
from audit.core.json_files import InvalidFileError
from audit.core.near_names import format_near_names

CONSOLE_SCRIPTS = ("omr", "open-model-registry")
IN_A_CLONE = "python -m audit"
CLONE = Path(__file__).parents[2]
"""Where the repository is, if this is not an installed copy."""
INTERRUPTED_STATUS = 130
_NEEDS_CLONE = (
    "`{name}` runs against test doubles, which are not installed; "
    "clone the repository and run `nox -s {name}` there"
)
_ARE_REQUIRED = "the following arguments are required:"


class CommandGroup(click.Group):
    """All commands by their groups. A command is imported when it is called, and not before."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 -- click calls it so
        """The names, in the order of the table."""
        return list(COMMANDS)

    def get_command(
        self,
        ctx: click.Context,  # noqa: ARG002
        cmd_name: str,
    ) -> click.Command | None:
        """Load one command. Raises UsageError for one that exists in a clone only."""
        entry = COMMANDS.get(cmd_name)
        return load_command(entry) if entry else None

    def format_commands(
        self,
        ctx: click.Context,  # noqa: ARG002
        formatter: click.HelpFormatter,
    ) -> None:
        """Write the commands of each group under its title, from the table alone."""
        for group, title in GROUP_TITLES.items():
            entries = [entry for entry in COMMANDS.values() if entry.group == group]
            with formatter.section(title):
                formatter.write_dl([(entry.name, entry.summary) for entry in entries])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command. Raises UsageError, with near names, where there is none."""
        name = args[0]
        if name not in COMMANDS and not ctx.resilient_parsing:
            near = format_near_names(name, COMMANDS)
            raise UsageError(
                f"{name!r} is no command{near}; `{ctx.command_path} --help` lists them"
            )
        return super().resolve_command(ctx, args)


def load_command(entry: CommandEntry) -> click.Command:
    """Import a command. Raises UsageError for one that needs a clone where there is none."""
    _require_available(entry)
    with hold_collector():
        command: click.Command = import_module(entry.module).run_command
    command.name, command.help = entry.name, entry.summary
    return command


def _require_available(entry: CommandEntry) -> None:
    if entry.test_module and not (CLONE / "tests" / "fakes").is_dir():
        raise UsageError(_NEEDS_CLONE.format(name=entry.name))


def build_command_group() -> CommandGroup:
    """The whole command line."""
    group = CommandGroup(
        name="omr",
        help="Is that model really open, and is it still?",
        subcommand_metavar="COMMAND [ARGS]...",
        no_args_is_help=False,
        context_settings={"help_option_names": ["-h", "--help"]},
        epilog=(
            'Completion in bash, for example: eval "$(_OMR_COMPLETE=bash_source omr)"; '
            "zsh_source and fish_source do the same."
        ),
    )
    return click.option(
        "-V",
        "--version",
        is_flag=True,
        is_eager=True,
        expose_value=False,
        callback=_print_version,
        help="Show the version and the day of the records.",
    )(group)


def _print_version(ctx: click.Context, _option: click.Parameter, asked: bool) -> None:
    """Say which program this is, and of which day the records are that it would read."""
    if not asked or ctx.resilient_parsing:
        return
    from audit.cli.registry_choice import choose_registry
    from audit.publish.views.summary_file import read_data_date

    day = read_data_date(choose_registry().folder)
    print(f"{ctx.info_name}, version {__version__}{f', records of {day}' if day else ''}")
    ctx.exit()


def main(arguments: Sequence[str], program: str = IN_A_CLONE) -> int:
    """Run one command and return its exit status.

    0 done, 1 failed check, 2 usage, 3 incomplete, 4 drift (with --exit-code).
    """
    try:
        return _call_command(arguments, program)
    except click.UsageError as error:
        print(format_usage_error(error, program), file=sys.stderr)
        return UsageError.exit_status
    except InvalidFileError as error:
        print(error, file=sys.stderr)
        return 1
    except UsageError as error:
        # It repeats what was written, such as a name of several lines.
        print(escape_unprintable(str(error)).replace("\n", "\\n"), file=sys.stderr)
        return error.exit_status
    except RegistryError as error:
        print(escape_unprintable(str(error)), file=sys.stderr)
        return error.exit_status


def _call_command(arguments: Sequence[str], program: str) -> int:
    group = build_command_group()
    try:
        # Not `group.main`: it would answer an interrupt and a closed pipe in its own words.
        with group.make_context(program, list(arguments)) as context:
            return int(group.invoke(context))
    except click.exceptions.Exit as ended:
        return ended.exit_code


def format_usage_error(error: click.UsageError, program: str) -> str:
    """One line: what cannot be understood, what is near, and where to read on."""
    where = error.ctx.command_path if error.ctx else program
    message = escape_unprintable(_describe_usage_error(error)).replace("\n", "\\n")
    return f"{message}; `{where} --help` says what there is"


def _describe_usage_error(error: click.UsageError) -> str:
    """What was wrong, in the words of this command line and not in those of click."""
    if isinstance(error, click.NoSuchOption):
        return _describe_unknown_option(error)
    if isinstance(error, click.MissingParameter):
        return f"{_ARE_REQUIRED} {_name_parameter(error)}"
    if isinstance(error, click.BadParameter):
        return f"argument {_name_parameter(error)}: {error.message.rstrip('.')}"
    if error.ctx and isinstance(error.ctx.command, click.Group):
        return f"{_ARE_REQUIRED} COMMAND"
    return error.message.rstrip(".")


def _describe_unknown_option(error: click.NoSuchOption) -> str:
    near = f" (near: {', '.join(error.possibilities)})" if error.possibilities else ""
    return f"no such option: {error.option_name}{near}"


def _name_parameter(error: click.UsageError) -> str:
    parameter = getattr(error, "param", None)
    if isinstance(parameter, click.Option):
        return "/".join(parameter.opts)
    if isinstance(parameter, click.Argument):
        return parameter.metavar or parameter.human_readable_name
    return ""


def run_console(arguments: Sequence[str] | None = None) -> None:
    """Entry point: quiet about a closed pipe, one line for an interrupt, both streams in order."""
    resume_collector()
    expect_exit()
    _configure_hub_client()
    _keep_lines_in_order()
    _escape_unknown_letters()
    try:
        status = _run_program(sys.argv[1:] if arguments is None else arguments)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = 0
    except KeyboardInterrupt:
        print("interrupted; nothing is half-written, run it again", file=sys.stderr)
        status = INTERRUPTED_STATUS
    # The process ends: to look through ten thousand records for garbage frees nothing.
    gc.freeze()
    raise SystemExit(status)


def _run_program(arguments: Sequence[str]) -> int:
    """Complete for a shell or run the command, and write out what stdout still holds."""
    program = _name_program()
    _complete_for_shell(program)
    status = main(arguments, program)
    sys.stdout.flush()
    return status


def _configure_hub_client() -> None:
    """Ask for no telemetry and no bars of the client's own.

    The client reads these when it is first imported; telemetry would be one more request that
    nobody asked for.
    """
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")


def _escape_unknown_letters() -> None:
    """A terminal of another alphabet is no reason to end in the middle of an answer."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if isinstance(stream, io.TextIOWrapper):
            setattr(sys, name, InertOutput(stream))


def _name_program() -> str:
    """How the user called us, so that a hint can be typed as it is printed."""
    name = Path(sys.argv[0]).stem
    return name if name in CONSOLE_SCRIPTS else IN_A_CLONE


def _complete_for_shell(program: str) -> None:
    """Answer a shell that completes a line, and exit; do nothing otherwise."""
    variable = f"_{program.replace('-', '_').upper()}_COMPLETE"
    instruction = os.environ.get(variable)
    if instruction and program in CONSOLE_SCRIPTS:
        from click.shell_completion import shell_complete

        raise SystemExit(shell_complete(build_command_group(), {}, program, variable, instruction))


def _keep_lines_in_order() -> None:
    """Let each line leave as it is printed.

    A log takes both streams. In a pipe Python holds standard output back, and a word on standard
    error would overtake the lines that led to it.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(line_buffering=True)
