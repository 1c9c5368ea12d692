"""export/cyclonedx and export/spdx: the bill of materials of each model."""

import json
from collections.abc import Callable
from urllib.parse import quote

from audit.publish.bom.contents import (
    BomContents,
    Document,
    ModelAnswers,
    build_entry,
)
from audit.publish.bom.cyclonedx import build_cyclonedx
from audit.publish.bom.spdx import build_spdx
from audit.publish.site.html import SitePage
from audit.publish.site.model_view import ModelView
from audit.publish.site.site_data import SiteData

CYCLONEDX_VERSION = "1.6"
"""What most programs read today."""


def find_cyclonedx(id: str) -> str:
    """Where the CycloneDX document of a model stands."""
    return f"export/cyclonedx/{quote(id)}.cdx.json"


def find_spdx(id: str) -> str:
    """Where the SPDX document of a model stands."""
    return f"export/spdx/{quote(id)}.spdx3.json"


def render_cyclonedx(view: ModelView, data: SiteData) -> SitePage:
    """The bill of one model as `bom` writes it."""
    path = f"export/cyclonedx/{view.model.id}.cdx.json"
    return path, _render_bill(view, data, _build_cyclonedx)


def render_spdx(view: ModelView, data: SiteData) -> SitePage:
    """The same as SPDX."""
    return f"export/spdx/{view.model.id}.spdx3.json", _render_bill(view, data, build_spdx)


def _build_cyclonedx(contents: BomContents) -> Document:
    return build_cyclonedx(contents, CYCLONEDX_VERSION)


def _render_bill(
    view: ModelView, data: SiteData, build: Callable[[BomContents], Document]
) -> bytes:
    row = view.row
    answers = ModelAnswers(row.verdicts, row.commercial, row.depth)
    contents = BomContents(data.registry, (build_entry(view.model, answers),), data.data_date)
    return f"{json.dumps(build(contents), ensure_ascii=False)}\n".encode()
