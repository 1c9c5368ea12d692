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
_WORDS: Mapping[str, str] = {str(id): words for id, words in DIRECTION_NAMES.items()}
WIDTH, LEFT, TOP, ROW = 640, 190, 22, 30
"""In units of the drawing: its width, where the years begin, the room above, and of a row."""
_MIN_RADIUS, _MAX_RADIUS = 3.0, 12.0


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


class _Counts:
    """Changes by kind, year and direction."""

    def __init__(self, events: Iterable[SiteEvent]) -> None:
        self.found = Counter((each.kind, each.day[:4], each.direction) for each in events)
        self.years = sorted({year for _, year, _ in self.found})
        self.totals = Counter(kind for kind, _, _ in self.found.elements())

    @property
    def kinds(self) -> list[str]:
        """Those with the most changes first."""
        return sorted(self.totals, key=lambda kind: (-self.totals[kind], kind))

    def describe_cell(self, kind: str, year: str) -> str:
        """Such as `3 more open, 1 neither`; a dash for none."""
        counted = [(self.found[kind, year, id], words) for id, words in _WORDS.items()]
        return ", ".join(f"{count} {words}" for count, words in counted if count) or "–"

    def find_middle(self, year: str) -> float:
        """Of the column of a year."""
        place = self.years.index(year) + 0.5
        return round(LEFT + place * (WIDTH - LEFT) / len(self.years), 1)

    def find_place(self, year: str, direction: str) -> float:
        """The dots of one cell stand side by side."""
        step = (WIDTH - LEFT) / len(self.years) / len(_WORDS)
        shift = list(_WORDS).index(direction) - (len(_WORDS) - 1) / 2
        return round(self.find_middle(year) + step * shift, 1)


def draw_drift_map(events: Iterable[SiteEvent]) -> DriftMap:
    """The kinds with the most changes first."""
    counts = _Counts(events)
    rows = tuple(_build_row(kind, place, counts) for place, kind in enumerate(counts.kinds))
    years = tuple((year, counts.find_middle(year)) for year in counts.years)
    return DriftMap(years, rows, tuple(_list_dots(rows, counts)), TOP + ROW * len(rows))


def _build_row(kind: str, place: int, counts: _Counts) -> DriftRow:
    cells = tuple(counts.describe_cell(kind, year) for year in counts.years)
    sentence = find_drift_kind(kind).sentence
    return DriftRow(kind, sentence, TOP + place * ROW, cells, counts.totals[kind])


def _list_dots(rows: Sequence[DriftRow], counts: _Counts) -> Iterator[Dot]:
    heights = {row.kind: row.y + ROW / 2 for row in rows}
    most = max(counts.found.values(), default=1)
    for (kind, year, direction), count in sorted(counts.found.items()):
        words = f"{year}, {kind.replace('-', ' ')}, {_WORDS[direction]}: {count}"
        x, radius = counts.find_place(year, direction), _find_radius(count, most)
        yield Dot(x, heights[kind], radius, DIRECTION_COLORS[direction], words)


def _find_radius(count: int, most: int) -> float:
    """The area grows with the count."""
    return round(max(_MIN_RADIUS, _MAX_RADIUS * math.sqrt(count / most)), 1)
