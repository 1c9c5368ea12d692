"""Names without an owner: which of them are names of models, and of which account."""

import re
from collections.abc import Iterator

from audit.projects.finding.dictionary import MIN_BARE_LENGTH, NameDictionary
from audit.projects.finding.places import Place, read_place
from audit.projects.finding.scanned import ScannedText

_WHOLE_STRING = re.compile(r"[\"'`]([A-Za-z0-9][A-Za-z0-9._-]{2,95})[\"'`]")
_ARGUMENT = re.compile(r"(?<![=!<>~])=([A-Za-z0-9][A-Za-z0-9._-]{2,95})(?![\w./:(\[=-])")
_ARGUMENT_SIGN = re.compile(r"=([a-z0-9][a-z0-9._-]{2,95})")
"""Quick, over small letters: whether an argument can be a name at all."""
_TELLING = re.compile(r"[0-9-]")
"""A bare name with one of these is hardly a word of a language."""
_LIBRARY_OWNERS = {
    "SentenceTransformer(": "sentence-transformers",
    "Embeddings(": "sentence-transformers",
    "CrossEncoder(": "cross-encoder",
}
"""Libraries that look for a name without owner in an account of theirs."""
_SOMETHING_ELSE = re.compile(
    r"(?i)(?:(?:starts|ends)with\(|get_encoding\(|encoding_name\W{1,6}|--\w+[_-]type\b[^\n]{0,80}|"
    r"[_-]type[\"']?\s{0,9}(?::|==|!=)\s{0,9}|"
    r"(?:run|project|experiment)[_-]?name\W{1,6}|hub_model_id\W{1,6}|"
    r"(?:output|save|log)_?(?:dir|path)?\W{1,6})[\"'`]?\Z"
)
"""Words before a name: a beginning or an encoding, a kind of architecture, what a project makes."""
_ITS_ARGUMENTS = re.compile(r"[\"']?[\s,]{1,60}(?:--|[\"'])model_args\b")
"""What follows where the name is that of a loader, whose arguments name the model."""


def find_bare_strings(scanned: ScannedText, names: NameDictionary) -> Iterator[Place]:
    """Whole strings and arguments that are the name of a model and can hardly be anything else."""
    if not names.bare.isdisjoint(scanned.strings):
        yield from _choose_telling(_WHOLE_STRING, scanned, names)
    if not names.bare.isdisjoint(_ARGUMENT_SIGN.findall(scanned.lower)):
        yield from _choose_telling(_ARGUMENT, scanned, names)


def _choose_telling(
    pattern: re.Pattern[str], scanned: ScannedText, names: NameDictionary
) -> Iterator[Place]:
    for found in pattern.finditer(scanned.text):
        position, name = read_place(found)
        if (
            name.lower() in names.bare
            and is_telling(name)
            and is_model_there(position, name, scanned)
        ):
            yield position, name


def is_telling(name: str) -> bool:
    """Whether a name can hardly be a word."""
    return len(name) >= MIN_BARE_LENGTH and bool(_TELLING.search(name))


def is_model_there(position: int, name: str, scanned: ScannedText) -> bool:
    """Whether the words around a name do not make it one of something else."""
    if _SOMETHING_ELSE.search(scanned.read_line_before(position)):
        return False
    return not _ITS_ARGUMENTS.match(scanned.read_behind(position + len(name)))


def resolve_bare(
    position: int, name: str, scanned: ScannedText, names: NameDictionary
) -> Iterator[Place]:
    """A name without owner: of one model, or of the account that a library adds."""
    owner = _find_library_owner(name, scanned.read_before(position), names)
    if owner:
        yield position, f"{owner}/{name}"
    elif name.lower() in names.bare and is_model_there(position, name, scanned):
        yield position, name


def _find_library_owner(name: str, before: str, names: NameDictionary) -> str:
    for library, owner in _LIBRARY_OWNERS.items():
        if library in before and names.find_kind(owner, name):
            return owner
    return ""
