"""`python -m tests.bench.hubtable`: screening a generated table of the whole Hub. Needs the `hubtable` extra."""

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROW_COUNT = 2_500_000
CREATE_TABLE_SQL = """
COPY (
  SELECT
    CASE WHEN i < len($ids) THEN $ids[i + 1] ELSE 'someone-' || (i % 400000) || '/model-' || i END AS id,
    sha1(CAST(i AS VARCHAR)) AS sha,
    CASE WHEN i % 50 = 0 THEN 'auto' WHEN i % 90 = 0 THEN 'manual' ELSE 'false' END AS gated,
    ['transformers', 'safetensors', 'region:us', 'license:' || ['mit', 'apache-2.0', 'other', 'llama3.1'][1 + i % 4], 'base_model:x/y-' || (i % 9000)] AS tags,
    CAST(40000 * power(random(), 40) AS INTEGER) AS likes,
    CAST(1e6 * power(random(), 20) AS INTEGER) AS downloads,
    TIMESTAMP '2022-03-02' + to_seconds(i * 50) AS "createdAt",
    'gguf' AS library_name
  FROM range($rows) AS t(i)
) TO '{file}' (FORMAT parquet)
"""


def main() -> int:
    """Generate the table, screen it in a process of its own, and print seconds and memory."""
    import duckdb

    from audit.cli.screen import index_tracked_repositories
    from audit.records.load import load_registry

    root = Path("registry")
    repos = sorted(index_tracked_repositories(load_registry(root), datasets=False))[5:]
    with tempfile.TemporaryDirectory(prefix="hubtable-") as folder:
        file = Path(folder) / "models.parquet"
        duckdb.execute(
            CREATE_TABLE_SQL.replace("{file}", str(file)), {"ids": repos, "rows": ROW_COUNT}
        )
        start = time.perf_counter()
        subprocess.run(
            [sys.executable, "-m", "audit", "screen", "--hub-table", str(file), "--popular", "5"],
            check=True,
        )
        seconds = time.perf_counter() - start
        megabytes = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        print(
            f"{ROW_COUNT:,} rows, {file.stat().st_size / 1e6:.0f} MB: {seconds:.1f} s (at most 20), {megabytes:.0f} MB (at most 2,000)"
        )
    return 0 if seconds <= 20 and megabytes <= 2000 else 1


if __name__ == "__main__":
    sys.exit(main())
