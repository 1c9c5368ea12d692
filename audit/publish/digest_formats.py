"""The digest as Markdown, plain text and HTML. Upstream text is inert in each: it can be read, and does nothing."""

import xml.etree.ElementTree as ET
from collections.abc import Iterator, Sequence

from audit.core.escape import bare, code, link
from audit.drift.kinds import DIRECTIONS
from audit.publish.address import Address
from audit.publish.digest import Digest, Item

MAX_NAMED = 20
NOTHING = "Nothing changed."


def markdown(found: Digest, address: Address) -> str:
    """For an issue, a page or a chat that renders Markdown."""
    lines = [f"# {_heading(found)}", "", *(f"{each}\n" for each in _notes(found))]
    for item in found.items:
        entry = item.news
        before, after = entry.change
        name = entry.finding.record.partition("/")[2]
        lines.append(f"* **{entry.date}, {_direction(item)}:** {link(name, address.page(entry.finding.record))}: {entry.said} {code(before)} → {code(after)}")
        lines += [f"  {each}" for each in _details(item)]
        lines += [f"  * In the text: {code(each)}" for each in entry.headlines]
    return "\n".join(lines) + "\n"


def text(found: Digest, address: Address) -> str:
    """For a mail or a terminal. No address in it is upstream's, and nothing that a chat would turn into a mention or a link."""
    lines = [_heading(found), "", *(f"{each}\n" for each in _notes(found))]
    for item in found.items:
        entry = item.news
        before, after = (bare(each) for each in entry.change)
        lines.append(f"{entry.date}  {_direction(item).upper()}  {entry.finding.record.partition('/')[2]}")
        lines.append(f"    {entry.said} {before or '(empty)'} -> {after or '(empty)'}")
        lines += [f"    {each}" for each in _details(item)]
        lines += [f"    In the text: {bare(each)}" for each in entry.headlines]
        lines += [f"    {address.page(entry.finding.record)}", ""]
    return "\n".join(lines).rstrip() + "\n"


def html(found: Digest, address: Address) -> str:
    """For a mail that shows HTML: a fragment with nothing but headings, lists and our own links."""
    root = ET.Element("div")
    _say(root, "h1", _heading(found))
    for each in _notes(found):
        _say(root, "p", each)
    listed = ET.SubElement(root, "ul") if found.items else root
    for item in found.items:
        entry = item.news
        row = ET.SubElement(listed, "li")
        _say(row, "strong", f"{entry.date}, {_direction(item)}: ")
        anchor = _say(row, "a", entry.finding.record.partition("/")[2])
        anchor.set("href", address.page(entry.finding.record))
        anchor.tail = f": {entry.said} "
        before, after = entry.change
        _say(row, "code", before or "(empty)").tail = " → "
        _say(row, "code", after or "(empty)")
        for each in _details(item):
            _say(row, "p", each)
        for each in entry.headlines:
            _say(_say(row, "p", "In the text: "), "code", each)
    return ET.tostring(root, encoding="unicode", method="html") + "\n"


def _say(parent: ET.Element, name: str, words: str) -> ET.Element:
    element = ET.SubElement(parent, name)
    element.text = words
    return element


def _heading(found: Digest) -> str:
    whom = "all models" if found.models is None else f"{len(found.models)} {'model' if len(found.models) == 1 else 'models'}"
    return f"What changed for {whom}, {found.since[:10]} to {found.until[:10]}"


def _notes(found: Digest) -> Iterator[str]:
    if not found.items:
        yield NOTHING
    if found.unrecorded:
        yield f"Not in the registry, so that nothing can be said about them: {', '.join(map(bare, _some(found.unrecorded)))}."


def _direction(item: Item) -> str:
    return "over" if item.news.over else DIRECTIONS[item.news.finding.direction]


def _details(item: Item) -> Iterator[str]:
    """Sentences of ours."""
    if item.news.label:
        yield f"The plain label goes from {item.news.label[0]} to {item.news.label[1]}."
    own = item.news.finding.record.partition("/")[2]
    if others := [each for each in item.models if each != own]:
        yield f"It concerns {', '.join(_some(others))}."


def _some(names: Sequence[str]) -> list[str]:
    more = [f"and {len(names) - MAX_NAMED} more"] if len(names) > MAX_NAMED else []
    return [*names[:MAX_NAMED], *more]
