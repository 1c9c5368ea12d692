"""Rows of models as CSV: for `search`, `list`, and the file that the site offers."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from audit.publish.views.model_summary import SUMMARY_FIELDS, ModelSummary, serialize_summary

CSV_FIELDS: Sequence[str] = tuple(name for name in SUMMARY_FIELDS if name != "verdicts")
"""The columns, before one for each definition."""
FORMULA_SIGNS = ("=", "+", "-", "@", "\t")
"""A spreadsheet would run a cell that begins with one."""


def list_csv_columns(rows: Iterable[ModelSummary]) -> list[str]:
    """The fields, and then a column for each definition."""
    return [*CSV_FIELDS, *sorted({name for row in rows for name in row.verdicts})]


def render_csv(rows: Iterable[ModelSummary]) -> str:
    """Every field of every row; several values in a cell are separated by spaces."""
    rows = list(rows)
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    columns = list_csv_columns(rows)
    writer.writerow(map(_format_cell, columns))
    for row in rows:
        values = serialize_summary(row)
        cells = [_format_cell(values[name]) for name in CSV_FIELDS]
        verdicts = (row.verdicts.get(name, "") for name in columns[len(CSV_FIELDS) :])
        writer.writerow([*cells, *map(_format_cell, verdicts)])
    return stream.getvalue()


def _format_cell(value: Any) -> str:
    if value is None:
        return ""
    text = " ".join(value) if isinstance(value, list) else str(value)
    return f"'{text}" if text.startswith(FORMULA_SIGNS) else text
