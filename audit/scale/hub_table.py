"""A published table of the whole Hub, read with DuckDB: where to look, never what to believe.

A table is somebody's copy and days old. What differs in it is a plan for the audit, and no finding
by itself.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from audit.core.errors import UsageError
from audit.observations.facts import HubFacts

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MEMORY_LIMIT = "1500MB"
DATE_COLUMNS = ("snapshot_date", "snapshot", "date", "week", "fetched_at")
"""Columns by which a table of several snapshots orders them.

The newest row of a repository counts.
"""
REQUIRED_COLUMNS = ("id",)
ANSWERING_COLUMNS = {
    "sha": "revision",
    "gated": "gate",
    "tags": "license tag",
    "likes": "popular models",
}
"""Columns that answer something, and what."""
VANISHED_QUERY = "SELECT id FROM tracked WHERE id NOT IN (SELECT id FROM seen)"
SETTINGS = (
    f"SET memory_limit = '{MEMORY_LIMIT}'; "
    "SET autoinstall_known_extensions = false; "
    "SET preserve_insertion_order = false"
)
"""No extension is fetched, and no file but those named is read."""
TRACKED_TABLE = (
    "CREATE TEMP TABLE tracked AS SELECT unnest($ids) AS id, unnest($revisions) AS revision, "
    "unnest($gates) AS gate, unnest($licenses) AS license"
)
_TRACKED_COLUMNS = ("ids", "revisions", "gates", "licenses")
_TRACKED_AND_SEEN = "SELECT tracked.id FROM tracked JOIN seen USING (id) WHERE"
_CHANGE_CONDITIONS = {
    "sha": "revision IS NOT NULL AND sha IS NOT NULL AND sha <> revision",
    "gated": "gate IS NOT NULL AND gated IS NOT NULL "
    "AND lower(trim(CAST(gated AS VARCHAR), '\"')) <> gate",
}
"""By column; that of tags depends on how the table writes them."""


@dataclass(frozen=True)
class HubTableScreening:
    """What the table says of the tracked repositories, and of those that are not."""

    row_count: int
    changed: Mapping[str, tuple[str, ...]]
    """Tracked repositories by what differs: revision, gate, license tag."""
    vanished: tuple[str, ...]
    """Tracked repositories that the table lacks."""
    popular: tuple[tuple[str, int], ...]
    """Repositories that the registry lacks, with their likes."""
    unanswered: tuple[str, ...]
    """What the table's columns cannot tell."""

    @property
    def repositories_to_audit(self) -> tuple[str, ...]:
        """Every tracked repository that is worth a look."""
        return tuple(
            sorted({*self.vanished, *(repo for found in self.changed.values() for repo in found)})
        )


def screen_hub_table(
    files: Sequence[Path], tracked: Mapping[str, HubFacts | None], popular: int
) -> HubTableScreening:
    """Compare the tracked repositories with the table in these Parquet files.

    Raises UsageError for a table of another form.

    `tracked`: the last facts by repository, None for one that was never seen. `popular`: how many
    unknown ones to name.
    """
    connection = _open_database()
    columns = _create_hub_view(connection, files)
    _insert_tracked(connection, tracked)
    connection.execute(f"CREATE TEMP TABLE seen AS {_build_newest_query(columns)}")
    return HubTableScreening(
        _count_rows(connection),
        _find_changed(connection, columns),
        _fetch_ids(connection, VANISHED_QUERY),
        _find_popular(connection, columns, popular),
        _list_unanswered(columns),
    )


def _count_rows(connection: "DuckDBPyConnection") -> int:
    return int(_fetch_rows(connection, "SELECT count(*) FROM hub")[0][0])


def _find_changed(
    connection: "DuckDBPyConnection", columns: Mapping[str, str]
) -> dict[str, tuple[str, ...]]:
    queries = _build_change_queries(columns)
    return {name: _fetch_ids(connection, query) for name, query in queries.items()}


def _find_popular(
    connection: "DuckDBPyConnection", columns: Mapping[str, str], most: int
) -> tuple[tuple[str, int], ...]:
    if "likes" not in columns:
        return ()
    rows = _fetch_rows(connection, _build_popular_query(most))
    return tuple((str(row[0]), int(row[1])) for row in rows)


