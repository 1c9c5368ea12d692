"""Direction of a change of terms, by comparing freedoms and conditions as data; prose is never guessed at."""

from collections.abc import Callable, Mapping

from audit.licenses.expression import BadExpression
from audit.licenses.headlines import HARSHNESS, Direction, compare_headlines
from audit.licenses.terms import FREEDOM_RANK, HOUSEKEEPING, Clause, Terms, alternatives
from audit.records.model import Registry

Parameters = Mapping[str, object]
Milder = Callable[[Parameters, Parameters], bool]


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
        return compare_alternatives(alternatives(before, registry), alternatives(after, registry))
    except BadExpression:
        return "unreviewed"


def compare_alternatives(before: tuple[Terms, ...], after: tuple[Terms, ...]) -> Direction:
    """Direction where the licensee may choose: more open when whatever could be chosen before is matched or bettered after."""
    if any("unknown" in each.freedoms for each in (*before, *after)):
        return "unreviewed"
    kept = all(any(_at_least(old, new) for new in after) for old in before)
    withheld = all(any(_at_least(new, old) for old in before) for new in after)
    if kept and withheld:
        return "neutral"
    return "more-open" if kept else "more-closed" if withheld else compare_headlines(before, after)


def _at_least(old: Terms, new: Terms) -> bool:
    """Whether `new` grants whatever `old` grants and demands nothing more."""
    if set(old.freedoms) == {"no"}:
        return True
    freedoms = all(FREEDOM_RANK[b] >= FREEDOM_RANK[a] for a, b in zip(old.freedoms, new.freedoms, strict=True))
    return freedoms and all(any(_no_stricter(a, b) for a in old.clauses) for b in new.clauses if b.condition.kind not in HOUSEKEEPING)


def _no_stricter(old: Clause, new: Clause) -> bool:
    a, b = old.condition, new.condition
    if a.kind == "redistribution" and a.parameters.get("effect") == "forbidden" and b.kind in ("share-alike", "source-disclosure"):
        return True  # a duty on what one shares is milder than a ban on sharing it
    if a.kind != b.kind or _harshness(b.parameters) > _harshness(a.parameters):
        return False
    return _MILDER.get(a.kind, _same_reach)(a.parameters, b.parameters)


def _harshness(parameters: Parameters) -> int:
    effect = parameters.get("effect")
    return HARSHNESS.get(effect if isinstance(effect, str) else None, 3)


def _users(a: Parameters, b: Parameters) -> bool:
    return (
        _number(b, "users") >= _number(a, "users")
        and _flag(a, b, "includes_affiliates", strict=True)
        and _flag(a, b, "commercial_only", strict=False)
        # A service has at least as many users in a month as on a day, so a monthly limit is the stricter one.
        and (a.get("period") == b.get("period") or b.get("period") == "day")
        and not (a.get("measured") == "at-release" and b.get("measured") != "at-release")
    )


def _revenue(a: Parameters, b: Parameters) -> bool:
    same = all(a.get(name) == b.get(name) for name in ("currency", "period"))
    narrower = a.get("source_of_revenue") == b.get("source_of_revenue") or b.get("source_of_revenue") == "product"
    royalty = _number(b, "royalty_percent") <= _number(a, "royalty_percent")
    return same and narrower and royalty and _number(b, "amount") >= _number(a, "amount") and _flag(a, b, "includes_affiliates", strict=True)


def _territory(a: Parameters, b: Parameters) -> bool:
    narrower = a.get("modalities", "all") == b.get("modalities", "all") or b.get("modalities") == "multimodal"
    return _names(b, "excluded") <= _names(a, "excluded") and narrower and _flag(a, b, "end_users_exempt", strict=False)


def _fields(a: Parameters, b: Parameters) -> bool:
    return _names(b, "fields") <= _names(a, "fields")


def _policy(a: Parameters, b: Parameters) -> bool:
    # Two policies at different addresses are two lists that nobody has compared.
    return a.get("url") == b.get("url") and _flag(a, b, "changeable", strict=True) and _flag(a, b, "flow_down", strict=True)


def _outputs(a: Parameters, b: Parameters) -> bool:
    return _harshness(b) == 0 or a.get("except") == b.get("except") or a.get("except") is None


def _same_reach(a: Parameters, b: Parameters) -> bool:
    """A duty is a duty however its scope is worded; a ban or a license to ask for must name the same reach."""
    if _harshness(b) == 0 and "effect" in b:
        return True
    if a.get("only_above_thresholds") and not b.get("only_above_thresholds"):
        return False
    reach = ("covers", "scope", "prefix", "display")
    return all(a.get(name) == b.get(name) for name in reach)


_MILDER: Mapping[str, Milder] = {
    "user-threshold": _users,
    "revenue-threshold": _revenue,
    "territory": _territory,
    "field-of-use": _fields,
    "acceptable-use-policy": _policy,
    "output-training": _outputs,
}


def _number(parameters: Parameters, name: str) -> float:
    value = parameters.get(name, 0)
    return float(value) if isinstance(value, int | float) else 0.0


def _names(parameters: Parameters, name: str) -> set[str]:
    value = parameters.get(name, ())
    return {str(each) for each in value} if isinstance(value, list | tuple) else set()


def _flag(a: Parameters, b: Parameters, name: str, *, strict: bool) -> bool:
    """Whether the switch did not move to its stricter side, which is `strict`. A switch that is not stated is off."""
    return bool(a.get(name)) == strict or bool(b.get(name)) != strict
