"""Drift by kind and direction over time: a dot for each, and the same numbers in a table."""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from audit.drift.kinds import find_drift_kind
from audit.publish.site.changes import DIRECTION_NAMES, SiteEvent

DIRECTION_COLORS: Mapping[str, int] = {
    "more-closed": 4,
    "more-open": 0,
    "neutral": 2,
    "unreviewed": 5,
}
"""Number of the color of each direction, in every drawing."""
_WORDS: Mapping[str, str] = dict(DIRECTION_NAMES)
WIDTH, LEFT, TOP, ROW = 640, 190, 22, 30
"""In units of the drawing: its width, where the years begin, the room above, and of a row."""
_MIN_RADIUS, _MAX_RADIUS = 3.0, 12.0
DriftKey = tuple[str, str, str]
"""Kind, year and direction."""


@dataclass(frozen=True)
class Dot:
    """The changes of one kind and direction in a year."""

    x: float
    y: float
    radius: float
    color: int
    words: str


@dataclass(frozen=True)
class DriftRow:
    """One kind of drift."""

    kind: str
    sentence: str
    y: int
    cells: tuple[str, ...]
    """Of each year, in words."""
    total: int


@dataclass(frozen=True)
class DriftMap:
    """Kinds by years."""

    years: tuple[tuple[str, float], ...]
    """Each with the middle of its column."""
    rows: tuple[DriftRow, ...]
    dots: tuple[Dot, ...]
    height: int


def draw_drift_map(events: Iterable[SiteEvent]) -> DriftMap:
    """The kinds with the most changes first."""
    counts = Counter((each.kind, each.day[:4], each.direction) for each in events)
    years = sorted({year for _, year, _ in counts})
    totals: Counter[str] = Counter()
    for (kind, _, _), count in counts.items():
        totals[kind] += count
    kinds = sorted(totals, key=lambda kind: (-totals[kind], kind))
    rows = tuple(_build_row(kind, place, counts, years) for place, kind in enumerate(kinds))
    dots = tuple(_list_dots(rows, counts, years))
    middles = tuple((year, _find_middle(place, years)) for place, year in enumerate(years))
    return DriftMap(middles, rows, dots, TOP + ROW * len(rows))


def _build_row(
    kind: str, place: int, counts: Mapping[DriftKey, int], years: Sequence[str]
) -> DriftRow:
    cells = tuple(_describe_cell(kind, year, counts) for year in years)
    total = sum(count for (other, _, _), count in counts.items() if other == kind)
    return DriftRow(kind, find_drift_kind(kind).sentence, TOP + place * ROW, cells, total)


def _describe_cell(kind: str, year: str, counts: Mapping[DriftKey, int]) -> str:
    """Such as `3 more open, 1 neither`; a dash for none."""
    found = [(counts.get((kind, year, id), 0), words) for id, words in _WORDS.items()]
    return ", ".join(f"{count} {words}" for count, words in found if count) or "–"


def _list_dots(
    rows: Sequence[DriftRow], counts: Mapping[DriftKey, int], years: Sequence[str]
) -> Iterator[Dot]:
    heights = {row.kind: row.y + ROW / 2 for row in rows}
    most = max(counts.values(), default=1)
    for (kind, year, direction), count in sorted(counts.items()):
        x = _find_middle(years.index(year), years) + _find_shift(direction, years)
        words = f"{year}, {kind.replace('-', ' ')}, {_WORDS[direction]}: {count}"
        radius = _find_radius(count, most)
        yield Dot(round(x, 1), heights[kind], radius, DIRECTION_COLORS[direction], words)


def _find_shift(direction: str, years: Sequence[str]) -> float:
    """From the middle of a column: those of one cell stand side by side."""
    step = (WIDTH - LEFT) / len(years) / len(_WORDS)
    return step * (list(_WORDS).index(direction) - (len(_WORDS) - 1) / 2)


def _find_middle(place: int, years: Sequence[str]) -> float:
    return round(LEFT + (place + 0.5) * (WIDTH - LEFT) / len(years), 1)


def _find_radius(count: int, most: int) -> float:
    """The area grows with the count."""
    return round(max(_MIN_RADIUS, _MAX_RADIUS * math.sqrt(count / most)), 1)
