"""Differences between two sets of weight files, by identity and not by name."""

from collections.abc import Iterator

from audit.drift.finding import Difference
from audit.observations.facts import Weights

SAFE_FORMATS = frozenset({"safetensors", "gguf", "onnx"})
"""Formats that cannot run code when they are loaded; pickle can."""
MAX_NAMED_FILES = 5
"""Files named in a finding; the rest are counted."""


def compare_weights(before: Weights, after: Weights) -> Iterator[Difference]:
    """Files gone, added or replaced, and a repository that keeps only pickles. Renamed files with the same content are no drift."""
    if set(before.files.values()) != set(after.files.values()):
        yield _compare_weight_files(before, after)
    if SAFE_FORMATS & set(before.formats) and set(after.formats) == {"pickle"}:
        yield Difference(
            "weights-only-pickle", "weights.formats", before.formats, after.formats, "neutral"
        )


def _compare_weight_files(before: Weights, after: Weights) -> Difference:
    # Sets: a repository of ten thousand replaced files would be a hundred million comparisons.
    earlier, now = set(before.files.values()), set(after.files.values())
    gone = [path for path, digest in before.files.items() if digest not in now]
    new = [path for path, digest in after.files.items() if digest not in earlier]
    if not after.files:
        return Difference(
            "weights-gone",
            "weights.files",
            _format_paths(gone),
            "none",
            "more-closed",
            weights_gone=True,
        )
    if gone and new:
        return Difference(
            "weights-replaced",
            "weights.files",
            _format_identities(before, gone),
            _format_identities(after, new),
            "neutral",
        )
    if gone:
        return Difference(
            "weights-files-removed",
            "weights.files",
            _format_paths(gone),
            "removed",
            "more-closed",
        )
    return Difference(
        "weights-files-added",
        "weights.files",
        "absent",
        _format_paths(new),
        "more-open" if not before.files else "neutral",
    )


def _format_paths(paths: list[str]) -> str:
    shown = ", ".join(sorted(paths)[:MAX_NAMED_FILES])
    return (
        shown
        if len(paths) <= MAX_NAMED_FILES
        else f"{shown} and {len(paths) - MAX_NAMED_FILES} more"
    )


def _format_identities(weights: Weights, paths: list[str]) -> str:
    return _format_paths([f"{path}@{weights.files[path][:12]}" for path in paths])
