"""What ScanCode says of the same texts: a second opinion, on demand, since it is large."""

from collections import Counter
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from audit.core.errors import UsageError
from audit.licenses.text.identify import Identification, identify_license_text
from audit.records.registry import Registry
from tests.bench.bench_row import BenchRow
from tests.bench.license_bench import BenchText

MIN_CERTAIN_SCORE = 99.0
"""ScanCode's score from which its answer counts as a name."""

UNNAMED_MARKERS = ("unknown", "proprietary-license", "warranty-disclaimer", "free-unknown")
"""How ScanCode says that there are terms which it does not know."""


def compare_with_scancode(
    texts: Sequence[BenchText], folder: Path, registry: Registry
) -> list[BenchRow]:
    """Where both name a text, where one does, and where they differ. Raises UsageError without ScanCode."""
    try:
        get_licenses = import_module("scancode.api").get_licenses
    except ImportError as error:
        raise UsageError(
            "ScanCode is not installed; run nox -s license-oracle, which installs it"
        ) from error
    found: Counter[str] = Counter()
    rows: list[BenchRow] = []
    for each in texts:
        theirs = _collect_certain_names(get_licenses(str((folder / f"{each.id}.txt").resolve())))
        ours = identify_license_text(each.content, registry)
        verdict = _compare_names(ours, theirs)
        found[verdict] += 1
        if verdict == "DIFFERENT NAMES":
            rows.append(
                BenchRow(each.id, 1, f"{ours.license} here, {' AND '.join(sorted(theirs))} there")
            )
    return [*(BenchRow(verdict, count, "") for verdict, count in sorted(found.items())), *rows]


def _collect_certain_names(answer: Any) -> frozenset[str]:
    """SPDX names of the licenses that ScanCode is certain of."""
    matches = [
        match
        for detection in answer["license_detections"]
        for match in detection["matches"]
        if match["score"] >= MIN_CERTAIN_SCORE
    ]
    return frozenset(
        name
        for match in matches
        if not any(word in (name := match["license_expression_spdx"]) for word in UNNAMED_MARKERS)
    )


def _compare_names(ours: Identification, theirs: frozenset[str]) -> str:
    if ours.license is None:
        return "neither names it" if not theirs else "only ScanCode names it"
    if not theirs:
        return "only named here"
    return (
        "same name"
        if _strip_namespaces(ours.license) in map(_strip_namespaces, theirs)
        else "DIFFERENT NAMES"
    )


def _strip_namespaces(name: str) -> str:
    """A name without the namespaces that the two put before it."""
    return name.removeprefix("LicenseRef-").removeprefix("scancode-").casefold()