def _list_unanswered(columns: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(words for column, words in ANSWERING_COLUMNS.items() if column not in columns)


def _open_database() -> "DuckDBPyConnection":
    try:
        import duckdb
    except ImportError as error:
        raise UsageError(
            "reading a Hub table needs DuckDB; run `nox -s screen`, which installs it, "
            "or: pip install -e '.[hubtable]'"
        ) from error
    connection = duckdb.connect(":memory:")
    connection.execute(SETTINGS)
    return connection


def _create_hub_view(connection: "DuckDBPyConnection", files: Sequence[Path]) -> dict[str, str]:
    """Make the view `hub`; returns its columns with their types."""
    _require_files(files)
    rows = _describe_hub_view(connection, files)
    columns = {str(row[0]): str(row[1]) for row in rows}
    _require_columns(columns, files[0])
    return columns


def _require_files(files: Iterable[Path]) -> None:
    for file in files:
        if not file.is_file():
            raise UsageError(f"{file}: no such file; name the Parquet files of the table")


def _describe_hub_view(connection: "DuckDBPyConnection", files: Sequence[Path]) -> list[Any]:
    """Make the view; a row per column. Raises UsageError for files that are no table."""
    import duckdb

    try:
        connection.execute(_build_view_query(files))
        return _fetch_rows(connection, "DESCRIBE hub")
    except duckdb.Error as error:
        reason = str(error).splitlines()[0][:120]
        raise UsageError(
            f"{files[0]}: not a Parquet table ({reason}); name the files of the table"
        ) from error


def _build_view_query(files: Sequence[Path]) -> str:
    quoted = [str(file.resolve()).replace("'", "''") for file in files]
    names = ", ".join(f"'{name}'" for name in quoted)
    return f"CREATE VIEW hub AS SELECT * FROM read_parquet([{names}], union_by_name = true)"


def _require_columns(columns: Mapping[str, str], file: Path) -> None:
    lacking = [name for name in REQUIRED_COLUMNS if name not in columns]
    if lacking:
        present = ", ".join(sorted(columns)[:12])
        raise UsageError(
            f"{file}: has no column {lacking[0]!r}, only {present}; "
            "name a table of Hub repositories"
        )


def _insert_tracked(
    connection: "DuckDBPyConnection", tracked: Mapping[str, HubFacts | None]
) -> None:
    rows = [(id, *_list_cells(tracked[id])) for id in sorted(tracked)]
    values = {}
    for position, name in enumerate(_TRACKED_COLUMNS):
        values[name] = [row[position] for row in rows]
    connection.execute(TRACKED_TABLE, values)


def _list_cells(facts: HubFacts | None) -> tuple[str | None, str | None, str | None]:
    """Revision, gate and license tag; None for what was never seen."""
    if facts is None:
        return None, None, None
    return facts.revision, str(facts.gated).lower(), facts.license_tag or ""


def _build_newest_query(columns: Mapping[str, str]) -> str:
    """The rows of tracked repositories; of several snapshots, the newest."""
    wanted = ", ".join(column for column in ("id", "sha", "gated", "tags") if column in columns)
    newest = _build_newest_condition(columns)
    return f"SELECT {wanted} FROM hub WHERE id IN (SELECT id FROM tracked){newest}"


def _build_newest_condition(columns: Mapping[str, str]) -> str:
    for name in DATE_COLUMNS:
        if name in columns:
            return f" QUALIFY row_number() OVER (PARTITION BY id ORDER BY {name} DESC) = 1"
    return ""


def _build_change_queries(columns: Mapping[str, str]) -> dict[str, str]:
    return {
        ANSWERING_COLUMNS[column]: f"{_TRACKED_AND_SEEN} {condition}"
        for column, condition in _list_change_conditions(columns).items()
        if column in columns
    }


def _list_change_conditions(columns: Mapping[str, str]) -> dict[str, str]:
    """By column, when a row says something else than the audit saw."""
    license = _build_license_column(columns.get("tags", ""))
    tags = f"license IS NOT NULL AND coalesce({license}, '') <> license"
    return {**_CHANGE_CONDITIONS, "tags": tags}


def _build_license_column(type: str) -> str:
    """The license tags of a row, joined as in an expression. `type`: of the column `tags`."""
    tags = "tags" if type.endswith("[]") else "from_json(tags, '[\"VARCHAR\"]')"
    licenses = f"[t[9:] FOR t IN {tags} IF t LIKE 'license:%']"
    return f"list_aggregate(list_sort(list_distinct({licenses})), 'string_agg', ' AND ')"


def _build_popular_query(most: int) -> str:
    return (
        "SELECT id, max(likes) AS likes FROM hub "
        "WHERE id NOT IN (SELECT id FROM tracked) AND likes > 0 "
        f"GROUP BY id ORDER BY likes DESC, id LIMIT {most}"
    )


def _fetch_ids(connection: "DuckDBPyConnection", sql: str) -> tuple[str, ...]:
    return tuple(sorted(str(row[0]) for row in _fetch_rows(connection, sql)))


def _fetch_rows(connection: "DuckDBPyConnection", sql: str) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = connection.execute(sql).fetchall()
    return found
