"""The mentions in one text."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from audit.projects.finding.bare import find_bare_strings, resolve_bare
from audit.projects.finding.data_places import find_data_places
from audit.projects.finding.dictionary import NameDictionary
from audit.projects.finding.elsewhere import find_places_elsewhere
from audit.projects.finding.grammar import is_id_by_grammar, is_made_up, judge_use
from audit.projects.finding.mention import Kind, Mention, Use
from audit.projects.finding.pins import PinReader
from audit.projects.finding.places import Place, find_model_places
from audit.projects.finding.scanned import ScannedText

FoundName = tuple[int, str, Kind]
_CACHE_NAME = re.compile(r"(?<![\w-])(models|datasets)--([\w.-]{1,96}?)--([\w.-]{1,96})")
_REPO_TYPE = re.compile(r"[^()]{0,120}?\brepo_type\s?=\s?[\"'](model|dataset|space)[\"']")
_HASH_COMMENTS = frozenset(
    [".py", ".sh", ".yaml", ".yml", ".toml", ".rb", ".tf", ".env", ".cfg", ".ini", ".dockerfile"]
)
_SLASH_COMMENTS = frozenset([".js", ".mjs", ".ts", ".tsx", ".jsx", ".rs", ".go", ".java", ".kt"])


@dataclass(frozen=True)
class SourceText:
    """One file's text with what its name says of it."""

    file: str
    text: str
    suffix: str
    is_prose: bool
    is_test: bool = False
    lists_packages: bool = False
    """Requirements and lock files: a name there is that of a package."""

    @property
    def is_modelfile(self) -> bool:
        """Whether it makes a model for Ollama."""
        return self.file.rpartition("/")[2].startswith("Modelfile")

    @property
    def is_yaml(self) -> bool:
        """Whether depth says what belongs together."""
        return self.suffix in {".yaml", ".yml"}


def find_text_mentions(source: SourceText, names: NameDictionary) -> Iterator[Mention]:
    """Every name in a text, each once per line."""
    scanned = ScannedText(source.text)
    pins = PinReader(scanned)
    seen: set[tuple[str, int]] = set()
    for position, name, kind in _find_told_names(source, scanned, names):
        line, lower = scanned.number(position), name.lower()
        if (lower, line) not in seen:
            yield _build_mention(source, scanned, pins, (position, name, kind))
        # The part behind the owner, too: it may stand beside the whole as a name of its own.
        seen |= {(lower, line), (lower.rpartition("/")[2], line)}


def _find_told_names(
    source: SourceText, scanned: ScannedText, names: NameDictionary
) -> Iterator[FoundName]:
    """All names, without those that a test makes up."""
    for found in _find_names(source, scanned, names):
        if not source.is_test or _is_meant(found[1], names):
            yield found


def _is_meant(name: str, names: NameDictionary) -> bool:
    return name.lower() in names.full or not is_made_up(name)


def _find_names(
    source: SourceText, scanned: ScannedText, names: NameDictionary
) -> Iterator[FoundName]:
    """Names by the dictionary first: the grammar adds only what no record knows."""
    yield from _find_recorded(scanned.paths, names)
    yield from _find_cached(source.text)
    yield from _find_datasets(source, scanned, names)
    places = find_places_elsewhere(scanned, names, is_modelfile=source.is_modelfile)
    yield from _mark(places, "elsewhere")
    if not source.lists_packages:
        yield from _mark(find_bare_strings(scanned, names), "model")
    yield from _find_models(scanned, names)


def _mark(places: Iterable[Place], kind: Kind) -> Iterator[FoundName]:
    for position, name in places:
        yield position, name, kind


def _find_models(scanned: ScannedText, names: NameDictionary) -> Iterator[FoundName]:
    """Names where a model is named; full ones that a record knows are found elsewhere."""
    for position, name in find_model_places(scanned, names.is_bare):
        if "/" not in name:
            yield from _mark(resolve_bare(position, name, scanned, names), "model")
        elif name.lower() not in names.full and is_id_by_grammar(name):
            yield from _tell_repository(position, name, scanned)


def _tell_repository(position: int, name: str, scanned: ScannedText) -> Iterator[FoundName]:
    """What a call downloads need not be a model: another argument can say so."""
    said = _REPO_TYPE.match(scanned.read_behind(position + len(name)))
    if said is None or said[1] == "model":
        yield position, name, "model"
    elif said[1] == "dataset":
        yield position, name, "dataset"


def _find_datasets(
    source: SourceText, scanned: ScannedText, names: NameDictionary
) -> Iterator[FoundName]:
    """Datasets by the words around them; one that a record knows is found elsewhere, but bare."""
    for position, name in find_data_places(scanned, names, is_yaml=source.is_yaml):
        if name.lower() not in names.full:
            yield position, name, "dataset"


def _find_recorded(paths: Iterable[Place], names: NameDictionary) -> Iterator[FoundName]:
    for position, path in paths:
        for offset, owner, name in _list_pairs(path):
            kind = names.find_kind(owner, name)
            if kind:
                yield position + offset, f"{owner}/{name}", kind


def _list_pairs(path: str) -> Iterator[tuple[int, str, str]]:
    """Each two neighbors of a path, and where they begin in it."""
    offset = 0
    for owner, name in pairwise(path.split("/")):
        yield offset, owner, name.rstrip(".")
        offset += len(owner) + 1


def _find_cached(text: str) -> Iterator[FoundName]:
    """Folder names of the Hub's cache."""
    if "s--" not in text:
        return
    for found in _CACHE_NAME.finditer(text):
        kind: Kind = "model" if found[1] == "models" else "dataset"
        yield found.start(), f"{found[2]}/{found[3]}", kind


def _build_mention(
    source: SourceText, scanned: ScannedText, pins: PinReader, found: FoundName
) -> Mention:
    position, name, kind = found
    before = scanned.read_line_before(position)
    return Mention(
        name,
        source.file,
        scanned.number(position),
        kind,
        _judge_mention(source, before, kind),
        pins.find_revision(position, name),
        source.is_test,
    )


def _judge_mention(source: SourceText, before: str, kind: Kind) -> Use:
    if source.is_prose:
        return "prose"
    if _is_comment(source.suffix, before):
        return "comment"
    return _judge_code_use(before, kind)


def _judge_code_use(before: str, kind: Kind) -> Use:
    use = judge_use(before)
    return "trained-on" if kind == "dataset" and use == "named" else use


def _is_comment(suffix: str, before: str) -> bool:
    if suffix in _HASH_COMMENTS:
        return before.lstrip().startswith("#") or " # " in before
    if suffix in _SLASH_COMMENTS:
        return before.lstrip().startswith(("//", "*", "/*")) or " // " in before
    return False
