"""What a change of license does to what people want to do: the permissions answer before and after."""

from collections.abc import Iterator
from dataclasses import replace

from audit.definitions.permissions import judge_permission
from audit.licenses.uses import IntendedUse, Permission
from audit.records.model import Model, Registry

COMMON_USES = (
    ("Using it commercially", IntendedUse(commercial=True)),
    (
        "Using it commercially with more than a thousand million users a month",
        IntendedUse(commercial=True, monthly_users=1_000_000_000),
    ),
    ("Training it further", IntendedUse(fine_tune=True)),
    ("Sharing it", IntendedUse(redistribute=True)),
    ("Training other models on what it writes", IntendedUse(train_on_outputs=True)),
)
PERMISSION_WORDS: dict[Permission, str] = {
    "allowed": "allowed",
    "allowed-with-obligations": "allowed with obligations",
    "needs-separate-license": "needs a separate license",
    "forbidden": "forbidden",
    "unknown": "not known",
}


def describe_changed_uses(
    model: Model, before: str, after: str, registry: Registry
) -> Iterator[str]:
    """One sentence per use whose answer differs between two licenses of the weights. Raises BadExpression for an unknown one."""
    old, new = (_replace_license(model, license) for license in (before, after))
    for words, use in COMMON_USES:
        was, now = (judge_permission(each, registry, use).value for each in (old, new))
        if was != now:
            yield f"{words}: {PERMISSION_WORDS[was]} before, {PERMISSION_WORDS[now]} now."


def _replace_license(model: Model, license: str) -> Model:
    weights = replace(model.weights, license=license)
    return replace(model, components={**model.components, weights.name: weights})
