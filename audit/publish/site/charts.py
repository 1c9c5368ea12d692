"""charts.html: counts over time as drawings made here, each with its numbers in a table beside it."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from audit.core.grouping import group_pairs
from audit.publish.pages.phrases import LABEL_WORDS
from audit.publish.site.changes import DIRECTION_NAMES, SiteEvent
from audit.publish.site.drift_map import DIRECTION_COLORS, draw_drift_map
from audit.publish.site.heat_map import render_heat_map
from audit.publish.site.html import SitePage, render_page
from audit.publish.site.license_families import build_license_families
from audit.publish.site.site_data import SiteData
from audit.publish.views.model_summary import UNKNOWN, ModelSummary

WIDTH, HEIGHT = 640, 240
"""Of a drawing, in its own units."""
_LEFT, _BOTTOM, _TOP = 44, 24, 8
_GAP = 0.12
"""At either side of a column, of its room."""
MAX_SERIES = 9
NAMED_FAMILIES = 6
"""Families of licenses with a part of their own."""
_UNTIL = "≤"
_MIN_YEAR = "2018"
"""Few models are older: they stand together."""


@dataclass(frozen=True)
class Bar:
    """A part of a column."""

    x: float
    y: float
    width: float
    height: float
    series: int
    words: str


@dataclass(frozen=True)
class _Room:
    """Where a column stands."""

    x: float
    width: float
    scale: float
    """Height of one."""


@dataclass(frozen=True)
class Chart:
    """Columns over time, each of several parts."""

    id: str
    title: str
    note: str
    series: tuple[str, ...]
    columns: tuple[str, ...]
    numbers: tuple[tuple[int, ...], ...]
    """By column, then by series."""
    bars: tuple[Bar, ...]
    most: int
    colors: tuple[int, ...]
    """Number of the color of each series."""


def draw_columns(
    id: str,
    words: tuple[str, str],
    counts: Mapping[str, Counter[str]],
    series: Sequence[str],
    colors: Sequence[int] = range(MAX_SERIES),
) -> Chart:
    """A chart of counts by column and series. `words`: its title, and what it counts."""
    columns = tuple(sorted(counts, key=_rank_column))
    numbers = tuple(tuple(counts[column][each] for each in series) for column in columns)
    most = max(map(sum, numbers), default=0) or 1
    bars = tuple(_list_bars(columns, series, numbers, most))
    return Chart(id, *words, tuple(series), columns, numbers, bars, most, tuple(colors))


def _rank_column(name: str) -> str:
    return name.removeprefix(_UNTIL)


def _list_bars(
    columns: Sequence[str], series: Sequence[str], numbers: Sequence[Sequence[int]], most: int
) -> Iterator[Bar]:
    step = (WIDTH - _LEFT) / max(1, len(columns))
    scale = (HEIGHT - _BOTTOM - _TOP) / most
    for place, column in enumerate(columns):
        x = _LEFT + (place + _GAP) * step
        named = [f"{column}, {name}" for name in series]
        yield from _stack_bars(named, numbers[place], _Room(x, step * (1 - 2 * _GAP), scale))


def _stack_bars(names: Sequence[str], counts: Sequence[int], room: _Room) -> Iterator[Bar]:
    """The parts of one column, the first at the foot."""
    y = float(HEIGHT - _BOTTOM)
    for number, (name, count) in enumerate(zip(names, counts, strict=True)):
        height = count * room.scale
        y -= height
        if count:
            yield _cut_bar(Bar(room.x, y, room.width, height, number, f"{name}: {count:,}"))


def _cut_bar(bar: Bar) -> Bar:
    """To a tenth: more digits are no more to see."""
    sides = {name: round(getattr(bar, name), 1) for name in ("x", "y", "width", "height")}
    return replace(bar, **sides)


def render_chart_page(data: SiteData, events: Sequence[SiteEvent]) -> Iterator[SitePage]:
    """All drawings on one page."""
    charts = [draw_labels(data.rows), draw_drift(events), draw_licenses(data)]
    yield render_page(
        "charts.html.j2",
        "charts.html",
        data,
        charts=charts,
        width=WIDTH,
        height=HEIGHT,
        left=_LEFT,
        floor=HEIGHT - _BOTTOM,
        top=_TOP,
        drift=draw_drift_map(events),
        directions=[(words, DIRECTION_COLORS[id]) for id, words in DIRECTION_NAMES.items()],
        heat=render_heat_map(data),
    )


def draw_labels(rows: Iterable[ModelSummary]) -> Chart:
    """Openness of the releases of each year."""
    counts = _count_by_year(rows, lambda row: row.label)
    note = "Models by the year of their release; those without a recorded date are left out."
    words = ("Openness of releases by year", note)
    return draw_columns("labels", words, counts, tuple(LABEL_WORDS))


def draw_licenses(data: SiteData) -> Chart:
    """Families of licenses of each year's releases."""
    dated = [row for row in data.rows if row.year != UNKNOWN]
    families = build_license_families(dated, data.registry, NAMED_FAMILIES)
    counts = _count_by_year(dated, families.find_name)
    series = families.list_present(chain.from_iterable(counts.values()))
    note = "Weights by the family of their license: its versions stand together."
    return draw_columns("licenses", ("License families by year", note), counts, series)


def _count_by_year(
    rows: Iterable[ModelSummary], read: Callable[[ModelSummary], str]
) -> Mapping[str, Counter[str]]:
    pairs = group_pairs((_name_year(row), read(row)) for row in rows if row.year != UNKNOWN)
    return {year: Counter(found) for year, found in pairs.items()}


def _name_year(row: ModelSummary) -> str:
    return row.year if row.year > _MIN_YEAR else f"{_UNTIL}{_MIN_YEAR}"


def draw_drift(events: Iterable[SiteEvent]) -> Chart:
    """What changed in each year, by direction."""
    by_year = group_pairs((each.day[:4], each.direction_words) for each in events)
    counts = {year: Counter(found) for year, found in by_year.items()}
    note = "Recorded changes by the year in which they happened."
    series = tuple(DIRECTION_NAMES.values())
    colors = [DIRECTION_COLORS[each] for each in DIRECTION_NAMES]
    return draw_columns("drift", ("Drift by year and direction", note), counts, series, colors)
