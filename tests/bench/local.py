"""Local speed and memory: each command in a process of its own, as its user starts it."""

import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from tests.bench.generate import generate
from tests.bench.measured import Measured

VERDICTS = """
import sys, time
from pathlib import Path
from audit.publish.pages.context import judged
from audit.records.load import load_registry
registry = load_registry(Path(sys.argv[1]))
start = time.perf_counter()
judged(registry)
print(time.perf_counter() - start)
"""


def measure_local(source: Path, folder: Path, records: int) -> Iterator[Measured]:
    """Validate, judge and catalog a generated registry. `cold`: nothing remembered, and no compiled program."""
    root = folder / "registry"
    generate(source, root, records)
    cold = ["-B", "-X", f"pycache_prefix={folder / 'empty'}"]
    yield Measured(f"load + validate {records:,} records, cold", _seconds([*cold, "-m", "audit", "validate", "--registry", str(root)])[0], "s", 8)
    yield Measured(f"load + validate {records:,} records, warm", _seconds(["-m", "audit", "validate", "--registry", str(root)])[0], "s", 3)
    verdicts = float(_python(["-c", VERDICTS, str(root)]))
    yield Measured(f"all verdicts of {records:,} records", verdicts, "s", 5)
    catalog = ["-m", "audit", "catalog", "--registry", str(root)]
    seconds, megabytes = _seconds([*cold, *catalog])
    yield Measured(f"catalog of {records:,} records, cold", seconds, "s", 20)
    yield Measured("peak memory of it", megabytes, "MB", 600)
    record = next(path for path in sorted((root / "models").glob("*/*.json")) if '"name": "' in path.read_text(encoding="utf-8"))
    record.write_text(record.read_text(encoding="utf-8").replace('"name": "', '"name": "Another ', 1), encoding="utf-8")
    seconds, megabytes = _seconds(catalog)
    yield Measured("catalog with one record changed", seconds, "s", 2)
    yield Measured("peak memory of it", megabytes, "MB", 600)


def _seconds(arguments: list[str]) -> tuple[float, float]:
    """Wall time, and the largest memory of any child so far in MB."""
    start = time.perf_counter()
    _python(arguments)
    return time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def _python(arguments: list[str]) -> str:
    return subprocess.run([sys.executable, *arguments], check=True, capture_output=True, text=True).stdout
