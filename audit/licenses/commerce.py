"""How free commerce is under terms: what matters most to most people where terms change."""

from collections.abc import Sequence
from dataclasses import replace

from audit.licenses.clause_strictness import EFFECT_HARSHNESS, rank_harshness
from audit.licenses.terms import EffectiveTerms, evaluate_open_terms
from audit.licenses.weighty_clauses import list_weighty_clauses
from audit.records.license import Freedom

COMMERCE_WORDS = (
    "nothing is granted",
    "forbidden",
    "only under a license of its own",
    "only after registration",
    "free within limits",
    "free on conditions",
    "free",
)
"""The ranks of `rank_commercial_freedom`, in words."""


def rank_commercial_freedom(terms: EffectiveTerms) -> int:
    """How free commerce is, from 0 to 6.

    0 nothing is granted, 1 commerce or use outside research is forbidden, 2 it needs a license,
    3 it needs a registration, 4 it is free within limits, 5 it is free for any purpose on
    conditions, 6 the terms are open.
    """
    if terms.use == "no":
        return 0
    withheld, registration = _measure_hurdles(terms)
    if withheld >= EFFECT_HARSHNESS["forbidden"]:
        return 1
    if withheld >= EFFECT_HARSHNESS["needs-license"]:
        return 2
    if registration >= EFFECT_HARSHNESS["needs-license"]:
        return 3
    if evaluate_open_terms(terms) == "yes":
        return 6
    return 5 if set(terms.freedoms) == {"yes"} else 4


def bound_commercial_freedom(terms: EffectiveTerms) -> tuple[int, int]:
    """The least and the greatest rank that the terms can have, where some was not read."""
    if terms.is_read:
        rank = rank_commercial_freedom(terms)
        return rank, rank
    # A clause that nobody read can forbid everything; those that were read stay.
    return 0, rank_commercial_freedom(_read_best(terms))


def find_commerce_change(
    before: Sequence[EffectiveTerms], after: Sequence[EffectiveTerms]
) -> tuple[int, int] | None:
    """The ranks of the best choices before and after, where it is certain that they differ.

    None where commerce may be as free as it was.
    """
    was, now = _bound_choices(before), _bound_choices(after)
    if now[1] < was[0] or was[1] < now[0]:
        return was[1], now[1]
    return None


def _bound_choices(choices: Sequence[EffectiveTerms]) -> tuple[int, int]:
    bounds = [bound_commercial_freedom(terms) for terms in choices]
    return max(least for least, _ in bounds), max(greatest for _, greatest in bounds)


def _read_best(terms: EffectiveTerms) -> EffectiveTerms:
    """The terms, with all that was not read granted."""
    names = ("use", "study", "modify", "share")
    granted: dict[str, Freedom] = {
        name: "yes"
        for name, freedom in zip(names, terms.freedoms, strict=True)
        if freedom == "unknown"
    }
    return replace(
        terms,
        use=granted.get("use", terms.use),
        study=granted.get("study", terms.study),
        modify=granted.get("modify", terms.modify),
        share=granted.get("share", terms.share),
    )


def _measure_hurdles(terms: EffectiveTerms) -> tuple[int, int]:
    """The harshest effect of clauses that withhold uses, and of those that ask to register."""
    withheld = registration = 0
    for kind, clause in list_weighty_clauses(terms):
        harshness = rank_harshness(clause.condition.parameters)
        if kind.withheld_use:
            withheld = max(withheld, harshness)
        if kind.is_registration:
            registration = max(registration, harshness)
    return withheld, registration
