"""assets/data.js: the rows of all models in columns, which the first page filters.

A script and no JSON file, for a page that was opened from a disk may fetch nothing.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from audit.publish.pages.phrases import LABEL_WORDS
from audit.publish.site.facet_values import ShownFacet, list_shown_facets
from audit.publish.site.site_data import SiteData
from audit.publish.views import query_words
from audit.publish.views.facets import OR_BETTER, SORT_KEYS
from audit.publish.views.model_summary import (
    SUMMARY_FIELDS,
    ModelSummary,
    format_summary_size,
)
from audit.publish.views.row_csv import FORMULA_SIGNS

DATA_FORMAT = 1
"""Grows when find.js would read an older file wrongly; the page then says `reload`."""
DATA_PATH = "assets/data.js"
ROWS_PER_PAGE = 100
_UNSAFE = {"<": "\\u003c", "\u2028": "\\u2028", "\u2029": "\\u2029"}

_COLUMNS: Mapping[str, Callable[[ModelSummary], Any]] = {
    "name": lambda row: row.name,
    "developer": lambda row: row.developer,
    "other_names": lambda row: "\n".join(row.other_names),
    "shown_size": format_summary_size,
    "likely": lambda row: row.likely_parameters or 0,
    "parameters": lambda row: row.parameters or 0,
    "active_parameters": lambda row: row.active_parameters or 0,
    "released": lambda row: row.released,
    "changed": lambda row: row.changed,
    "license_name": lambda row: row.license_name,
}
"""What a row shows beside its facets; nothing is 0 or an empty text."""


def render_data_file(data: SiteData) -> bytes:
    """The file; the same bytes for the same records."""
    facets = list_shown_facets(data)
    content = {
        "format": DATA_FORMAT,
        "date": data.data_date,
        "page": ROWS_PER_PAGE,
        "ids": [row.id for row in data.rows],
        "columns": {name: pack_column(map(read, data.rows)) for name, read in _COLUMNS.items()},
        "facets": [_pack_facet(facet, data.rows) for facet in facets],
        "query": _describe_query(),
        "better": OR_BETTER,
        "labels": LABEL_WORDS,
        "sorts": list(SORT_KEYS),
        "csv": {"fields": [*SUMMARY_FIELDS], "signs": FORMULA_SIGNS},
    }
    return f"window.OMR_DATA={dump_for_script(content)};\n".encode()


def dump_for_script(content: Any) -> str:
    """JSON that is a value of a script, too, and that cannot end one."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    for character, escaped in _UNSAFE.items():
        text = text.replace(character, escaped)
    return text


def pack_column(values: Iterable[Any]) -> dict[str, list[Any]]:
    """A column as its different values, and the number of one for each row."""
    places: dict[Any, int] = {}
    numbers = [places.setdefault(value, len(places)) for value in values]
    return {"v": list(places), "n": numbers}


def _pack_facet(shown: ShownFacet, rows: Sequence[ModelSummary]) -> dict[str, Any]:
    """The values with their words; each row as the numbers of its values."""
    place = {each.value: number for number, each in enumerate(shown.values)}
    found = (tuple(place[value] for value in shown.facet.list_values(row)) for row in rows)
    return {
        "id": shown.facet.id,
        "title": shown.facet.title,
        "open": shown.is_open,
        "values": [[each.value, each.title] for each in shown.values],
        "rows": pack_column(found),
    }


def _describe_query() -> dict[str, Any]:
    """The tables by which words are read, so that page and command cannot disagree."""
    return {
        "words": query_words.VALUES_BY_WORD,
        "units": query_words.UNITS,
        "about": [query_words.ABOUT_FROM, query_words.ABOUT_TO],
    }
