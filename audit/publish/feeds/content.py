"""What one entry says, as a title and as HTML.

The library escapes; upstream text stands in code and is never a link.
"""

import xml.etree.ElementTree as ET
from collections.abc import Iterator, Sequence

from audit.core.escape import sanitize_line
from audit.core.references import get_record_id
from audit.core.wording import count_things, join_first
from audit.drift.finding import DIRECTION_WORDS
from audit.publish.news import NewsEntry

MAX_TITLE = 200
MAX_AFFECTED = 20
MAX_HEADLINES = 10
_DIRECTION_UNDONE = {
    "more-closed": "more open again",
    "more-open": "more closed again",
    "neutral": DIRECTION_WORDS["neutral"],
    "unreviewed": "as a person read it before",
}


def format_entry_title(entry: NewsEntry) -> str:
    """One line: the record and what happened."""
    name = get_record_id(entry.finding.record)
    return sanitize_line(f"{name}: {entry.sentence}", MAX_TITLE)


def render_entry_html(entry: NewsEntry) -> str:
    """The entry as HTML that needs nothing around it."""
    blocks = _build_blocks(entry)
    return "".join(ET.tostring(block, encoding="unicode", method="html") for block in blocks)


def render_entry_text(entry: NewsEntry) -> str:
    """The same as plain text."""
    return "\n".join("".join(block.itertext()) for block in _build_blocks(entry))


def _build_blocks(entry: NewsEntry) -> Iterator[ET.Element]:
    yield _build_paragraph(f"{entry.date}: {entry.sentence}")
    yield _build_change_paragraph(entry)
    yield _build_paragraph(f"Direction: {_describe_direction(entry)}.")
    yield from _build_detail_blocks(entry)


def _build_detail_blocks(entry: NewsEntry) -> Iterator[ET.Element]:
    """What only some entries have."""
    if entry.label_change:
        before, after = entry.label_change
        yield _build_paragraph(f"The plain label goes from {before} to {after}.")
    for line in entry.headlines[:MAX_HEADLINES]:
        yield _build_code_paragraph("In the text: ", line)
    if entry.finding.affects:
        yield _build_affected_paragraph(entry.finding.affects)


def _build_affected_paragraph(affected: Sequence[str]) -> ET.Element:
    words = f"Also touches {count_things(len(affected), 'record')}: "
    return _build_code_paragraph(words, _format_affected_names(affected))


def _describe_direction(entry: NewsEntry) -> str:
    words = _DIRECTION_UNDONE if entry.is_over else DIRECTION_WORDS
    return words[entry.finding.direction]


def _format_affected_names(affected: Sequence[str]) -> str:
    return join_first(list(map(get_record_id, affected)), MAX_AFFECTED)


def _build_paragraph(words: str) -> ET.Element:
    element = ET.Element("p")
    element.text = words
    return element


def _build_code_paragraph(words: str, value: str) -> ET.Element:
    element = _build_paragraph(words)
    ET.SubElement(element, "code").text = value or "(empty)"
    return element


def _build_change_paragraph(entry: NewsEntry) -> ET.Element:
    before, after = entry.change_values
    words = ("One says ", ", another ") if entry.kind.is_contradiction else ("From ", " to ")
    element = _build_code_paragraph(words[0], before)
    element[0].tail = words[1]
    ET.SubElement(element, "code").text = after or "(empty)"
    return element
