"""Local speed and memory: each command in a process of its own, as its user starts it."""

import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from tests.bench.generate import generate_registry
from tests.bench.measured import Measurement

VERDICTS_SCRIPT = """
import sys, time
from pathlib import Path
from audit.publish.pages.context import judge_registry
from audit.records.load import load_registry
registry = load_registry(Path(sys.argv[1]))
start = time.perf_counter()
judge_registry(registry)
print(time.perf_counter() - start)
"""


def measure_local(source: Path, folder: Path, records: int) -> Iterator[Measurement]:
    """Validate, judge and catalog a generated registry. `cold`: without the compiled program."""
    root = folder / "registry"
    generate_registry(source, root, records)
    cold = ["-B", "-X", f"pycache_prefix={folder / 'empty'}"]
    yield Measurement(
        f"load + validate {records:,} records, cold",
        _measure_command([*cold, "-m", "audit", "validate", "--registry", str(root)])[0],
        "s",
        8,
    )
    yield Measurement(
        f"load + validate {records:,} records, warm",
        _measure_command(["-m", "audit", "validate", "--registry", str(root)])[0],
        "s",
        3,
    )
    verdicts = float(_run_python(["-c", VERDICTS_SCRIPT, str(root)]))
    yield Measurement(f"all verdicts of {records:,} records", verdicts, "s", 5)
    catalog = ["-m", "audit", "catalog", "--registry", str(root)]
    seconds, megabytes = _measure_command([*cold, *catalog])
    yield Measurement(f"catalog of {records:,} records, cold", seconds, "s", 20)
    yield Measurement("peak memory of it", megabytes, "MB", 600)


def _measure_command(arguments: list[str]) -> tuple[float, float]:
    """Wall time, and the largest memory of any child so far in MB."""
    start = time.perf_counter()
    _run_python(arguments)
    return time.perf_counter() - start, resource.getrusage(
        resource.RUSAGE_CHILDREN
    ).ru_maxrss / 1024


def _run_python(arguments: list[str]) -> str:
    return subprocess.run(
        [sys.executable, *arguments], check=True, capture_output=True, text=True
    ).stdout
