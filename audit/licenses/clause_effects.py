"""What a clause of each kind makes of an intended use: the rules that the table of kinds names.

A rule gets a clause whose kind and parameters are understood (`audit.licenses.conditions`). It
returns None where the clause does not bear on the use, and never guesses at the clause's prose.
"""

from collections.abc import Callable, Iterable

from audit.licenses.clause_parameters import list_words, read_stated_effect
from audit.licenses.fields_of_use import find_field, is_within
from audit.licenses.territories import expand_countries
from audit.licenses.uses import IntendedUse, Permission
from audit.records.model import LicenseCondition

UseRule = Callable[[LicenseCondition, IntendedUse, tuple[str, ...]], Permission | None]
"""Takes the clause, the use and the model's modalities, which are empty when unknown."""

SENSORY_MODALITIES = frozenset({"image", "audio", "video"})
RESEARCH_PURPOSES = ("research",)
_HOSTING_FIELD = "model-as-a-service"


def judge_user_threshold(
    condition: LicenseCondition, use: IntendedUse, _: tuple[str, ...]
) -> Permission | None:
    """More users than the limit, counted as the clause counts them, bring the stated effect."""
    parameters = condition.parameters
    limit = parameters.get("users")
    if parameters.get("commercial_only") and not use.is_commercial:
        return None
    if use.monthly_users is None or not isinstance(limit, int):
        return "allowed-with-obligations"
    is_above = use.monthly_users > limit
    if parameters.get("measured") == "at-release":
        return _judge_users_at_release(condition, use, is_above=is_above)
    if not is_above:
        return None
    # Monthly users bound daily ones from above only: more a month leaves the day open.
    is_daily = parameters.get("period") == "day"
    return "unknown" if is_daily else read_stated_effect(condition)


def _judge_users_at_release(
    condition: LicenseCondition, use: IntendedUse, *, is_above: bool
) -> Permission | None:
    """A count taken once, before a release, is decided by the number of that month only."""
    counted_month = condition.parameters.get("counted_month")
    if counted_month is not None and use.users_month == counted_month:
        return read_stated_effect(condition) if is_above else None
    return "unknown" if is_above else "allowed-with-obligations"


def judge_revenue_threshold(
    condition: LicenseCondition, use: IntendedUse, _: tuple[str, ...]
) -> Permission | None:
    """More revenue than the amount brings the stated effect, and with `at_least` the amount itself.

    Purposes that the clause permits are free of it while they stay what they are.
    """
    if condition.parameters.get("commercial_only") and not use.is_commercial:
        return None
    if _is_permitted_purpose(use, list_words(condition, "permits")):
        return "allowed-with-obligations"
    is_above = _is_revenue_above(condition, use)
    if is_above is None:
        return "allowed-with-obligations"
    if condition.parameters.get("period", "year") == use.revenue_period:
        return read_stated_effect(condition) if is_above else None
    return _judge_revenue_of_other_period(condition, use, is_above=is_above)


def _is_revenue_above(condition: LicenseCondition, use: IntendedUse) -> bool | None:
    """Whether the limit is passed, whatever the periods; None where a number is missing."""
    amount = condition.parameters.get("amount")
    if use.revenue is None or not isinstance(amount, int):
        return None
    if condition.parameters.get("at_least"):
        return use.revenue >= amount
    return use.revenue > amount


def _judge_revenue_of_other_period(
    condition: LicenseCondition, use: IntendedUse, *, is_above: bool
) -> Permission | None:
    """What a month's figure says of a year's limit, or a year's figure of a month's limit.

    A month's figure decides only if it alone is above, a year's one only if it is not above.
    """
    if use.revenue_period == "month":
        return read_stated_effect(condition) if is_above else "allowed-with-obligations"
    if not is_above:
        return None
    effect = read_stated_effect(condition)
    return effect if effect == "allowed-with-obligations" else "unknown"


def judge_territory(
    condition: LicenseCondition, use: IntendedUse, modalities: tuple[str, ...]
) -> Permission | None:
    """Use in an excluded country brings the stated effect."""
    if is_for_other_modalities(condition, modalities):
        return None
    if use.territory is None:
        return "allowed-with-obligations"
    if not _is_excluded(use.territory, condition):
        return None
    may_not_apply = _is_for_multimodal_only(condition) and not modalities
    return "unknown" if may_not_apply else read_stated_effect(condition)


