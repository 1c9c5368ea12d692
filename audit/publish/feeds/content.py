"""What one entry says, as a title and as HTML. The library escapes; upstream text stands in code and is never a link."""

import xml.etree.ElementTree as ET
from collections.abc import Iterator

from audit.core.escape import plain
from audit.drift.kinds import DIRECTIONS
from audit.publish.news import News

MAX_TITLE = 200
MAX_AFFECTED = 20
MAX_HEADLINES = 10
_DIRECTION_UNDONE = {
    "more-closed": "more open again",
    "more-open": "more closed again",
    "neutral": DIRECTIONS["neutral"],
    "unreviewed": "as a person read it before",
}


def title(entry: News) -> str:
    """One line: the record and what happened."""
    return plain(f"{entry.finding.record.partition('/')[2]}: {entry.said}", MAX_TITLE)


def html(entry: News) -> str:
    """The entry as HTML that needs nothing around it."""
    return "".join(ET.tostring(each, encoding="unicode", method="html") for each in _blocks(entry))


def text(entry: News) -> str:
    """The same as plain text."""
    return "\n".join("".join(each.itertext()) for each in _blocks(entry))


def _blocks(entry: News) -> Iterator[ET.Element]:
    finding = entry.finding
    yield _paragraph(f"{entry.date}: {entry.said}")
    yield _changed(*entry.change)
    yield _paragraph(f"Direction: {_DIRECTION_UNDONE[finding.direction] if entry.over else DIRECTIONS[finding.direction]}.")
    if entry.label:
        yield _paragraph(f"The plain label goes from {entry.label[0]} to {entry.label[1]}.")
    for each in entry.headlines[:MAX_HEADLINES]:
        yield _coded("In the text: ", each)
    if finding.affects:
        more = len(finding.affects) - MAX_AFFECTED
        named = ", ".join(each.partition("/")[2] for each in finding.affects[:MAX_AFFECTED])
        yield _coded(f"Also touches {len(finding.affects)} records: ", named + (f" and {more} more" if more > 0 else ""))


def _paragraph(words: str) -> ET.Element:
    element = ET.Element("p")
    element.text = words
    return element


def _coded(words: str, value: str) -> ET.Element:
    element = _paragraph(words)
    ET.SubElement(element, "code").text = value or "(empty)"
    return element


def _changed(before: str, after: str) -> ET.Element:
    element = _coded("From ", before)
    element[0].tail = " to "
    ET.SubElement(element, "code").text = after or "(empty)"
    return element
