"""`allows`: may I use this model for that?"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import click

from audit.cli.command import make_command
from audit.cli.intended_use import UseOptions, add_use_options, parse_intended_use
from audit.cli.json_output import print_json
from audit.cli.permission_subjects import load_subjects
from audit.cli.render_permission import render_permission
from audit.cli.render_permission_table import render_common_uses, render_permission_table
from audit.core.errors import RegistryError, UsageError
from audit.core.git_command import checkout_of
from audit.definitions.common_uses import COMMON_USES
from audit.definitions.permission_view import PermissionView
from audit.licenses.uses import Permission, find_least_permission

EXIT_STATUS: Mapping[Permission, int] = {
    "allowed": 0,
    "allowed-with-obligations": 0,
    "needs-separate-license": 5,
    "forbidden": 5,
    "unknown": 6,
}
"""With --exit-code, so that a script can ask."""


@dataclass(frozen=True)
class AllowsOptions(UseOptions):
    """Options of `allows`."""

    models: tuple[str, ...]
    license: tuple[str, ...]
    on: str | None
    exit_code: bool


@make_command(AllowsOptions, reads_installed=True)
@click.argument("models", nargs=-1, metavar="[MODEL]...", help="ids of models, as owner/name")
@click.option(
    "--license",
    multiple=True,
    metavar="ID|FILE",
    help="ask about a license instead of a model: its id, or a file with its text",
)
@click.option(
    "--on",
    metavar="DATE",
    help="the terms as they stood on a day, such as that of your download: 2025-01-31",
)
@add_use_options
@click.option(
    "--exit-code", is_flag=True, help="exit with 5 where a use is not allowed, 6 where unknown"
)
def run_command(options: AllowsOptions) -> int:
    """Answer for each use and model whether its terms allow it; without a use, for common ones."""
    uses = parse_intended_use(options)
    day = _parse_day(options)
    subjects = load_subjects(options.registry, options.models, options.license, day)
    asked = uses or tuple(common.use for common in COMMON_USES)
    views = [subject.answer(use) for subject in subjects for use in asked]
    if options.json:
        print_json("allows", _build_document(views, options))
    else:
        print(_render_answers(views, options, is_asked=bool(uses)))
    harshest = find_least_permission(view.value for view in views)
    return EXIT_STATUS[harshest] if options.exit_code and uses else 0


def _parse_day(options: AllowsOptions) -> str | None:
    if options.on is None:
        return None
    if options.license:
        raise UsageError("--on asks about a model; of a license ask for its version instead")
    try:
        day = date.fromisoformat(options.on)
    except ValueError as error:
        raise UsageError(f"--on {options.on!r} is not a day; write it as 2025-01-31") from error
    today = options.parse_now().date()
    if day > today:
        raise UsageError(f"--on {options.on} lies in the future; ask for a day up to {today}")
    return day.isoformat()


def _build_document(views: Sequence[PermissionView], options: AllowsOptions) -> dict[str, Any]:
    return {
        "on": options.on,
        "commit": _find_commit(options),
        "answers": [asdict(view) for view in views],
    }


def _find_commit(options: AllowsOptions) -> str | None:
    """The commit of the records, where they lie in a clone."""
    try:
        return checkout_of(options.registry).object_id("HEAD")
    except RegistryError:
        return None


def _render_answers(
    views: Sequence[PermissionView], options: AllowsOptions, *, is_asked: bool
) -> str:
    if not is_asked:
        return render_common_uses(views)
    return "\n\n".join(_list_parts(views, options))


def _list_parts(views: Sequence[PermissionView], options: AllowsOptions) -> Iterator[str]:
    """Several answers begin with a table."""
    if len(views) > 1:
        yield render_permission_table(views)
    commit = _find_commit(options)
    for view in views:
        yield render_permission(view, commit)
