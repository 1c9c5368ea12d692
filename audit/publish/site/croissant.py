"""export/croissant.json: the exported tables for programs that load data sets (Croissant 1.0).

Source: https://docs.mlcommons.org/croissant/docs/croissant-spec-1.0.html
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from audit.publish.site.exports import CSV_PATH, list_tables
from audit.publish.site.html import SitePage
from audit.publish.site.site_data import SiteData
from audit.publish.views.row_csv import list_csv_columns

CROISSANT_PATH = "export/croissant.json"
_FOLDER = "export/"
_LICENSE = "https://spdx.org/licenses/Apache-2.0"
_DESCRIPTION = (
    "AI models as lists of facts with their sources: what was released, under which terms, and "
    "what changed since; with verdicts by several definitions of openness. `unknown` is a word, "
    "and is never counted as no."
)
_MEDIA_TYPES = {"csv": "text/csv", "parquet": "application/x-parquet"}
_TABLE_WORDS = {
    "models": "Every model in one row; several values in a cell are separated by spaces.",
    "components": "Every component of every model: its status, its terms, and who stated them.",
    "evidence": "Every source of every model, with the day on which it was read.",
    "events": "Everything that changed upstream, as exact as its source.",
}
_INTEGERS = ("parameters", "active_parameters")
_OWN_TERMS = (
    *("citeAs", "column", "data", "dataType", "equivalentProperty", "examples", "extract"),
    *("field", "fileObject", "fileProperty", "fileSet", "format", "includes", "isLiveDataset"),
    *("jsonPath", "key", "md5", "parentField", "path", "recordSet", "references", "regex"),
    *("repeated", "replace", "samplingRate", "separator", "source", "subField", "transform"),
)
"""Of the vocabulary beyond schema.org, each under its own name."""
_TYPED_TERMS = {"data": "@json", "examples": "@json", "dataType": "@vocab"}


def add_croissant(data: SiteData, exports: Iterable[SitePage]) -> Iterator[SitePage]:
    """The exported files as they come, and then their description with the sum of each."""
    sums = {}
    for path, content in exports:
        sums[path] = hashlib.sha256(content).hexdigest()
        yield path, content
    described = json.dumps(describe_exports(data, sums), ensure_ascii=False, indent=1)
    yield CROISSANT_PATH, f"{described}\n".encode()


def describe_exports(data: SiteData, sums: Mapping[str, str]) -> dict[str, Any]:
    """The document; its addresses are relative to it unless somebody said where the site stands."""
    tables = [path for path in sums if path == CSV_PATH or path.endswith(".parquet")]
    described: dict[str, Any] = {
        "@context": build_context(),
        "@type": "sc:Dataset",
        "name": "open-model-registry",
        "description": _DESCRIPTION,
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "license": _LICENSE,
        "isLiveDataset": True,
        "distribution": [_describe_file(path, sums[path], data) for path in tables],
        "recordSet": list(_list_record_sets(data, tables)),
    }
    return described | _describe_day(data.data_date) | _describe_place(data.base_url)


def build_context() -> dict[str, Any]:
    """What the words of the document mean."""
    terms = {name: _explain_term(name) for name in _OWN_TERMS}
    return {
        "@language": "en",
        "@vocab": "https://schema.org/",
        "sc": "https://schema.org/",
        "cr": "http://mlcommons.org/croissant/",
        "rai": "http://mlcommons.org/croissant/RAI/",
        "dct": "http://purl.org/dc/terms/",
        "conformsTo": "dct:conformsTo",
        **terms,
    }


def _explain_term(name: str) -> str | dict[str, str]:
    kind = _TYPED_TERMS.get(name)
    return {"@id": f"cr:{name}", "@type": kind} if kind else f"cr:{name}"


def _describe_day(day: str) -> dict[str, str]:
    """Its version is the day of the newest fact, as in CITATION.cff."""
    if not day:
        return {}
    cite = f"The contributors of the Open Model Registry: Open Model Registry, {day}"
    return {"datePublished": day, "version": day.replace("-", "."), "citeAs": cite}


def _describe_place(base_url: str) -> dict[str, str]:
    return {"url": f"{base_url}/data.html"} if base_url else {}


def _describe_file(path: str, sum: str, data: SiteData) -> dict[str, Any]:
    name = path.removeprefix(_FOLDER)
    return {
        "@type": "cr:FileObject",
        "@id": name,
        "name": name,
        "description": _TABLE_WORDS[name.partition(".")[0]],
        "contentUrl": f"{data.base_url}/{path}" if data.base_url else name,
        "encodingFormat": _MEDIA_TYPES[name.rpartition(".")[2]],
        "sha256": sum,
    }


def _list_record_sets(data: SiteData, tables: Iterable[str]) -> Iterator[dict[str, Any]]:
    """One of each table: the models from CSV, which every program reads, the others from Parquet."""
    for path in tables:
        file = path.removeprefix(_FOLDER)
        name = file.partition(".")[0]
        if path == CSV_PATH:
            yield _describe_records(name, file, list_csv_columns(data.rows))
        elif name != "models":
            yield _describe_records(name, file, list_tables()[name])


def _describe_records(name: str, file: str, columns: Iterable[str]) -> dict[str, Any]:
    described = {
        "@type": "cr:RecordSet",
        "@id": name,
        "name": name,
        "description": _TABLE_WORDS[name],
        "field": [_describe_field(name, file, column) for column in columns],
    }
    return described | ({"key": {"@id": "models/id"}} if name == "models" else {})


def _describe_field(table: str, file: str, column: str) -> dict[str, Any]:
    return {
        "@type": "cr:Field",
        "@id": f"{table}/{column}",
        "name": f"{table}/{column}",
        "dataType": "sc:Integer" if column in _INTEGERS else "sc:Text",
        "source": {"fileObject": {"@id": file}, "extract": {"column": column}},
    }
