"""What a license expression grants and demands, combined from the licenses that it names."""

from dataclasses import dataclass
from functools import lru_cache

from audit.core.three_valued import Truth, combine_with_and, combine_with_or, convert_to_truth
from audit.licenses.expression import parse_expression
from audit.records.model import Freedom, License, LicenseCondition, Registry

TOLERATED_KINDS = frozenset(
    {
        "attribution",
        "notice",
        "share-alike",
        "patent-grant",
        "patent-retaliation",
        "termination",
        "source-disclosure",
        "state-changes",
        "no-trademark",
    }
)
"""Kinds of conditions that licenses under the Open Source Definition carry (opensource.org/osd).
`termination` is for breach; a license that its maker can end at will carries `change-at-will`."""
KINDS_TOLERATED_AS_DUTY = frozenset({"redistribution", "hosted-service"})
"""Tolerated where the effect is a mere duty, such as handing on a copy of the license (ODC-By-1.0) or the source (AGPL-3.0)."""
HOUSEKEEPING_KINDS = frozenset(
    {
        "attribution",
        "notice",
        "state-changes",
        "no-trademark",
        "termination",
        "patent-grant",
        "patent-retaliation",
    }
)
"""Clauses that nearly every open license carries in its own words: swapping MIT for Apache-2.0 closes nothing."""
FREEDOM_RANK: dict[Freedom, int] = {"no": 0, "limited": 1, "unknown": 2, "yes": 3}
"""Unknown stands between: joined with a limit the limit is certain, joined with a grant nothing is."""
EXPRESSION_CACHE_SIZE = 4096
"""Expressions kept judged: thousands of models share a few dozen of them."""
_TRUTH_RANK: dict[Truth, int] = {"no": 0, "unknown": 1, "yes": 2}


@dataclass(frozen=True)
class LicenseClause:
    """A condition and the license it comes from."""

    license: str
    condition: LicenseCondition


@dataclass(frozen=True)
class EffectiveTerms:
    """Effective terms: each freedom as the strictest license grants it, and the conditions of all."""

    licenses: tuple[str, ...]
    """Licenses that apply together; empty where there is none and so nothing is granted."""
    use: Freedom
    study: Freedom
    modify: Freedom
    share: Freedom
    clauses: tuple[LicenseClause, ...]
    osi_approved: Truth
    is_use_unread: bool = False
    """Whether nobody has read what one of the licenses says about use: a limit in another one hides that in `use`."""

    @property
    def freedoms(self) -> tuple[Freedom, ...]:
        """Use, study, modify, share."""
        return self.use, self.study, self.modify, self.share


NOTHING_GRANTED = EffectiveTerms((), "no", "no", "no", "no", (), "no")
"""Published without a license: all rights stay with the maker."""


@lru_cache(maxsize=EXPRESSION_CACHE_SIZE)
def list_alternative_terms(expression: str, registry: Registry) -> tuple[EffectiveTerms, ...]:
    """The terms between which the licensee may choose, at least one. Raises BadExpression."""
    choices = parse_expression(expression, registry).choices
    return tuple(
        _combine_licenses([registry.licenses[id] for id in choice]) for choice in choices
    ) or (NOTHING_GRANTED,)


@lru_cache(maxsize=EXPRESSION_CACHE_SIZE)
def find_best_terms(expression: str, registry: Registry) -> EffectiveTerms:
    """The best alternative: OSI-approved before open before the rest, then by freedoms and few conditions. Raises BadExpression."""
    return max(list_alternative_terms(expression, registry), key=_rank_terms)


def evaluate_open_terms(terms: EffectiveTerms) -> Truth:
    """All four freedoms for any purpose, and no condition that the Open Source Definition would not tolerate.

    CC-BY-4.0, CC0-1.0, ODC-By-1.0 or CDLA-Permissive-2.0 pass although OSI approved none of them: OSAID 1.0 asks for
    "OSI-approved terms" where no list exists, and this is our reading of it. An OSI-approved license always passes.
    """
    if terms.osi_approved == "yes":
        return "yes"
    if any(freedom in ("no", "limited") for freedom in terms.freedoms) or not all(
        map(_is_tolerated, terms.clauses)
    ):
        return "no"
    return "unknown" if "unknown" in terms.freedoms else "yes"


@lru_cache(maxsize=EXPRESSION_CACHE_SIZE)
def evaluate_openness(expression: str | None, registry: Registry) -> Truth:
    """Whether some alternative has open terms; unknown for None. Raises BadExpression."""
    return (
        "unknown"
        if expression is None
        else combine_with_or(
            evaluate_open_terms(each) for each in list_alternative_terms(expression, registry)
        )
    )


@lru_cache(maxsize=EXPRESSION_CACHE_SIZE)
def evaluate_osi_approval(expression: str | None, registry: Registry) -> Truth:
    """Whether some alternative consists of OSI-approved licenses only; unknown for None. Raises BadExpression."""
    return (
        "unknown"
        if expression is None
        else combine_with_or(
            each.osi_approved for each in list_alternative_terms(expression, registry)
        )
    )


@lru_cache(maxsize=EXPRESSION_CACHE_SIZE)
def evaluate_sharing(expression: str | None, registry: Registry) -> Truth:
    """Whether some alternative lets anybody share for any purpose; unknown for None. Raises BadExpression."""
    words: dict[Freedom, Truth] = {"yes": "yes", "limited": "no", "no": "no", "unknown": "unknown"}
    return (
        "unknown"
        if expression is None
        else combine_with_or(
            words[each.share] for each in list_alternative_terms(expression, registry)
        )
    )


def _combine_licenses(licenses: list[License]) -> EffectiveTerms:
    def worst(values: list[Freedom]) -> Freedom:
        return min(values, key=FREEDOM_RANK.__getitem__)

    return EffectiveTerms(
        licenses=tuple(each.id for each in licenses),
        use=worst([each.use for each in licenses]),
        study=worst([each.study for each in licenses]),
        modify=worst([each.modify for each in licenses]),
        share=worst([each.share for each in licenses]),
        clauses=tuple(
            LicenseClause(each.id, condition) for each in licenses for condition in each.conditions
        ),
        osi_approved=combine_with_and(convert_to_truth(each.osi_approved) for each in licenses),
        is_use_unread=any(each.use == "unknown" for each in licenses),
    )


def _is_tolerated(clause: LicenseClause) -> bool:
    condition = clause.condition
    return condition.kind in TOLERATED_KINDS or (
        condition.kind in KINDS_TOLERATED_AS_DUTY
        and condition.parameters.get("effect") == "obligation"
    )


def _rank_terms(terms: EffectiveTerms) -> tuple[int, int, int, int]:
    freedoms = sum(FREEDOM_RANK[each] for each in terms.freedoms)
    return (
        _TRUTH_RANK[terms.osi_approved],
        _TRUTH_RANK[evaluate_open_terms(terms)],
        freedoms,
        -len(terms.clauses),
    )
