"""Whether the parameters of a clause demand no more than those of another clause of its kind.

The rules that the table of kinds names. Both clauses are understood, and the harshness of their
effects was compared before; a parameter that the rules cannot order leaves the answer at no.
"""

from collections.abc import Callable, Mapping

ConditionParameters = Mapping[str, object]
StrictnessRule = Callable[[ConditionParameters, ConditionParameters], bool]
"""Takes the old and the new parameters: is the new clause no stricter than the old one?"""

EFFECT_HARSHNESS: Mapping[str | None, int] = {
    None: 0,
    "request": 0,
    "obligation": 0,
    "royalty": 1,
    "needs-license": 2,
    "forbidden": 3,
}


def rank_harshness(parameters: ConditionParameters) -> int:
    """How harsh the stated effect is; an effect that nobody knows counts as a ban."""
    effect = parameters.get("effect")
    return EFFECT_HARSHNESS.get(effect if isinstance(effect, str) else None, 3)


def has_same_reach(old: ConditionParameters, new: ConditionParameters) -> bool:
    """A duty is a duty however its scope is worded; a ban must name the same reach."""
    if not _is_switch_no_stricter(old, new, "also_when_hosting", strict_value=True):
        return False
    if rank_harshness(new) == 0 and "effect" in new:
        return True
    return all(old.get(name) == new.get(name) for name in ("covers", "scope"))


def is_naming_no_stricter(old: ConditionParameters, new: ConditionParameters) -> bool:
    """Whether nobody else has to show or take a name, and nobody has to do both.

    Which name that is makes no duty stricter.
    """
    modalities = new.get("modalities", "all")
    return (
        _is_switch_no_stricter(old, new, "only_above_thresholds", strict_value=False)
        and _is_switch_no_stricter(old, new, "also_when_hosting", strict_value=True)
        and _is_switch_no_stricter(old, new, "prefix", strict_value=True)
        and _is_switch_no_stricter(old, new, "display", strict_value=True)
        and (modalities == old.get("modalities", "all") or modalities == "multimodal")
        and _is_trigger_no_wider(old, new)
    )


def _is_trigger_no_wider(old: ConditionParameters, new: ConditionParameters) -> bool:
    """Whether the duty arises no more often; two triggers in other words are not ordered."""
    is_only_above = bool(new.get("only_above_thresholds"))
    is_narrowed = is_only_above and not old.get("only_above_thresholds")
    return is_narrowed or old.get("trigger") in (None, new.get("trigger"))


def is_same_duty(_: ConditionParameters, __: ConditionParameters) -> bool:
    """Nothing but effect and exception orders two clauses, however their scope is worded."""
    return True


def is_disclosure_no_stricter(old: ConditionParameters, new: ConditionParameters) -> bool:
    """Whether a mere request is left, or the old clause was more than one."""
    return new.get("effect") == "request" or old.get("effect") != "request"


def is_output_training_no_stricter(old: ConditionParameters, new: ConditionParameters) -> bool:
    """Whether no further trained models are reached."""
    reaches = old.get("reaches", "any")
    return rank_harshness(new) == 0 or reaches in ("any", new.get("reaches", "any"))


def is_purpose_limit_no_stricter(old: ConditionParameters, new: ConditionParameters) -> bool:
    """Whether the reach is the same, outputs stay as free and companies as welcome."""
    return (
        has_same_reach(old, new)
        and _is_switch_no_stricter(old, new, "outputs_exempt", strict_value=False)
        and _is_switch_no_stricter(old, new, "outputs_unstated", strict_value=False)
        and _is_switch_no_stricter(old, new, "companies_excluded", strict_value=True)
    )


def is_trade_limit_no_stricter(old: ConditionParameters, new: ConditionParameters) -> bool:
    """Whether the reach is the same, and what was free outside of trade still is."""
    if rank_harshness(new) == 0 and "effect" in new:
        return True
    return (
        has_same_reach(old, new)
        and _is_switch_no_stricter(old, new, "commercial_only", strict_value=False)
        and _is_switch_no_stricter(old, new, "companies_only", strict_value=False)
    )


