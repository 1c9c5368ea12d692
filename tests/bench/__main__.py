"""`python -m tests.bench`: requests, pace, local speed and texts made to cost time, beside the loop that users write. Prints a table; takes a few minutes."""

import argparse
import os
import platform
import shutil
import sys
import tempfile
from datetime import date
from pathlib import Path

from tests.bench.audits import measure_audits
from tests.bench.hostile import measure_hostile_texts
from tests.bench.local import measure_local
from tests.bench.site import GROWN, REAL, measure_site

MAX_FLOOR_RATIO = 1.3
"""Wall time allowed over the floor."""


def main() -> int:
    """Measure, print, and fail where a number is missed."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--registry", type=Path, default=Path("registry"))
    parser.add_argument(
        "--models", type=int, nargs="+", default=[1_000, 10_000], help="sizes of the audits"
    )
    parser.add_argument("--records", type=int, default=10_000, help="size for local speed")
    parser.add_argument("--latency", type=float, nargs="+", default=[0.05, 0.2], metavar="SECONDS")
    options = parser.parse_args()
    print(
        f"{date.today()}, {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, load {os.getloadavg()[0]:.1f}"
    )
    missed = 0
    for row in measure_hostile_texts(options.registry):
        missed += row.print_row()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        for row in measure_local(options.registry, Path(folder) / "local", options.records):
            missed += row.print_row()
        grown = Path(folder) / "local" / "registry"
        for source, limits in ((options.registry, REAL), (grown, GROWN)):
            output = Path(folder) / f"site-{limits.seconds:g}"
            for row in measure_site(source, output, limits):
                missed += row.print_row()
            shutil.rmtree(output)
        for size in options.models:
            for row in measure_audits(
                options.registry, Path(folder) / str(size), size, options.latency
            ):
                missed += row.print_row()
    print(f"{missed} missed" if missed else "every number is met")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
