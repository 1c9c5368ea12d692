"""Direction of a change of terms, by comparing freedoms and conditions as data; prose is never guessed at."""

from collections.abc import Callable, Mapping

from audit.licenses.expression import InvalidExpressionError
from audit.licenses.headlines import EFFECT_HARSHNESS, Direction, compare_headlines
from audit.licenses.terms import (
    FREEDOM_RANK,
    HOUSEKEEPING_KINDS,
    EffectiveTerms,
    LicenseClause,
    list_alternative_terms,
)
from audit.records.model import Registry

ConditionParameters = Mapping[str, object]
ParameterPredicate = Callable[[ConditionParameters, ConditionParameters], bool]


def compare_expressions(before: str | None, after: str | None, registry: Registry) -> Direction:
    """Direction from one license expression to another.

    `unreviewed` where either is unknown, names a license that the registry does not hold or nobody has read,
    or where each gives something that the other withholds.
    """
    if before == after:
        return "neutral"
    if before is None or after is None:
        return "unreviewed"
    try:
        return compare_alternatives(
            list_alternative_terms(before, registry), list_alternative_terms(after, registry)
        )
    except InvalidExpressionError:
        return "unreviewed"


def compare_alternatives(
    before: tuple[EffectiveTerms, ...], after: tuple[EffectiveTerms, ...]
) -> Direction:
    """Direction where the licensee may choose: more open when whatever could be chosen before is matched or bettered after."""
    if any("unknown" in each.freedoms for each in (*before, *after)):
        return "unreviewed"
    kept = all(any(_is_at_least_as_open(old, new) for new in after) for old in before)
    withheld = all(any(_is_at_least_as_open(new, old) for old in before) for new in after)
    if kept and withheld:
        return "neutral"
    return "more-open" if kept else "more-closed" if withheld else compare_headlines(before, after)


def _is_at_least_as_open(old: EffectiveTerms, new: EffectiveTerms) -> bool:
    """Whether `new` grants whatever `old` grants and demands nothing more."""
    if set(old.freedoms) == {"no"}:
        return True
    freedoms = all(
        FREEDOM_RANK[b] >= FREEDOM_RANK[a] for a, b in zip(old.freedoms, new.freedoms, strict=True)
    )
    return freedoms and all(
        any(_is_no_stricter(a, b) for a in old.clauses)
        for b in new.clauses
        if b.condition.kind not in HOUSEKEEPING_KINDS
    )


def _is_no_stricter(old: LicenseClause, new: LicenseClause) -> bool:
    a, b = old.condition, new.condition
    if (
        a.kind == "redistribution"
        and a.parameters.get("effect") == "forbidden"
        and b.kind in ("share-alike", "source-disclosure")
    ):
        return True  # a duty on what one shares is milder than a ban on sharing it
    if a.kind != b.kind or _rank_harshness(b.parameters) > _rank_harshness(a.parameters):
        return False
    return _NO_STRICTER_BY_KIND.get(a.kind, _has_same_reach)(a.parameters, b.parameters)


def _rank_harshness(parameters: ConditionParameters) -> int:
    effect = parameters.get("effect")
    return EFFECT_HARSHNESS.get(effect if isinstance(effect, str) else None, 3)


def _is_user_threshold_no_stricter(a: ConditionParameters, b: ConditionParameters) -> bool:
    return (
        _read_number(b, "users") >= _read_number(a, "users")
        and _is_switch_no_stricter(a, b, "includes_affiliates", strict=True)
        and _is_switch_no_stricter(a, b, "commercial_only", strict=False)
        # A service has at least as many users in a month as on a day, so a monthly limit is the stricter one.
        and (a.get("period") == b.get("period") or b.get("period") == "day")
        and not (a.get("measured") == "at-release" and b.get("measured") != "at-release")
    )


def _is_revenue_threshold_no_stricter(a: ConditionParameters, b: ConditionParameters) -> bool:
    same = all(a.get(name) == b.get(name) for name in ("currency", "period"))
    narrower = (
        a.get("source_of_revenue") == b.get("source_of_revenue")
        or b.get("source_of_revenue") == "product"
    )
    royalty = _read_number(b, "royalty_percent") <= _read_number(a, "royalty_percent")
    return (
        same
        and narrower
        and royalty
        and _read_number(b, "amount") >= _read_number(a, "amount")
        and _is_switch_no_stricter(a, b, "includes_affiliates", strict=True)
    )


def _is_territory_no_stricter(a: ConditionParameters, b: ConditionParameters) -> bool:
    narrower = (
        a.get("modalities", "all") == b.get("modalities", "all")
        or b.get("modalities") == "multimodal"
    )
    return (
        _read_names(b, "excluded") <= _read_names(a, "excluded")
        and narrower
        and _is_switch_no_stricter(a, b, "end_users_exempt", strict=False)
    )


def _is_field_of_use_no_stricter(a: ConditionParameters, b: ConditionParameters) -> bool:
    return _read_names(b, "fields") <= _read_names(a, "fields")


def _is_use_policy_no_stricter(a: ConditionParameters, b: ConditionParameters) -> bool:
    # Two policies at different addresses are two lists that nobody has compared.
    return (
        a.get("url") == b.get("url")
        and _is_switch_no_stricter(a, b, "changeable", strict=True)
        and _is_switch_no_stricter(a, b, "flow_down", strict=True)
    )


def _is_output_training_no_stricter(a: ConditionParameters, b: ConditionParameters) -> bool:
    return _rank_harshness(b) == 0 or a.get("except") == b.get("except") or a.get("except") is None


def _has_same_reach(a: ConditionParameters, b: ConditionParameters) -> bool:
    """A duty is a duty however its scope is worded; a ban or a license to ask for must name the same reach."""
    if _rank_harshness(b) == 0 and "effect" in b:
        return True
    if a.get("only_above_thresholds") and not b.get("only_above_thresholds"):
        return False
    reach = ("covers", "scope", "prefix", "display")
    return all(a.get(name) == b.get(name) for name in reach)


_NO_STRICTER_BY_KIND: Mapping[str, ParameterPredicate] = {
    "user-threshold": _is_user_threshold_no_stricter,
    "revenue-threshold": _is_revenue_threshold_no_stricter,
    "territory": _is_territory_no_stricter,
    "field-of-use": _is_field_of_use_no_stricter,
    "acceptable-use-policy": _is_use_policy_no_stricter,
    "output-training": _is_output_training_no_stricter,
}


def _read_number(parameters: ConditionParameters, name: str) -> float:
    value = parameters.get(name, 0)
    return float(value) if isinstance(value, int | float) else 0.0


def _read_names(parameters: ConditionParameters, name: str) -> set[str]:
    value = parameters.get(name, ())
    return {str(each) for each in value} if isinstance(value, list | tuple) else set()


def _is_switch_no_stricter(
    a: ConditionParameters, b: ConditionParameters, name: str, *, strict: bool
) -> bool:
    """Whether the switch did not move to its stricter side, which is `strict`. A switch that is not stated is off."""
    return bool(a.get(name)) == strict or bool(b.get(name)) != strict
