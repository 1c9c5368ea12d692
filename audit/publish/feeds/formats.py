"""Atom 1.0 (RFC 4287) and JSON Feed 1.1 (jsonfeed.org). Both are written by the standard library, which escapes."""

import json
import xml.etree.ElementTree as ET
from typing import Any
from urllib.parse import urlsplit

from audit.publish.address import Address
from audit.publish.feeds.content import html, text, title
from audit.publish.feeds.model import Feed, entry_id, subject
from audit.publish.news import News
from audit.publish.urls import for_people

AUTHOR = "Open Model Registry"
ATOM = "http://www.w3.org/2005/Atom"
JSON_FEED = "https://jsonfeed.org/version/1.1"
RIGHTS = "CC-BY-4.0"


def atom(feed: Feed, address: Address) -> str:
    """The feed as Atom."""
    root = ET.Element("feed", {"xmlns": ATOM, "xml:lang": "en"})
    _add(root, "id", feed.id)
    _add(root, "title", feed.title)
    _add(root, "updated", feed.updated)
    _add(ET.SubElement(root, "author"), "name", AUTHOR)
    ET.SubElement(root, "link", {"rel": "self", "type": "application/atom+xml", "href": address.feed(f"{feed.name}.atom")})
    ET.SubElement(root, "link", {"rel": "alternate", "type": "text/html", "href": subject(feed, address)})
    _add(root, "rights", RIGHTS)
    for each in feed.entries:
        _atom_entry(ET.SubElement(root, "entry"), each, address)
    ET.indent(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _atom_entry(element: ET.Element, entry: News, address: Address) -> None:
    _add(element, "id", entry_id(entry))
    _add(element, "title", title(entry))
    _add(element, "updated", entry.time)
    _add(element, "published", entry.time)
    ET.SubElement(element, "link", {"rel": "alternate", "type": "text/html", "href": address.page(entry.finding.record)})
    if source := _source(entry):
        ET.SubElement(element, "link", {"rel": "via", "href": source})
    for term in _tags(entry):
        ET.SubElement(element, "category", {"term": term})
    _add(element, "content", html(entry)).set("type", "html")


def _add(parent: ET.Element, name: str, words: str) -> ET.Element:
    element = ET.SubElement(parent, name)
    element.text = words
    return element


def json_feed(feed: Feed, address: Address) -> str:
    """The feed as JSON Feed."""
    document = {
        "version": JSON_FEED,
        "title": feed.title,
        "home_page_url": subject(feed, address),
        "feed_url": address.feed(f"{feed.name}.json"),
        "language": "en",
        "authors": [{"name": AUTHOR}],
        "items": [_json_item(each, address) for each in feed.entries],
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _json_item(entry: News, address: Address) -> dict[str, Any]:
    source = _source(entry)
    return {
        "id": entry_id(entry),
        "url": address.page(entry.finding.record),
        **({"external_url": source} if source else {}),
        "title": title(entry),
        "content_html": html(entry),
        "content_text": text(entry),
        "date_published": entry.time,
        "date_modified": entry.time,
        "tags": _tags(entry),
    }


def _tags(entry: News) -> list[str]:
    """Words of ours that a reader can filter by."""
    return [entry.finding.direction, entry.finding.kind, entry.finding.status]


def _source(entry: News) -> str | None:
    """Where it was seen: an https address that the audit asked or a reviewer wrote down."""
    url = for_people(entry.finding.url)
    parts = urlsplit(url)
    return url if parts.scheme == "https" and parts.hostname and url.isascii() and url.isprintable() else None
