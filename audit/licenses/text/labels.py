"""Numbers of sections and letters of paragraphs: they say where a clause stands, not what it says.

A label is only taken for one where a sentence or a line begins, so that the 5 of "no more than 5"
and the (b) of "section 4(b)" stay, and are seen.
"""

import re

from audit.licenses.text.word_lists import NUMBER_WORDS, UNITS

_LETTER = r"[A-Za-z]|[ivxIVX]{1,5}"
_NUMBER = r"\d{1,2}(?:\.\d{1,2}){0,3}"
_LABEL = re.compile(
    r"(?P<before>\A|\n[ \t]*\n|\n|[.;:,][\"”)]?\s|\b(?:and|or)\s)"
    r"(?P<lead>[\s>*#•·–-]*)"
    rf"(?P<label>(?:§\s?)?(?:\((?:\d{{1,2}}|{_LETTER})\)"
    rf"|(?:{_NUMBER}|{_LETTER})[.):](?!\w)|\d{{1,2}}(?:\.\d{{1,2}}){{1,3}}))"
    r"(?=[\s*]+(?P<next>[\w'\"“(]+))"
)


def strip_labels(clean: str) -> str:
    """A clean text without the labels of its paragraphs."""
    return _LABEL.sub(_drop_label, clean)


def _drop_label(match: re.Match[str]) -> str:
    return f"{match['before']}{match['lead']} " if _is_label(match) else match.group()


def _is_label(match: re.Match[str]) -> bool:
    following = match["next"].lower()
    if following in UNITS or following in NUMBER_WORDS:
        return False
    return not _require_new_line(match["label"]) or "\n" in match["before"] + match["lead"]


def _require_new_line(label: str) -> bool:
    """Whether within a line it may be a word or a number: `1.5`, or the initial of a name."""
    return not label.startswith("(") and (label[:1].isalpha() or label[-1].isdigit())
