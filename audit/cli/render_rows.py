"""Rows of models on a terminal, and the counts of their facets."""

from collections.abc import Iterator, Sequence

from audit.cli.tables import align_rows
from audit.core.escape import sanitize_line
from audit.core.wording import count_things
from audit.licenses.uses import TOLD_WORDS
from audit.publish.views.facets import FACETS, Facet, ModelFilter, count_facet
from audit.publish.views.model_summary import (
    ModelSummary,
    format_summary_size,
)

MAX_FACET_VALUES = 15
"""Values of a facet that are printed; --json has all."""
MAX_LICENSE_WIDTH = 28
_HEADER = ("Model", "Label", "Commercial use", "License", "Of", "Size", "Released")


def render_rows(rows: Sequence[ModelSummary], total: int) -> str:
    """A table as wide as its words, and how many rows there are in all."""
    cells = [_HEADER, *map(_build_cells, rows)]
    return "\n".join([*align_rows(cells), "", _describe_count(len(rows), total)])


def _build_cells(row: ModelSummary) -> tuple[str, ...]:
    """The row comes from a file that a later program may have written: any word is shown."""
    cells = (
        row.id,
        row.label,
        TOLD_WORDS.get(row.commercial, row.commercial),
        _shorten(row.license_name or "no weights"),
        ", ".join(row.modalities),
        format_summary_size(row),
        row.released,
    )
    return tuple(map(sanitize_line, cells))


def _shorten(words: str) -> str:
    shown = sanitize_line(words)
    return shown if len(shown) <= MAX_LICENSE_WIDTH else f"{shown[: MAX_LICENSE_WIDTH - 1]}…"


def _describe_count(shown: int, total: int) -> str:
    if shown == total:
        return count_things(total, "model")
    return f"{shown:,} of {count_things(total, 'model')}; --limit {total} prints all, --facets counts them"


def render_facets(rows: Sequence[ModelSummary], wanted: ModelFilter) -> str:
    """Each facet with its values and how many models each would give."""
    return "\n".join(line for facet in FACETS.values() for line in _list_lines(facet, rows, wanted))


def _list_lines(facet: Facet, rows: Sequence[ModelSummary], wanted: ModelFilter) -> Iterator[str]:
    counts = count_facet(rows, wanted, facet).most_common()
    yield f"{facet.title} (--{facet.id})"
    for value, count in counts[:MAX_FACET_VALUES]:
        yield f"{count:>7,}  {sanitize_line(value)}"
    if len(counts) > MAX_FACET_VALUES:
        yield f"         and {len(counts) - MAX_FACET_VALUES} more values; --json has all"
