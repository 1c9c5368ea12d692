"""index.html: the search over all models, and without scripts the newest of them."""

from collections.abc import Iterator

from audit.licenses.uses import TOLD_WORDS
from audit.publish.pages.phrases import LABEL_WORDS
from audit.publish.site.data_file import DATA_PATH, ROWS_PER_PAGE, render_data_file
from audit.publish.site.html import ASSETS, SitePage, digest_content, read_asset, render_page
from audit.publish.site.site_data import SiteData


def render_first_page(data: SiteData) -> Iterator[SitePage]:
    """The page with what it loads."""
    rows = render_data_file(data)
    yield DATA_PATH, rows
    for name in ASSETS:
        yield f"assets/{name}", read_asset(name)
    yield render_page(
        "index.html.j2",
        "index.html",
        data,
        "all",
        rows=data.newest_rows[:ROWS_PER_PAGE],
        total=len(data.rows),
        labels=[(label, len(data.rows_by_label.get(label, ()))) for label in LABEL_WORDS],
        words=TOLD_WORDS,
        data_version=digest_content(rows),
    )
