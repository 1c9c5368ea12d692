"""Names of other services: tags of Ollama, ids behind a router's name, and those of a table."""

import re
from collections.abc import Iterator
from itertools import pairwise

from audit.projects.finding.bare import is_telling
from audit.projects.finding.dictionary import NameDictionary
from audit.projects.finding.grammar import KEY_END, QUOTE, SERVICES
from audit.projects.finding.known_elsewhere import (
    list_bare_names,
    list_first_parts,
    load_known_names,
)
from audit.projects.finding.places import Place, PlaceForm, read_place
from audit.projects.finding.scanned import ScannedText

_TAG = r"[a-z0-9][\w.-]{0,60}(?::[\w.-]{1,60})?"
_FROM = PlaceForm(("FROM", "from"), re.compile(rf"(?im)^FROM[ \t]{{1,9}}({_TAG})[ \t]*$"))
_OLLAMA = PlaceForm(
    ("ollama",),
    re.compile(rf"\bollama(?:[ \t]{{1,9}}(?:run|pull|show)[ \t]{{1,9}}|://)({_TAG})"),
)
_SIZE = re.compile(r":\d{1,3}(?:\.\d)?b(?:-[\w.-]{1,40})?(?![\w:/])")
_BEFORE_SIZE = re.compile(r"(?<![\w./:-])[a-z][a-z0-9.-]{2,60}\Z")
"""With it: a name and a size, as only tags of Ollama are written."""
_ROUTED = re.compile(r"[\w./:-]{1,120}")
_WHOLE_STRING = re.compile(r"[\"'`]([A-Za-z0-9][\w.:-]{3,95})[\"'`]")
_KEY_BEFORE = re.compile(rf"{KEY_END}{QUOTE}?\s{{0,20}}[:=]\s{{0,20}}{QUOTE}?\Z")


def find_places_elsewhere(
    scanned: ScannedText, names: NameDictionary, *, is_modelfile: bool
) -> Iterator[Place]:
    """Names that are no ids of the Hub. `FROM` names a model in a Modelfile alone."""
    for form in (_FROM, _OLLAMA) if is_modelfile else (_OLLAMA,):
        yield from form.find(scanned)
    yield from _find_sized_tags(scanned)
    yield from _find_known_strings(scanned, names)
    for position, path in scanned.paths:
        known = list(_find_known(scanned, position, path, names))
        yield from known
        if not known and path.partition("/")[0].lower() in SERVICES:
            yield from _find_routed(scanned, position, names)


def _find_known_strings(scanned: ScannedText, names: NameDictionary) -> Iterator[Place]:
    """Whole strings that are a name of the table, and no word of a language."""
    if list_bare_names().isdisjoint(scanned.strings):
        return
    for found in _WHOLE_STRING.finditer(scanned.text):
        position, name = read_place(found)
        if name in load_known_names() and is_telling(name) and name.lower() not in names.bare:
            yield position, name


def _find_known(
    scanned: ScannedText, position: int, path: str, names: NameDictionary
) -> Iterator[Place]:
    """A name of the table, as a whole or within an address; what a record knows is its own."""
    offset, parts = 0, path.split("/")
    for part in parts[:-1]:
        if part in list_first_parts():
            name = _read_known(scanned, position + offset)
            if name and not _holds_recorded(name, names):
                yield position + offset, name
                return
        offset += len(part) + 1


def _read_known(scanned: ScannedText, position: int) -> str:
    """The name of the table that stands at a position, with its tag or without."""
    found = _ROUTED.match(scanned.text, position)
    word = found[0].rstrip(".:") if found else ""
    while "/" in word:
        for name in (word, word.partition(":")[0]):
            if name in load_known_names():
                return name
        word = word.rpartition("/")[0]
    return ""


def _find_sized_tags(scanned: ScannedText) -> Iterator[Place]:
    for found in _SIZE.finditer(scanned.text):
        before = _BEFORE_SIZE.search(scanned.read_before(found.start()))
        if before:
            yield found.start() - len(before[0]), f"{before[0]}{found[0]}".rstrip(".")


def _find_routed(scanned: ScannedText, position: int, names: NameDictionary) -> Iterator[Place]:
    found = _ROUTED.match(scanned.text, position)
    if found and _KEY_BEFORE.search(scanned.read_lower_before(position)):
        name = found[0].rstrip(".:")
        if not _holds_recorded(name, names):
            yield position, name


def _holds_recorded(name: str, names: NameDictionary) -> bool:
    """Whether a router's name ends in an id that a record knows."""
    return any(names.find_kind(owner, tail) for owner, tail in pairwise(name.split("/")))
