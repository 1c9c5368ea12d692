"""sitemap.xml: every page by its whole address, for a site of which somebody said where it stands."""

import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator
from urllib.parse import quote, urlsplit

from audit.core.errors import UsageError
from audit.publish.site.html import SitePage

SITEMAP = "sitemap.xml"
MAX_ADDRESSES = 50_000
"""In one file (sitemaps.org)."""
_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
_MISSING_PAGE = "404.html"


def check_base_url(value: str) -> str:
    """Where a site stands, without a slash at the end. Raises UsageError for another address."""
    parts = urlsplit(value)
    is_plain = not parts.query and not parts.fragment and "@" not in parts.netloc
    if parts.scheme not in ("https", "http") or not parts.hostname or not is_plain:
        raise UsageError(
            f"--base-url {value!r} is no plain address; "
            "write where the site stands, such as https://example.org/models"
        )
    return value.rstrip("/")


def follow_pages(files: Iterable[SitePage], base_url: str) -> Iterator[SitePage]:
    """The files as they come, and then the list of the pages among them.

    Without a base there is none: the format takes whole addresses only.
    """
    pages = []
    for path, content in files:
        if path.endswith(".html") and path != _MISSING_PAGE:
            pages.append(path)
        yield path, content
    if base_url:
        yield SITEMAP, _render_sitemap(sorted(pages), base_url)


def _render_sitemap(pages: list[str], base_url: str) -> bytes:
    """Without days: a page that is older than the newest fact says nothing of its own."""
    root = ET.Element("urlset", {"xmlns": _NAMESPACE})
    for path in pages[:MAX_ADDRESSES]:
        entry = ET.SubElement(root, "url")
        ET.SubElement(entry, "loc").text = f"{base_url}/{quote(path)}"
    text = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'.encode()
