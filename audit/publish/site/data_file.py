"""assets/data.js: the rows of all models in columns, which the first page filters.

A script and no JSON file, for a page that was opened from a disk may fetch nothing.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from audit.core.references import get_own_name
from audit.publish.pages.phrases import LABEL_WORDS
from audit.publish.site.escaping import replace_unprintable
from audit.publish.site.facet_values import FacetValue, ShownFacet, list_shown_facets
from audit.publish.site.site_data import SiteData
from audit.publish.views import query_words
from audit.publish.views.facets import OR_BETTER, SORT_KEYS
from audit.publish.views.model_summary import (
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
    "name": lambda row: shorten_name(row),
    "developer": lambda row: replace_unprintable(row.developer),
    "other_names": lambda row: "\n".join(row.other_names),
    "size": lambda row: (row.likely_parameters or 0, format_summary_size(row)),
    "released": lambda row: row.released,
    "changed": lambda row: row.changed,
}
"""What a row shows beside its facets; nothing is 0 or an empty text."""
_DERIVED = ("maker", "year")
"""Facets that the script reads from the id and the day of release."""
_SIGNS = "".join(chr(code) for code in range(ord("!"), ord("~") + 1) if chr(code) not in '"\\<&')
"""A sign for each place of a short column: a text compresses better than numbers."""


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
        "signs": _SIGNS,
        "formula": FORMULA_SIGNS,
    }
    return f"window.OMR_DATA={dump_for_script(content)};\n".encode()


def dump_for_script(content: Any) -> str:
    """JSON that is a value of a script, too, and that cannot end one."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    for character, escaped in _UNSAFE.items():
        text = text.replace(character, escaped)
    return text


def pack_column(values: Iterable[Any]) -> dict[str, Any]:
    """A column as its different values, and the place of one for each row."""
    places: dict[Any, int] = {}
    numbers = [places.setdefault(value, len(places)) for value in values]
    return {"v": list(places), "n": _shorten_numbers(numbers, len(places))}


def _shorten_numbers(numbers: list[int], count: int) -> str | list[int]:
    return numbers if count > len(_SIGNS) else "".join(_SIGNS[number] for number in numbers)


def shorten_name(row: ModelSummary) -> str | int:
    """0 for a name that the id says already, and 1 for the same with spaces."""
    own = get_own_name(row.id)
    if row.name == own:
        return 0
    return 1 if row.name == own.replace("-", " ") else replace_unprintable(row.name)


def _pack_facet(shown: ShownFacet, rows: Sequence[ModelSummary]) -> dict[str, Any]:
    """The values with their words; each row as the places of its values."""
    packed = {
        "id": shown.facet.id,
        "title": shown.facet.title,
        "open": shown.is_open,
        "values": [_pack_value(each) for each in shown.values],
    }
    if shown.facet.id not in _DERIVED:
        packed["rows"] = pack_column(_list_places(shown, rows))
    return packed


def _list_places(shown: ShownFacet, rows: Sequence[ModelSummary]) -> Iterator[tuple[int, ...]]:
    places = {each.value: place for place, each in enumerate(shown.values)}
    for row in rows:
        yield tuple(places[value] for value in shown.facet.list_values(row))


def _pack_value(value: FacetValue) -> str | list[str]:
    """The value alone where its words are the same."""
    return value.value if value.title == value.value else [value.value, value.title]


def _describe_query() -> dict[str, Any]:
    """The tables by which words are read, so that page and command cannot disagree."""
    return {
        "words": query_words.VALUES_BY_WORD,
        "units": query_words.UNITS,
        "about": [query_words.ABOUT_FROM, query_words.ABOUT_TO],
    }
