"""HTML from the templates: every value is escaped, and none hides or turns the text around it."""

import hashlib
from collections.abc import Callable, Mapping
from functools import cache
from importlib import resources
from typing import Any
from urllib.parse import unquote, urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined

from audit.publish.pages.model_facts import format_component_name
from audit.publish.site import paths
from audit.publish.site.escaping import SiteEnvironment, show_value
from audit.publish.site.json_blocks import dump_json_block
from audit.publish.site.site_data import SiteData
from audit.publish.views.model_summary import format_summary_size

ASSETS = ("site.css", "icon.svg", "find.js", "models.js", "compare.js", "changes.js")
"""Files that the pages load. Their addresses hold a digest: an old one never meets a new page."""
_DIGEST_LENGTH = 10


SitePage = tuple[str, bytes]
"""A file of the site: its path, and what it holds."""
_NAVIGATION = (
    ("Models", "index.html"),
    ("Makers", "makers/index.html"),
    ("Families", "families/index.html"),
    ("Licenses", "licenses/index.html"),
    ("Datasets", "datasets/index.html"),
    ("Changes", "changes/index.html"),
    ("Compare", "compare.html"),
    ("Charts", "charts.html"),
    ("Definitions", "definitions/index.html"),
    ("Data", "data.html"),
)


def render_page(
    template: str, path: str, data: SiteData, topic: str = "", **values: Any
) -> SitePage:
    """Fill a template for the page at a path of the site: its links lead up from there.

    `topic`: what its feed is about, where there is one of it.
    """
    up = values.pop("up", find_way_up(path))
    feed = paths.find_feed(topic) if topic in data.feeds else ""
    page = open_site_environment().get_template(template)
    text = page.render(up=up, path=path, feed=feed, data_date=data.data_date, **values)
    return unquote(path), text.encode()


def find_way_up(path: str) -> str:
    """From a page to the root of the site."""
    return "../" * path.count("/")


@cache
def open_site_environment() -> Environment:
    """The environment of all pages."""
    environment = SiteEnvironment(
        loader=PackageLoader("audit.publish", "templates/site"),
        autoescape=True,
        finalize=show_value,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters |= SITE_FILTERS
    environment.globals |= {"versions": digest_assets(), "navigation": _NAVIGATION}
    return environment


def _check_web_url(url: str | None) -> str:
    """The URL where it is one of the web; empty for any other, which is shown and not linked."""
    parts = urlsplit(url or "")
    return url or "" if parts.scheme in ("https", "http") and parts.hostname else ""


def _format_number(value: int) -> str:
    return f"{value:,}"


def _format_words(value: str) -> str:
    """An id of ours as words."""
    return value.replace("-", " ")


def _capitalize_first(value: str) -> str:
    """A sentence; names within it keep their letters."""
    return value[:1].upper() + value[1:]


SITE_FILTERS: Mapping[str, Callable[..., Any]] = {
    "web_url": _check_web_url,
    "number": _format_number,
    "words": _format_words,
    "component": format_component_name,
    "capitalize_first": _capitalize_first,
    "size": format_summary_size,
    "json_block": dump_json_block,
    "model_page": paths.find_model_page,
    "maker_page": paths.find_maker_page,
    "family_page": paths.find_family_page,
    "license_page": paths.find_license_page,
    "dataset_page": paths.find_dataset_page,
    "label_page": paths.find_label_page,
    "definition_page": paths.find_definition_page,
    "record_page": paths.find_record_page,
}
"""What a template may do to a value, beside Jinja2's own filters that keep the escaping."""


def read_asset(name: str) -> bytes:
    """A file that the pages load."""
    return resources.files("audit.publish.site").joinpath("assets", name).read_bytes()


@cache
def digest_assets() -> Mapping[str, str]:
    """The first digits of the digest of each asset."""
    return {name: digest_content(read_asset(name)) for name in ASSETS}


def digest_content(content: bytes) -> str:
    """What stands behind the address of a file that pages load."""
    return hashlib.sha256(content).hexdigest()[:_DIGEST_LENGTH]
