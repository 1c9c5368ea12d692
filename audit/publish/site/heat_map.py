"""Which components the makers of many models released: a cell leads to where each was read."""

from collections.abc import Sequence
from dataclasses import dataclass

from audit.publish.pages.model_facts import format_component_name
from audit.publish.site.paths import find_maker_page
from audit.publish.site.site_data import SiteData
from audit.publish.views.model_summary import ModelSummary
from audit.records.component import COMPONENTS

MAX_MAKERS = 30
_PRESENT = ("released", "partial")
_STEPS = 5
"""Shades of a cell."""


@dataclass(frozen=True)
class HeatCell:
    """How many of a maker's models came with a component."""

    released: int
    known: int
    shade: int
    """0 for none, up to 5 for all that are known."""


@dataclass(frozen=True)
class HeatRow:
    """One maker."""

    maker: str
    page: str
    models: int
    cells: tuple[HeatCell, ...]


@dataclass(frozen=True)
class HeatMap:
    """Makers by components."""

    components: tuple[str, ...]
    rows: tuple[HeatRow, ...]


def render_heat_map(data: SiteData) -> HeatMap:
    """The makers of most models first."""
    makers = sorted(data.rows_by_owner.items(), key=lambda item: (-len(item[1]), item[0]))
    rows = tuple(_build_row(owner, rows, data) for owner, rows in makers[:MAX_MAKERS])
    return HeatMap(tuple(map(format_component_name, COMPONENTS)), rows)


def _build_row(owner: str, rows: Sequence[ModelSummary], data: SiteData) -> HeatRow:
    models = [data.registry.models[row.id] for row in rows]
    cells = tuple(
        _build_cell([model.components[name].status for model in models]) for name in COMPONENTS
    )
    return HeatRow(owner, find_maker_page(owner), len(rows), cells)


def _build_cell(statuses: Sequence[str]) -> HeatCell:
    released = sum(status in _PRESENT for status in statuses)
    known = sum(status != "unknown" for status in statuses)
    shade = -(-released * _STEPS // len(statuses)) if statuses else 0
    return HeatCell(released, known, shade)
