"""The European Open Source AI Index: 12 cells today, 14 before 2026-03-13.

Open 1, partly 0.5, closed 0.

Source: Language-Technology-Assessment/main-database. The index scores by reading; these are its
cells as far as recorded facts reach. A cell without a fact is unknown, not closed. The score is the
mean of the known cells, and there is none while fewer than MIN_KNOWN_CELLS are known: the index
itself counts an empty cell as nothing, so that a mean over few cells compares with nothing.
"""

from functools import lru_cache

from audit.definitions.base import (
    Answer,
    Definition,
    Measure,
    Step,
    Verdict,
    collect_needs,
)
from audit.definitions.osai_index_cells import build_unknown_cell, judge_cells
from audit.records.model import Model
from audit.records.registry import Registry

ID = "osai-index"
VERSION = "2026-04-14"
"""Cells removed on 2026-03-13, texts of 2026-03-16 and 2026-04-14."""
MIN_KNOWN_CELLS = 8
FORMER_CELLS = ("package", "api")
"""Removed on 2026-03-13; no record holds facts about them, and absent is not closed."""
_FORMER_STEPS = tuple(
    build_unknown_cell(name, f"{name} (a cell until 2026-03-13)") for name in FORMER_CELLS
)
_POINTS: dict[Answer, float] = {"yes": 1.0, "partly": 0.5, "no": 0.0}


@lru_cache(maxsize=64)
def judge(model: Model, registry: Registry) -> Verdict:
    """The score over the known cells as text; the measures hold those for 12 and for 14 cells.

    Raises InvalidExpressionError.
    """
    current = judge_cells(model, registry)
    cells = current + _FORMER_STEPS
    return Verdict(
        ID,
        VERSION,
        _format_score(current),
        cells,
        collect_needs(current, "unknown"),
        collect_needs(current, "no", "partly"),
        _measure_cells(current),
    )


def _format_score(cells: tuple[Step, ...]) -> str:
    known = _count_known_cells(cells)
    if known < MIN_KNOWN_CELLS:
        return "undetermined"
    mean = _sum_points(cells) / known
    return f"{mean:.2f} over {known} of {len(cells)} cells"


def _measure_cells(cells: tuple[Step, ...]) -> tuple[Measure, ...]:
    """Points and known cells, of those of today and with the former ones, which nobody knows."""
    points, known = _sum_points(cells), _count_known_cells(cells)
    measures: list[Measure] = []
    for count in (len(cells), len(cells) + len(_FORMER_STEPS)):
        measures.append(Measure(f"points, {count} cells", points, count))
        measures.append(Measure(f"known, {count} cells", known, count))
    return tuple(measures)


def _sum_points(cells: tuple[Step, ...]) -> float:
    return sum([_POINTS.get(step.answer, 0.0) for step in cells])


def _count_known_cells(cells: tuple[Step, ...]) -> int:
    return sum([step.answer in _POINTS for step in cells])


DEFINITION = Definition(
    id=ID,
    version=VERSION,
    name="European Open Source AI Index",
    short_name="OSAI index",
    source="https://osai-index.eu/",
    judge=judge,
    positive_values=frozenset(),
)
