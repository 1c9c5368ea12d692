"""Kinds of clauses that limit who may use a model, where, for what and how long."""

from audit.licenses import clause_effects as effects
from audit.licenses import clause_strictness as strictness
from audit.licenses import duty_effects, threshold_effects
from audit.licenses.clause_parameters import EFFECT_AND_REACH, EFFECTS, WITHIN_TRADE
from audit.licenses.condition_kind import ConditionKind

LIMIT_KINDS = (
    ConditionKind(
        "user-threshold",
        threshold_effects.judge_user_threshold,
        "before-use",
        strictness.is_user_threshold_no_stricter,
        own_parameters={
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
        threshold_effects.judge_revenue_threshold,
        "before-use",
        strictness.is_revenue_threshold_no_stricter,
        own_parameters={
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
        "before-use",
        strictness.is_territory_no_stricter,
        own_parameters={
            "excluded": list,
            "effect": EFFECTS,
            "modalities": frozenset({"all", "multimodal"}),
            "end_users_exempt": bool,
        },
    ),
    ConditionKind(
        "acceptable-use-policy",
        duty_effects.require_always,
        "running",
        strictness.is_use_policy_no_stricter,
        own_parameters={
            "form": frozenset({"inline", "by-reference"}),
            "changeable": bool,
            "url": str,
            "flow_down": bool,
            # Whether the record's clauses name every field of use that the policy names.
            "fields_listed": bool,
        },
    ),
    ConditionKind(
        "field-of-use",
        effects.judge_field_of_use,
        "running",
        strictness.is_field_of_use_no_stricter,
        own_parameters={"fields": list, "effect": EFFECTS, "above": int},
    ),
    ConditionKind(
        "output-training",
        effects.judge_output_training,
        "running",
        strictness.is_output_training_no_stricter,
        own_parameters={
            "effect": EFFECTS,
            # Which trained models: those that compete or are general ones, or those for commerce.
            "reaches": frozenset({"any", "competing", "commercial"}),
        },
    ),
    ConditionKind(
        "non-commercial",
        effects.judge_non_commercial,
        "before-use",
        strictness.is_purpose_limit_no_stricter,
        own_parameters={
            **EFFECT_AND_REACH,
            "outputs_exempt": bool,
            "outputs_unstated": bool,
            # Whether whatever a company does counts as commercial, its own research too.
            "companies_excluded": bool,
        },
        withheld_use="commercial use",
    ),
    ConditionKind(
        "research-only",
        effects.judge_research_only,
        "before-use",
        strictness.is_purpose_limit_no_stricter,
        own_parameters={
            **EFFECT_AND_REACH,
            "permits": list,
            "outputs_exempt": bool,
            # Whether no sentence says if the limit reaches outputs.
            "outputs_unstated": bool,
        },
        withheld_use="use outside research",
    ),
    ConditionKind(
        "registration",
        effects.judge_registration,
        "before-use",
        strictness.is_trade_limit_no_stricter,
        own_parameters={**EFFECT_AND_REACH, "commercial_only": bool},
        is_registration=True,
    ),
    ConditionKind(
        "hosted-service",
        effects.judge_hosted_service,
        "product",
        strictness.is_trade_limit_no_stricter,
        own_parameters={**EFFECT_AND_REACH, **WITHIN_TRADE},
        # Such as handing on the source (AGPL-3.0).
        tolerance="as-duty",
    ),
    ConditionKind(
        "change-at-will", duty_effects.require_always, "running", own_parameters=EFFECT_AND_REACH
    ),
)
