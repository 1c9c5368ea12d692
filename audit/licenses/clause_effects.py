"""What a clause of each kind makes of an intended use: the rules that the table of kinds names.

A rule gets a clause whose kind and parameters are understood (`audit.licenses.conditions`). It
returns None where the clause does not bear on the use, and never guesses at the clause's prose.
"""

from collections.abc import Callable, Iterable

from audit.licenses.clause_parameters import list_words, read_stated_effect
from audit.licenses.fields_of_use import find_field, is_within
from audit.licenses.territories import expand_countries
from audit.licenses.uses import IntendedUse, Permission
from audit.records.license import LicenseCondition

UseRule = Callable[[LicenseCondition, IntendedUse, tuple[str, ...]], Permission | None]
"""Takes the clause, the use and the model's modalities, which are empty when unknown."""

SENSORY_MODALITIES = frozenset({"image", "audio", "video"})
RESEARCH_PURPOSES = ("research",)
_HOSTING_FIELD = "model-as-a-service"


def judge_territory(
    condition: LicenseCondition, use: IntendedUse, modalities: tuple[str, ...]
) -> Permission | None:
    """Use in an excluded country brings the stated effect."""
    if is_for_other_modalities(condition, modalities):
        return None
    if _is_use_excluded(condition, use):
        may_not_apply = _is_for_multimodal_only(condition) and not modalities
        return "unknown" if may_not_apply else read_stated_effect(condition)
    return "allowed-with-obligations" if _is_place_open(condition, use) else None


def _is_use_excluded(condition: LicenseCondition, use: IntendedUse) -> bool:
    """Whether the asker, or users whom the clause does not exempt, are in an excluded country."""
    places = [use.territory] if use.territory else []
    if not condition.parameters.get("end_users_exempt"):
        places += use.user_territories
    excluded = expand_countries(list_words(condition, "excluded"))
    return not excluded.isdisjoint(expand_countries(places))


def _is_place_open(condition: LicenseCondition, use: IntendedUse) -> bool:
    """Whether a place that the clause looks at was not stated."""
    has_users = use.host or use.redistribute
    are_users_counted = has_users and not condition.parameters.get("end_users_exempt")
    return use.territory is None or (are_users_counted and not use.user_territories)


def judge_non_commercial(
    condition: LicenseCondition, use: IntendedUse, _: tuple[str, ...]
) -> Permission | None:
    """Commercial use brings the stated effect, a ban where none is stated.

    Some texts count whatever a company does as commercial; some leave outputs free.
    """
    if _is_exempt_as_output(condition, use):
        return None
    is_company = use.asker == "company" and condition.parameters.get("companies_excluded") is True
    if use.is_commercial or is_company:
        return _read_refusal(condition, use)
    return "allowed-with-obligations"


def _is_exempt_as_output(condition: LicenseCondition, use: IntendedUse) -> bool:
    return not use.needs_weights and condition.parameters.get("outputs_exempt") is True


def _read_refusal(condition: LicenseCondition, use: IntendedUse) -> Permission:
    """The stated effect, a ban where none is stated; open where the text is silent on outputs."""
    if not use.needs_weights and condition.parameters.get("outputs_unstated") is True:
        return "unknown"
    return read_stated_effect(condition, "forbidden")


def judge_research_only(
    condition: LicenseCondition, use: IntendedUse, _: tuple[str, ...]
) -> Permission | None:
    """Use for another purpose than the permitted ones brings the stated effect, by default a ban.

    Where the record does not say which purposes the text permits beside research, one that licenses
    of this kind often permit is unknown, not forbidden.
    """
    if _is_exempt_as_output(condition, use):
        return None
    if use.is_commercial:
        return _read_refusal(condition, use)
    permitted = list_words(condition, "permits")
    if not use.purposes or is_permitted_purpose(use, permitted or RESEARCH_PURPOSES):
        return "allowed-with-obligations"
    return _read_refusal(condition, use) if permitted else "unknown"


def is_permitted_purpose(use: IntendedUse, permitted: Iterable[str]) -> bool:
    """Whether purposes were stated, and none of them is another than the permitted ones."""
    return bool(use.purposes) and not use.is_commercial and set(use.purposes) <= set(permitted)


