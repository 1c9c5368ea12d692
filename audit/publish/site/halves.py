"""The files of the models in two halves, of which another process makes one where it can."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial

from audit.core.second_process import make_beside
from audit.publish.site.html import SitePage
from audit.publish.site.model_files import render_model_files
from audit.publish.site.site_data import SiteData
from audit.publish.site.tally import SiteTally
from audit.publish.views.model_summary import ModelSummary

_BLOCK = 32
"""Models in a row: a part of each block is made here, and the rest beside it."""
_OWN_PART = 14
"""Less than half: this process writes every file, too."""
_FEW = 100
"""Models that are not worth a second process."""
_MANY = 8_000
"""More models do not fit into memory twice: both processes together stay below 600 MB."""
MadeBeside = Iterator[SitePage | SiteTally]
"""Files in the order of the site; behind those of a block, what was counted in it."""


@contextmanager
def open_other_half(
    data: SiteData, list_more: Callable[[SiteData], Iterable[SitePage]]
) -> Iterator[MadeBeside]:
    """The other part of each block, and then the files of `list_more`."""
    work = partial(_list_other_half, data, list_more)
    _collect_for_both(data)
    with make_beside(work, is_worth=_FEW <= len(data.rows) <= _MANY) as made:
        yield made


def _collect_for_both(data: SiteData) -> None:
    """What both read is put together once."""
    data.row_by_id, data.derived_models, data.comparisons, data.feeds  # noqa: B018


def _list_other_half(
    data: SiteData, list_more: Callable[[SiteData], Iterable[SitePage]]
) -> MadeBeside:
    for block in _split_rows(data.rows):
        tally = SiteTally()
        yield from render_model_files(data, tally, block[_OWN_PART:])
        yield tally
    yield from list_more(data)


def _split_rows(rows: Sequence[ModelSummary]) -> Iterator[Sequence[ModelSummary]]:
    for first in range(0, len(rows), _BLOCK):
        yield rows[first : first + _BLOCK]


def render_both_halves(data: SiteData, tally: SiteTally, others: MadeBeside) -> Iterator[SitePage]:
    """The files of all models in their order; fills the tally as if they were made in one go."""
    for block in _split_rows(data.rows):
        yield from render_model_files(data, tally, block[:_OWN_PART])
        yield from take_files(others, tally)


def take_files(others: MadeBeside, tally: SiteTally) -> Iterator[SitePage]:
    """The files up to the next count, or to the end."""
    for made in others:
        if isinstance(made, SiteTally):
            tally.merge(made)
            return
        yield made
