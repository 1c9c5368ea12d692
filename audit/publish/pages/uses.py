"""What one may do, for the uses that people ask about first."""

from audit.definitions.common_uses import answer_common_uses, format_common_answers
from audit.records.model import Model
from audit.records.registry import Registry


def render_uses_line(model: Model, registry: Registry) -> str:
    """The answers on one line, uses with the same answer together."""
    return format_common_answers(answer_common_uses(model, registry), mark="**")
