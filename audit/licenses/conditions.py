"""What one clause of a license does to one intended use."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from audit.records.model import LicenseCondition

Permission = Literal[
    "allowed", "allowed-with-obligations", "needs-separate-license", "forbidden", "unknown"
]
PERMISSION_ORDER: tuple[Permission, ...] = (
    "forbidden",
    "unknown",
    "needs-separate-license",
    "allowed-with-obligations",
    "allowed",
)
"""From least to most: of terms that apply together the least counts, of alternatives the most."""

EU_MEMBERS = frozenset(
    {
        "AT",
        "BE",
        "BG",
        "HR",
        "CY",
        "CZ",
        "DE",
        "DK",
        "EE",
        "ES",
        "FI",
        "FR",
        "GR",
        "HU",
        "IE",
        "IT",
        "LT",
        "LU",
        "LV",
        "MT",
        "NL",
        "PL",
        "PT",
        "RO",
        "SE",
        "SI",
        "SK",
    }
)
"""Member states as of 2020-02-01, ISO 3166-1 alpha-2."""
_COUNTRY_ALIASES = {"UK": "GB", "EL": "GR"}
_PERMISSION_BY_EFFECT: Mapping[object, Permission] = {
    "needs-license": "needs-separate-license",
    "forbidden": "forbidden",
    "obligation": "allowed-with-obligations",
    "royalty": "allowed-with-obligations",
}


@dataclass(frozen=True)
class IntendedUse:
    """What somebody wants to do. None means not stated: a clause that turns on it is then listed as an obligation."""

    commercial: bool = False
    monthly_users: int | None = None
    """Active users per month."""
    revenue: int | None = None
    """Yearly revenue of the company, in the currency of the clause."""
    territory: str | None = None
    """ISO 3166-1 alpha-2 code, or EU."""
    redistribute: bool = False
    fine_tune: bool = False
    train_on_outputs: bool = False
    field: str | None = None
    """Plain words, for example military, research, hosted service."""


ClauseRule = Callable[[LicenseCondition, IntendedUse, tuple[str, ...]], Permission | None]


def compute_clause_effect(
    condition: LicenseCondition, use: IntendedUse, modalities: tuple[str, ...] = ()
) -> Permission | None:
    """What the clause makes of this use, or None where it does not bear on it.

    A clause of a kind without a rule is unknown, never allowed. `modalities` are the model's, empty when unknown.
    """
    rule = _CLAUSE_RULES.get(condition.kind)
    return rule(condition, use, modalities) if rule else "unknown"


def _read_stated_effect(condition: LicenseCondition, default: Permission) -> Permission:
    return _PERMISSION_BY_EFFECT.get(condition.parameters.get("effect"), default)


def _judge_user_threshold(
    condition: LicenseCondition, use: IntendedUse, _: tuple[str, ...]
) -> Permission | None:
    limit = condition.parameters.get("users")
    if condition.parameters.get("commercial_only") and not use.commercial:
        return None
    if use.monthly_users is None or not isinstance(limit, int):
        return "allowed-with-obligations"
    if use.monthly_users <= limit:
        return None
    # Monthly users bound daily ones from above only: more a month than the daily limit leaves the day open.
    return (
        "unknown"
        if condition.parameters.get("period") == "day"
        else _read_stated_effect(condition, "unknown")
    )


def _judge_revenue_threshold(
    condition: LicenseCondition, use: IntendedUse, _: tuple[str, ...]
) -> Permission | None:
    amount = condition.parameters.get("amount")
    if use.revenue is None or not isinstance(amount, int):
        return "allowed-with-obligations"
    yearly = amount * 12 if condition.parameters.get("period") == "month" else amount
    return None if use.revenue <= yearly else _read_stated_effect(condition, "unknown")


def _judge_territory(
    condition: LicenseCondition, use: IntendedUse, modalities: tuple[str, ...]
) -> Permission | None:
    if condition.parameters.get("modalities") == "multimodal" and len(modalities) == 1:
        return None
    if use.territory is None:
        return "allowed-with-obligations"
    excluded = condition.parameters.get("excluded")
    codes = {str(each) for each in excluded} if isinstance(excluded, list | tuple) else set()
    return (
        _read_stated_effect(condition, "unknown")
        if _expand_countries(codes) & _expand_countries({use.territory})
        else None
    )


def _expand_countries(codes: set[str]) -> set[str]:
    upper = {_COUNTRY_ALIASES.get(code.upper(), code.upper()) for code in codes}
    return upper | EU_MEMBERS if "EU" in upper else upper


def _judge_non_commercial(
    condition: LicenseCondition, use: IntendedUse, _: tuple[str, ...]
) -> Permission | None:
    return (
        _read_stated_effect(condition, "forbidden")
        if use.commercial
        else "allowed-with-obligations"
    )


def _judge_research_only(
    condition: LicenseCondition, use: IntendedUse, _: tuple[str, ...]
) -> Permission | None:
    outside = use.field is not None and not any(
        word in use.field.lower() for word in ("research", "education", "academic")
    )
    return (
        _read_stated_effect(condition, "forbidden")
        if use.commercial or outside
        else "allowed-with-obligations"
    )


def _judge_output_training(
    condition: LicenseCondition, use: IntendedUse, _: tuple[str, ...]
) -> Permission | None:
    return _read_stated_effect(condition, "unknown") if use.train_on_outputs else None


def _judge_registration(
    condition: LicenseCondition, use: IntendedUse, _: tuple[str, ...]
) -> Permission | None:
    covers = str(condition.parameters.get("covers", "")).lower()
    return (
        None
        if "commercial" in covers and not use.commercial
        else _read_stated_effect(condition, "unknown")
    )


def _judge_field_of_use(
    condition: LicenseCondition, use: IntendedUse, _: tuple[str, ...]
) -> Permission | None:
    fields = condition.parameters.get("fields")
    names = [str(each).lower() for each in fields] if isinstance(fields, list | tuple) else []
    wanted = (use.field or "").lower()
    hit = bool(wanted) and any(name in wanted or wanted in name for name in names)
    return _read_stated_effect(condition, "unknown") if hit else "allowed-with-obligations"


def _judge_redistribution(
    condition: LicenseCondition, use: IntendedUse, _: tuple[str, ...]
) -> Permission | None:
    if not use.redistribute:
        return None
    # A ban on sharing adaptations leaves unmodified copies free (CC licenses with NoDerivatives).
    adaptations_only = "adapted" in str(condition.parameters.get("covers", ""))
    return (
        "allowed-with-obligations"
        if adaptations_only and not use.fine_tune
        else _read_stated_effect(condition, "unknown")
    )


def _judge_hosted_service(
    condition: LicenseCondition, use: IntendedUse, _: tuple[str, ...]
) -> Permission | None:
    hosting = any(word in (use.field or "").lower() for word in ("host", "service", "api"))
    return (
        _read_stated_effect(condition, "unknown")
        if hosting
        else "allowed-with-obligations"
        if use.commercial
        else None
    )


def _require_when_shared(
    _: LicenseCondition, use: IntendedUse, __: tuple[str, ...]
) -> Permission | None:
    return "allowed-with-obligations" if use.redistribute else None


def _judge_naming(_: LicenseCondition, use: IntendedUse, __: tuple[str, ...]) -> Permission | None:
    named = use.redistribute or use.commercial or use.fine_tune or use.train_on_outputs
    return "allowed-with-obligations" if named else None


def _require_always(
    _: LicenseCondition, __: IntendedUse, ___: tuple[str, ...]
) -> Permission | None:
    return "allowed-with-obligations"


def _bear_on_no_use(
    _: LicenseCondition, __: IntendedUse, ___: tuple[str, ...]
) -> Permission | None:
    return None


_CLAUSE_RULES: Mapping[str, ClauseRule] = {
    "user-threshold": _judge_user_threshold,
    "revenue-threshold": _judge_revenue_threshold,
    "territory": _judge_territory,
    "non-commercial": _judge_non_commercial,
    "research-only": _judge_research_only,
    "output-training": _judge_output_training,
    "registration": _judge_registration,
    "field-of-use": _judge_field_of_use,
    "redistribution": _judge_redistribution,
    "hosted-service": _judge_hosted_service,
    "naming": _judge_naming,
    "acceptable-use-policy": _require_always,
    "change-at-will": _require_always,
    "attribution": _require_when_shared,
    "notice": _require_when_shared,
    "share-alike": _require_when_shared,
    "source-disclosure": _require_when_shared,
    "state-changes": _require_when_shared,
    # Patent, trademark and termination clauses bear on no intended use that can be stated here.
    "no-trademark": _bear_on_no_use,
    "patent-grant": _bear_on_no_use,
    "patent-retaliation": _bear_on_no_use,
    "termination": _bear_on_no_use,
}