def judge_output_training(
    condition: LicenseCondition, use: IntendedUse, _: tuple[str, ...]
) -> Permission | None:
    """Training on outputs brings the stated effect, in some texts for some models only.

    Whether the trained model is one of those is unknown where it was not stated.
    """
    if not use.train_on_outputs:
        return None
    effect = read_stated_effect(condition)
    reach = condition.parameters.get("reaches", "any")
    if reach == "any" or effect == "allowed-with-obligations":
        return effect
    is_reached = use.competing if reach == "competing" else _find_trade(use)
    if is_reached is None:
        return "unknown"
    return effect if is_reached else "allowed-with-obligations"


def _find_trade(use: IntendedUse) -> bool | None:
    """Whether it is commercial; None where no purpose was stated."""
    return use.is_commercial if use.purposes else None


def judge_registration(
    condition: LicenseCondition, use: IntendedUse, _: tuple[str, ...]
) -> Permission | None:
    """Use that has to be registered brings the stated effect, in many texts commercial use only."""
    if condition.parameters.get("commercial_only") is True and not use.is_commercial:
        return None
    return read_stated_effect(condition)


def judge_field_of_use(
    condition: LicenseCondition, use: IntendedUse, _: tuple[str, ...]
) -> Permission | None:
    """Use in a named field, or in a part of one, brings the stated effect; others keep out of it.

    A word that the vocabulary does not hold gives `unknown`, in the question and in the clause.
    """
    words = [*use.fields, *list_words(condition, "fields")]
    if not use.fields:
        return "allowed-with-obligations"
    if not all(map(find_field, words)):
        return "unknown"
    if not any(is_field_named(condition, field) for field in use.fields):
        return "allowed-with-obligations"
    return _judge_named_field(condition, use)


def _judge_named_field(condition: LicenseCondition, use: IntendedUse) -> Permission:
    """The stated effect, in some clauses only above a year's revenue of the whole group."""
    above = condition.parameters.get("above")
    if not isinstance(above, int):
        return read_stated_effect(condition)
    if use.revenue is None or use.currency not in (None, "USD"):
        return "unknown"
    if use.revenue > above:
        return read_stated_effect(condition)
    is_whole = use.revenue_period == "year" and use.revenue_of != "product"
    return "allowed-with-obligations" if is_whole else "unknown"


def is_field_named(condition: LicenseCondition, word: str) -> bool:
    """Whether the clause names the field that the word means, or a wider one."""
    asked = find_field(word)
    named = [find_field(each) for each in list_words(condition, "fields")]
    return asked is not None and any(field and is_within(asked, field) for field in named)


def judge_hosted_service(
    condition: LicenseCondition, use: IntendedUse, _: tuple[str, ...]
) -> Permission | None:
    """Offering the model as a service brings the stated effect, in some texts in commerce only."""
    if use.host or use.field == _HOSTING_FIELD:
        return read_effect_in_reach(condition, use)
    return None


def read_effect_in_reach(condition: LicenseCondition, use: IntendedUse) -> Permission:
    """The stated effect; a limit to heed where the clause reaches only commerce, or only companies.

    A commercial entity is bound whatever its purpose, where the text speaks of entities.
    """
    in_reach = True
    if condition.parameters.get("commercial_only") is True:
        in_reach = use.is_commercial
    if condition.parameters.get("companies_only") is True:
        in_reach = use.is_commercial or use.asker == "company"
    return read_stated_effect(condition) if in_reach else "allowed-with-obligations"


def is_for_other_modalities(condition: LicenseCondition, modalities: tuple[str, ...]) -> bool:
    """Whether the clause is on multimodal models only, and the model is known to be none."""
    if not modalities or not _is_for_multimodal_only(condition):
        return False
    # Text and code are one modality: a model of both is not multimodal.
    return SENSORY_MODALITIES.isdisjoint(modalities)


def _is_for_multimodal_only(condition: LicenseCondition) -> bool:
    return condition.parameters.get("modalities") == "multimodal"
