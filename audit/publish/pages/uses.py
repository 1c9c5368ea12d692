"""What one may do, for the uses that people ask about first."""

from audit.core.grouping import group_pairs
from audit.definitions.common_uses import COMMON_USES, CommonUse
from audit.definitions.permissions import judge_permission
from audit.licenses.uses import PERMISSION_WORDS
from audit.records.model import Model, Registry


def render_uses_line(model: Model, registry: Registry) -> str:
    """The answers on one line, uses with the same answer together."""
    by_answer = _group_uses_by_answer(model, registry)
    return " · ".join(f"{', '.join(uses)}: **{answer}**" for answer, uses in by_answer.items())


def _group_uses_by_answer(model: Model, registry: Registry) -> dict[str, list[str]]:
    return group_pairs(
        (_answer_use(common, model, registry), common.noun)
        for common in COMMON_USES
        if common.is_on_pages
    )


def _answer_use(common: CommonUse, model: Model, registry: Registry) -> str:
    permission = judge_permission(model, registry, common.use)
    return PERMISSION_WORDS[permission.value]
