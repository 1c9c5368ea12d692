"""What clauses on numbers of users and on revenue make of an intended use.

A number decides only what it says: of its month or period, its currency, and of whom it is.
"""

from typing import Literal

from audit.licenses.clause_effects import is_permitted_purpose
from audit.licenses.clause_parameters import list_words, read_stated_effect
from audit.licenses.uses import IntendedUse, Permission
from audit.records.license import LicenseCondition

Position = Literal["above", "below", "not-cleared", "open"]
"""Where a number stands: `not-cleared` where it says too little to be below, `open` where it may
well be above."""


def judge_user_threshold(
    condition: LicenseCondition, use: IntendedUse, _: tuple[str, ...]
) -> Permission | None:
    """More users than the limit, counted as the clause counts them, bring the stated effect."""
    if condition.parameters.get("commercial_only") and not use.is_business:
        return None
    return _judge_position(condition, _locate_users(condition, use))


def judge_revenue_threshold(
    condition: LicenseCondition, use: IntendedUse, _: tuple[str, ...]
) -> Permission | None:
    """More revenue than the amount brings the stated effect, and with `at_least` the amount itself.

    Purposes that the clause permits are free of it while they stay what they are.
    """
    if condition.parameters.get("commercial_only") and not use.is_business:
        return None
    if is_permitted_purpose(use, list_words(condition, "permits")):
        return "allowed-with-obligations"
    return _judge_position(condition, _locate_revenue(condition, use))


def _judge_position(condition: LicenseCondition, position: Position) -> Permission | None:
    effect = read_stated_effect(condition)
    if position == "below":
        return None
    if position == "above" or effect == "allowed-with-obligations":
        return effect
    return "unknown" if position == "open" else "allowed-with-obligations"


def _locate_users(condition: LicenseCondition, use: IntendedUse) -> Position:
    limit = condition.parameters.get("users")
    if use.monthly_users is None or not isinstance(limit, int):
        return "not-cleared"
    if condition.parameters.get("measured") == "at-release" and not _is_of_counted_month(
        condition, use
    ):
        return "open" if use.monthly_users > limit else "not-cleared"
    if use.monthly_users <= limit:
        return "below" if _are_affiliates_counted(condition, use) else "not-cleared"
    # Monthly users bound daily ones from above only: more a month leaves the day open.
    return "open" if condition.parameters.get("period") == "day" else "above"


def _is_of_counted_month(condition: LicenseCondition, use: IntendedUse) -> bool:
    """A count taken once, before a release, is decided by the number of that month only."""
    counted_month = condition.parameters.get("counted_month")
    return counted_month is not None and use.users_month == counted_month


def _are_affiliates_counted(condition: LicenseCondition, use: IntendedUse) -> bool:
    """Whether nobody is left out whom the clause counts; a single person has no affiliates."""
    if not condition.parameters.get("includes_affiliates"):
        return True
    is_whole = use.affiliates is True or use.revenue_of == "group"
    return is_whole or use.asker == "individual"


def _locate_revenue(condition: LicenseCondition, use: IntendedUse) -> Position:
    amount = condition.parameters.get("amount")
    if use.revenue is None or not isinstance(amount, int):
        return "not-cleared"
    if use.currency not in (None, condition.parameters.get("currency")):
        return "open"
    is_equal_above = bool(condition.parameters.get("at_least")) and use.revenue == amount
    if use.revenue > amount or is_equal_above:
        return _locate_high_revenue(condition, use)
    return _locate_low_revenue(condition, use)


def _locate_high_revenue(condition: LicenseCondition, use: IntendedUse) -> Position:
    """A number above the limit: a year's says little of a month, a company's little of a product."""
    is_of_month = condition.parameters.get("period", "year") == "month"
    if is_of_month and use.revenue_period == "year":
        return "open"
    is_of_product = condition.parameters.get("source_of_revenue") == "product"
    return "open" if is_of_product and use.revenue_of in ("company", "group") else "above"


def _locate_low_revenue(condition: LicenseCondition, use: IntendedUse) -> Position:
    """A number below the limit: a month's says little of a year, a part's little of the whole."""
    is_of_year = condition.parameters.get("period", "year") == "year"
    if is_of_year and use.revenue_period == "month":
        return "not-cleared"
    if condition.parameters.get("source_of_revenue") == "product":
        return "below"
    is_part = use.revenue_of == "product" or not _are_affiliates_counted(condition, use)
    return "not-cleared" if is_part else "below"
