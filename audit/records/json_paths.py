"""Places in a JSON document, as every message shows them."""

from collections.abc import Iterable


def format_json_path(parts: Iterable[str | int]) -> str:
    """A place in a document: `$.components.training-code`, `$.base_models[0]`."""
    steps = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts)
    return "$" + "".join(steps)
