"""The digest as Markdown, plain text and HTML.

Upstream text is inert in each: it can be read, and does nothing.
"""

import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from markupsafe import Markup

from audit.core.escape import defang_line
from audit.core.references import get_record_id
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
        "joint": entry.kind.joint,
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


def _list_item_lines(item: DigestItem, address: RegistryAddress) -> Iterator[str]:
    yield _format_item_title(item)
    for line in _list_item_details(item, address):
        yield f"    {line}"
    yield ""


def _list_item_details(item: DigestItem, address: RegistryAddress) -> Iterator[str]:
    yield _format_change(item.news)
    yield from _list_details(item)
    for line in item.news.headlines:
        yield f"In the text: {defang_line(line)}"
    yield address.build_page_url(item.news.finding.record)


def _format_item_title(item: DigestItem) -> str:
    direction = _describe_direction(item).upper()
    return f"{item.news.date}  {direction}  {_get_record_name(item.news)}"


def _format_change(entry: NewsEntry) -> str:
    before, after = (defang_line(value) or EMPTY for value in entry.change_values)
    joint = entry.kind.joint.replace("→", "->")
    return f"{entry.sentence} {before} {joint} {after}"


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
    _append_element(row, "strong", f"{item.news.date}, {_describe_direction(item)}: ")
    _append_change(row, item.news, address)
    for sentence in _list_details(item):
        _append_element(row, "p", sentence)
    for line in item.news.headlines:
        _append_headline(row, line)


def _append_headline(row: ET.Element, line: str) -> None:
    paragraph = _append_element(row, "p", "In the text: ")
    _append_element(paragraph, "code", line)


def _append_change(row: ET.Element, entry: NewsEntry, address: RegistryAddress) -> None:
    """The record as a link, what happened, and the values before and after."""
    anchor = _append_element(row, "a", _get_record_name(entry))
    anchor.set("href", address.build_page_url(entry.finding.record))
    anchor.tail = f": {entry.sentence} "
    before, after = entry.change_values
    _append_element(row, "code", before or EMPTY).tail = f" {entry.kind.joint} "
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
    models = _count_words(len(found.models), "model")
    if not found.datasets:
        return models
    return f"{models} and {_count_words(len(found.datasets), 'dataset')}"


def _count_words(count: int, noun: str) -> str:
    return f"1 {noun}" if count == 1 else f"{count} {noun}s"


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
    if others := _list_other_models(item):
        names = ", ".join(_truncate_names(others))
        yield f"It concerns {names}."


def _list_other_models(item: DigestItem) -> list[str]:
    own = _get_record_name(item.news)
    return [id for id in item.models if id != own]


def _truncate_names(names: Sequence[str]) -> list[str]:
    hidden = len(names) - MAX_NAMED_RECORDS
    more = [f"and {hidden} more"] if hidden > 0 else []
    return [*names[:MAX_NAMED_RECORDS], *more]


def _get_record_name(entry: NewsEntry) -> str:
    """The record's id without its folder."""
    return get_record_id(entry.finding.record)
