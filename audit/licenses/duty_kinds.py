"""Kinds of clauses that ask for something: in the repository, in the product, while it runs."""

from audit.licenses import clause_strictness as strictness
from audit.licenses import duty_effects, legal_effects
from audit.licenses.clause_parameters import (
    EFFECT_AND_REACH,
    PLACED,
    REQUEST,
    SHIPPED,
    WITHIN_TRADE,
)
from audit.licenses.condition_kind import ConditionKind

DUTY_KINDS = (
    ConditionKind(
        "redistribution",
        duty_effects.judge_redistribution,
        "repository",
        strictness.is_trade_limit_no_stricter,
        own_parameters={**EFFECT_AND_REACH, **SHIPPED, **WITHIN_TRADE},
        # Such as handing on a copy of the license (ODC-By-1.0).
        tolerance="as-duty",
    ),
    ConditionKind(
        "naming",
        duty_effects.judge_naming,
        "product",
        strictness.is_naming_no_stricter,
        own_parameters={
            **PLACED,
            "prefix": str,
            "display": str,
            "only_above_thresholds": bool,
            "modalities": frozenset({"all", "multimodal"}),
            "trigger": str,
        },
    ),
    ConditionKind(
        "share-alike",
        duty_effects.require_when_shared,
        "repository",
        own_parameters={"scope": str, "also_when_hosting": bool},
        tolerance="always",
        is_duty_on_sharing=True,
    ),
    ConditionKind(
        "source-disclosure",
        duty_effects.require_when_shared,
        "repository",
        own_parameters={"also_when_hosting": bool},
        tolerance="always",
        is_duty_on_sharing=True,
    ),
    ConditionKind(
        "attribution",
        duty_effects.require_when_shared,
        "repository",
        own_parameters=SHIPPED,
        tolerance="always",
        is_housekeeping=True,
    ),
    ConditionKind(
        "notice",
        duty_effects.require_when_shared,
        "repository",
        own_parameters=SHIPPED,
        tolerance="always",
        is_housekeeping=True,
    ),
    ConditionKind(
        "state-changes",
        duty_effects.require_when_shared,
        "repository",
        own_parameters=SHIPPED,
        tolerance="always",
        is_housekeeping=True,
    ),
    ConditionKind(
        "export",
        # The texts bind whoever uses the model: sanctions are not a matter of sharing alone.
        duty_effects.require_always,
        "running",
        is_no_stricter=strictness.is_same_duty,
        own_parameters={"covers": str},
        # The law asks for it anyway.
        tolerance="always",
        is_housekeeping=True,
    ),
    ConditionKind(
        "guardrails",
        legal_effects.judge_guardrails,
        "running",
        is_no_stricter=strictness.is_guardrail_no_stricter,
        own_parameters={**EFFECT_AND_REACH, "duty": frozenset({"keep", "provide"})},
    ),
    ConditionKind(
        "ai-disclosure",
        legal_effects.judge_ai_disclosure,
        "product",
        is_no_stricter=strictness.is_disclosure_no_stricter,
        own_parameters={
            "effect": frozenset({"obligation", REQUEST}),
            "covers": str,
            "place": str,
            "phrase": str,
        },
    ),
)
