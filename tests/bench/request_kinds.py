"""`python -m tests.bench.request_kinds`: what an unchanged run asks the Hub, by kind of request, over a week.

The registry's own records in a Hub on loopback; the first runs, in which all is seen, are left out.
"""

import re
import shutil
import sys
import tempfile
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

from audit.records.load import load_registry
from audit.runs.collect import Upstreams
from audit.runs.run import RunOptions, run_audit
from audit.sources.huggingface.source import HubSource
from audit.sources.patience import Patience
from audit.sources.request_log import RequestCounter
from tests.bench.world import build_hub_world
from tests.conftest import ROOT
from tests.fakes.hub_server import LoopbackHub

START = datetime(2026, 1, 1, 6, tzinfo=UTC)
FIRST_RUNS, WEEK = 4, 7
KINDS = (
    ("lists of makers", re.compile(r"/api/(models|datasets)")),
    ("branches and tags", re.compile(r"/api/models/[^/]+/[^/]+/refs")),
    ("pinned commits", re.compile(r"/api/(models|datasets)/[^/]+/[^/]+/revision/.*")),
    ("look-ups", re.compile(r"/api/(models|datasets)/.*")),
    ("texts and cards", re.compile(r".*")),
)


def find_kind(path: str) -> str:
    """What a request is for."""
    return next(name for name, pattern in KINDS if pattern.fullmatch(path))


def count_week(root: Path) -> tuple[Counter[str], int]:
    """Requests of seven unchanged daily runs by kind, and how many findings they had."""
    registry = load_registry(root)
    asked: Counter[str] = Counter()
    findings = 0
    with LoopbackHub(build_hub_world(registry)) as hub:
        for day in range(FIRST_RUNS + WEEK):
            hub.clear_log()
            counter = RequestCounter()
            source = HubSource(hub.endpoint, None, counter, Patience(timeout=60))
            options = RunOptions(root, START + timedelta(days=day))
            report = run_audit(registry, Upstreams((source,), counter), options)
            if day >= FIRST_RUNS:
                asked.update(find_kind(each.path) for each in hub.log)
                findings += len(report.changed_findings)
    return asked, findings


def main() -> int:
    """Print the week as a table."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "registry"
        shutil.copytree(ROOT / "registry", root)
        shutil.rmtree(root / "observations", ignore_errors=True)
        asked, findings = count_week(root)
    others = sum(count for kind, count in asked.items() if kind != "branches and tags")
    print(
        f"{WEEK} unchanged daily runs: {sum(asked.values())} requests, {findings} findings changed"
    )
    for kind, _ in KINDS:
        print(f"  {kind:20}{asked[kind]:>8}{asked[kind] / WEEK:>10.1f} a day")
    print(f"  branches and tags on top of the rest: {asked['branches and tags'] / others:.1%}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
