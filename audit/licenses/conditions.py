"""What one clause of a license does to one intended use."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from audit.records.model import Condition

Permission = Literal["allowed", "allowed-with-obligations", "needs-separate-license", "forbidden", "unknown"]
ORDER: tuple[Permission, ...] = ("forbidden", "unknown", "needs-separate-license", "allowed-with-obligations", "allowed")
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
_ALIASES = {"UK": "GB", "EL": "GR"}
_EFFECTS: Mapping[object, Permission] = {
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


Effect = Callable[[Condition, IntendedUse, tuple[str, ...]], Permission | None]


def effect_of(condition: Condition, use: IntendedUse, modalities: tuple[str, ...] = ()) -> Permission | None:
    """What the clause makes of this use, or None where it does not bear on it. `modalities` are the model's, empty when unknown."""
    rule = _RULES.get(condition.kind)
    return rule(condition, use, modalities) if rule else None


def _stated(condition: Condition, default: Permission) -> Permission:
    return _EFFECTS.get(condition.parameters.get("effect"), default)


def _users(condition: Condition, use: IntendedUse, _: tuple[str, ...]) -> Permission | None:
    limit = condition.parameters.get("users")
    if condition.parameters.get("commercial_only") and not use.commercial:
        return None
    if use.monthly_users is None or not isinstance(limit, int):
        return "allowed-with-obligations"
    if use.monthly_users <= limit:
        return None
    # Monthly users bound daily ones from above only: more a month than the daily limit leaves the day open.
    return "unknown" if condition.parameters.get("period") == "day" else _stated(condition, "unknown")


def _revenue(condition: Condition, use: IntendedUse, _: tuple[str, ...]) -> Permission | None:
    amount = condition.parameters.get("amount")
    if use.revenue is None or not isinstance(amount, int):
        return "allowed-with-obligations"
    yearly = amount * 12 if condition.parameters.get("period") == "month" else amount
    return None if use.revenue <= yearly else _stated(condition, "unknown")


def _territory(condition: Condition, use: IntendedUse, modalities: tuple[str, ...]) -> Permission | None:
    if condition.parameters.get("modalities") == "multimodal" and len(modalities) == 1:
        return None
    if use.territory is None:
        return "allowed-with-obligations"
    excluded = condition.parameters.get("excluded")
    codes = {str(each) for each in excluded} if isinstance(excluded, list | tuple) else set()
    return _stated(condition, "unknown") if _countries(codes) & _countries({use.territory}) else None


def _countries(codes: set[str]) -> set[str]:
    upper = {_ALIASES.get(code.upper(), code.upper()) for code in codes}
    return upper | EU_MEMBERS if "EU" in upper else upper


def _commercial(condition: Condition, use: IntendedUse, _: tuple[str, ...]) -> Permission | None:
    return _stated(condition, "forbidden") if use.commercial else "allowed-with-obligations"


def _research(condition: Condition, use: IntendedUse, _: tuple[str, ...]) -> Permission | None:
    outside = use.field is not None and not any(word in use.field.lower() for word in ("research", "education", "academic"))
    return _stated(condition, "forbidden") if use.commercial or outside else "allowed-with-obligations"


def _outputs(condition: Condition, use: IntendedUse, _: tuple[str, ...]) -> Permission | None:
    return _stated(condition, "unknown") if use.train_on_outputs else None


def _registration(condition: Condition, use: IntendedUse, _: tuple[str, ...]) -> Permission | None:
    covers = str(condition.parameters.get("covers", "")).lower()
    return None if "commercial" in covers and not use.commercial else _stated(condition, "unknown")


def _field(condition: Condition, use: IntendedUse, _: tuple[str, ...]) -> Permission | None:
    fields = condition.parameters.get("fields")
    names = [str(each).lower() for each in fields] if isinstance(fields, list | tuple) else []
    wanted = (use.field or "").lower()
    hit = bool(wanted) and any(name in wanted or wanted in name for name in names)
    return _stated(condition, "unknown") if hit else "allowed-with-obligations"


def _redistribution(condition: Condition, use: IntendedUse, _: tuple[str, ...]) -> Permission | None:
    if not use.redistribute:
        return None
    # A ban on sharing adaptations leaves unmodified copies free (CC licenses with NoDerivatives).
    adaptations_only = "adapted" in str(condition.parameters.get("covers", ""))
    return "allowed-with-obligations" if adaptations_only and not use.fine_tune else _stated(condition, "unknown")


def _hosting(condition: Condition, use: IntendedUse, _: tuple[str, ...]) -> Permission | None:
    hosting = any(word in (use.field or "").lower() for word in ("host", "service", "api"))
    return _stated(condition, "unknown") if hosting else "allowed-with-obligations" if use.commercial else None


def _when_shared(_: Condition, use: IntendedUse, __: tuple[str, ...]) -> Permission | None:
    return "allowed-with-obligations" if use.redistribute else None


def _naming(_: Condition, use: IntendedUse, __: tuple[str, ...]) -> Permission | None:
    named = use.redistribute or use.commercial or use.fine_tune or use.train_on_outputs
    return "allowed-with-obligations" if named else None


def _always(_: Condition, __: IntendedUse, ___: tuple[str, ...]) -> Permission | None:
    return "allowed-with-obligations"


_RULES: Mapping[str, Effect] = {
    "user-threshold": _users,
    "revenue-threshold": _revenue,
    "territory": _territory,
    "non-commercial": _commercial,
    "research-only": _research,
    "output-training": _outputs,
    "registration": _registration,
    "field-of-use": _field,
    "redistribution": _redistribution,
    "hosted-service": _hosting,
    "naming": _naming,
    "acceptable-use-policy": _always,
    "change-at-will": _always,
    "attribution": _when_shared,
    "notice": _when_shared,
    "share-alike": _when_shared,
    "source-disclosure": _when_shared,
    "state-changes": _when_shared,
}
"""Patent, trademark and termination clauses bear on no intended use that can be stated here."""
