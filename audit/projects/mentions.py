"""Which models and datasets a project names: from a list, or found in its files.

Reads text only: it follows no link, opens no special file, and runs nothing of the project.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from audit.core.errors import UsageError
from audit.core.plain_files import measure_plain_file
from audit.projects.finding.dictionary import NameDictionary
from audit.projects.finding.files import (
    MAX_TEXT_BYTES,
    MODEL_SUFFIXES,
    FilesRead,
    decode_lines,
    is_prose,
    is_test,
    lies_in_cache,
    lists_packages,
    read_text,
    walk_project,
)
from audit.projects.finding.grammar import HUB_ID
from audit.projects.finding.ignored import IgnoredPaths
from audit.projects.finding.mention import Mention
from audit.projects.finding.model_files import read_head_words
from audit.projects.finding.text import SourceText, find_text_mentions
from audit.records.model_names import strip_hub_address

_LIST_SUFFIXES = frozenset({"", ".txt", ".list", ".in"})
_NO_NAMES = NameDictionary()
_SNAPSHOT = re.compile(r"/snapshots/([0-9a-f]{7,40})/")
"""Where the Hub's cache says at which commit its files were."""
_REVISION = re.compile(r"[0-9A-Za-z][\w.-]{0,63}")


class NoListError(UsageError):
    """A file that was to be a list of models; the message holds a line of it."""


@dataclass(frozen=True)
class ProjectMentions:
    """What a project names, and what of it was read."""

    mentions: tuple[Mention, ...]
    read: FilesRead = field(default_factory=FilesRead)


def find_mentions(path: Path, names: NameDictionary = _NO_NAMES) -> ProjectMentions:
    """Mentions of a list, of one source file, or of a folder. Raises UsageError."""
    if path.is_dir():
        return _find_in_folder(path, names)
    if is_model_list(path):
        return ProjectMentions(tuple(read_model_list(path, names)))
    if measure_plain_file(path) is None:
        raise UsageError(f"{path}: cannot be read: it is no plain file")
    read = FilesRead()
    return ProjectMentions(tuple(sorted(_find_in_file(path, path.name, names, read))), read)


def is_model_list(path: Path) -> bool:
    """Whether a file is a list of ids, and no script or another text without an ending."""
    if path.is_dir() or path.suffix not in _LIST_SUFFIXES or lists_packages(path):
        return False
    return bool(path.suffix) or _looks_like_list(path)


def _looks_like_list(path: Path) -> bool:
    entries = [entry for _, entry in _list_entries(path)]
    return all(len(entry.split()) == 1 for entry in entries)


def _find_in_folder(folder: Path, names: NameDictionary) -> ProjectMentions:
    read = FilesRead()
    ignored = IgnoredPaths(folder)
    found: set[Mention] = set()
    for path in walk_project(folder, read):
        shown = path.relative_to(folder).as_posix()
        own = set(_find_in_file(path, shown, names, read, ignored))
        found |= {each for each in own if not (folder / each.model).exists()}
    return ProjectMentions(tuple(sorted(found)), read)


def _find_in_file(
    path: Path,
    shown: str,
    names: NameDictionary,
    read: FilesRead,
    ignored: IgnoredPaths | None = None,
) -> Iterator[Mention]:
    """What a file names; of a model file its head alone."""
    # The place of a file may name a model as well: a folder of the Hub's cache does.
    yield from _find_in_path(shown, names)
    if lies_in_cache(shown):
        return
    if path.suffix.lower() in MODEL_SUFFIXES:
        yield from _find_in_model_file(path, shown, names, read)
        return
    if ignored and ignored.skips_text(shown):
        read.skipped["files that git ignores"] += 1
        return
    text = read_text(path, read)
    if text is not None:
        yield from _find_in_parts(_describe_source(path, shown, text), names)


def _describe_source(path: Path, shown: str, text: str) -> SourceText:
    suffix = ".dockerfile" if path.name.startswith("Dockerfile") else path.suffix.lower()
    return SourceText(shown, text, suffix, is_prose(path), is_test(shown), lists_packages(path))


def _find_in_model_file(
    path: Path, shown: str, names: NameDictionary, read: FilesRead
) -> Iterator[Mention]:
    if measure_plain_file(path) is not None:
        read.models += 1
        yield from _find_in_head(path, shown, names)


def _find_in_parts(source: SourceText, names: NameDictionary) -> Iterator[Mention]:
    """A page for readers may begin with front matter, which is for programs."""
    if source.is_prose and source.text.startswith("---\n"):
        end = source.text.find("\n---", 4) + 1
        head = SourceText(source.file, source.text[:end], ".yaml", False, source.is_test)
        yield from find_text_mentions(head, names)
        rest = "\n" * head.text.count("\n") + source.text[end:]
        source = SourceText(source.file, rest, source.suffix, True, source.is_test)
    yield from find_text_mentions(source, names)


def _find_in_path(shown: str, names: NameDictionary) -> Iterator[Mention]:
    if "models--" in shown or "datasets--" in shown:
        commit = _SNAPSHOT.search(shown)
        for each in find_text_mentions(SourceText(shown, shown, "", False), names):
            yield Mention(each.model, shown, 1, each.kind, "file", commit[1] if commit else "")


def _find_in_head(path: Path, shown: str, names: NameDictionary) -> Iterator[Mention]:
    for each in find_text_mentions(SourceText(shown, read_head_words(path), "", False), names):
        yield Mention(each.model, shown, 1, each.kind, "file")


def read_model_list(path: Path, names: NameDictionary = _NO_NAMES) -> list[Mention]:
    """The models of a list, in its order. Raises UsageError.

    A line holds one Hub id, Hub address, package URL or name without owner, and a revision after
    an `@`; `#` begins a comment.
    """
    mentions = list(_parse_model_list(path, names))
    if not mentions:
        raise UsageError(f"{path}: names no model; write one Hub id a line")
    return mentions


def _parse_model_list(path: Path, names: NameDictionary) -> Iterator[Mention]:
    for number, entry in _list_entries(path):
        model, revision = _split_entry(entry)
        if not HUB_ID.fullmatch(model) and model.lower() not in names.bare:
            fix = "write owner/name, one a line"
            raise NoListError(f"{path}: line {number}: {entry[:80]!r} is not a Hub id; {fix}")
        kind = names.full.get(model.lower(), "model")
        yield Mention(model, path.name, number, kind, "named", revision)


def _split_entry(entry: str) -> tuple[str, str]:
    """The name, without the address around it, and the revision behind an `@`."""
    model, _, revision = entry.partition("@")
    pinned = revision if _REVISION.fullmatch(revision) else ""
    return strip_hub_address(model).rstrip("/"), pinned


def _list_entries(path: Path) -> Iterator[tuple[int, str]]:
    """The lines of a list that hold more than a comment, with their numbers."""
    for number, line in enumerate(_read_list(path).splitlines(), 1):
        entry = line.partition("#")[0].strip()
        if entry:
            yield number, entry


def _read_list(path: Path) -> str:
    """One byte more than is allowed: a pipe that the caller names has no size beforehand."""
    try:
        with path.open("rb") as file:
            content = file.read(MAX_TEXT_BYTES + 1)
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}") from error
    if len(content) > MAX_TEXT_BYTES:
        fix = "name a smaller file"
        raise UsageError(f"{path}: more than {MAX_TEXT_BYTES:,} bytes; {fix}")
    return decode_lines(content)
