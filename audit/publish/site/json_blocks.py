"""JSON within a page: a block that no browser runs, and that nothing in it can end."""

import json
from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

_ESCAPES = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"}


def dump_json_block(content: Mapping[str, Any]) -> Markup:
    """JSON in plain ASCII without a sign of markup: nothing in it hides, turns, or ends."""
    text = json.dumps(content, separators=(",", ":"))
    for sign, escape in _ESCAPES.items():
        text = text.replace(sign, escape)
    return Markup(text)
