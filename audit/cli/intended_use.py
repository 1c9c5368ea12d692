"""The question of `allows` from the command line: what is done, by whom, where and in which field.

A word outside of a closed vocabulary is refused with the nearest known one, and never decides.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import click
import pycountry

from audit.cli.command import INTEGER, SharedOptions
from audit.core.errors import UsageError
from audit.core.near_names import format_near_names
from audit.licenses.fields_of_use import find_field, list_field_words
from audit.licenses.uses import (
    ASKERS,
    MODE_ENTAILMENTS,
    MODES,
    PURPOSES,
    REVENUE_SOURCES,
    Asker,
    IntendedUse,
    Mode,
    Period,
    Purpose,
    RevenueSource,
)

OTHER_TERRITORIES = frozenset({"EU", "UK"})
"""Codes that ISO 3166-1 reserves and licenses use."""
_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
_FIELD_PURPOSES: Mapping[str, Purpose] = {
    **{purpose: purpose for purpose in PURPOSES},
    "academic": "research",
    "teaching": "education",
    "testing": "evaluation",
}
_HOSTING_WORDS = ("hosted service", "hosting", "host", "service", "api")
_FIELD_MODES: Mapping[str, Mode] = dict.fromkeys(_HOSTING_WORDS, "host")
"""Words that `--field` took before there were `--purpose` and modes."""
Command = TypeVar("Command", bound=Callable[..., Any])


@dataclass(frozen=True)
class UseOptions(SharedOptions):
    """The options that state intended uses: modes, and the circumstances that they share."""

    internal: bool
    host: bool
    embed: bool
    redistribute: bool
    fine_tune: bool
    sell_fine_tune: bool
    use_outputs: bool
    train_on_outputs: bool
    merge: bool
    quantize: bool
    remove_guardrails: bool
    asker: Asker | None
    commercial: bool
    purpose: tuple[Purpose, ...]
    monthly_users: int | None
    users_month: str | None
    affiliates: str | None
    revenue: int | None
    revenue_period: Period
    revenue_of: RevenueSource | None
    currency: str | None
    territory: str | None
    users_in: tuple[str, ...]
    competing: bool | None
    public: bool
    field: str | None


def _make_mode_option(mode: Mode) -> Callable[[Command], Command]:
    return click.option(f"--{mode}", is_flag=True, help=f"you {MODE_ENTAILMENTS[mode].words}")


_MODE_OPTIONS = tuple(_make_mode_option(mode) for mode in MODES)
_ASKER_OPTIONS = (
    click.option("--as", "asker", type=click.Choice(ASKERS), help="who you are"),
    click.option("--commercial", is_flag=True, help="the use is commercial"),
    click.option(
        "--purpose",
        multiple=True,
        type=click.Choice(PURPOSES),
        help="what the use is for; may be given several times",
    ),
    click.option("--field", metavar="WORD", help="field of use, for example military"),
    click.option("--public", is_flag=True, help="you publish what you change or train"),
    click.option(
        "--competing/--not-competing",
        default=None,
        help="whether what you train competes with the maker's models, or is a general model",
    ),
    click.option(
        "--territory", metavar="CC", help="where you are: ISO 3166-1 code of a country, or EU"
    ),
    click.option(
        "--users-in",
        multiple=True,
        metavar="CC",
        help="where those are whom you serve; may be given several times",
    ),
)
_NUMBER_OPTIONS = (
    click.option(
        "--monthly-users",
        "--users",
        type=INTEGER,
        metavar="N",
        help="active users of your products in a month",
    ),
    click.option("--users-month", metavar="YYYY-MM", help="the month in which they were counted"),
    click.option(
        "--affiliates",
        type=click.Choice(["yes", "no"]),
        help="whether the numbers include your affiliates",
    ),
    click.option("--revenue", type=INTEGER, metavar="N", help="your revenue"),
    click.option(
        "--revenue-period",
        type=click.Choice(["month", "year"]),
        default="year",
        show_default=True,
        help="the period of that revenue",
    ),
    click.option(
        "--revenue-of",
        type=click.Choice(REVENUE_SOURCES),
        help="whose revenue it is; the group includes all affiliates",
    ),
    click.option(
        "--currency", metavar="CODE", help="its currency, as USD (default: that of the clause)"
    ),
)
_OPTIONS = (*_MODE_OPTIONS, *_ASKER_OPTIONS, *_NUMBER_OPTIONS)


def add_use_options(command: Command) -> Command:
    """Add the options of `UseOptions` to a command, in the order in which help lists them."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def parse_intended_use(options: UseOptions) -> tuple[IntendedUse, ...]:
    """The uses that were asked about, one for each mode; none where nothing at all was said.

    Circumstances without a mode are about use in one's own house. Raises UsageError for a use that
    cannot be.
    """
    _require_possible_numbers(options)
    use = _parse_circumstances(options)
    modes = _list_modes(options)
    if not modes:
        return () if use == IntendedUse() else (use,)
    return tuple(replace(use, mode=mode) for mode in modes)