def _is_excluded(territory: str, condition: LicenseCondition) -> bool:
    excluded = expand_countries(list_words(condition, "excluded"))
    return not excluded.isdisjoint(expand_countries([territory]))


def judge_non_commercial(
    condition: LicenseCondition, use: IntendedUse, _: tuple[str, ...]
) -> Permission | None:
    """Commercial use brings the stated effect, a ban where none is stated."""
    if use.is_commercial:
        return read_stated_effect(condition, "forbidden")
    return "allowed-with-obligations"


def judge_research_only(
    condition: LicenseCondition, use: IntendedUse, _: tuple[str, ...]
) -> Permission | None:
    """Use for another purpose than the permitted ones brings the stated effect, by default a ban.

    Where the record does not say which purposes the text permits beside research, one that licenses
    of this kind often permit is unknown, not forbidden.
    """
    if use.is_commercial:
        return read_stated_effect(condition, "forbidden")
    permitted = list_words(condition, "permits")
    if not use.purposes or _is_permitted_purpose(use, permitted or RESEARCH_PURPOSES):
        return "allowed-with-obligations"
    return read_stated_effect(condition, "forbidden") if permitted else "unknown"


def _is_permitted_purpose(use: IntendedUse, permitted: Iterable[str]) -> bool:
    """Whether purposes were stated, and none of them is another than the permitted ones."""
    return bool(use.purposes) and not use.is_commercial and set(use.purposes) <= set(permitted)


def judge_output_training(
    condition: LicenseCondition, use: IntendedUse, _: tuple[str, ...]
) -> Permission | None:
    """Training on outputs brings the stated effect."""
    return read_stated_effect(condition) if use.train_on_outputs else None


def judge_registration(
    condition: LicenseCondition, use: IntendedUse, _: tuple[str, ...]
) -> Permission | None:
    """Use that has to be registered brings the stated effect."""
    covers = str(condition.parameters.get("covers", "")).lower()
    if "commercial" in covers and not use.is_commercial:
        return None
    return read_stated_effect(condition)


def judge_field_of_use(
    condition: LicenseCondition, use: IntendedUse, _: tuple[str, ...]
) -> Permission | None:
    """Use in a named field, or in a part of one, brings the stated effect; others keep out of it.

    A word that the vocabulary does not hold gives `unknown`, in the question and in the clause.
    """
    if use.field is None:
        return "allowed-with-obligations"
    words = [use.field, *list_words(condition, "fields")]
    if not all(map(find_field, words)):
        return "unknown"
    if not is_field_named(condition, use.field):
        return "allowed-with-obligations"
    return _judge_named_field(condition, use)


def _judge_named_field(condition: LicenseCondition, use: IntendedUse) -> Permission:
    """The stated effect, in some clauses only above a year's revenue."""
    above = condition.parameters.get("above")
    if not isinstance(above, int) or use.revenue_period != "year":
        return read_stated_effect(condition)
    if use.revenue is None:
        return "unknown"
    is_below = use.revenue <= above
    return "allowed-with-obligations" if is_below else read_stated_effect(condition)


def is_field_named(condition: LicenseCondition, word: str) -> bool:
    """Whether the clause names the field that the word means, or a wider one."""
    asked = find_field(word)
    named = [find_field(each) for each in list_words(condition, "fields")]
    return asked is not None and any(field and is_within(asked, field) for field in named)


def judge_hosted_service(
    condition: LicenseCondition, use: IntendedUse, _: tuple[str, ...]
) -> Permission | None:
    """Offering the model as a service brings the stated effect."""
    if use.host or use.field == _HOSTING_FIELD:
        return read_stated_effect(condition)
    return "allowed-with-obligations" if use.is_commercial else None


def is_for_other_modalities(condition: LicenseCondition, modalities: tuple[str, ...]) -> bool:
    """Whether the clause is on multimodal models only, and the model is known to be none."""
    if not modalities or not _is_for_multimodal_only(condition):
        return False
    # Text and code are one modality: a model of both is not multimodal.
    return SENSORY_MODALITIES.isdisjoint(modalities)


def _is_for_multimodal_only(condition: LicenseCondition) -> bool:
    return condition.parameters.get("modalities") == "multimodal"
