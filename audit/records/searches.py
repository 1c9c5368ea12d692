"""What a record says of a search: where a component was looked for, and what follows from it."""

from audit.core.errors import Problem
from audit.records.any_form import JsonObject, Problems, get_object, list_objects

MIN_KINDS_OF_PLACE = 4
"""In how many kinds of place a component is looked for before it counts as not found."""
_TERMLESS_KEYS = ("license", "url")
"""What nothing that was not found can have."""


def find_search_problems(data: JsonObject, shown: str) -> Problems:
    """Searches that show less than their component's status says."""
    for name, value in get_object(data.get("components")).items():
        component, path = get_object(value), f"$.components.{name}"
        if component.get("status") == "not-found":
            yield from _find_incomplete_search(component, shown, path)
        yield from _find_misplaced_keys(component, shown, path)


def _find_incomplete_search(component: JsonObject, shown: str, path: str) -> Problems:
    places = list_objects(component.get("looked_in"))
    yield from _find_unreached_places(places, shown, f"{path}.looked_in")
    kinds = len({str(place.get("place")) for place in places})
    if kinds < MIN_KINDS_OF_PLACE:
        message = f"not found in {kinds} kinds of place, at least {MIN_KINDS_OF_PLACE} needed"
        fix = "look in further kinds of place, or write 'unknown' as status"
        yield Problem(shown, f"{path}.looked_in", message, fix)


def _find_unreached_places(places: list[JsonObject], shown: str, path: str) -> Problems:
    for index, place in enumerate(places):
        if place.get("reached") is False:
            message = "a place that could not be reached shows nothing"
            fix = "write 'unknown' as status, or leave that place out and look in another"
            yield Problem(shown, f"{path}[{index}]", message, fix)


def _find_misplaced_keys(component: JsonObject, shown: str, path: str) -> Problems:
    status = component.get("status")
    if "since" in component and status != "withdrawn":
        fix = "write 'withdrawn' as status, or remove it"
        yield Problem(shown, f"{path}.since", "only what is withdrawn has it", fix)
    if "looked_in" in component and status not in ("not-found", "unknown"):
        fix = "remove it, or write 'not-found' as status"
        yield Problem(shown, f"{path}.looked_in", f"beside the status {status!r}", fix)
    if status == "not-found":
        yield from _find_terms_of_nothing(component, shown, path)


def _find_terms_of_nothing(component: JsonObject, shown: str, path: str) -> Problems:
    for key in _TERMLESS_KEYS:
        if key in component:
            fix = "remove it, or correct the status"
            yield Problem(shown, f"{path}.{key}", f"a {key} of what was not found", fix)
