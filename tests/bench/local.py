"""Local speed and memory: each command in a process of its own, as its user starts it.

Processor time, user's and system's: how long it takes beside other work says nothing of the program.
"""

import resource
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from audit.core.json_files import dump_json, read_json_file
from tests.bench.generate import generate_registry
from tests.bench.measured import Measurement

VERDICTS_SCRIPT = """
import os, sys
from pathlib import Path
from audit.publish.pages.context import judge_registry
from audit.records.load import load_registry
registry = load_registry(Path(sys.argv[1]))
start = sum(os.times()[:4])
judge_registry(registry)
print(sum(os.times()[:4]) - start)
"""
"""The processor time of a second process counts: half of the models are judged there."""


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
    yield _measure_change(root, 15)
    today = folder / "today" / "registry"
    shutil.copytree(source, today)
    yield _measure_change(today, 2)


def _measure_change(root: Path, limit: float) -> Measurement:
    """One record is changed: until every page on which it stands says so."""
    paths = sorted(root.glob("models/*/*.json"))
    record = read_json_file(paths[0], paths[0].name)
    paths[0].write_text(dump_json({**record, "name": f"{record['name']} 2"}), encoding="utf-8")
    seconds, _ = _measure_command(["-m", "audit", "catalog", "--registry", str(root)])
    return Measurement(f"one changed record of {len(paths):,} to its pages", seconds, "s", limit)


def _measure_command(arguments: list[str]) -> tuple[float, float]:
    """Processor time of a command, and the largest memory of any child so far in MB."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    _run_python(arguments)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return seconds, after.ru_maxrss / 1024


def _run_python(arguments: list[str]) -> str:
    return subprocess.run(
        [sys.executable, *arguments], check=True, capture_output=True, text=True
    ).stdout
