"""What stands for each model beside its page: files for programs. Another one is a row here."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from audit.publish.site.api.files import find_model_json, render_model_json
from audit.publish.site.badges import find_badge, render_badge, render_shields_file
from audit.publish.site.bills import find_cyclonedx, find_spdx, render_cyclonedx, render_spdx
from audit.publish.site.html import SitePage
from audit.publish.site.model_pages import render_model_page
from audit.publish.site.model_view import ModelView, view_model
from audit.publish.site.site_data import SiteData
from audit.publish.site.tally import SiteTally
from audit.publish.views.model_summary import ModelSummary


@dataclass(frozen=True)
class ModelFile:
    """One kind of file that every model has."""

    render: Callable[[ModelView, SiteData], SitePage]
    """Path and content; the same bytes for the same records."""
    words: str = ""
    """By which the model's page leads to it; empty where it does not."""
    find_path: Callable[[str], str] = find_badge
    """The address of the file of a model, quoted for a URL."""
    media_type: str = ""
    """Of one that says the same as the page; empty for others."""


MODEL_FILES = (
    ModelFile(render_model_json, "JSON", find_model_json, "application/json"),
    ModelFile(render_cyclonedx, "CycloneDX", find_cyclonedx, "application/vnd.cyclonedx+json"),
    ModelFile(render_spdx, "SPDX", find_spdx, "application/spdx+json"),
    ModelFile(render_badge, "badge"),
    ModelFile(render_shields_file),
)


def render_model_files(
    data: SiteData, tally: SiteTally, rows: Iterable[ModelSummary]
) -> Iterator[SitePage]:
    """The page and the files of these models; each is judged once, counted, and let go."""
    linked = [file for file in MODEL_FILES if file.words]
    for row in rows:
        view = view_model(data.registry.models[row.id], data)
        tally.add(view)
        downloads = [(each.words, each.find_path(row.id), each.media_type) for each in linked]
        yield render_model_page(view, data, downloads)
        for file in MODEL_FILES:
            yield file.render(view, data)
