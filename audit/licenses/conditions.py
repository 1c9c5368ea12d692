"""The one table of the kinds of license clauses: all that the program knows about a kind.

A new kind is one row in a part of the table (limits, duties, legal) and one word with its
parameters in `license.schema.json`, which a test holds against the table. A clause that the table
does not cover, in its kind, a parameter or a value, is not understood: a record that holds it does
not load, and every answer about it is `unknown`.
"""

from collections.abc import Mapping
from typing import cast

from audit.licenses.clause_parameters import has_form
from audit.licenses.condition_kind import ConditionKind, Stage
from audit.licenses.duty_kinds import DUTY_KINDS
from audit.licenses.legal_kinds import LEGAL_KINDS
from audit.licenses.limit_kinds import LIMIT_KINDS
from audit.licenses.uses import IntendedUse, Permission
from audit.records.license import LicenseCondition

CONDITION_KINDS: Mapping[str, ConditionKind] = {
    row.id: row for row in (*LIMIT_KINDS, *DUTY_KINDS, *LEGAL_KINDS)
}


def find_condition_kind(condition: LicenseCondition) -> ConditionKind | None:
    """The row of a clause, or None where the clause is not understood as a whole."""
    kind = CONDITION_KINDS.get(condition.kind)
    if kind is None:
        return None
    for name, value in condition.parameters.items():
        if not has_form(value, kind.parameters.get(name)):
            return None
    return kind


def find_stage(condition: LicenseCondition) -> Stage:
    """When one has to think of the clause: as it says itself, else as its kind does."""
    kind = find_condition_kind(condition)
    if kind is None:
        return "before-use"
    return cast(Stage, condition.parameters.get("stage", kind.stage))


def compute_clause_effect(
    condition: LicenseCondition, use: IntendedUse, modalities: tuple[str, ...] = ()
) -> Permission | None:
    """What the clause makes of this use, or None where it does not bear on it.

    `unknown` for a clause that is not understood. `modalities` are the model's, empty when unknown.
    """
    return judge_clause(condition, find_condition_kind(condition), use, modalities)


def judge_clause(
    condition: LicenseCondition,
    kind: ConditionKind | None,
    use: IntendedUse,
    modalities: tuple[str, ...],
) -> Permission | None:
    """The same of a clause whose row in the table was looked up before."""
    return kind.judge_use(condition, use, modalities) if kind else "unknown"
