"""The question of `allows` from the command line: what is done, by whom, where and in which field.

A word outside of a closed vocabulary is refused with the nearest known one, and never decides.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

import click
import pycountry

from audit.cli.command import INTEGER, SharedOptions
from audit.core.errors import UsageError
from audit.core.near_names import format_near_names
from audit.licenses.fields_of_use import find_field, list_field_words
from audit.licenses.uses import PURPOSES, IntendedUse, Purpose

OTHER_TERRITORIES = frozenset({"EU", "UK"})
"""Codes that ISO 3166-1 reserves and licenses use."""
_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
_PURPOSE_FIELDS: dict[str, Purpose] = {
    **{purpose: purpose for purpose in PURPOSES},
    "academic": "research",
    "teaching": "education",
    "testing": "evaluation",
    "production": "production",
}
_HOSTING_FIELDS = frozenset({"hosted service", "hosting", "host", "service", "api"})
"""Words that `--field` took before there were `--purpose` and `--host`."""
Command = TypeVar("Command", bound=Callable[..., Any])


@dataclass(frozen=True)
class UseOptions(SharedOptions):
    """The options that state one intended use."""

    commercial: bool
    purpose: Purpose | None
    host: bool
    monthly_users: int | None
    users_month: str | None
    revenue: int | None
    revenue_period: Literal["month", "year"]
    territory: str | None
    redistribute: bool
    fine_tune: bool
    train_on_outputs: bool
    field: str | None


_OPTIONS = (
    click.option("--commercial", is_flag=True, help="the use is commercial"),
    click.option("--purpose", type=click.Choice(PURPOSES), help="what the use is for"),
    click.option("--host", is_flag=True, help="you offer it to others as a service or an API"),
    click.option("--redistribute", is_flag=True, help="you pass the weights on"),
    click.option("--fine-tune", is_flag=True, help="you train the model further"),
    click.option(
        "--train-on-outputs", is_flag=True, help="you train other models on what it writes"
    ),
    click.option(
        "--monthly-users",
        type=INTEGER,
        metavar="N",
        help="active users of your products in a month",
    ),
    click.option("--users-month", metavar="YYYY-MM", help="the month in which they were counted"),
    click.option(
        "--revenue",
        type=INTEGER,
        metavar="N",
        help="your revenue, in the currency of the clause (mostly USD)",
    ),
    click.option(
        "--revenue-period",
        type=click.Choice(["month", "year"]),
        default="year",
        show_default=True,
        help="the period of that revenue",
    ),
    click.option(
        "--territory", metavar="CC", help="where you are: ISO 3166-1 code of a country, or EU"
    ),
    click.option("--field", metavar="WORD", help="field of use, for example military"),
)


def add_use_options(command: Command) -> Command:
    """Add the options of `UseOptions` to a command, in the order in which help lists them."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def parse_intended_use(options: UseOptions) -> IntendedUse:
    """The use that was asked about. Raises UsageError for one that cannot be."""
    _require_possible_numbers(options)
    purpose, host, field = _sort_field(options)
    return IntendedUse(
        commercial=options.commercial,
        purpose=purpose,
        host=host,
        monthly_users=options.monthly_users,
        users_month=options.users_month,
        revenue=options.revenue,
        revenue_period=options.revenue_period,
        territory=_parse_territory(options.territory),
        redistribute=options.redistribute,
        fine_tune=options.fine_tune,
        train_on_outputs=options.train_on_outputs,
        field=field,
    )


def _require_possible_numbers(options: UseOptions) -> None:
    _require_number(options.monthly_users, "--monthly-users")
    _require_number(options.revenue, "--revenue")
    if options.users_month is not None and not _MONTH.fullmatch(options.users_month):
        raise UsageError(f"--users-month {options.users_month!r} is no month; write it as 2024-11")


def _require_number(value: int | None, option: str) -> None:
    if value is not None and value < 0:
        raise UsageError(f"{option} {value} cannot be; write a number from 0 up")


def _parse_territory(text: str | None) -> str | None:
    if not text:
        return None
    code = text.upper()
    if code in OTHER_TERRITORIES or pycountry.countries.get(alpha_2=code) is not None:
        return code
    raise UsageError(
        f"--territory {text!r} is not known; "
        "write an ISO 3166-1 code of two letters such as US or DE, or EU"
    )


def _sort_field(options: UseOptions) -> tuple[Purpose | None, bool, str | None]:
    """Purpose, hosting and field: `--field` takes a word for each of them."""
    if options.field is None:
        return options.purpose, options.host, None
    word = " ".join(options.field.casefold().replace("-", " ").split())
    if word in _HOSTING_FIELDS:
        return options.purpose, True, None
    purpose = _PURPOSE_FIELDS.get(word)
    if purpose and options.purpose in (None, purpose):
        return purpose, options.host, None
    return options.purpose, options.host, _require_field(options.field, word)


def _require_field(text: str, word: str) -> str:
    """The id of the field. Raises UsageError with what is near `word`."""
    field = find_field(text)
    if field is None:
        near = format_near_names(word, list_field_words())
        raise UsageError(
            f"--field {text!r} is not in the vocabulary{near}; "
            "docs/definitions/fields-of-use.md lists the fields"
        )
    return field.id
