"""What clauses that ask for something make of an intended use."""

from audit.licenses.clause_effects import is_for_other_modalities, read_effect_in_reach
from audit.licenses.uses import IntendedUse, Permission
from audit.records.license import LicenseCondition


def judge_redistribution(
    condition: LicenseCondition, use: IntendedUse, _: tuple[str, ...]
) -> Permission | None:
    """Sharing brings the stated effect."""
    if not _is_shared(condition, use):
        return None
    # A ban on sharing adaptations leaves unmodified copies free (CC licenses with NoDerivatives).
    covers_adaptations_only = "adapted" in str(condition.parameters.get("covers", ""))
    if covers_adaptations_only and not use.fine_tune:
        return "allowed-with-obligations"
    return read_effect_in_reach(condition, use)


def judge_naming(
    condition: LicenseCondition, use: IntendedUse, modalities: tuple[str, ...]
) -> Permission | None:
    """A duty where something appears under a name."""
    if is_for_other_modalities(condition, modalities):
        return None
    is_shared = _is_shared(condition, use)
    is_named = is_shared or use.is_commercial or use.fine_tune or use.train_on_outputs
    return "allowed-with-obligations" if is_named else None


def require_when_shared(
    condition: LicenseCondition, use: IntendedUse, _: tuple[str, ...]
) -> Permission | None:
    """A duty of whoever passes the model on, or runs it, where the clause is heeded while running.

    Such as credit in publications of research, which needs no copy in other hands.
    """
    is_due = _is_shared(condition, use) or condition.parameters.get("stage") == "running"
    return "allowed-with-obligations" if is_due else None


def _is_shared(condition: LicenseCondition, use: IntendedUse) -> bool:
    """Whether the model is passed on, as the clause counts it: in some texts by a service too."""
    is_offered = use.host and condition.parameters.get("also_when_hosting") is True
    return use.redistribute or is_offered


def require_always(_: LicenseCondition, __: IntendedUse, ___: tuple[str, ...]) -> Permission | None:
    """A duty of every user."""
    return "allowed-with-obligations"


def bear_on_no_use(_: LicenseCondition, __: IntendedUse, ___: tuple[str, ...]) -> Permission | None:
    """Nothing that a use can state: patents, trademarks, the end of the license."""
    return None
