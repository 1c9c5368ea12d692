"""data.html and CITATION.cff: what programs can take, and how to cite it."""

from collections.abc import Iterator

from audit.publish.site.api.openapi import API_FOLDER, API_PATHS
from audit.publish.site.api.record_schemas import RECORD_SCHEMAS
from audit.publish.site.archive import ARCHIVE
from audit.publish.site.croissant import CROISSANT_PATH
from audit.publish.site.exports import CSV_PATH, RECORDS_PATH, has_parquet, list_tables
from audit.publish.site.html import SitePage, render_page
from audit.publish.site.linked_data import describe_registry
from audit.publish.site.site_data import SiteData

_CITATION = """cff-version: 1.2.0
message: "If you use these data, please cite them as below, with the day of their newest fact."
type: dataset
title: "Open Model Registry"
authors:
  - name: "The contributors of the Open Model Registry"
version: "{day}"
date-released: "{day}"
license: Apache-2.0
"""


def render_data_pages(data: SiteData) -> Iterator[SitePage]:
    """The page, and the file by which the data are cited."""
    tables = list(list_tables().items()) if has_parquet() else []
    yield render_page(
        "data.html.j2",
        "data.html",
        data,
        api=API_FOLDER,
        paths=API_PATHS,
        csv=CSV_PATH,
        records=RECORDS_PATH,
        tables=tables,
        croissant=CROISSANT_PATH,
        archive=ARCHIVE,
        schemas=RECORD_SCHEMAS,
        linked=describe_registry(data.data_date, [CSV_PATH, CROISSANT_PATH, RECORDS_PATH]),
    )
    if data.data_date:
        yield "CITATION.cff", _CITATION.format(day=data.data_date).encode()
