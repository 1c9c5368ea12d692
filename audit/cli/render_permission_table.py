"""Several answers about permissions at a glance, for a terminal."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from audit.cli.tables import align_rows
from audit.definitions.common_uses import COMMON_USES
from audit.definitions.permission_view import PermissionView


def render_permission_table(views: Sequence[PermissionView]) -> str:
    """A line for each model and mode; what was asked stands in each answer below."""
    rows = [(view.model, view.use.mode, view.words) for view in views]
    return "\n".join(align_rows([("Model", "Mode", "Answer"), *rows]))


def render_common_uses(views: Sequence[PermissionView]) -> str:
    """What people ask about first, for a question that names no use."""
    parts = [_render_model_uses(id, group) for id, group in groupby(views, key=_get_model)]
    return "\n\n".join([*parts, "Ask about one of them for its clauses; --help lists the uses."])


def _get_model(view: PermissionView) -> str:
    return view.model


def _render_model_uses(id: str, views: Iterable[PermissionView]) -> str:
    rows = [
        (f"  {common.noun}", view.words) for common, view in zip(COMMON_USES, views, strict=True)
    ]
    return "\n".join([id, *align_rows(rows)])
