"""Kinds of clauses that lawyers ask for: who answers for what, under which law, and the end."""

from audit.licenses import clause_strictness as strictness
from audit.licenses import duty_effects, legal_effects
from audit.licenses.condition_kind import ConditionKind

LEGAL_KINDS = (
    ConditionKind(
        "no-trademark",
        duty_effects.bear_on_no_use,
        "none",
        tolerance="always",
        is_housekeeping=True,
    ),
    ConditionKind(
        "patent-grant",
        duty_effects.bear_on_no_use,
        "none",
        own_parameters={"granted": bool},
        tolerance="always",
        is_housekeeping=True,
    ),
    ConditionKind(
        "patent-retaliation",
        duty_effects.bear_on_no_use,
        "none",
        tolerance="always",
        is_housekeeping=True,
    ),
    ConditionKind(
        # For breach: a license that its maker can end at will carries `change-at-will`.
        "termination",
        duty_effects.bear_on_no_use,
        "end",
        tolerance="always",
        is_housekeeping=True,
    ),
    ConditionKind(
        # Of the text in their hands, by whoever lost the license.
        "deletion",
        duty_effects.bear_on_no_use,
        "end",
        is_no_stricter=strictness.is_same_duty,
        own_parameters={"covers": str, "certify": bool},
        tolerance="always",
        is_housekeeping=True,
    ),
    ConditionKind(
        "no-warranty",
        duty_effects.bear_on_no_use,
        "none",
        tolerance="always",
        is_housekeeping=True,
    ),
    ConditionKind(
        "governing-law",
        duty_effects.bear_on_no_use,
        "none",
        own_parameters={"law": str, "forum": str, "arbitration": bool},
        tolerance="always",
        is_housekeeping=True,
    ),
    ConditionKind(
        "indemnity",
        legal_effects.judge_indemnity,
        "contracts",
        is_no_stricter=strictness.is_same_duty,
        own_parameters={"covers": str, "only_with_own_warranty": bool},
        # OSI approved licenses with it, such as EPL-2.0.
        tolerance="always",
        housekeeping_switch="only_with_own_warranty",
    ),
    ConditionKind(
        "derivative-ownership",
        legal_effects.judge_derivative_ownership,
        "before-use",
        is_no_stricter=strictness.is_ownership_no_stricter,
        own_parameters={
            "owner": frozenset({"licensee", "licensor"}),
            "of": frozenset({"derivatives", "outputs"}),
        },
        is_housekeeping=True,
    ),
    ConditionKind(
        # Who gets the model inside a product, and which kinds of clauses do not bind them.
        "integrated-product",
        duty_effects.bear_on_no_use,
        "contracts",
        own_parameters={"exempt": str, "from_kinds": list},
        tolerance="always",
        is_housekeeping=True,
    ),
    ConditionKind(
        # Where another license can be asked for.
        "contact",
        duty_effects.bear_on_no_use,
        "before-use",
        own_parameters={"address": str, "purpose": str},
        tolerance="always",
        is_housekeeping=True,
    ),
)