def _parse_circumstances(options: UseOptions) -> IntendedUse:
    """All but the mode."""
    return IntendedUse(
        purposes=_list_purposes(options),
        asker=options.asker,
        monthly_users=options.monthly_users,
        users_month=options.users_month,
        affiliates=_parse_switch(options.affiliates),
        revenue=options.revenue,
        revenue_period=options.revenue_period,
        revenue_of=options.revenue_of,
        currency=_parse_currency(options.currency),
        territory=_parse_territory(options.territory, "--territory"),
        user_territories=tuple(filter(None, map(_parse_user_territory, options.users_in))),
        competing=options.competing,
        public=options.public,
        field=_parse_field(options),
    )


def _list_modes(options: UseOptions) -> list[Mode]:
    """The modes by their options, and by the older words for them in `--field`."""
    named = _FIELD_MODES.get(_fold_word(options.field))
    return [mode for mode in MODES if mode == named or getattr(options, mode.replace("-", "_"))]


def _list_purposes(options: UseOptions) -> tuple[Purpose, ...]:
    """The purposes in the order of the vocabulary; `--field` takes a word for one of them."""
    stated = set(options.purpose)
    if options.commercial:
        stated.add("commercial")
    named = _find_purpose_in_field(options)
    if named:
        stated.add(named)
    return tuple(purpose for purpose in PURPOSES if purpose in stated)


def _find_purpose_in_field(options: UseOptions) -> Purpose | None:
    """The purpose that `--field` names; beside another stated purpose its word is a field."""
    named = _FIELD_PURPOSES.get(_fold_word(options.field))
    return named if not options.purpose or named in options.purpose else None


def _parse_switch(word: str | None) -> bool | None:
    return None if word is None else word == "yes"


def _parse_currency(text: str | None) -> str | None:
    if text is None:
        return None
    code = text.upper()
    if pycountry.currencies.get(alpha_3=code) is None:
        raise UsageError(f"--currency {text!r} is not known; write an ISO 4217 code such as USD")
    return code


def _parse_user_territory(text: str) -> str | None:
    return _parse_territory(text, "--users-in")


def _require_possible_numbers(options: UseOptions) -> None:
    _require_number(options.monthly_users, "--monthly-users")
    _require_number(options.revenue, "--revenue")
    if options.users_month is not None and not _MONTH.fullmatch(options.users_month):
        raise UsageError(f"--users-month {options.users_month!r} is no month; write it as 2024-11")


def _require_number(value: int | None, option: str) -> None:
    if value is not None and value < 0:
        raise UsageError(f"{option} {value} cannot be; write a number from 0 up")


def _parse_territory(text: str | None, option: str) -> str | None:
    """The code of a territory that is named by its code or by a country's name."""
    if not text:
        return None
    code = text.upper()
    if code in OTHER_TERRITORIES:
        return code
    try:
        return str(pycountry.countries.lookup(text).alpha_2)
    except LookupError as error:
        raise UsageError(
            f"{option} {text!r} is not known; "
            "write a country's name or ISO 3166-1 code, such as Germany or DE, or EU"
        ) from error


def _parse_field(options: UseOptions) -> str | None:
    """The id of the field. Raises UsageError with what is near the word."""
    text, word = options.field, _fold_word(options.field)
    if text is None or word in _FIELD_MODES or _find_purpose_in_field(options):
        return None
    field = find_field(text)
    if field is None:
        near = format_near_names(word, list_field_words())
        raise UsageError(
            f"--field {text!r} is not in the vocabulary{near}; "
            "docs/definitions/fields-of-use.md lists the fields"
        )
    return field.id


def _fold_word(text: str | None) -> str:
    return " ".join((text or "").casefold().replace("-", " ").split())