def is_guardrail_no_stricter(old: ConditionParameters, new: ConditionParameters) -> bool:
    """Whether nothing is to be provided that was not before."""
    return new.get("duty") != "provide" or old.get("duty") == "provide"


def is_ownership_no_stricter(old: ConditionParameters, new: ConditionParameters) -> bool:
    """Whether the licensor owns nothing more."""
    is_same = all(old.get(name) == new.get(name) for name in ("owner", "of"))
    return is_same or new.get("owner") == "licensee"


def is_user_threshold_no_stricter(old: ConditionParameters, new: ConditionParameters) -> bool:
    """Whether no fewer users are free, counted no more widely."""
    # A service has at least as many users in a month as on a day: a monthly limit is stricter.
    same_period = old.get("period") == new.get("period") or new.get("period") == "day"
    counts_later = old.get("measured") == "at-release" and new.get("measured") != "at-release"
    return (
        _read_number(new, "users") >= _read_number(old, "users")
        and _is_switch_no_stricter(old, new, "includes_affiliates", strict_value=True)
        and _is_switch_no_stricter(old, new, "commercial_only", strict_value=False)
        and same_period
        and not counts_later
    )


def is_revenue_threshold_no_stricter(old: ConditionParameters, new: ConditionParameters) -> bool:
    """Whether no less revenue is free, counted no more widely, for no higher royalty."""
    source = new.get("source_of_revenue")
    is_counted_alike = all(old.get(name) == new.get(name) for name in ("currency", "period"))
    return (
        is_counted_alike
        and (source == old.get("source_of_revenue") or source == "product")
        and _read_number(new, "royalty_percent") <= _read_number(old, "royalty_percent")
        and _read_number(new, "amount") >= _read_number(old, "amount")
        and _are_revenue_switches_no_stricter(old, new)
        and _read_names(old, "permits") <= _read_names(new, "permits")
    )


def _are_revenue_switches_no_stricter(old: ConditionParameters, new: ConditionParameters) -> bool:
    return (
        _is_switch_no_stricter(old, new, "includes_affiliates", strict_value=True)
        and _is_switch_no_stricter(old, new, "at_least", strict_value=True)
        and _is_switch_no_stricter(old, new, "commercial_only", strict_value=False)
    )


def is_territory_no_stricter(old: ConditionParameters, new: ConditionParameters) -> bool:
    """Whether no further country is excluded, for no further models."""
    modalities = new.get("modalities", "all")
    return (
        _read_names(new, "excluded") <= _read_names(old, "excluded")
        and (modalities == old.get("modalities", "all") or modalities == "multimodal")
        and _is_switch_no_stricter(old, new, "end_users_exempt", strict_value=False)
    )


def is_field_of_use_no_stricter(old: ConditionParameters, new: ConditionParameters) -> bool:
    """Whether no further field is named."""
    return _read_names(new, "fields") <= _read_names(old, "fields")


def is_use_policy_no_stricter(old: ConditionParameters, new: ConditionParameters) -> bool:
    """Whether the policy is the same and no further duty comes with it."""
    # Two policies at different addresses are two lists that nobody has compared.
    return (
        (old.get("url") is None or new.get("url") in (None, old.get("url")))
        and _is_switch_no_stricter(old, new, "changeable", strict_value=True)
        and _is_switch_no_stricter(old, new, "flow_down", strict_value=True)
    )


def is_exception_kept(old: ConditionParameters, new: ConditionParameters) -> bool:
    """Whether a mere duty is left, or no exception is lost, in a clause of any kind."""
    exception = old.get("except")
    return rank_harshness(new) == 0 or exception is None or exception == new.get("except")


def _read_number(parameters: ConditionParameters, name: str) -> float:
    value = parameters.get(name, 0)
    return float(value) if isinstance(value, int | float) else 0.0


def _read_names(parameters: ConditionParameters, name: str) -> set[str]:
    value = parameters.get(name, ())
    return {str(item) for item in value} if isinstance(value, list | tuple) else set()


def _is_switch_no_stricter(
    old: ConditionParameters, new: ConditionParameters, name: str, *, strict_value: bool
) -> bool:
    """Whether a switch did not move to its stricter value. One that is not stated is off."""
    return bool(old.get(name)) == strict_value or bool(new.get(name)) != strict_value
