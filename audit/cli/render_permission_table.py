"""Several answers about permissions at a glance, for a terminal."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from audit.definitions.common_uses import COMMON_USES
from audit.definitions.permission_view import PermissionView


def render_permission_table(views: Sequence[PermissionView]) -> str:
    """A line for each model and mode; what was asked stands in each answer below."""
    rows = [(view.model, view.use.mode, view.words) for view in views]
    return "\n".join(_align_rows([("Model", "Mode", "Answer"), *rows]))


def _align_rows(rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield "  ".join(cells).rstrip()


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
    return "\n".join([id, *_align_rows(rows)])
