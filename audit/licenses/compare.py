"""Direction of a change of terms, by freedoms and conditions as data. It never reads prose."""

from typing import Literal

from audit.licenses.commerce import find_commerce_change
from audit.licenses.conditions import find_condition_kind
from audit.licenses.expression import InvalidExpressionError
from audit.licenses.terms import EffectiveTerms, list_alternative_terms
from audit.licenses.terms_balance import TermsBalance, weigh_terms
from audit.records.registry import Registry

Direction = Literal["more-closed", "more-open", "neutral", "unreviewed"]
Alternatives = tuple[EffectiveTerms, ...]
"""Terms between which the licensee may choose, at least one."""


def compare_expressions(before: str | None, after: str | None, registry: Registry) -> Direction:
    """Direction from one license expression to another.

    `unreviewed` where either is unknown or names a license that the registry does not hold, where a
    clause is not understood, where each gives something that the other withholds, or where a part
    that nobody read could turn the direction round.
    """
    if before == after:
        return "neutral"
    if before is None or after is None:
        return "unreviewed"
    try:
        old = list_alternative_terms(before, registry)
        new = list_alternative_terms(after, registry)
    except InvalidExpressionError:
        return "unreviewed"
    return compare_alternatives(old, new)


def compare_alternatives(before: Alternatives, after: Alternatives) -> Direction:
    """Direction where the licensee may choose.

    More open when whatever could be chosen before is matched or bettered after.
    """
    if not all(map(_is_understood, (*before, *after))):
        return "unreviewed"
    if len(before) == len(after) == 1:
        return _judge_balance(weigh_terms(before[0], after[0]), before, after)
    return _compare_choices(before, after)


def _judge_balance(balance: TermsBalance, before: Alternatives, after: Alternatives) -> Direction:
    """By what is only taken or only given; else by how free commerce is."""
    if balance.is_even:
        return "neutral"
    if balance.takes_only:
        return "more-closed"
    if balance.gives_only:
        return "more-open"
    return _compare_commerce(before, after)


def _compare_choices(before: Alternatives, after: Alternatives) -> Direction:
    is_all_kept = _are_all_matched(before, after)
    is_nothing_gained = _are_all_matched(after, before)
    if is_all_kept and is_nothing_gained:
        return "neutral"
    if is_all_kept:
        return "more-open"
    return "more-closed" if is_nothing_gained else _compare_commerce(before, after)


def _are_all_matched(wanted: Alternatives, choices: Alternatives) -> bool:
    return all(_is_matched(terms, choices) for terms in wanted)


def _is_matched(wanted: EffectiveTerms, choices: Alternatives) -> bool:
    """Whether one of the choices certainly grants what is wanted and demands nothing more."""
    return any(_takes_nothing(weigh_terms(wanted, terms)) for terms in choices)


def _takes_nothing(balance: TermsBalance) -> bool:
    return not (balance.closings or balance.undecided or balance.may_close)


def _is_understood(terms: EffectiveTerms) -> bool:
    return all(find_condition_kind(clause.condition) for clause in terms.clauses)


def _compare_commerce(before: Alternatives, after: Alternatives) -> Direction:
    """Direction where something is given and something taken: by what matters most to most."""
    change = find_commerce_change(before, after)
    if change is None:
        return "unreviewed"
    was, now = change
    return "more-open" if now > was else "more-closed"
