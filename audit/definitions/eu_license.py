"""Whether a license is free and open in the sense of Article 53(2) of the EU AI Act.

Source: the Commission's guidelines C(2025) 5045, (76) to (84). No exemption with a license for
research or non-commercial use only, with a ban on distribution, a limit on users or turnover, or a
separate license for some uses (83). Terms for safety may restrict uses that threaten public safety,
security or fundamental rights, if proportionate and not discriminating (84): whether a policy of
use is of that kind, a lawyer must weigh, so it is unknown here.
"""

from functools import lru_cache

from audit.core.three_valued import Truth, combine_with_or
from audit.definitions.base import Answer, Step
from audit.definitions.rules import get_component_facts, list_terms_facts
from audit.licenses.conditions import find_condition_kind
from audit.licenses.terms import (
    EXPRESSION_CACHE_SIZE,
    EffectiveTerms,
    LicenseClause,
    evaluate_open_terms,
    list_alternative_terms,
)
from audit.records.model import Model
from audit.records.registry import Registry

LICENSE_CLAUSE = (
    "Article 53(2): a free and open-source license allows access, use, modification and "
    "distribution"
)
_LICENSE_WORDS: dict[Answer, str] = {
    "yes": "is free and open",
    "no": "excludes or limits users or uses as the guidelines do not allow (83)",
    "unknown": "is not known to be free and open: a policy of use may be one for safety (84)",
}
_BY_SHARING = frozenset({"redistribution", "hosted-service"})
"""Kinds that withhold distribution, where they are no mere duty."""
_BANS = ("forbidden", "needs-license")


@lru_cache(maxsize=EXPRESSION_CACHE_SIZE)
def judge_exemption_license(expression: str | None, registry: Registry) -> Truth:
    """Whether some alternative is free and open; unknown for None. Raises InvalidExpressionError."""
    if expression is None:
        return "unknown"
    choices = list_alternative_terms(expression, registry)
    return combine_with_or(_judge_terms(terms) for terms in choices)


def _judge_terms(terms: EffectiveTerms) -> Truth:
    if evaluate_open_terms(terms) == "yes":
        return "yes"
    is_excluded = any(_is_excluded(clause) for clause in terms.clauses)
    return "no" if is_excluded or "no" in terms.freedoms else "unknown"


def _is_excluded(clause: LicenseClause) -> bool:
    """Whether the guidelines name clauses of the kind as incompatible with the exemption."""
    kind = find_condition_kind(clause.condition)
    if kind is None:
        return False
    effect = clause.condition.parameters.get("effect", "forbidden")
    if kind.withheld_use or kind.is_threshold or kind.id == "territory":
        return effect != "obligation"
    return (kind.is_registration or kind.id in _BY_SHARING) and effect in _BANS


def check_license(model: Model, registry: Registry, subject: str) -> Step:
    """The step about the license of the model's weights, or, as `subject`, of a base's."""
    part = get_component_facts(model, "model-parameters-final")
    answer = judge_exemption_license(part.license, registry)
    thing = f"the weights of {subject}" if subject else "the weights"
    shown = part.license or "unknown"
    reason = f"{thing}: the license ({shown}) {_LICENSE_WORDS[answer]}"
    facts = list_terms_facts(part, registry)
    needs = _describe_license_needed(answer, thing, part.license)
    return Step("license", LICENSE_CLAUSE, answer, reason, facts, "terms", subject, needs)


def _describe_license_needed(answer: Truth, thing: str, license: str | None) -> str:
    if answer == "no":
        return f"put {thing} under a free and open license"
    if answer == "yes":
        return ""
    if license is None:
        return f"establish the license of {thing}"
    return f"weigh whether {license} restricts more than safety asks for"
