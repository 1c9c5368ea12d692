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
        yield from _find_misplaced_names(name, component, shown, path)
        for index, word in enumerate(map(str, written)):
            yield from _find_unusual_names(word, shown, f"{path}[{index}]")


def _find_misplaced_names(name: str, component: JsonObject, shown: str, path: str) -> Problems:
    if name != CHECKPOINTS or component.get("status") not in _PUBLIC:
        fix = f"remove it, or write it at {CHECKPOINTS} with the status released or partial"
        yield Problem(shown, path, "only published checkpoints have it", fix)


def _find_unusual_names(word: str, shown: str, path: str) -> Problems:
    names = expand_revision_names([word])
    if not 0 < len(names) < MAX_NAMED_REVISIONS:
        fix = "correct its bounds or its step"
        yield Problem(shown, path, f"a range of {len(names)} names", fix)
    elif "{" in "".join(names):
        fix = "write it as {first..last..step}, in whole numbers"
        yield Problem(shown, path, f"not a range: {word}", fix)
