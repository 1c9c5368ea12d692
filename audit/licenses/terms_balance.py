"""What a change of terms takes and what it gives, each with what it is about.

What was not read is only possible, in both directions: it decides nothing, and hides what is
certain only where it could turn it round.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from audit.licenses.clause_strictness import rank_harshness
from audit.licenses.conditions import CONDITION_KINDS
from audit.licenses.terms import FREEDOM_RANK, EffectiveTerms, LicenseClause
from audit.licenses.weighty_clauses import (
    KindAndClause,
    is_demanded,
    list_uncovered_clauses,
    list_weighty_clauses,
)

FREEDOM_NAMES = ("use", "study", "modify", "share")


@dataclass(frozen=True)
class TermsBalance:
    """A change of terms, seen from the licensee."""

    closings: frozenset[str]
    """Freedoms and kinds of clauses by which the new terms take something."""
    openings: frozenset[str]
    """Those by which they give something."""
    undecided: frozenset[str]
    """Kinds of clauses that say other things, of which neither is more."""
    may_close: bool
    """Whether a part that nobody read can take something."""
    may_open: bool
    reaches_elsewhere: bool = False
    """Whether a duty on sharing has another reach: a whole work, a library or a file.

    Such a duty weighs too much to be passed over, and no record says which reach is wider.
    """

    @property
    def takes_only(self) -> bool:
        """Whether it is certain that something is taken, and that nothing is given."""
        return bool(self.closings) and not (
            self.openings or self.may_open or self.reaches_elsewhere
        )

    @property
    def gives_only(self) -> bool:
        """Whether it is certain that something is given, and that nothing is taken."""
        return bool(self.openings) and not (
            self.closings or self.may_close or self.reaches_elsewhere
        )

    @property
    def is_even(self) -> bool:
        """Whether it is certain that nothing is given or taken."""
        return not (
            self.closings or self.openings or self.undecided or self.may_close or self.may_open
        )


def weigh_terms(old: EffectiveTerms, new: EffectiveTerms) -> TermsBalance:
    """What the new terms take and give."""
    if set(old.freedoms) == set(new.freedoms) == {"no"}:
        # Nothing was granted, and nothing is: clauses about it change nothing.
        return TermsBalance(frozenset(), frozenset(), frozenset(), may_close=False, may_open=False)
    added = _leave_out_widened_thresholds(new, old)
    removed = _leave_out_widened_thresholds(old, new)
    closing, opening, undecided = _weigh_kinds(added, removed)
    lowered, raised = _compare_freedoms(old, new)
    return TermsBalance(
        # A clause that the old terms lack may stand in a part of them that nobody read.
        closings=lowered | (closing if old.is_read else frozenset()),
        openings=raised | (opening if new.is_read else frozenset()),
        undecided=undecided,
        may_close=_may_fall(old, new) or (bool(closing) and not old.is_read),
        may_open=_may_fall(new, old) or (bool(opening) and not new.is_read),
        reaches_elsewhere=any(_is_duty_on_sharing(kind) for kind in undecided),
    )


def _is_duty_on_sharing(kind: str) -> bool:
    return CONDITION_KINDS[kind].is_duty_on_sharing


def _compare_freedoms(
    old: EffectiveTerms, new: EffectiveTerms
) -> tuple[frozenset[str], frozenset[str]]:
    """The freedoms that are smaller and those that are greater, as far as they were read."""
    lowered, raised = set[str](), set[str]()
    for name, was, now in zip(FREEDOM_NAMES, old.freedoms, new.freedoms, strict=True):
        if "unknown" in (was, now) or was == now:
            continue
        fell = FREEDOM_RANK[now] < FREEDOM_RANK[was]
        (lowered if fell else raised).add(f"freedom to {name}")
    return frozenset(lowered), frozenset(raised)


def _may_fall(old: EffectiveTerms, new: EffectiveTerms) -> bool:
    """Whether a freedom can be smaller in the new terms than in the old ones, unread as it is."""
    pairs = zip(old.freedoms, new.freedoms, strict=True)
    return any("unknown" in pair and pair[0] != "no" and pair[1] != "yes" for pair in pairs)


def _weigh_kinds(
    added: Iterable[KindAndClause], removed: Iterable[KindAndClause]
) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Kinds that only came or grew harsher, those that only went or grew milder, and others."""
    came, went = _measure_kinds(added), _measure_kinds(removed)
    return (
        _select_kinds(came, went, lambda now, was: now > was),
        _select_kinds(came, went, lambda now, was: now < was),
        _select_kinds(came, went, lambda now, was: now == was),
    )


def _select_kinds(
    came: dict[str, int], went: dict[str, int], condition: Callable[[int, int], bool]
) -> frozenset[str]:
    kinds = {*came, *went}
    return frozenset(kind for kind in kinds if condition(came.get(kind, -1), went.get(kind, -1)))


def _measure_kinds(clauses: Iterable[KindAndClause]) -> dict[str, int]:
    """The harshest effect of the clauses of each kind."""
    found: dict[str, int] = {}
    for kind, clause in clauses:
        harshness = rank_harshness(clause.condition.parameters)
        found[kind.id] = max(found.get(kind.id, -1), harshness)
    return found


def _leave_out_widened_thresholds(
    terms: EffectiveTerms, other: EffectiveTerms
) -> list[KindAndClause]:
    """The clauses beyond those of the other terms, but for thresholds of duties of everybody there.

    Such a threshold limits nobody who is free under the other terms.
    """
    widened = list_widened_thresholds(terms, other)
    beyond = list_uncovered_clauses(terms, other)
    return [each for each in beyond if not any(each[1] is clause for clause in widened)]


def list_widened_thresholds(terms: EffectiveTerms, other: EffectiveTerms) -> list[LicenseClause]:
    """The thresholds of duties that everybody has under the other terms."""
    if not _has_spread_duty(terms, other):
        return []
    beyond = list_uncovered_clauses(terms, other)
    return [each[1] for each in beyond if _is_threshold_of_duty(each)]


def _is_threshold_of_duty(each: KindAndClause) -> bool:
    """Whether nothing but a duty begins above the threshold."""
    kind, clause = each
    return kind.is_threshold and rank_harshness(clause.condition.parameters) == 0


def _has_spread_duty(terms: EffectiveTerms, other: EffectiveTerms) -> bool:
    """Whether a duty that only binds whoever is above a threshold is one of the other terms too."""
    bound = [each for each in list_weighty_clauses(terms) if _is_bound(each)]
    return any(is_demanded(clause.condition, kind, other) for kind, clause in bound)


def _is_bound(each: KindAndClause) -> bool:
    return each[1].condition.parameters.get("only_above_thresholds") is True
