"""The mentions in one text."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from audit.projects.finding.dictionary import MIN_BARE_LENGTH, NameDictionary
from audit.projects.finding.grammar import (
    find_named_places,
    find_names_elsewhere,
    is_id_by_grammar,
    judge_use,
    may_name_models,
)
from audit.projects.finding.mention import Kind, Mention, Use

_PATH = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(?:/[A-Za-z0-9][A-Za-z0-9._-]*)+")
"""Words with a slash between them: ids, and paths and addresses that hold one."""
_CACHE_NAME = re.compile(r"(?<![\w-])(models|datasets)--([\w.-]{1,96}?)--([\w.-]{1,96})")
_WHOLE_STRING = re.compile(r"([\"'])([A-Za-z0-9][A-Za-z0-9._-]{2,95})\1")
_REVISION = re.compile(r"@([0-9A-Za-z][\w.-]{0,63})")
_BESIDE = re.compile(
    r"([^\n]{0,160}?)(?:revision|commit|rev)\W{1,6}([0-9a-f]{7,40})(?![0-9A-Za-z_-])"
)
_NEIGHBOR = re.compile(r"[\"'][A-Za-z0-9][\w.-]{0,95}/[\w.-]{1,96}[\"']|\)[^\n]*\(|;")
"""Between a name and a commit: another name, or the beginning of another call."""
_TELLING = re.compile(r"[0-9-]")
"""A bare name with one of these is hardly a word of a language."""
_LIBRARY_OWNERS = {
    "SentenceTransformer(": "sentence-transformers",
    "CrossEncoder(": "cross-encoder",
}
"""Libraries that look for a name without owner in an account of theirs."""
MAX_BEFORE = 160
"""Characters of a line that can say what is done with a name."""
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


class _Lines:
    """Lines by position, found once: a text may be one line of a million ids."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._found: list[int] | None = None

    @property
    def _starts(self) -> list[int]:
        if self._found is None:
            self._found = [0, *(found.end() for found in re.finditer("\n", self._text))]
        return self._found

    def number(self, position: int) -> int:
        """The line, from 1."""
        return bisect_right(self._starts, position)

    def read_before(self, position: int) -> str:
        """The words of the line that stand before a position, the last of them."""
        start = self._starts[self.number(position) - 1]
        return self._text[max(start, position - MAX_BEFORE) : position]


def find_text_mentions(source: SourceText, names: NameDictionary) -> Iterator[Mention]:
    """Every name in a text, each once per line."""
    lines = _Lines(source.text)
    seen: set[tuple[str, int]] = set()
    for position, name, kind in _find_names(source, names):
        line = lines.number(position)
        # The part behind the owner, too: it may stand beside the whole as a name of its own.
        keys = {(name.lower(), line), (name.lower().rpartition("/")[2], line)}
        if (name.lower(), line) not in seen:
            yield _build_mention(source, lines, position, name, kind)
        seen |= keys


def _find_names(source: SourceText, names: NameDictionary) -> Iterator[tuple[int, str, Kind]]:
    """Names by the dictionary first: the grammar adds only what no record knows."""
    yield from _find_recorded(source.text, names)
    yield from _find_cached(source.text)
    if not source.is_prose and not source.lists_packages:
        yield from _find_bare_strings(source.text, names)
    if may_name_models(source.text) or _is_modelfile(source):
        yield from _find_named(source, names)


def _is_modelfile(source: SourceText) -> bool:
    return source.file.rpartition("/")[2].startswith("Modelfile")


def _find_named(source: SourceText, names: NameDictionary) -> Iterator[tuple[int, str, Kind]]:
    """Names that the words around them make one of a model, or of another service."""
    for position, name in find_named_places(source.text):
        if "/" not in name:
            yield from _resolve_bare(source.text, position, name, names)
        elif names.full.get(name.lower()) is None and is_id_by_grammar(name):
            yield position, name, "model"
    for position, name in find_names_elsewhere(source.text, is_modelfile=_is_modelfile(source)):
        if not _holds_recorded(name, names):
            yield position, name, "elsewhere"


def _holds_recorded(name: str, names: NameDictionary) -> bool:
    """Whether a router's name ends in an id that a record knows."""
    parts = name.split("/")
    return any(names.find_kind(owner, tail) for owner, tail in pairwise(parts))


def _resolve_bare(
    text: str, position: int, name: str, names: NameDictionary
) -> Iterator[tuple[int, str, Kind]]:
    """A name without owner: of one model, or of the account that a library adds."""
    before = text[max(0, position - MAX_BEFORE) : position]
    for library, owner in _LIBRARY_OWNERS.items():
        if library in before and names.find_kind(owner, name):
            yield position, f"{owner}/{name}", "model"
            return
    if name.lower() in names.bare:
        yield position, name, "model"


def _find_recorded(text: str, names: NameDictionary) -> Iterator[tuple[int, str, Kind]]:
    if "/" not in text:
        return
    for found in _PATH.finditer(text):
        for offset, owner, name in _list_pairs(found[0]):
            kind = names.find_kind(owner, name)
            if kind:
                yield found.start() + offset, f"{owner}/{name}", kind


def _list_pairs(path: str) -> Iterator[tuple[int, str, str]]:
    """Each two neighbors of a path, and where they begin in it."""
    offset = 0
    for owner, name in pairwise(path.split("/")):
        yield offset, owner, name.rstrip(".")
        offset += len(owner) + 1


def _find_cached(text: str) -> Iterator[tuple[int, str, Kind]]:
    """Folder names of the Hub's cache."""
    if "s--" not in text:
        return
    for found in _CACHE_NAME.finditer(text):
        kind: Kind = "model" if found[1] == "models" else "dataset"
        yield found.start(), f"{found[2]}/{found[3]}", kind


def _find_bare_strings(text: str, names: NameDictionary) -> Iterator[tuple[int, str, Kind]]:
    """Whole strings that are the name of a model and can hardly be anything else."""
    for found in _WHOLE_STRING.finditer(text):
        name = found[2]
        is_telling = len(name) >= MIN_BARE_LENGTH and _TELLING.search(name)
        if is_telling and name.lower() in names.bare:
            yield found.start(2), name, "model"


def _build_mention(
    source: SourceText, lines: _Lines, position: int, name: str, kind: Kind
) -> Mention:
    before = lines.read_before(position)
    return Mention(
        name,
        source.file,
        lines.number(position),
        kind,
        _judge_mention(source, before, kind),
        _find_revision(source.text, position + len(name)),
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


def _find_revision(text: str, end: int) -> str:
    """The commit behind an `@`, or beside the name under a key of its own."""
    at = _REVISION.match(text, end)
    if at:
        return at[1]
    beside = _BESIDE.match(text, end)
    # A line can name several models: a commit is that of the nearest one before it.
    return beside[2] if beside and not _NEIGHBOR.search(beside[1]) else ""
