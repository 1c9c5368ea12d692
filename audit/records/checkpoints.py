"""Branches and tags that a record names: what they may stand beside, and whether they are names."""

from audit.core.errors import Problem
from audit.records.any_form import JsonObject, Problems, get_object
from audit.records.component import CHECKPOINTS
from audit.records.revision_names import MAX_NAMED_REVISIONS, expand_revision_names

_PUBLIC = ("released", "partial")


def find_revision_problems(data: JsonObject, shown: str) -> Problems:
    """Names at another component than the checkpoints, or of checkpoints that nobody published."""
    for name, value in get_object(data.get("components")).items():
        component, path = get_object(value), f"$.components.{name}.revisions"
        written = component.get("revisions")
        if not isinstance(written, list):
            continue
        if name != CHECKPOINTS or component.get("status") not in _PUBLIC:
            fix = f"remove it, or write it at {CHECKPOINTS} with the status released or partial"
            yield Problem(shown, path, "only published checkpoints have it", fix)
        yield from _find_unusual_names(written, shown, path)


def _find_unusual_names(written: list[object], shown: str, path: str) -> Problems:
    for index, word in enumerate(written):
        names = expand_revision_names([word]) if isinstance(word, str) else frozenset()
        if len(names) >= MAX_NAMED_REVISIONS or not names:
            message = f"a range of {len(names)} names"
            yield Problem(shown, f"{path}[{index}]", message, "correct its bounds or its step")
        elif any("{" in name or "}" in name for name in names):
            message = f"not a range: {word}"
            fix = "write it as {first..last..step}, in whole numbers"
            yield Problem(shown, f"{path}[{index}]", message, fix)
