"""compare.html: up to four models or families side by side, from one more file of columns."""

from collections.abc import Iterator, Sequence
from typing import Any

from audit.definitions.answered_question import COMMERCIAL
from audit.publish.pages.model_facts import format_component_name
from audit.publish.site.data_file import dump_for_script, pack_column, render_data_file
from audit.publish.site.html import SitePage, digest_content, render_page
from audit.publish.site.model_pages import QUESTIONS
from audit.publish.site.site_data import SiteData
from audit.publish.site.tally import ComparedModel, SiteTally
from audit.records.component import COMPONENTS

COMPARE_DATA_PATH = "assets/compare-data.js"


def render_compare_page(data: SiteData, tally: SiteTally) -> Iterator[SitePage]:
    """The page and its data."""
    content = _render_compare_data(data, tally)
    yield COMPARE_DATA_PATH, content
    rows, version = digest_content(render_data_file(data)), digest_content(content)
    yield render_page("compare.html.j2", "compare.html", data, data_version=rows, version=version)


def _render_compare_data(data: SiteData, tally: SiteTally) -> bytes:
    content = {
        "components": [format_component_name(name) for name in COMPONENTS],
        "questions": [words for id, words in QUESTIONS.items() if id != COMMERCIAL],
        "uses": tally.use_nouns,
        "columns": _pack_columns([tally.compared[row.id] for row in data.rows]),
    }
    return f"window.OMR_MORE={dump_for_script(content)};\n".encode()


def _pack_columns(found: Sequence[ComparedModel]) -> dict[str, Any]:
    return {
        "components": pack_column("|".join(each.components) for each in found),
        "questions": pack_column("|".join(each.answers) for each in found),
        "uses": pack_column("|".join(each.uses) for each in found),
    }
