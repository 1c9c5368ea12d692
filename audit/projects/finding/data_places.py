"""Where the words around a name make it one of a dataset."""

import re
from collections.abc import Iterator

from audit.projects.finding.dictionary import NameDictionary
from audit.projects.finding.grammar import NAME, QUOTE, is_id_by_grammar
from audit.projects.finding.places import ANY_NAME, Place, PlaceForm
from audit.projects.finding.scanned import ScannedText

_FORMS = (
    PlaceForm(
        ("load_dataset(",),
        re.compile(rf"\bload_dataset\(\s{{0,200}}(?:path\s?=\s?)?{QUOTE}({ANY_NAME}){QUOTE}"),
    ),
    PlaceForm(
        ("huggingface.co/datasets/", "hf.co/datasets/", "hf://datasets/"),
        re.compile(rf"(?:\b(?:huggingface|hf)\.co/|\bhf://)datasets/({ANY_NAME})"),
    ),
    PlaceForm(
        ("dataset_name", "dataset_id", "dataset-name", "dataset-id"),
        re.compile(
            rf"(?i)\bdatasets?[_-](?:name|id){QUOTE}?(?:\s{{0,9}}[:=]\s{{0,9}}|[ \t]{{1,9}})"
            rf"{QUOTE}?({NAME}/{NAME})(?![\w/])"
        ),
    ),
)
_HEAD = re.compile(r"(?m)^([ \t]*)(?:- )?\w*datasets?(?:_mixer|_config)?\w*:[ \t]*(?:#.*)?$")
"""A key of YAML under which datasets stand."""
_ITEM = re.compile(
    rf"([ \t]*)(?:- )?(?:(?:id|path|name|repo|repo_id|hf_id|dataset)[ \t]?:[ \t]?)?{QUOTE}?"
    rf"({NAME}/{NAME}){QUOTE}?(?::.*)?[ \t]*(?:#.*)?$"
)
MAX_ITEMS = 400


def find_data_places(
    scanned: ScannedText, names: NameDictionary, *, is_yaml: bool
) -> Iterator[Place]:
    """Datasets where one is loaded, linked or configured. A bare one counts if it is known."""
    if "dataset" not in scanned.lower:
        return
    for form in _FORMS:
        for position, name in form.find(scanned):
            if names.is_dataset(name) or is_id_by_grammar(name):
                yield position, name
    if is_yaml:
        for head in _HEAD.finditer(scanned.text):
            yield from _list_items(scanned.text, head.end() + 1, len(head[1]))


def _list_items(text: str, position: int, depth: int) -> Iterator[Place]:
    """What stands deeper than its head, or beside it in a list."""
    for begin, line in _list_lines_from(text, position):
        if line.strip() and not _belongs(line, depth):
            return
        found = _ITEM.match(line)
        if found and is_id_by_grammar(found[2]):
            yield begin + found.start(2), found[2]


def _list_lines_from(text: str, position: int) -> Iterator[tuple[int, str]]:
    """Some lines from a position on, and where each begins."""
    for _ in range(MAX_ITEMS):
        end = text.find("\n", position)
        if end < 0:
            yield position, text[position:]
            return
        yield position, text[position:end]
        position = end + 1


def _belongs(line: str, depth: int) -> bool:
    indent = len(line) - len(line.lstrip(" \t"))
    return indent > depth or (indent == depth and line.lstrip().startswith(("- ", "#")))
