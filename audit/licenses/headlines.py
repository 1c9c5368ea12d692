"""Direction where neither terms give all that the other give: by what matters most to most people, or left open.

First whether commerce is forbidden, to be asked for, or free; then which kinds of clauses are there, and how harsh each is.
"""

from collections.abc import Mapping
from typing import Literal

from audit.licenses.terms import HOUSEKEEPING_KINDS, EffectiveTerms, evaluate_open_terms

Direction = Literal["more-closed", "more-open", "neutral", "unreviewed"]

EFFECT_HARSHNESS: Mapping[str | None, int] = {
    None: 0,
    "obligation": 0,
    "royalty": 1,
    "needs-license": 2,
    "forbidden": 3,
}
_COMMERCE_KINDS = ("non-commercial", "research-only")


def compare_headlines(
    before: tuple[EffectiveTerms, ...], after: tuple[EffectiveTerms, ...]
) -> Direction:
    """More open when commerce became freer, or when some kinds of clauses went or grew milder and none came or grew harsher."""
    was, now = max(map(rank_commercial_freedom, before)), max(map(rank_commercial_freedom, after))
    if was != now:
        return "more-open" if now > was else "more-closed"
    if len(before) > 1 or len(after) > 1:
        return "unreviewed"
    old, new = _find_harshest_effects(before[0]), _find_harshest_effects(after[0])
    harsher = any(new[kind] > old.get(kind, -1) for kind in new)
    milder = any(old[kind] > new.get(kind, -1) for kind in old)
    if harsher == milder:
        return "unreviewed"
    return "more-closed" if harsher else "more-open"


def rank_commercial_freedom(terms: EffectiveTerms) -> int:
    """0 nothing is granted, 1 commerce or use outside research forbidden, 2 to be asked for, 3 to be registered, 4 free within limits,
    5 free for any purpose on conditions, 6 open terms."""
    if terms.use == "no":
        return 0
    kinds = _find_harshest_effects(terms)
    limits = [kinds[kind] for kind in _COMMERCE_KINDS if kind in kinds]
    if any(each >= EFFECT_HARSHNESS["forbidden"] for each in limits):
        return 1
    if any(each >= EFFECT_HARSHNESS["needs-license"] for each in limits):
        return 2
    if kinds.get("registration", 0) >= EFFECT_HARSHNESS["needs-license"]:
        return 3
    if evaluate_open_terms(terms) == "yes":
        return 6
    return 5 if set(terms.freedoms) == {"yes"} else 4


def _find_harshest_effects(terms: EffectiveTerms) -> dict[str, int]:
    """The harshest effect of each kind of clause, without the kinds that every open license has."""
    found: dict[str, int] = {}
    for clause in terms.clauses:
        condition = clause.condition
        if condition.kind not in HOUSEKEEPING_KINDS:
            effect = condition.parameters.get("effect")
            harshness = EFFECT_HARSHNESS.get(effect if isinstance(effect, str) else None, 3)
            found[condition.kind] = max(found.get(condition.kind, -1), harshness)
    return found
