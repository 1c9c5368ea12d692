"""`allows`: may I use this model for that?"""

import argparse
import json
from dataclasses import asdict

import pycountry

from audit.cli.command import Command
from audit.cli.explain import find_model
from audit.errors import UsageError
from audit.frameworks.permissions import DecidingClause, IntendedUse, PermissionAnswer, allows
from audit.records.load import load_registry

WORDS = {
    "allowed": "allowed",
    "allowed-with-obligations": "allowed, with obligations",
    "needs-separate-license": "needs a separate license",
    "forbidden": "forbidden",
    "unknown": "unknown",
}

OTHER_TERRITORIES = frozenset({"EU", "UK"})
"""Codes that ISO 3166-1 reserves and licenses use."""


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("model", metavar="MODEL", help="id of the model, as owner/name")
    parser.add_argument("--commercial", action="store_true", help="the use is commercial")
    parser.add_argument("--monthly-users", type=int, metavar="N", help="monthly active users of your products")
    parser.add_argument("--revenue", type=int, metavar="N", help="your yearly revenue, in the currency of the clause (mostly USD)")
    parser.add_argument("--territory", metavar="CC", help="where you are: ISO 3166-1 code of a country, or EU")
    parser.add_argument("--redistribute", action="store_true", help="you pass the weights on")
    parser.add_argument("--fine-tune", action="store_true", help="you train the model further")
    parser.add_argument("--train-on-outputs", action="store_true", help="you train other models on what it writes")
    parser.add_argument("--field", metavar="WORDS", help="field of use, for example military")


def _run(options: argparse.Namespace) -> int:
    use = intended_use(options)
    registry = load_registry(options.registry)
    answer = allows(find_model(options.model, registry), registry, use)
    print(json.dumps(asdict(answer), indent=2, ensure_ascii=False) if options.json else render_answer(answer))
    return 0


def intended_use(options: argparse.Namespace) -> IntendedUse:
    """The use that was asked about. Raises UsageError for one that cannot be."""
    for name in ("monthly_users", "revenue"):
        value = getattr(options, name)
        if value is not None and value < 0:
            raise UsageError(f"--{name.replace('_', '-')} {value} cannot be; write a number from 0 up")
    territory = options.territory.upper() if options.territory else None
    if territory and territory not in OTHER_TERRITORIES and pycountry.countries.get(alpha_2=territory) is None:
        raise UsageError(f"--territory {options.territory!r} is not known; write an ISO 3166-1 code of two letters such as US or DE, or EU")
    return IntendedUse(
        commercial=options.commercial,
        monthly_users=options.monthly_users,
        revenue=options.revenue,
        territory=territory,
        redistribute=options.redistribute,
        fine_tune=options.fine_tune,
        train_on_outputs=options.train_on_outputs,
        field=options.field,
    )


def render_answer(answer: PermissionAnswer) -> str:
    """The answer, then each clause that decided it."""
    lines = [f"{answer.model}: {WORDS[answer.value]}"]
    lines += [_clause(each) for each in answer.clauses]
    lines += [f"  open question: {each}" for each in answer.open_questions]
    lines.append("Terms read as data, with their sections; not legal advice.")
    return "\n".join(lines)


def _clause(clause: DecidingClause) -> str:
    where = f"{clause.license} section {clause.section}" if clause.section else clause.license
    source = f" ({clause.evidence[0].url})" if clause.evidence else ""
    return f"  {WORDS[clause.effect]}: {clause.summary} [{clause.model}, {where}]{source}"


ALLOWS = Command("allows", "Say whether a use is permitted, and by which clause.", _options, _run)
