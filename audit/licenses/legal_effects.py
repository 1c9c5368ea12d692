"""What clauses that lawyers ask for make of an intended use: the rules of the table's later kinds."""

from audit.licenses.clause_parameters import REQUEST, read_stated_effect
from audit.licenses.uses import IntendedUse, Permission
from audit.records.license import LicenseCondition


def judge_indemnity(
    condition: LicenseCondition, _: IntendedUse, __: tuple[str, ...]
) -> Permission | None:
    """Every user answers for claims of others, or only whoever gives a warranty of their own."""
    is_of_their_own_making = condition.parameters.get("only_with_own_warranty") is True
    return None if is_of_their_own_making else "allowed-with-obligations"


def judge_derivative_ownership(
    condition: LicenseCondition, use: IntendedUse, _: tuple[str, ...]
) -> Permission | None:
    """What one makes may belong to the licensor: derivatives, or outputs, which every use makes."""
    parameters = condition.parameters
    if parameters.get("owner") == "licensee":
        return None
    is_made = use.fine_tune or parameters.get("of") == "outputs"
    return "allowed-with-obligations" if is_made else None


def judge_guardrails(
    condition: LicenseCondition, use: IntendedUse, _: tuple[str, ...]
) -> Permission | None:
    """Taking safeguards away brings the stated effect; every other use keeps, or provides, them."""
    if use.removes_guardrails:
        return read_stated_effect(condition)
    return "allowed-with-obligations"


def judge_ai_disclosure(
    condition: LicenseCondition, use: IntendedUse, _: tuple[str, ...]
) -> Permission | None:
    """A duty of whoever lets others see what the model makes; a mere request binds nobody."""
    if condition.parameters.get("effect") == REQUEST:
        return None
    is_seen = use.host or use.redistribute or use.is_commercial or not use.needs_weights
    return "allowed-with-obligations" if is_seen else None
