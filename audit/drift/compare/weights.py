"""Which weight files came, went or were replaced? By identity and not by name."""

from collections.abc import Sequence

from audit.drift.compare.inputs import Differences
from audit.drift.finding import Difference
from audit.drift.kinds import (
    WEIGHTS_FILES_ADDED,
    WEIGHTS_FILES_REMOVED,
    WEIGHTS_GONE,
    WEIGHTS_ONLY_PICKLE,
    WEIGHTS_REPLACED,
)
from audit.licenses.compare import Direction
from audit.observations.facts import Weights

SAFE_FORMATS = frozenset({"safetensors", "gguf", "onnx"})
"""Formats that cannot run code when they are loaded; pickle can."""
MAX_NAMED_FILES = 5
"""Files named in a finding; the rest are counted."""
FILES_FIELD = "weights.files"


def compare_weights(before: Weights, after: Weights) -> Differences:
    """Files gone, added or replaced, and a repository that keeps only pickles.

    A renamed file is no drift.
    """
    if set(before.files.values()) != set(after.files.values()):
        yield _compare_weight_files(before, after)
    if SAFE_FORMATS & set(before.formats) and set(after.formats) == {"pickle"}:
        yield Difference(
            WEIGHTS_ONLY_PICKLE.id, "weights.formats", before.formats, after.formats, "neutral"
        )


def _compare_weight_files(before: Weights, after: Weights) -> Difference:
    gone = _list_unmatched_files(before, after)
    new = _list_unmatched_files(after, before)
    if not after.files:
        return _build_total_loss(gone)
    if gone and new:
        was, now = _format_identities(before, gone), _format_identities(after, new)
        return Difference(WEIGHTS_REPLACED.id, FILES_FIELD, was, now, "neutral")
    if gone:
        was = _format_paths(gone)
        return Difference(WEIGHTS_FILES_REMOVED.id, FILES_FIELD, was, "removed", "more-closed")
    return _build_addition(before, new)


def _build_addition(before: Weights, new: Sequence[str]) -> Difference:
    """Files beside others change nothing; the first ones are a release."""
    direction: Direction = "neutral" if before.files else "more-open"
    return Difference(WEIGHTS_FILES_ADDED.id, FILES_FIELD, "absent", _format_paths(new), direction)


def _build_total_loss(gone: Sequence[str]) -> Difference:
    return Difference(
        WEIGHTS_GONE.id,
        FILES_FIELD,
        _format_paths(gone),
        "none",
        "more-closed",
        weights_gone=True,
    )


def _list_unmatched_files(weights: Weights, others: Weights) -> list[str]:
    """Files whose content the others do not hold."""
    # A set: ten thousand replaced files would be a hundred million comparisons.
    known = set(others.files.values())
    return [path for path, digest in weights.files.items() if digest not in known]


def _format_paths(paths: Sequence[str]) -> str:
    shown = ", ".join(sorted(paths)[:MAX_NAMED_FILES])
    more = len(paths) - MAX_NAMED_FILES
    return f"{shown} and {more} more" if more > 0 else shown


def _format_identities(weights: Weights, paths: Sequence[str]) -> str:
    return _format_paths([f"{path}@{weights.files[path][:12]}" for path in paths])
