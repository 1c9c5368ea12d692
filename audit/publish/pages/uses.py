"""What one may do, for the uses that people ask about first."""

from collections import defaultdict

from audit.definitions.common_uses import COMMON_USES
from audit.definitions.permissions import judge_permission
from audit.licenses.uses import PERMISSION_WORDS
from audit.records.model import Model, Registry


def render_uses_line(model: Model, registry: Registry) -> str:
    """The answers on one line, uses with the same answer together."""
    by_answer = _group_uses_by_answer(model, registry)
    return " · ".join(f"{', '.join(uses)}: **{answer}**" for answer, uses in by_answer.items())


def _group_uses_by_answer(model: Model, registry: Registry) -> dict[str, list[str]]:
    by_answer: dict[str, list[str]] = defaultdict(list)
    for common in COMMON_USES:
        if common.is_on_pages:
            value = judge_permission(model, registry, common.use).value
            by_answer[PERMISSION_WORDS[value]].append(common.noun)
    return by_answer
