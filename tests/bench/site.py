"""The whole site of a registry: time, memory, and what its first page weighs."""

import gzip
import os
import re
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.bench.measured import Measurement

FIRST_PAGE = "index.html"
_ASSET = re.compile(r"assets/[\w.-]+")


@dataclass(frozen=True)
class SiteLimits:
    """What is promised of a site."""

    seconds: float
    first_page_kilobytes: float
    megabytes: float = 600


REAL = SiteLimits(seconds=15, first_page_kilobytes=60)
GROWN = SiteLimits(seconds=90, first_page_kilobytes=300)
"""Of ten thousand models."""


def measure_site(root: Path, output: Path, limits: SiteLimits) -> Iterator[Measurement]:
    """Build it in a process of its own, as its user does. `output` must not exist yet."""
    models = sum(1 for _ in (root / "models").glob("*/*.json"))
    seconds, usage = _build_site(root, output)
    processor = usage.ru_utime + usage.ru_stime
    yield Measurement(f"site of {models:,} models with exports", seconds, "s", limits.seconds)
    yield Measurement("processor time of it, archive included", processor, "s")
    yield Measurement("peak memory of it", usage.ru_maxrss / 1024, "MB", limits.megabytes)
    weight = weigh_first_page(output) / 1000
    yield Measurement("first page, compressed", weight, "kB", limits.first_page_kilobytes)


def _build_site(root: Path, output: Path) -> tuple[float, resource.struct_rusage]:
    arguments = ["-m", "audit", "site", "--registry", str(root), "--output", str(output)]
    start = time.perf_counter()
    child = subprocess.Popen([sys.executable, *arguments], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise subprocess.CalledProcessError(child.returncode, child.args)
    return time.perf_counter() - start, usage


def weigh_first_page(site: Path) -> int:
    """Bytes of the page and all that it loads, compressed as a server does."""
    assets = set(_ASSET.findall((site / FIRST_PAGE).read_text(encoding="utf-8")))
    names = [FIRST_PAGE, *sorted(assets)]
    return sum(len(gzip.compress((site / name).read_bytes(), 6)) for name in names)
