"""The digest as Markdown, plain text and HTML.

Upstream text is inert in each: it can be read, and does nothing.
"""

import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from markupsafe import Markup

from audit.core.escape import defang_line
from audit.drift.finding import DIRECTION_WORDS
from audit.publish.digest import Digest, DigestItem
from audit.publish.news import NewsEntry
from audit.publish.templating import render_markdown
from audit.publish.urls import RegistryAddress

MAX_NAMED_RECORDS = 20
NO_CHANGE_NOTICE = "Nothing changed."
EMPTY = "(empty)"


def render_digest_markdown(found: Digest, address: RegistryAddress) -> str:
    """For an issue, a page or a chat that renders Markdown."""
    return render_markdown(
        "digest.md.j2",
        heading=_format_heading(found),
        # Names in a note are defanged for every format.
        notes=[Markup(note) for note in _list_notes(found)],
        items=[_collect_item_values(item, address) for item in found.items],
    )


def _collect_item_values(item: DigestItem, address: RegistryAddress) -> dict[str, Any]:
    entry = item.news
    before, after = entry.change_values
    return {
        "news": entry,
        "direction": _describe_direction(item),
        "name": _get_record_name(entry),
        "page_url": address.build_page_url(entry.finding.record),
        "sentence": Markup(entry.sentence),
        "before": before,
        "after": after,
        "details": [Markup(sentence) for sentence in _list_details(item)],
    }


def render_digest_text(found: Digest, address: RegistryAddress) -> str:
    """For a mail or a terminal.

    No URL in it is upstream's, and nothing that a chat would turn into a mention or a link.
    """
    lines = [_format_heading(found), "", *(f"{note}\n" for note in _list_notes(found))]
    for item in found.items:
        lines += _list_item_lines(item, address)
    return "\n".join(lines).rstrip() + "\n"


def _list_item_lines(item: DigestItem, address: RegistryAddress) -> list[str]:
    entry = item.news
    before, after = (defang_line(value) or EMPTY for value in entry.change_values)
    return [
        f"{entry.date}  {_describe_direction(item).upper()}  {_get_record_name(entry)}",
        f"    {entry.sentence} {before} -> {after}",
        *(f"    {sentence}" for sentence in _list_details(item)),
        *(f"    In the text: {defang_line(line)}" for line in entry.headlines),
        f"    {address.build_page_url(entry.finding.record)}",
        "",
    ]


def render_digest_html(found: Digest, address: RegistryAddress) -> str:
    """For a mail that shows HTML: a fragment with nothing but headings, lists and our own links."""
    root = ET.Element("div")
    _append_element(root, "h1", _format_heading(found))
    for note in _list_notes(found):
        _append_element(root, "p", note)
    if found.items:
        _fill_list(ET.SubElement(root, "ul"), found.items, address)
    return ET.tostring(root, encoding="unicode", method="html") + "\n"


def _fill_list(element: ET.Element, items: Iterable[DigestItem], address: RegistryAddress) -> None:
    for item in items:
        _fill_item(ET.SubElement(element, "li"), item, address)


def _fill_item(row: ET.Element, item: DigestItem, address: RegistryAddress) -> None:
    entry = item.news
    direction = _describe_direction(item)
    _append_element(row, "strong", f"{entry.date}, {direction}: ")
    _append_change(row, entry, address)
    for sentence in _list_details(item):
        _append_element(row, "p", sentence)
    for line in entry.headlines:
        _append_element(_append_element(row, "p", "In the text: "), "code", line)


def _append_change(row: ET.Element, entry: NewsEntry, address: RegistryAddress) -> None:
    """The record as a link, what happened, and the values before and after."""
    anchor = _append_element(row, "a", _get_record_name(entry))
    anchor.set("href", address.build_page_url(entry.finding.record))
    anchor.tail = f": {entry.sentence} "
    before, after = entry.change_values
    _append_element(row, "code", before or EMPTY).tail = " → "
    _append_element(row, "code", after or EMPTY)


def _append_element(parent: ET.Element, name: str, words: str) -> ET.Element:
    element = ET.SubElement(parent, name)
    element.text = words
    return element


def _format_heading(found: Digest) -> str:
    since, until = found.since[:10], found.until[:10]
    return f"What changed for {_describe_audience(found)}, {since} to {until}"


def _describe_audience(found: Digest) -> str:
    if found.models is None:
        return "all models"
    count = len(found.models)
    return "1 model" if count == 1 else f"{count} models"


def _list_notes(found: Digest) -> Iterator[str]:
    if not found.items:
        yield NO_CHANGE_NOTICE
    if found.unrecorded:
        names = ", ".join(map(defang_line, _truncate_names(found.unrecorded)))
        yield f"Not in the registry, so that nothing can be said about them: {names}."


def _describe_direction(item: DigestItem) -> str:
    return "over" if item.news.is_over else DIRECTION_WORDS[item.news.finding.direction]


def _list_details(item: DigestItem) -> Iterator[str]:
    """Sentences of ours."""
    if item.news.label_change:
        before, after = item.news.label_change
        yield f"The plain label goes from {before} to {after}."
    own = _get_record_name(item.news)
    others = [id for id in item.models if id != own]
    if others:
        names = ", ".join(_truncate_names(others))
        yield f"It concerns {names}."


def _truncate_names(names: Sequence[str]) -> list[str]:
    hidden = len(names) - MAX_NAMED_RECORDS
    if hidden <= 0:
        return list(names)
    return [*names[:MAX_NAMED_RECORDS], f"and {hidden} more"]


def _get_record_name(entry: NewsEntry) -> str:
    """The record's id without its folder."""
    return entry.finding.record.partition("/")[2]
