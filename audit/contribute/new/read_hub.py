"""Reads one repository for a new record: one request for its facts, one for each license text."""

import codecs
from dataclasses import dataclass

from audit.contribute.new.draft import RecordFolder
from audit.contribute.new.license import (
    LICENSE_FILE_PREFIXES,
    ReadLicenseText,
    UnreadLicenseText,
    identify_repository_text,
)
from audit.licenses.text.prose import list_terms_sentences
from audit.observations.facts import LicenseFile, Observation
from audit.records.registry import Registry
from audit.sources.failures import SourceFailure
from audit.sources.huggingface.api import HubApi
from audit.sources.huggingface.described import RepositoryDescription, TextFile
from audit.sources.huggingface.texts import MAX_TEXT_BYTES

MAX_LICENSE_TEXTS = 4
"""License texts read per repository; the schema holds eight, no repository needs more."""
CardState = tuple[bool, str | None, tuple[str, ...]]
"""Whether the card is broken, why that is not known, and its sentences on terms."""
UNREAD_REASONS = {
    "gated": "it lies behind the gate",
    "too-large": "it is too large for a license text",
    "foreign-redirect": "it lies on another host",
    "timeout": "the Hub did not answer in time",
    "too-slow": "the Hub's answer was not whole in time",
    "wrong-content": "other bytes came than the listing names",
}


@dataclass(frozen=True)
class RepositoryReading:
    """What was read of a repository."""

    folder: RecordFolder
    requested_id: str
    """The id that was requested; the answer may have another."""
    description: RepositoryDescription
    texts: dict[str, ReadLicenseText | UnreadLicenseText]
    has_broken_card: bool
    """README.md has front matter, but the Hub could not read it."""
    unread_card_reason: str | None
    """Why README.md could not be looked at, where that mattered."""
    terms_sentences: tuple[str, ...] = ()
    """What the card says of terms in prose."""


def gather_repository(
    hub: HubApi, folder: RecordFolder, repo: str, registry: Registry
) -> RepositoryReading | Observation:
    """Read a repository, or say why it cannot be read."""
    answer = hub.describe_repository(folder, repo)
    if isinstance(answer, Observation):
        return answer
    files = _RepositoryFiles(hub, folder, answer)
    deciding = _select_deciding_files(answer.facts.license_files)
    texts = {file.path: _read_license_text(files, file, registry) for file in deciding}
    return RepositoryReading(folder, repo, answer, texts, *_check_card(files))


@dataclass(frozen=True)
class _RepositoryFiles:
    """The files of a repository, as they were at the commit that was read."""

    hub: HubApi
    folder: RecordFolder
    answer: RepositoryDescription

    def fetch(self, path: str, digest: str, size: int) -> bytes | SourceFailure:
        """The bytes with this digest."""
        facts = self.answer.facts
        revision = facts.revision or "main"
        return self.hub.fetch_text(self.folder, facts.repo, revision, path, digest, size)


def _select_deciding_files(files: tuple[LicenseFile, ...]) -> list[LicenseFile]:
    """The files to read: those that are named like a license come before notices and policies."""
    return sorted(files, key=_rank_license_file)[:MAX_LICENSE_TEXTS]


def _rank_license_file(file: LicenseFile) -> tuple[bool, str]:
    return not _is_named_as_license(file), file.path


def _is_named_as_license(file: LicenseFile) -> bool:
    return file.path.lower().startswith(LICENSE_FILE_PREFIXES)


def _read_license_text(
    files: _RepositoryFiles, file: LicenseFile, registry: Registry
) -> ReadLicenseText | UnreadLicenseText:
    if not file.blob_id:
        return UnreadLicenseText(file.path, "the listing does not say which bytes it has")
    content = files.fetch(file.path, file.sha256 or file.blob_id, file.size)
    if isinstance(content, bytes):
        return identify_repository_text(file.path, content, registry)
    return _report_unread_text(file.path, content.reason)


def _report_unread_text(path: str, reason: str) -> UnreadLicenseText:
    unforeseen = f"the Hub did not give it ({reason})"
    return UnreadLicenseText(path, UNREAD_REASONS.get(reason, unforeseen))


def _check_card(files: _RepositoryFiles) -> CardState:
    """Whether the card has front matter that is broken, else why that is not known; its prose.

    The first two matter where the answer has no front matter. The card itself is never parsed.
    """
    card = files.answer.card
    if card is None:
        return False, None, ()
    unreadable = _explain_unreadable_card(card)
    if unreadable:
        return False, None if files.answer.has_front_matter else unreadable, ()
    content = files.fetch(card.path, card.blob_id, card.size)
    sentences = _list_sentences(content)
    if files.answer.has_front_matter:
        return False, None, sentences
    return *_interpret_card(content), sentences


def _list_sentences(content: bytes | SourceFailure) -> tuple[str, ...]:
    if not isinstance(content, bytes):
        return ()
    return tuple(list_terms_sentences(content.decode("utf-8", errors="replace")))


def _explain_unreadable_card(card: TextFile) -> str | None:
    """Why the card is not requested, None where it may be."""
    if card.size > MAX_TEXT_BYTES:
        return f"README.md has {card.size:,} bytes and was not read"
    if not card.blob_id:
        return "README.md was not read: the listing does not say which bytes it has"
    return None


def _interpret_card(content: bytes | SourceFailure) -> tuple[bool, str | None]:
    """Front matter that the Hub's answer lacks is one that the Hub could not read."""
    if isinstance(content, bytes):
        return content.removeprefix(codecs.BOM_UTF8).startswith(b"---"), None
    reason = UNREAD_REASONS.get(content.reason, content.reason)
    return False, f"README.md could not be read: {reason}"
