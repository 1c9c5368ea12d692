"""Chains of base models: without an end, or longer than any maker's."""

from collections.abc import Mapping

from audit.core.errors import Problem
from audit.records.any_form import JsonObject, Problems, get_object, list_objects

MAX_CHAIN = 32
"""Models derived one from another. Ten is much; each link is followed for every verdict above."""
FIX = "name only the bases of this model, each derived before it"

Bases = Mapping[str, list[str]]


def find_chain_problems(raw: JsonObject, root: str) -> Problems:
    """One problem for each model from which a chain leads back to it, or on too long."""
    bases = {ref: _list_bases(data, raw) for ref, data in raw.items() if ref.startswith("models/")}
    known: dict[str, int] = {}
    for ref in sorted(bases):
        length = _measure_chain(ref, bases, known)
        if length > MAX_CHAIN:
            message = f"a chain of base models that is a circle, or longer than {MAX_CHAIN}"
            yield Problem(f"{root}/{ref}.json", "$.base_models", message, FIX)


def _list_bases(data: JsonObject, raw: JsonObject) -> list[str]:
    """The bases that have records."""
    stated = list_objects(get_object(data).get("base_models"))
    refs = (f"models/{base.get('id')}" for base in stated)
    return [ref for ref in refs if ref in raw]


def _measure_chain(start: str, bases: Bases, known: dict[str, int]) -> int:
    """The longest chain that begins here, in models; more than MAX_CHAIN for one without an end.

    By hand and not by recursion, whose depth a record could choose.
    """
    waiting = [start]
    on_path: set[str] = set()
    while waiting:
        ref = waiting[-1]
        if ref in known:
            waiting.pop()
            continue
        below = [base for base in bases[ref] if base not in known]
        if ref not in on_path and below:
            on_path.add(ref)
            waiting += below
            continue
        # What is still unknown now leads back to here.
        is_circle = bool(below)
        longest = max((known[base] for base in bases[ref] if base in known), default=0)
        known[ref] = MAX_CHAIN + 1 if is_circle else longest + 1
        on_path.discard(ref)
        waiting.pop()
    return known[start]
