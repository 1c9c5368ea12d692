"""badges/: the label of a model as a small drawing, and as data for shields.io."""

import json
from urllib.parse import quote

from audit.publish.site.html import SitePage, open_site_environment
from audit.publish.site.model_view import ModelView
from audit.publish.site.site_data import SiteData

_TITLE = "open model registry"
_COLORS = {
    "open-source": "#1b7a3d",
    "open-weight-or-better": "#1c6ba0",
    "open-weight": "#4b5fc4",
    "restricted-weights": "#8a6100",
    "closed": "#b3261e",
    "undetermined": "#5f6771",
}
"""Dark enough for white letters."""
_LETTER, _PADDING = 6.6, 10
"""Units of the drawing: the width of a letter at 11, and the room at either side."""


def find_badge(id: str) -> str:
    """Where the drawing of a model stands."""
    return f"badges/{quote(id)}.svg"


def render_badge(view: ModelView, data: SiteData) -> SitePage:  # noqa: ARG001 -- a row of MODEL_FILES
    """The drawing."""
    label = view.row.label
    template = open_site_environment().get_template("badge.svg.j2")
    sides = {"left": _measure_words(_TITLE), "right": _measure_words(label)}
    text = template.render(title=_TITLE, label=label, color=_COLORS[label], **sides)
    return f"badges/{view.model.id}.svg", text.encode()


def _measure_words(words: str) -> int:
    return round(len(words) * _LETTER + 2 * _PADDING)


def render_shields_file(view: ModelView, data: SiteData) -> SitePage:  # noqa: ARG001 -- the same
    """The answer of an endpoint as shields.io reads it."""
    label = view.row.label
    content = {"schemaVersion": 1, "label": _TITLE, "message": label, "color": _COLORS[label]}
    return f"badges/{view.model.id}.json", f"{json.dumps(content)}\n".encode()
