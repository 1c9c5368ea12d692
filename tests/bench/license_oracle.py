"""What ScanCode says of the same texts: a second opinion, on demand, since it is large."""

from collections import Counter
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from audit.core.errors import UsageError
from audit.licenses.text.identify import Identification, identify
from audit.records.model import Registry
from tests.bench.license_bench import BenchText, Row

CERTAIN = 99.0
"""ScanCode's score from which its answer counts as a name."""

NO_NAMES = ("unknown", "proprietary-license", "warranty-disclaimer", "free-unknown")
"""How ScanCode says that there are terms which it does not know."""


def ask_oracle(texts: Sequence[BenchText], folder: Path, registry: Registry) -> list[Row]:
    """Where both name a text, where one does, and where they differ. Raises UsageError without ScanCode."""
    try:
        get_licenses = import_module("scancode.api").get_licenses
    except ImportError as error:
        raise UsageError("ScanCode is not installed; run nox -s license-oracle, which installs it") from error
    found: Counter[str] = Counter()
    rows: list[Row] = []
    for each in texts:
        theirs = _names(get_licenses(str((folder / f"{each.id}.txt").resolve())))
        ours = identify(each.content, registry)
        verdict = _verdict(ours, theirs)
        found[verdict] += 1
        if verdict == "DIFFERENT NAMES":
            rows.append(Row(each.id, 1, f"{ours.license} here, {' AND '.join(sorted(theirs))} there"))
    return [*(Row(verdict, count, "") for verdict, count in sorted(found.items())), *rows]


def _names(answer: Any) -> frozenset[str]:
    """SPDX names of the licenses that ScanCode is certain of."""
    matches = [match for detection in answer["license_detections"] for match in detection["matches"] if match["score"] >= CERTAIN]
    return frozenset(name for match in matches if not any(word in (name := match["license_expression_spdx"]) for word in NO_NAMES))


def _verdict(ours: Identification, theirs: frozenset[str]) -> str:
    if ours.license is None:
        return "neither names it" if not theirs else "only ScanCode names it"
    if not theirs:
        return "only named here"
    return "same name" if _plain(ours.license) in map(_plain, theirs) else "DIFFERENT NAMES"


def _plain(name: str) -> str:
    """A name without the namespaces that the two put before it."""
    return name.removeprefix("LicenseRef-").removeprefix("scancode-").casefold()
