"""The digest as Markdown, plain text and HTML. Upstream text is inert in each: it can be read, and does nothing."""

import xml.etree.ElementTree as ET
from collections.abc import Iterator, Sequence
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
    """For a mail or a terminal. No address in it is upstream's, and nothing that a chat would turn into a mention or a link."""
    lines = [_format_heading(found), "", *(f"{each}\n" for each in _list_notes(found))]
    for item in found.items:
        entry = item.news
        before, after = (defang_line(each) for each in entry.change_values)
        lines.append(
            f"{entry.date}  {_describe_direction(item).upper()}  {entry.finding.record.partition('/')[2]}"
        )
        lines.append(f"    {entry.sentence} {before or '(empty)'} -> {after or '(empty)'}")
        lines += [f"    {each}" for each in _list_details(item)]
        lines += [f"    In the text: {defang_line(each)}" for each in entry.headlines]
        lines += [f"    {address.build_page_url(entry.finding.record)}", ""]
    return "\n".join(lines).rstrip() + "\n"


def render_digest_html(found: Digest, address: RegistryAddress) -> str:
    """For a mail that shows HTML: a fragment with nothing but headings, lists and our own links."""
    root = ET.Element("div")
    _append_element(root, "h1", _format_heading(found))
    for each in _list_notes(found):
        _append_element(root, "p", each)
    listed = ET.SubElement(root, "ul") if found.items else root
    for item in found.items:
        entry = item.news
        row = ET.SubElement(listed, "li")
        _append_element(row, "strong", f"{entry.date}, {_describe_direction(item)}: ")
        anchor = _append_element(row, "a", entry.finding.record.partition("/")[2])
        anchor.set("href", address.build_page_url(entry.finding.record))
        anchor.tail = f": {entry.sentence} "
        before, after = entry.change_values
        _append_element(row, "code", before or "(empty)").tail = " → "
        _append_element(row, "code", after or "(empty)")
        for each in _list_details(item):
            _append_element(row, "p", each)
        for each in entry.headlines:
            _append_element(_append_element(row, "p", "In the text: "), "code", each)
    return ET.tostring(root, encoding="unicode", method="html") + "\n"


def _append_element(parent: ET.Element, name: str, words: str) -> ET.Element:
    element = ET.SubElement(parent, name)
    element.text = words
    return element


def _format_heading(found: Digest) -> str:
    whom = (
        "all models"
        if found.models is None
        else f"{len(found.models)} {'model' if len(found.models) == 1 else 'models'}"
    )
    return f"What changed for {whom}, {found.since[:10]} to {found.until[:10]}"


def _list_notes(found: Digest) -> Iterator[str]:
    if not found.items:
        yield NO_CHANGE_NOTICE
    if found.unrecorded:
        yield f"Not in the registry, so that nothing can be said about them: {', '.join(map(defang_line, _truncate_names(found.unrecorded)))}."


def _describe_direction(item: DigestItem) -> str:
    return "over" if item.news.is_over else DIRECTION_WORDS[item.news.finding.direction]


def _list_details(item: DigestItem) -> Iterator[str]:
    """Sentences of ours."""
    if item.news.label_change:
        yield f"The plain label goes from {item.news.label_change[0]} to {item.news.label_change[1]}."
    own = item.news.finding.record.partition("/")[2]
    if others := [each for each in item.models if each != own]:
        yield f"It concerns {', '.join(_truncate_names(others))}."


def _truncate_names(names: Sequence[str]) -> list[str]:
    more = [f"and {len(names) - MAX_NAMED_RECORDS} more"] if len(names) > MAX_NAMED_RECORDS else []
    return [*names[:MAX_NAMED_RECORDS], *more]


def _get_record_name(entry: NewsEntry) -> str:
    """The record's id without its folder."""
    return entry.finding.record.partition("/")[2]
