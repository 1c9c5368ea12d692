"""Which license texts are known, which are due, and what a fetched one adds. Pure."""

from collections.abc import Iterable
from dataclasses import replace
from typing import TypeVar

from audit.licenses.text.license_text import LicenseText
from audit.licenses.text.normalize import NORMALIZER_VERSION
from audit.observations.facts import CodeFacts, HubFacts, LicenseFile

Facts = TypeVar("Facts", HubFacts, CodeFacts)
"""Either kind of repository: both have license files, and texts that are due."""
MAX_FETCHED_TEXT_BYTES = 1 << 20
"""A larger file is told by its blob id alone."""
MAIN_FILE_PREFIXES = ("license", "licence", "model_license", "copying")
"""How the main text is called; it is fetched before notices and policies."""


def fill_known_texts(facts: Facts, previous: Facts | None) -> Facts:
    """The facts with the digests of unchanged blobs, and with the paths that are to be fetched.

    The most important text comes first.
    """
    files = _copy_known_digests(facts.license_files, previous) if previous else facts.license_files
    refused = _find_refused_blobs(facts, previous)
    due = [file for file in files if _can_fetch_text(file) and file.blob_id not in refused]
    return replace(facts, license_files=files, texts_due=_sort_main_texts_first(due))


def renew_due_texts(facts: HubFacts) -> HubFacts:
    """The facts with every unread text due again, where no gate can have been the reason.

    An answer of one day, such as a 403 for all, must not leave a text unread for ever.
    """
    if facts.gated or facts.texts_due:
        return facts
    due = [file for file in facts.license_files if _can_fetch_text(file)]
    return replace(facts, texts_due=_sort_main_texts_first(due)) if due else facts


def _copy_known_digests(
    files: Iterable[LicenseFile], previous: HubFacts | CodeFacts
) -> tuple[LicenseFile, ...]:
    """The same blob has the same text, under whatever path."""
    known = {file.blob_id: file for file in previous.license_files if file.sha256}
    filled = []
    for file in files:
        if file.blob_id in known:
            file = replace(known[file.blob_id], path=file.path, size=file.size)
        filled.append(file)
    return tuple(filled)


def _find_refused_blobs(facts: Facts, previous: Facts | None) -> set[str]:
    """Blobs that were refused behind the gate that is still there.

    Requesting the same blob again would cost a request per run for ever.
    """
    if previous is None or not is_behind_same_gate(facts, previous):
        return set()
    return {
        file.blob_id
        for file in previous.license_files
        if not file.sha256 and file.path not in previous.texts_due
    }


def is_behind_same_gate(facts: HubFacts | CodeFacts, previous: HubFacts | CodeFacts) -> bool:
    """Whether what was refused before would be refused again."""
    if not isinstance(facts, HubFacts) or not isinstance(previous, HubFacts):
        return False
    return bool(previous.gated) and bool(facts.gated)


def fill_fetched_text(facts: Facts, path: str, content: bytes) -> Facts:
    """The facts with the digests of a fetched text, which is no longer due.

    Every file of the same blob has it, as in a collection with one license in each folder.
    """
    blobs = {file.blob_id for file in facts.license_files if file.path == path}
    files, read = [], set[str]()
    for file in facts.license_files:
        is_same = file.blob_id in blobs
        files.append(analyze_license_file(file, content) if is_same else file)
        read |= {file.path} if is_same else set()
    due = tuple(each for each in facts.texts_due if each not in read)
    return replace(facts, license_files=tuple(files), texts_due=due)


def analyze_license_file(file: LicenseFile, content: bytes) -> LicenseFile:
    """A file with what its bytes say, by the normalizer of today."""
    text = LicenseText(content)
    plain = LicenseFile(
        file.path, file.size, file.blob_id, text.sha256, normalizer=NORMALIZER_VERSION
    )
    if not text.is_plain:
        return plain
    return replace(
        plain,
        normalized=text.words_sha256,
        body=text.body_sha256,
        body_words=len(text.body),
        spdx=text.spdx.license if text.is_whole else None,
        is_word_for_word=text.is_whole and text.spdx.is_word_for_word,
    )


def drop_due_text(facts: Facts, path: str) -> Facts:
    """The facts with a text that nobody can fetch: its blob id must do."""
    return replace(facts, texts_due=tuple(due for due in facts.texts_due if due != path))


def _can_fetch_text(file: LicenseFile) -> bool:
    return file.sha256 is None and bool(file.blob_id) and file.size <= MAX_FETCHED_TEXT_BYTES


def _sort_main_texts_first(files: Iterable[LicenseFile]) -> tuple[str, ...]:
    return tuple(sorted((file.path for file in files), key=_rank_path))


def _rank_path(path: str) -> tuple[bool, str]:
    return not path.lower().startswith(MAIN_FILE_PREFIXES), path
