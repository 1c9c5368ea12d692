"""A change of terms in lines for a person, the decisive ones first.

What the lines say and what the direction says come from one comparison: a clause is only called new
or gone where that takes or gives something, and what decides between both stands on top.
"""

from collections.abc import Iterable, Iterator, Sequence

from audit.licenses.commerce import COMMERCE_WORDS, find_commerce_change
from audit.licenses.conditions import CONDITION_KINDS
from audit.licenses.expression import InvalidExpressionError
from audit.licenses.terms import (
    EffectiveTerms,
    LicenseClause,
    find_best_terms,
    list_alternative_terms,
)
from audit.licenses.terms_balance import (
    TermsBalance,
    list_widened_thresholds,
    weigh_terms,
)
from audit.licenses.terms_diff import ClauseChange, ParameterChange, compare_terms
from audit.licenses.weighty_clauses import list_uncovered_clauses
from audit.records.license import format_section
from audit.records.registry import Registry

MAX_TERMS_CHANGE_LINES = 20
MAX_TERMS_CHANGE_CHARACTERS = 600


def describe_terms_change(
    before: str | None, after: str | None, registry: Registry
) -> tuple[str, ...]:
    """Lines for a person; none where one side is not known."""
    if before is None or after is None:
        return ()
    try:
        old, new = find_best_terms(before, registry), find_best_terms(after, registry)
        commerce = find_commerce_change(
            list_alternative_terms(before, registry), list_alternative_terms(after, registry)
        )
    except InvalidExpressionError:
        return ()
    lines = [*_describe_commerce(commerce), *_describe_terms(old, new)]
    return _limit_lines([_shorten_line(line) for line in lines])


def _limit_lines(lines: Sequence[str]) -> tuple[str, ...]:
    more = len(lines) - MAX_TERMS_CHANGE_LINES
    if more <= 0:
        return tuple(lines)
    return (*lines[:MAX_TERMS_CHANGE_LINES], f"… and {more} more")


def _shorten_line(line: str) -> str:
    if len(line) <= MAX_TERMS_CHANGE_CHARACTERS:
        return line
    return f"{line[:MAX_TERMS_CHANGE_CHARACTERS]}…"


def _describe_commerce(change: tuple[int, int] | None) -> Iterator[str]:
    if change:
        was, now = change
        yield f"commerce: {COMMERCE_WORDS[was]} → {COMMERCE_WORDS[now]}"


def _describe_terms(old: EffectiveTerms, new: EffectiveTerms) -> Iterator[str]:
    diff = compare_terms(old, new)
    for freedom in diff.freedoms:
        yield f"freedom to {freedom.name}: {freedom.before} → {freedom.after}"
    describer = _ClauseDescriber(old, new)
    changes = sorted(diff.group_by_kind(), key=describer.rank_kind)
    for change in changes:
        yield from describer.describe_change(change)


class _ClauseDescriber:
    """Says of each clause whether it takes, gives, or only says the same otherwise."""

    def __init__(self, old: EffectiveTerms, new: EffectiveTerms) -> None:
        self.balance: TermsBalance = weigh_terms(old, new)
        self.decisive = [
            *(clause for _, clause in list_uncovered_clauses(new, old)),
            *(clause for _, clause in list_uncovered_clauses(old, new)),
        ]
        self.widened = [*list_widened_thresholds(old, new), *list_widened_thresholds(new, old)]

    def rank_kind(self, change: ClauseChange) -> int:
        """What decides the direction, then what is left open, then what open licenses have too."""
        if change.kind in self.balance.closings | self.balance.openings:
            return 0
        return 1 if change.kind in self.balance.undecided else 2

    def describe_change(self, change: ClauseChange) -> Iterator[str]:
        """The numbers and switches that changed, or the clauses that came and went."""
        parameters = change.list_parameter_changes()
        if parameters:
            yield from map(_format_parameter_change, parameters)
            return
        yield from (self._format_clause("new", clause) for clause in change.added)
        yield from (self._format_clause("no longer", clause) for clause in change.removed)

    def _format_clause(self, word: str, clause: LicenseClause) -> str:
        condition = clause.condition
        line = f"{condition.kind}: {condition.summary} ({format_section(condition.section)})"
        if _is_among(clause, self.widened):
            return f"for everybody now, without {line}" if word != "new" else f"only with {line}"
        if _is_among(clause, self.decisive) or not _is_weighty(clause):
            return f"{word} {line}"
        return f"said otherwise, {line}"


def _is_among(clause: LicenseClause, clauses: Iterable[LicenseClause]) -> bool:
    return any(clause is each for each in clauses)


def _is_weighty(clause: LicenseClause) -> bool:
    kind = CONDITION_KINDS.get(clause.condition.kind)
    return kind is None or not kind.is_weightless(clause.condition)


def _format_parameter_change(change: ParameterChange) -> str:
    condition = change.clause.condition
    values = f"{format_parameter(change.before)} → {format_parameter(change.after)}"
    return f"{condition.kind}, {change.name}: {values} ({format_section(condition.section)})"


def format_parameter(value: object) -> str:
    """A number or switch of a clause, in words."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None:
        return "not stated"
    if isinstance(value, int):
        return f"{value:,}"
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
