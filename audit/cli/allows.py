"""`allows`: may I use this model for that?"""

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import click

from audit.cli.command import make_command
from audit.cli.intended_use import UseOptions, add_use_options, parse_intended_use
from audit.cli.json_output import print_json
from audit.definitions.common_uses import COMMON_USES
from audit.definitions.permissions import (
    DecidingClause,
    PermissionAnswer,
    judge_permission,
)
from audit.licenses.uses import (
    PERMISSION_ORDER,
    PERMISSION_WORDS,
    Permission,
    find_least_permission,
)
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

    model: str
    exit_code: bool


@make_command(AllowsOptions)
@click.argument("model", metavar="MODEL", help="id of the model, as owner/name")
@add_use_options
@click.option(
    "--exit-code", is_flag=True, help="exit with 5 where the use is not allowed, 6 where unknown"
)
def run_command(options: AllowsOptions) -> int:
    """Answer whether the model's terms allow each use; without any, for the common ones."""
    uses = parse_intended_use(options)
    model, registry = load_model_closure(options.registry, options.model)
    asked = uses or [common.use for common in COMMON_USES]
    answers = [judge_permission(model, registry, use) for use in asked]
    if options.json:
        print_json("allows", {"answers": [asdict(answer) for answer in answers]})
    elif uses:
        print("\n\n".join(render_permission_answer(answer, registry) for answer in answers))
    else:
        print(render_common_uses(model.id, answers))
    harshest = find_least_permission(answer.value for answer in answers)
    return EXIT_STATUS[harshest] if options.exit_code and uses else 0


def render_common_uses(id: str, answers: Sequence[PermissionAnswer]) -> str:
    """One line for each use that people ask about first; for a question that names no use."""
    lines = [
        f"  {common.noun}: {PERMISSION_WORDS[answer.value]}"
        for common, answer in zip(COMMON_USES, answers, strict=True)
    ]
    return "\n".join([id, *lines, "", "Ask about one of them for its clauses; see --help."])


def render_permission_answer(answer: PermissionAnswer, registry: Registry) -> str:
    """The answer, then the clauses that decided it, the harshest first, then the others."""
    lines = [f"{answer.model}: {PERMISSION_WORDS[answer.value]}"]
    for effect in PERMISSION_ORDER:
        lines += _render_effect(effect, answer, registry)
    if answer.open_questions:
        lines += ["", "Open questions, which do not change the answer"]
        lines += [f"  - {question}" for question in answer.open_questions]
    return "\n".join([*lines, "", "Terms read as data, with their sections; not legal advice."])


def _render_effect(effect: Permission, answer: PermissionAnswer, registry: Registry) -> list[str]:
    """The clauses of one effect under their heading; nothing where there is none."""
    clauses = [clause for clause in answer.clauses if clause.effect == effect]
    lines = ["", _EFFECT_HEADINGS[effect]] if clauses else []
    for clause in clauses:
        lines += _render_clause(clause, registry)
    return lines


def _render_clause(clause: DecidingClause, registry: Registry) -> list[str]:
    return [
        *_wrap_item(_summarize_clause(clause)),
        f"    {_cite_license(clause, registry)} (for {clause.model})",
        *[f"    {evidence.url}" for evidence in clause.evidence[:1]],
    ]


def _wrap_item(text: str) -> list[str]:
    return textwrap.wrap(
        f"- {text}",
        LINE_WIDTH,
        initial_indent="  ",
        subsequent_indent="    ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def _cite_license(clause: DecidingClause, registry: Registry) -> str:
    license = registry.licenses.get(clause.license)
    name = license.name if license else "License unknown"
    return f"{name}, {format_section(clause.section)}" if clause.section else name


def _summarize_clause(clause: DecidingClause) -> str:
    """The summary, with the words that a notice or a name has to hold."""
    parts = [clause.summary.rstrip(".")]
    for parameter in ("display", "prefix"):
        words = clause.parameters.get(parameter)
        if words:
            parts.append(f'the words are "{words}"')
    return "; ".join(parts)
