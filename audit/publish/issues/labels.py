"""The labels of our issues: a fixed set, and one per maker.

Others that people add are theirs and stay.
"""

from collections.abc import Iterable, Mapping, Sequence

from audit.core.escape import sanitize_line

FIXED_LABELS: Mapping[str, tuple[str, str]] = {
    "drift": ("5319e7", "Something upstream is not as recorded"),
    "drift: license": ("0052cc", "Terms or their text"),
    "drift: weights": ("0052cc", "Model parameters"),
    "drift: data": ("0052cc", "Training data"),
    "drift: code": ("0052cc", "Source code"),
    "drift: repository": ("0052cc", "Names and identity of repositories"),
    "more-closed": ("b60205", "Less is possible than before"),
    "more-open": ("0e8a16", "More is possible than before"),
    "neutral": ("c5def5", "Neither more open nor more closed"),
    "unreviewed": ("fbca04", "A person has to read it"),
    "audit-status": ("bfdadc", "The state of the audit itself"),
}
"""Every label but the owners', with color and description."""
_FIXED_NAMES = frozenset(name.lower() for name in FIXED_LABELS)
OWNER_LABEL_PREFIX = "owner: "
MAX_LABEL_CHARACTERS = 50
"""Characters that GitHub takes."""


def build_owner_label(owner: str) -> str:
    """The label of a maker."""
    return f"{OWNER_LABEL_PREFIX}{sanitize_line(owner)}"[:MAX_LABEL_CHARACTERS]


def correct_labels(standing: Sequence[str], wanted: Sequence[str]) -> tuple[str, ...] | None:
    """The labels that an issue should have.

    Ours as wanted, people's as they are; None where it has them.

    Case does not count.
    """
    corrected = (*wanted, *(name for name in standing if not _is_managed(name)))
    return None if _fold_case(corrected) == _fold_case(standing) else corrected


def _fold_case(names: Iterable[str]) -> set[str]:
    return {name.lower() for name in names}


def _is_managed(label: str) -> bool:
    """Whether a label is ours to set and to remove."""
    return label.lower() in _FIXED_NAMES or label.lower().startswith(OWNER_LABEL_PREFIX)
