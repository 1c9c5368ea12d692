"""The one table of the kinds of license clauses: all that the program knows about a kind.

A new kind is one row here and one word in `license.schema.json`, which a test holds against the
table. A clause that the table does not cover, in its kind, a parameter or a value, is not
understood: a record that holds it does not load, and every answer about it is `unknown`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from audit.licenses import clause_effects as effects
from audit.licenses import clause_strictness as strictness
from audit.licenses.clause_parameters import EFFECT_AND_REACH, EFFECTS, ParameterForm, has_form
from audit.licenses.uses import IntendedUse, Permission
from audit.records.model import LicenseCondition

Tolerance = Literal["never", "as-duty", "always"]
"""Whether open terms may carry a clause; `as-duty` only where its effect is a mere duty."""


@dataclass(frozen=True)
class ConditionKind:
    """One kind of clause."""

    id: str
    judge_use: effects.UseRule
    """What the clause makes of one use."""
    is_no_stricter: strictness.StrictnessRule = strictness.has_same_reach
    """How two clauses of the kind compare, beyond the harshness of their effects."""
    parameters: Mapping[str, ParameterForm] = field(default_factory=dict)
    tolerance: Tolerance = "never"
    """Whether licenses under the Open Source Definition carry it (opensource.org/osd)."""
    is_housekeeping: bool = False
    """Nearly every open license has it in its own words: MIT for Apache-2.0 closes nothing."""
    is_threshold: bool = False
    """Whether other clauses of the license may apply only above it."""
    is_duty_on_sharing: bool = False
    """A duty on what one shares, which is milder than a ban on sharing it."""
    withheld_use: str = ""
    """The large class of uses that it withholds from everybody, in words; empty for other kinds."""
    is_registration: bool = False
    """Whether use is granted on request."""

    @property
    def title(self) -> str:
        """The kind in plain words."""
        return self.id.replace("-", " ")


_ROWS = (
    ConditionKind(
        "user-threshold",
        effects.judge_user_threshold,
        strictness.is_user_threshold_no_stricter,
        {
            "users": int,
            "period": frozenset({"month", "day"}),
            "effect": EFFECTS,
            "measured": frozenset({"at-release", "any-time"}),
            "counted_month": str,
            "includes_affiliates": bool,
            "commercial_only": bool,
        },
        is_threshold=True,
    ),
    ConditionKind(
        "revenue-threshold",
        effects.judge_revenue_threshold,
        strictness.is_revenue_threshold_no_stricter,
        {
            "amount": int,
            "currency": str,
            "period": frozenset({"year", "month"}),
            "effect": EFFECTS,
            "includes_affiliates": bool,
            "source_of_revenue": frozenset({"company", "product"}),
            "royalty_percent": float,
            "at_least": bool,
            "commercial_only": bool,
            "permits": list,
        },
        is_threshold=True,
    ),
    ConditionKind(
        "territory",
        effects.judge_territory,
        strictness.is_territory_no_stricter,
        {
            "excluded": list,
            "effect": EFFECTS,
            "modalities": frozenset({"all", "multimodal"}),
            "end_users_exempt": bool,
        },
    ),
    ConditionKind(
        "acceptable-use-policy",
        effects.require_always,
        strictness.is_use_policy_no_stricter,
        {
            "form": frozenset({"inline", "by-reference"}),
            "changeable": bool,
            "url": str,
            "flow_down": bool,
        },
    ),
    ConditionKind(
        "field-of-use",
        effects.judge_field_of_use,
        strictness.is_field_of_use_no_stricter,
        {"fields": list, "effect": EFFECTS, "above": int},
    ),
    ConditionKind(
        "output-training",
        effects.judge_output_training,
        strictness.is_output_training_no_stricter,
        {"effect": EFFECTS, "except": str},
    ),
    ConditionKind(
        "non-commercial",
        effects.judge_non_commercial,
        parameters=EFFECT_AND_REACH,
        withheld_use="commercial use",
    ),
    ConditionKind(
        "research-only",
        effects.judge_research_only,
        parameters={**EFFECT_AND_REACH, "permits": list},
        withheld_use="use outside research",
    ),
    ConditionKind(
        "registration",
        effects.judge_registration,
        parameters=EFFECT_AND_REACH,
        is_registration=True,
    ),
    ConditionKind(
        "redistribution",
        effects.judge_redistribution,
        parameters=EFFECT_AND_REACH,
        # Such as handing on a copy of the license (ODC-By-1.0).
        tolerance="as-duty",
    ),
    ConditionKind(
        "hosted-service",
        effects.judge_hosted_service,
        parameters=EFFECT_AND_REACH,
        # Such as handing on the source (AGPL-3.0).
        tolerance="as-duty",
    ),
    ConditionKind("change-at-will", effects.require_always, parameters=EFFECT_AND_REACH),
    ConditionKind(
        "naming",
        effects.judge_naming,
        parameters={
            "prefix": str,
            "display": str,
            "only_above_thresholds": bool,
            "modalities": frozenset({"all", "multimodal"}),
            "trigger": str,
        },
    ),
    ConditionKind(
        "share-alike",
        effects.require_when_shared,
        parameters={"scope": str},
        tolerance="always",
        is_duty_on_sharing=True,
    ),
    ConditionKind(
        "source-disclosure",
        effects.require_when_shared,
        tolerance="always",
        is_duty_on_sharing=True,
    ),
    ConditionKind(
        "attribution",
        effects.require_when_shared,
        tolerance="always",
        is_housekeeping=True,
    ),
    ConditionKind("notice", effects.require_when_shared, tolerance="always", is_housekeeping=True),
    ConditionKind(
        "state-changes",
        effects.require_when_shared,
        tolerance="always",
        is_housekeeping=True,
    ),
    ConditionKind(
        "no-trademark",
        effects.bear_on_no_use,
        tolerance="always",
        is_housekeeping=True,
    ),
    ConditionKind(
        "patent-grant",
        effects.bear_on_no_use,
        parameters={"granted": bool},
        tolerance="always",
        is_housekeeping=True,
    ),
    ConditionKind(
        "patent-retaliation",
        effects.bear_on_no_use,
        tolerance="always",
        is_housekeeping=True,
    ),
    ConditionKind(
        # For breach: a license that its maker can end at will carries `change-at-will`.
        "termination",
        effects.bear_on_no_use,
        tolerance="always",
        is_housekeeping=True,
    ),
)
CONDITION_KINDS: Mapping[str, ConditionKind] = {row.id: row for row in _ROWS}


def find_condition_kind(condition: LicenseCondition) -> ConditionKind | None:
    """The row of a clause, or None where the clause is not understood as a whole."""
    kind = CONDITION_KINDS.get(condition.kind)
    if kind is None:
        return None
    for name, value in condition.parameters.items():
        if not has_form(value, kind.parameters.get(name)):
            return None
    return kind


def compute_clause_effect(
    condition: LicenseCondition, use: IntendedUse, modalities: tuple[str, ...] = ()
) -> Permission | None:
    """What the clause makes of this use, or None where it does not bear on it.

    `unknown` for a clause that is not understood. `modalities` are the model's, empty when unknown.
    """
    kind = find_condition_kind(condition)
    return kind.judge_use(condition, use, modalities) if kind else "unknown"
