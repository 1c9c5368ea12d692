"""Differences between two sets of weight files, by identity and not by name."""

from collections.abc import Iterator

from audit.drift.finding import Difference
from audit.observations.facts import Weights

LOSS_RUNS = 2
SAFE_FORMATS = frozenset({"safetensors", "gguf", "onnx"})
"""Formats that cannot run code when they are loaded; pickle can."""
MAX_NAMED = 5
"""Files named in a finding; the rest are counted."""


def weight_differences(before: Weights, after: Weights) -> Iterator[Difference]:
    """Files gone, added or replaced, and a repository that keeps only pickles. Renamed files with the same content are no drift."""
    if set(before.files.values()) != set(after.files.values()):
        yield _files(before, after)
    if SAFE_FORMATS & set(before.formats) and set(after.formats) == {"pickle"}:
        yield Difference("weights-only-pickle", "weights.formats", before.formats, after.formats, "neutral")


def _files(before: Weights, after: Weights) -> Difference:
    # Sets: a repository of ten thousand replaced files would be a hundred million comparisons.
    earlier, now = set(before.files.values()), set(after.files.values())
    gone = [path for path, digest in before.files.items() if digest not in now]
    new = [path for path, digest in after.files.items() if digest not in earlier]
    if not after.files:
        return Difference("weights-gone", "weights.files", _named(gone), "none", "more-closed", LOSS_RUNS, loss=True, weights_gone=True)
    if gone and new:
        return Difference("weights-replaced", "weights.files", _identities(before, gone), _identities(after, new), "neutral")
    if gone:
        return Difference("weights-files-removed", "weights.files", _named(gone), "removed", "more-closed", LOSS_RUNS, loss=True)
    return Difference("weights-files-added", "weights.files", "absent", _named(new), "more-open" if not before.files else "neutral")


def _named(paths: list[str]) -> str:
    shown = ", ".join(sorted(paths)[:MAX_NAMED])
    return shown if len(paths) <= MAX_NAMED else f"{shown} and {len(paths) - MAX_NAMED} more"


def _identities(weights: Weights, paths: list[str]) -> str:
    return _named([f"{path}@{weights.files[path][:12]}" for path in paths])
