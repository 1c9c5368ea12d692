"""What stands for each model: its page, and its files for programs. Another one is a row here."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from audit.publish.site.badges import render_badge, render_shields_file
from audit.publish.site.html import SitePage
from audit.publish.site.model_pages import render_model_page
from audit.publish.site.model_view import ModelView, view_model
from audit.publish.site.site_data import SiteData
from audit.publish.site.tally import SiteTally

RenderModelFile = Callable[[ModelView, SiteData], SitePage]


@dataclass(frozen=True)
class ModelFile:
    """One kind of file that every model has."""

    render: RenderModelFile


MODEL_FILES = (
    ModelFile(render_model_page),
    ModelFile(render_badge),
    ModelFile(render_shields_file),
)


def render_model_files(data: SiteData, tally: SiteTally) -> Iterator[SitePage]:
    """Every file of every model; each model is judged once, counted, and let go."""
    for row in data.rows:
        view = view_model(data.registry.models[row.id], data)
        tally.add(view)
        for file in MODEL_FILES:
            yield file.render(view, data)
