"""Atom 1.0 (RFC 4287) and JSON Feed 1.1 (jsonfeed.org).

Written by the standard library, which escapes.
"""

import json
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from audit.core.output_versions import add_schema_version
from audit.publish.feeds.content import format_entry_title, render_entry_html, render_entry_text
from audit.publish.feeds.model import Feed, FeedAddress, build_entry_id, find_feed_page_url
from audit.publish.news import NewsEntry
from audit.publish.urls import convert_to_web_url

FEED_AUTHOR = "Open Model Registry"
ATOM_NAMESPACE = "http://www.w3.org/2005/Atom"
JSON_FEED_VERSION = "https://jsonfeed.org/version/1.1"
FEED_LICENSE = "CC-BY-4.0"
_XML_DECLARATION = '<?xml version="1.0" encoding="utf-8"?>'


def render_atom_feed(feed: Feed, address: FeedAddress) -> str:
    """The feed as Atom."""
    text = ET.tostring(_build_atom_feed(feed, address), encoding="unicode")
    return f"{_XML_DECLARATION}\n{text}\n"


def _build_atom_feed(feed: Feed, address: FeedAddress) -> ET.Element:
    root = ET.Element("feed", {"xmlns": ATOM_NAMESPACE, "xml:lang": "en"})
    _fill_atom_head(root, feed, address)
    for entry in feed.entries:
        _fill_atom_entry(ET.SubElement(root, "entry"), entry, address)
    ET.indent(root)
    return root


def _fill_atom_head(root: ET.Element, feed: Feed, address: FeedAddress) -> None:
    for name, words in (("id", feed.id), ("title", feed.title), ("updated", feed.updated)):
        _append_text(root, name, words)
    _append_text(ET.SubElement(root, "author"), "name", FEED_AUTHOR)
    _append_head_links(root, feed, address)
    _append_text(root, "rights", FEED_LICENSE)


def _append_head_links(root: ET.Element, feed: Feed, address: FeedAddress) -> None:
    if own_url := address.build_feed_url(f"{feed.name}.atom"):
        _append_link(root, "self", own_url, "application/atom+xml")
    _append_link(root, "alternate", find_feed_page_url(feed, address), "text/html")


def _fill_atom_entry(element: ET.Element, entry: NewsEntry, address: FeedAddress) -> None:
    for name, words in _list_atom_texts(entry):
        _append_text(element, name, words)
    _append_entry_links(element, entry, address)
    for term in _list_tags(entry):
        ET.SubElement(element, "category", {"term": term})
    _append_text(element, "content", render_entry_html(entry)).set("type", "html")


def _append_entry_links(element: ET.Element, entry: NewsEntry, address: FeedAddress) -> None:
    _append_link(element, "alternate", address.build_page_url(entry.finding.record), "text/html")
    if source := _find_source_url(entry):
        ET.SubElement(element, "link", {"rel": "via", "href": source})


def _list_atom_texts(entry: NewsEntry) -> Iterator[tuple[str, str]]:
    yield "id", build_entry_id(entry)
    yield "title", format_entry_title(entry)
    yield "updated", entry.time
    yield "published", entry.time


def _append_link(parent: ET.Element, relation: str, url: str, media_type: str) -> None:
    ET.SubElement(parent, "link", {"rel": relation, "type": media_type, "href": url})


def _append_text(parent: ET.Element, name: str, words: str) -> ET.Element:
    element = ET.SubElement(parent, name)
    element.text = words
    return element


def render_json_feed(feed: Feed, address: FeedAddress) -> str:
    """The feed as JSON Feed."""
    items = [_serialize_feed_entry(entry, address) for entry in feed.entries]
    document = {**_serialize_feed_head(feed, address), "items": items}
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _serialize_feed_head(feed: Feed, address: FeedAddress) -> dict[str, Any]:
    own_url = address.build_feed_url(f"{feed.name}.json")
    return {
        "version": JSON_FEED_VERSION,
        "title": feed.title,
        "home_page_url": find_feed_page_url(feed, address),
        **({"feed_url": own_url} if own_url else {}),
        "language": "en",
        "authors": [{"name": FEED_AUTHOR}],
        # JSON Feed gives extensions a name that begins with an underscore.
        "_open_model_registry": add_schema_version("feed", {}),
    }


def _serialize_feed_entry(entry: NewsEntry, address: FeedAddress) -> dict[str, Any]:
    source = _find_source_url(entry)
    return {
        "id": build_entry_id(entry),
        "url": address.build_page_url(entry.finding.record),
        **({"external_url": source} if source else {}),
        "title": format_entry_title(entry),
        "content_html": render_entry_html(entry),
        "content_text": render_entry_text(entry),
        "date_published": entry.time,
        "date_modified": entry.time,
        "tags": _list_tags(entry),
    }


def _list_tags(entry: NewsEntry) -> list[str]:
    """Words of ours that a reader can filter by."""
    return [entry.finding.direction, entry.finding.kind, entry.finding.status]


def _find_source_url(entry: NewsEntry) -> str | None:
    """Where it was seen: an https URL that the audit requested or a reviewer wrote down."""
    url = convert_to_web_url(entry.finding.url)
    parts = urlsplit(url)
    is_web = parts.scheme == "https" and bool(parts.hostname)
    return url if is_web and url.isascii() and url.isprintable() else None
