"""What a clause of each kind makes of an intended use: the rules that the table of kinds names.

A rule gets a clause whose kind and parameters are understood (`audit.licenses.conditions`). It
returns None where the clause does not bear on the use, and never guesses at the clause's prose.
"""

from collections.abc import Callable, Mapping

from audit.licenses.uses import IntendedUse, Permission
from audit.records.model import LicenseCondition

UseRule = Callable[[LicenseCondition, IntendedUse, tuple[str, ...]], Permission | None]
"""Takes the clause, the use and the model's modalities, which are empty when unknown."""

EU_MEMBERS = frozenset(
    [
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
    ]
)
"""Member states as of 2020-02-01, ISO 3166-1 alpha-2."""
_COUNTRY_ALIASES = {"UK": "GB", "EL": "GR"}
_PERMISSION_BY_EFFECT: Mapping[object, Permission] = {
    "needs-license": "needs-separate-license",
    "forbidden": "forbidden",
    "obligation": "allowed-with-obligations",
    "royalty": "allowed-with-obligations",
}
_RESEARCH_WORDS = ("research", "education", "academic")
_HOSTING_WORDS = ("host", "service", "api")


def judge_user_threshold(
    condition: LicenseCondition, use: IntendedUse, _: tuple[str, ...]
) -> Permission | None:
    """More users than the limit bring the stated effect."""
    parameters = condition.parameters
    limit = parameters.get("users")
    if parameters.get("commercial_only") and not use.commercial:
        return None
    if use.monthly_users is None or not isinstance(limit, int):
        return "allowed-with-obligations"
    if use.monthly_users <= limit:
        return None
    # Monthly users bound daily ones from above only: more a month leaves the day open.
    if parameters.get("period") == "day":
        return "unknown"
    return _read_stated_effect(condition)


def judge_revenue_threshold(
    condition: LicenseCondition, use: IntendedUse, _: tuple[str, ...]
) -> Permission | None:
    """More revenue than the amount brings the stated effect."""
    amount = condition.parameters.get("amount")
    if use.revenue is None or not isinstance(amount, int):
        return "allowed-with-obligations"
    yearly = amount * 12 if condition.parameters.get("period") == "month" else amount
    return None if use.revenue <= yearly else _read_stated_effect(condition)


def judge_territory(
    condition: LicenseCondition, use: IntendedUse, modalities: tuple[str, ...]
) -> Permission | None:
    """Use in an excluded country brings the stated effect."""
    if condition.parameters.get("modalities") == "multimodal" and len(modalities) == 1:
        return None
    if use.territory is None:
        return "allowed-with-obligations"
    excluded = _expand_countries(_list_words(condition, "excluded"))
    if excluded & _expand_countries([use.territory]):
        return _read_stated_effect(condition)
    return None


def judge_non_commercial(
    condition: LicenseCondition, use: IntendedUse, _: tuple[str, ...]
) -> Permission | None:
    """Commercial use brings the stated effect, a ban where none is stated."""
    if use.commercial:
        return _read_stated_effect(condition, "forbidden")
    return "allowed-with-obligations"


def judge_research_only(
    condition: LicenseCondition, use: IntendedUse, _: tuple[str, ...]
) -> Permission | None:
    """Use outside research brings the stated effect, a ban where none is stated."""
    field = (use.field or "").lower()
    is_outside = use.field is not None and not any(word in field for word in _RESEARCH_WORDS)
    if use.commercial or is_outside:
        return _read_stated_effect(condition, "forbidden")
    return "allowed-with-obligations"


def judge_output_training(
    condition: LicenseCondition, use: IntendedUse, _: tuple[str, ...]
) -> Permission | None:
    """Training on outputs brings the stated effect."""
    return _read_stated_effect(condition) if use.train_on_outputs else None


def judge_registration(
    condition: LicenseCondition, use: IntendedUse, _: tuple[str, ...]
) -> Permission | None:
    """Use that has to be registered brings the stated effect."""
    covers = str(condition.parameters.get("covers", "")).lower()
    if "commercial" in covers and not use.commercial:
        return None
    return _read_stated_effect(condition)


def judge_field_of_use(
    condition: LicenseCondition, use: IntendedUse, _: tuple[str, ...]
) -> Permission | None:
    """Use in a named field brings the stated effect; other fields must keep out of those."""
    wanted = (use.field or "").lower()
    names = [name.lower() for name in _list_words(condition, "fields")]
    if wanted and any(name in wanted or wanted in name for name in names):
        return _read_stated_effect(condition)
    return "allowed-with-obligations"


def judge_redistribution(
    condition: LicenseCondition, use: IntendedUse, _: tuple[str, ...]
) -> Permission | None:
    """Sharing brings the stated effect."""
    if not use.redistribute:
        return None
    # A ban on sharing adaptations leaves unmodified copies free (CC licenses with NoDerivatives).
    covers_adaptations_only = "adapted" in str(condition.parameters.get("covers", ""))
    if covers_adaptations_only and not use.fine_tune:
        return "allowed-with-obligations"
    return _read_stated_effect(condition)


def judge_hosted_service(
    condition: LicenseCondition, use: IntendedUse, _: tuple[str, ...]
) -> Permission | None:
    """Offering the model as a service brings the stated effect."""
    field = (use.field or "").lower()
    if any(word in field for word in _HOSTING_WORDS):
        return _read_stated_effect(condition)
    return "allowed-with-obligations" if use.commercial else None


def judge_naming(_: LicenseCondition, use: IntendedUse, __: tuple[str, ...]) -> Permission | None:
    """A duty where something appears under a name."""
    is_named = use.redistribute or use.commercial or use.fine_tune or use.train_on_outputs
    return "allowed-with-obligations" if is_named else None


def require_when_shared(
    _: LicenseCondition, use: IntendedUse, __: tuple[str, ...]
) -> Permission | None:
    """A duty of whoever passes the model on."""
    return "allowed-with-obligations" if use.redistribute else None


def require_always(_: LicenseCondition, __: IntendedUse, ___: tuple[str, ...]) -> Permission | None:
    """A duty of every user."""
    return "allowed-with-obligations"


def bear_on_no_use(_: LicenseCondition, __: IntendedUse, ___: tuple[str, ...]) -> Permission | None:
    """Nothing that a use can state: patents, trademarks, the end of the license."""
    return None


def _read_stated_effect(condition: LicenseCondition, default: Permission = "unknown") -> Permission:
    return _PERMISSION_BY_EFFECT.get(condition.parameters.get("effect"), default)


def _list_words(condition: LicenseCondition, name: str) -> list[str]:
    words = condition.parameters.get(name)
    return [str(word) for word in words] if isinstance(words, list | tuple) else []


def _expand_countries(codes: list[str]) -> set[str]:
    """The countries that the codes mean, by their ISO codes; EU means its members too."""
    upper = [code.upper() for code in codes]
    countries = {_COUNTRY_ALIASES.get(code, code) for code in upper}
    return countries | EU_MEMBERS if "EU" in countries else countries
