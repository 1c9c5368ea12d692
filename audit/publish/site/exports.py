"""export/: all models as CSV, all records in one file, and tables as Parquet where DuckDB is."""

import json
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from audit.publish.site.changes import SiteEvent
from audit.publish.site.html import SitePage
from audit.publish.site.site_data import SiteData
from audit.publish.views.row_csv import render_csv
from audit.store.record_pack import pack_records

CSV_PATH = "export/models.csv"
RECORDS_PATH = "export/records.jsonl.gz"
_COLUMNS: Mapping[str, Mapping[str, str]] = {
    "models": {
        **dict.fromkeys(("id", "owner", "name", "developer", "family", "label"), "VARCHAR"),
        **dict.fromkeys(("commercial", "license", "data", "gate", "depth"), "VARCHAR"),
        **dict.fromkeys(("released", "changed"), "VARCHAR"),
        **dict.fromkeys(("parameters", "active_parameters"), "BIGINT"),
        "modalities": "VARCHAR[]",
        "verdicts": "MAP(VARCHAR, VARCHAR)",
    },
    "components": dict.fromkeys(
        ("model", "component", "status", "license", "url", "stated_by"), "VARCHAR"
    ),
    "evidence": dict.fromkeys(
        ("model", "key", "url", "kind", "seen", "revision", "quote"), "VARCHAR"
    ),
    "events": dict.fromkeys(
        ("record", "kind", "direction", "day", "seen", "sentence", "before", "after", "url"),
        "VARCHAR",
    ),
}
"""Each table with its types; whatever nobody recorded is NULL."""


def render_exports(data: SiteData, events: Iterable[SiteEvent]) -> Iterator[SitePage]:
    """The files; Parquet only where DuckDB (the extra `hubtable`) is installed."""
    yield CSV_PATH, render_csv(data.rows).encode()
    yield RECORDS_PATH, pack_records(data.root, data.data_date)
    if has_parquet():
        with tempfile.TemporaryDirectory(prefix="omr-") as folder:
            for name, rows in _list_tables(data, events):
                yield f"export/{name}.parquet", _write_parquet(name, rows, Path(folder))


def has_parquet() -> bool:
    """Whether the program that writes it is installed."""
    return find_spec("duckdb") is not None


def list_tables() -> Mapping[str, Mapping[str, str]]:
    """The columns of each table with their types."""
    return _COLUMNS


def _list_tables(
    data: SiteData, events: Iterable[SiteEvent]
) -> Iterator[tuple[str, Iterator[dict[str, Any]]]]:
    yield "models", _list_model_rows(data)
    yield "components", _list_component_rows(data)
    yield "evidence", _list_evidence_rows(data)
    yield "events", (_read_fields(each, _COLUMNS["events"]) for each in events)


def _list_model_rows(data: SiteData) -> Iterator[dict[str, Any]]:
    for row in data.rows:
        yield _read_fields(row, _COLUMNS["models"]) | {"verdicts": dict(row.verdicts)}


def _read_fields(thing: object, names: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(thing, name) or None for name in names}


def _list_component_rows(data: SiteData) -> Iterator[dict[str, Any]]:
    for row in data.rows:
        for each in data.registry.models[row.id].components.values():
            named = {"model": row.id, "component": each.name, "stated_by": each.origin or None}
            yield named | _read_fields(each, ("status", "license", "url"))


def _list_evidence_rows(data: SiteData) -> Iterator[dict[str, Any]]:
    for row in data.rows:
        for each in data.registry.models[row.id].evidence:
            fields = _read_fields(each, ("key", "url", "kind", "seen", "revision", "quote"))
            yield {"model": row.id} | fields


def _write_parquet(name: str, rows: Iterable[Mapping[str, Any]], folder: Path) -> bytes:
    """A table as Parquet, compressed as every reader knows it; one thread keeps the order."""
    import duckdb

    source, target = folder / f"{name}.json", folder / f"{name}.parquet"
    with source.open("w", encoding="utf-8") as file:
        file.writelines(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows)
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.execute(_write_query(name, source, target))
    return target.read_bytes()


def _write_query(name: str, source: Path, target: Path) -> str:
    columns = ", ".join(f"{column}: '{kind}'" for column, kind in _COLUMNS[name].items())
    options = f"format='newline_delimited', columns={{{columns}}}"
    rows = f"SELECT * FROM read_json('{source}', {options})"
    return f"COPY ({rows}) TO '{target}' (FORMAT parquet, COMPRESSION snappy)"
