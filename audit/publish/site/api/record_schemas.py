"""api/v1/schemas: what the records themselves must keep, for those who take them as they are."""

import json
from collections.abc import Iterator

from audit.publish.site.api.openapi import API_FOLDER
from audit.publish.site.html import SitePage
from audit.records.schema import SCHEMA_SUFFIX, load_schemas

RECORD_SCHEMAS = ("model", "family", "dataset", "license", "event")
"""Those of what lies in records.jsonl.gz."""
_SHARED = "common"
"""To which the others refer by its name, so that it stands beside them."""


def render_record_schemas() -> Iterator[SitePage]:
    """Each schema under the name by which the others refer to it."""
    schemas = load_schemas()
    for name in (*RECORD_SCHEMAS, _SHARED):
        file = f"{name}{SCHEMA_SUFFIX}"
        text = json.dumps(schemas[file], ensure_ascii=False, indent=1)
        yield f"{API_FOLDER}/schemas/{file}", f"{text}\n".encode()
