"""Places in a JSON document, as every message shows them."""

from collections.abc import Iterable


def format_json_path(parts: Iterable[str | int]) -> str:
    """A place in a document: `$.components.training-code`, `$.base_models[0]`."""
    return "$" + "".join(map(_format_step, parts))


def _format_step(part: str | int) -> str:
    return f"[{part}]" if isinstance(part, int) else f".{part}"
