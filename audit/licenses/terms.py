"""What a license expression grants and demands, combined from the licenses that it names."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache

from audit.core.three_valued import Truth, combine_with_and, combine_with_or, convert_to_truth
from audit.licenses.clause_parameters import REQUEST
from audit.licenses.conditions import find_condition_kind
from audit.licenses.expression import parse_expression
from audit.records.license import Freedom, License, LicenseCondition
from audit.records.registry import Registry

FREEDOM_RANK: dict[Freedom, int] = {"no": 0, "limited": 1, "unknown": 2, "yes": 3}
"""Unknown is between: beside a limit the limit is certain, beside a grant nothing is."""
EXPRESSION_CACHE_SIZE = 4096
"""Expressions kept judged: thousands of models share a few dozen of them."""
_SHARING_BY_FREEDOM: dict[Freedom, Truth] = {
    "yes": "yes",
    "limited": "no",
    "no": "no",
    "unknown": "unknown",
}
_TRUTH_RANK: dict[Truth, int] = {"no": 0, "unknown": 1, "yes": 2}


@dataclass(frozen=True)
class LicenseClause:
    """A condition and the license it comes from."""

    license: str
    condition: LicenseCondition


@dataclass(frozen=True)
class EffectiveTerms:
    """Each freedom as the strictest license grants it, and the conditions of all."""

    licenses: tuple[str, ...]
    """Licenses that apply together; empty where there is none and so nothing is granted."""
    use: Freedom
    study: Freedom
    modify: Freedom
    share: Freedom
    clauses: tuple[LicenseClause, ...]
    osi_approved: Truth
    is_use_unread: bool = False
    """Whether what one of the licenses says about use was not read.

    A limit in another license hides that in `use`.
    """

    @property
    def freedoms(self) -> tuple[Freedom, ...]:
        """Use, study, modify, share."""
        return self.use, self.study, self.modify, self.share

    @cached_property
    def openness(self) -> Truth:
        """What `evaluate_open_terms` says of them: many pages and comparisons ask."""
        return _judge_open_terms(self)

    @property
    def is_read(self) -> bool:
        """Whether somebody read the whole text: else clauses may be missing here, too."""
        return "unknown" not in self.freedoms


NOTHING_GRANTED = EffectiveTerms((), "no", "no", "no", "no", (), "no")
"""Published without a license: all rights stay with the maker."""


@lru_cache(maxsize=EXPRESSION_CACHE_SIZE)
def list_alternative_terms(expression: str, registry: Registry) -> tuple[EffectiveTerms, ...]:
    """The terms between which the licensee may choose, at least one.

    Raises InvalidExpressionError.
    """
    found = []
    for choice in parse_expression(expression, registry).choices:
        licenses = [registry.licenses[id] for id in choice]
        found.append(_combine_licenses(licenses))
    return tuple(found) or (NOTHING_GRANTED,)


@lru_cache(maxsize=EXPRESSION_CACHE_SIZE)
def find_best_terms(expression: str, registry: Registry) -> EffectiveTerms:
    """The best alternative. Raises InvalidExpressionError.

    OSI-approved before open before the rest, then by freedoms and few conditions.
    """
    return max(list_alternative_terms(expression, registry), key=_rank_terms)


def evaluate_open_terms(terms: EffectiveTerms) -> Truth:
    """All four freedoms for any purpose, and only conditions that open terms may carry.

    CC-BY-4.0, CC0-1.0, ODC-By-1.0 or CDLA-Permissive-2.0 pass although OSI approved none of them:
    OSAID 1.0 asks for "OSI-approved terms" where no list exists, and this is our reading of it. An
    OSI-approved license always passes.
    """
    return terms.openness


def _judge_open_terms(terms: EffectiveTerms) -> Truth:
    if terms.osi_approved == "yes":
        return "yes"
    tolerated = combine_with_and(_evaluate_tolerance(clause) for clause in terms.clauses)
    if tolerated == "no" or any(freedom in ("no", "limited") for freedom in terms.freedoms):
        return "no"
    return "unknown" if "unknown" in terms.freedoms else tolerated


@lru_cache(maxsize=EXPRESSION_CACHE_SIZE)
def evaluate_openness(expression: str | None, registry: Registry) -> Truth:
    """Whether some alternative has open terms; unknown for None.

    Raises InvalidExpressionError.
    """
    if expression is None:
        return "unknown"
    choices = list_alternative_terms(expression, registry)
    return combine_with_or(evaluate_open_terms(terms) for terms in choices)


@lru_cache(maxsize=EXPRESSION_CACHE_SIZE)
def evaluate_osi_approval(expression: str | None, registry: Registry) -> Truth:
    """Whether some alternative consists of OSI-approved licenses only; unknown for None.

    Raises InvalidExpressionError.
    """
    if expression is None:
        return "unknown"
    choices = list_alternative_terms(expression, registry)
    return combine_with_or(terms.osi_approved for terms in choices)


@lru_cache(maxsize=EXPRESSION_CACHE_SIZE)
def evaluate_sharing(expression: str | None, registry: Registry) -> Truth:
    """Whether some alternative lets anybody share for any purpose; unknown for None.

    Raises InvalidExpressionError.
    """
    if expression is None:
        return "unknown"
    choices = list_alternative_terms(expression, registry)
    return combine_with_or(_SHARING_BY_FREEDOM[terms.share] for terms in choices)


def _combine_licenses(licenses: list[License]) -> EffectiveTerms:
    clauses = []
    for license in licenses:
        clauses += [LicenseClause(license.id, condition) for condition in license.conditions]
    approvals = (convert_to_truth(license.osi_approved) for license in licenses)
    return EffectiveTerms(
        licenses=tuple(license.id for license in licenses),
        use=_find_strictest_freedom("use", licenses),
        study=_find_strictest_freedom("study", licenses),
        modify=_find_strictest_freedom("modify", licenses),
        share=_find_strictest_freedom("share", licenses),
        clauses=tuple(clauses),
        osi_approved=combine_with_and(approvals),
        is_use_unread=any(license.freedoms["use"] == "unknown" for license in licenses),
    )


def _find_strictest_freedom(name: str, licenses: Iterable[License]) -> Freedom:
    granted = (license.freedoms[name] for license in licenses)
    return min(granted, key=FREEDOM_RANK.__getitem__)


def _evaluate_tolerance(clause: LicenseClause) -> Truth:
    """Whether open terms may carry the clause; unknown for one that is not understood."""
    kind = find_condition_kind(clause.condition)
    if kind is None:
        return "unknown"
    effect = clause.condition.parameters.get("effect")
    return convert_to_truth(
        kind.tolerance == "always"
        or effect == REQUEST
        or (kind.tolerance == "as-duty" and effect == "obligation")
    )


def _rank_terms(terms: EffectiveTerms) -> tuple[int, int, int, int]:
    freedoms = sum(FREEDOM_RANK[freedom] for freedom in terms.freedoms)
    return (
        _TRUTH_RANK[terms.osi_approved],
        _TRUTH_RANK[evaluate_open_terms(terms)],
        freedoms,
        -len(terms.clauses),
    )
