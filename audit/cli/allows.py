"""`allows`: may I use this model for that?"""

import textwrap
from collections.abc import Mapping
from dataclasses import asdict, dataclass

import click
import pycountry

from audit.cli.command import INTEGER, SharedOptions, make_command
from audit.cli.json_output import print_json
from audit.core.errors import UsageError
from audit.definitions.permissions import (
    DecidingClause,
    PermissionAnswer,
    judge_permission,
)
from audit.licenses.uses import PERMISSION_ORDER, PERMISSION_WORDS, IntendedUse, Permission
from audit.records.model import Registry, format_section
from audit.records.subset import load_model_closure

_EFFECT_HEADINGS: Mapping[Permission, str] = {
    "forbidden": "Forbidden, because",
    "needs-separate-license": "A separate license is needed, because",
    "unknown": "Unknown, because",
    "allowed-with-obligations": "Obligations and limits that come with it",
    "allowed": "Allowed by",
}
LINE_WIDTH = 110

OTHER_TERRITORIES = frozenset({"EU", "UK"})
"""Codes that ISO 3166-1 reserves and licenses use."""


@dataclass(frozen=True)
class AllowsOptions(SharedOptions):
    """Options of `allows`."""

    model: str
    commercial: bool
    monthly_users: int | None
    revenue: int | None
    territory: str | None
    redistribute: bool
    fine_tune: bool
    train_on_outputs: bool
    field: str | None


@make_command(AllowsOptions)
@click.argument("model", metavar="MODEL", help="id of the model, as owner/name")
@click.option("--commercial", is_flag=True, help="the use is commercial")
@click.option(
    "--monthly-users", type=INTEGER, metavar="N", help="monthly active users of your products"
)
@click.option(
    "--revenue",
    type=INTEGER,
    metavar="N",
    help="your yearly revenue, in the currency of the clause (mostly USD)",
)
@click.option(
    "--territory", metavar="CC", help="where you are: ISO 3166-1 code of a country, or EU"
)
@click.option("--redistribute", is_flag=True, help="you pass the weights on")
@click.option("--fine-tune", is_flag=True, help="you train the model further")
@click.option("--train-on-outputs", is_flag=True, help="you train other models on what it writes")
@click.option("--field", metavar="WORDS", help="field of use, for example military")
def run_command(options: AllowsOptions) -> int:
    """Answer whether the model's terms allow the use."""
    use = parse_intended_use(options)
    model, registry = load_model_closure(options.registry, options.model)
    answer = judge_permission(model, registry, use)
    if options.json:
        print_json("allows", asdict(answer))
    else:
        print(render_permission_answer(answer, registry))
    return 0


def parse_intended_use(options: AllowsOptions) -> IntendedUse:
    """The use that was asked about. Raises UsageError for one that cannot be."""
    _refuse_negative("--monthly-users", options.monthly_users)
    _refuse_negative("--revenue", options.revenue)
    return IntendedUse(
        commercial=options.commercial,
        monthly_users=options.monthly_users,
        revenue=options.revenue,
        territory=_parse_territory(options.territory),
        redistribute=options.redistribute,
        fine_tune=options.fine_tune,
        train_on_outputs=options.train_on_outputs,
        field=options.field,
    )


def _refuse_negative(option: str, value: int | None) -> None:
    if value is not None and value < 0:
        raise UsageError(f"{option} {value} cannot be; write a number from 0 up")


def _parse_territory(words: str | None) -> str | None:
    if not words:
        return None
    code = words.upper()
    if code not in OTHER_TERRITORIES and pycountry.countries.get(alpha_2=code) is None:
        raise UsageError(
            f"--territory {words!r} is not known; "
            "write an ISO 3166-1 code of two letters such as US or DE, or EU"
        )
    return code


def render_permission_answer(answer: PermissionAnswer, registry: Registry) -> str:
    """The answer, then the clauses that decided it, the harshest first, then the others."""
    lines = [f"{answer.model}: {PERMISSION_WORDS[answer.value]}"]
    for effect in PERMISSION_ORDER:
        clauses = [clause for clause in answer.clauses if clause.effect == effect]
        if clauses:
            lines += ["", _EFFECT_HEADINGS[effect]]
        for clause in clauses:
            lines += _render_clause(clause, registry)
    if answer.open_questions:
        lines += ["", "Open questions, which do not change the answer"]
        lines += [f"  - {question}" for question in answer.open_questions]
    return "\n".join([*lines, "", "Terms read as data, with their sections; not legal advice."])


def _render_clause(clause: DecidingClause, registry: Registry) -> list[str]:
    license = registry.licenses.get(clause.license)
    source = license.name if license else "License unknown"
    if clause.section:
        source += f", {format_section(clause.section)}"
    lines = textwrap.wrap(
        f"- {_summarize_clause(clause)}",
        LINE_WIDTH,
        initial_indent="  ",
        subsequent_indent="    ",
        break_long_words=False,
        break_on_hyphens=False,
    )
    lines.append(f"    {source} (for {clause.model})")
    lines += [f"    {evidence.url}" for evidence in clause.evidence[:1]]
    return lines


def _summarize_clause(clause: DecidingClause) -> str:
    """The summary, with the words that a notice or a name has to hold."""
    parts = [clause.summary.rstrip(".")]
    for parameter in ("display", "prefix"):
        words = clause.parameters.get(parameter)
        if words:
            parts.append(f'the words are "{words}"')
    return "; ".join(parts)
