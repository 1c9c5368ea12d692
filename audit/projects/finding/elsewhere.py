"""Names of other services: tags of Ollama, ids behind a router's name."""

import re
from collections.abc import Iterator
from itertools import pairwise

from audit.projects.finding.dictionary import NameDictionary
from audit.projects.finding.grammar import KEYS, QUOTE, SERVICES
from audit.projects.finding.places import Place, PlaceForm
from audit.projects.finding.scanned import ScannedText

_TAG = r"[a-z0-9][\w.-]{0,60}(?::[\w.-]{1,60})?"
_FROM = PlaceForm(("FROM", "from"), re.compile(rf"(?im)^FROM[ \t]{{1,9}}({_TAG})[ \t]*$"))
_FORMS = (
    PlaceForm(
        ("ollama",),
        re.compile(rf"\bollama(?:[ \t]{{1,9}}(?:run|pull|show)[ \t]{{1,9}}|://)({_TAG})"),
    ),
    PlaceForm(
        ("b",),
        re.compile(
            r"(?<![\w./:-])([a-z][a-z0-9.-]{2,60}:\d{1,3}(?:\.\d)?b(?:-[\w.-]{1,40})?)(?![\w:/])"
        ),
    ),
)
"""The second: a name and a size, as only tags of Ollama are written."""
_ROUTED = re.compile(r"[\w./:-]{1,120}")
_KEY_BEFORE = re.compile(rf"(?i){KEYS}{QUOTE}?\s{{0,20}}[:=]\s{{0,20}}{QUOTE}?\Z")


def find_places_elsewhere(
    scanned: ScannedText, names: NameDictionary, *, is_modelfile: bool
) -> Iterator[Place]:
    """Names that are no ids of the Hub. `FROM` names a model in a Modelfile alone."""
    for form in (_FROM, *_FORMS) if is_modelfile else _FORMS:
        yield from form.find(scanned)
    for position, path in scanned.paths:
        if path.partition("/")[0].lower() in SERVICES:
            yield from _find_routed(scanned, position, names)


def _find_routed(scanned: ScannedText, position: int, names: NameDictionary) -> Iterator[Place]:
    found = _ROUTED.match(scanned.text, position)
    if found and _KEY_BEFORE.search(scanned.read_before(position)):
        name = found[0].rstrip(".:")
        if not _holds_recorded(name, names):
            yield position, name


def _holds_recorded(name: str, names: NameDictionary) -> bool:
    """Whether a router's name ends in an id that a record knows."""
    return any(names.find_kind(owner, tail) for owner, tail in pairwise(name.split("/")))
