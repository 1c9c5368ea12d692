"""Reads one repository for a new record: one question for its facts, and one for each text that decides."""

from dataclasses import dataclass

from audit.contribute.new.draft import RecordFolder
from audit.contribute.new.license import (
    ReadLicenseText,
    UnreadLicenseText,
    identify_repository_text,
)
from audit.observations.facts import LicenseFile, Observation
from audit.records.model import Registry
from audit.sources.huggingface.api import MAX_TEXT_BYTES, HubApi
from audit.sources.huggingface.described import RepositoryDescription

MAX_LICENSE_TEXTS = 4
"""License texts read per repository; the schema holds eight, no repository needs more."""
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
    """The id that was asked for; the answer may have another."""
    description: RepositoryDescription
    texts: dict[str, ReadLicenseText | UnreadLicenseText]
    has_broken_card: bool
    """README.md has front matter, but the Hub could not read it."""
    unread_card_reason: str | None
    """Why README.md could not be looked at, where that mattered."""


def gather_repository(
    hub: HubApi, folder: RecordFolder, repo: str, registry: Registry
) -> RepositoryReading | Observation:
    """Read a repository, or say why it cannot be read."""
    answer = hub.describe_repository(folder, repo)
    if isinstance(answer, Observation):
        return answer
    facts = answer.facts
    texts = {
        file.path: _read_license_text(hub, folder, answer, file, registry)
        for file in _select_deciding_files(facts.license_files)
    }
    broken, unread = _check_card(hub, folder, answer)
    return RepositoryReading(folder, repo, answer, texts, broken, unread)


def _select_deciding_files(files: tuple[LicenseFile, ...]) -> list[LicenseFile]:
    ordered = sorted(
        files,
        key=lambda file: (
            not file.path.lower().startswith(("license", "licence", "model_license", "copying")),
            file.path,
        ),
    )
    return ordered[:MAX_LICENSE_TEXTS]


def _read_license_text(
    hub: HubApi,
    folder: RecordFolder,
    answer: RepositoryDescription,
    file: LicenseFile,
    registry: Registry,
) -> ReadLicenseText | UnreadLicenseText:
    facts = answer.facts
    if not file.blob_id:
        return UnreadLicenseText(file.path, "the listing does not say which bytes it has")
    content = hub.fetch_text(
        folder,
        facts.repo,
        facts.revision or "main",
        file.path,
        file.sha256 or file.blob_id,
        file.size,
    )
    if isinstance(content, bytes):
        return identify_repository_text(file.path, content, registry)
    return UnreadLicenseText(
        file.path, UNREAD_REASONS.get(content.reason, f"the Hub did not give it ({content.reason})")
    )


def _check_card(
    hub: HubApi, folder: RecordFolder, answer: RepositoryDescription
) -> tuple[bool, str | None]:
    """Where the answer has no front matter: whether the card has some that is broken. The card itself is never parsed."""
    if answer.has_front_matter or answer.card is None:
        return False, None
    card = answer.card
    if card.size > MAX_TEXT_BYTES:
        return False, f"README.md has {card.size:,} bytes and was not read"
    if not card.blob_id:
        return False, "README.md was not read: the listing does not say which bytes it has"
    content = hub.fetch_text(
        folder,
        answer.facts.repo,
        answer.facts.revision or "main",
        card.path,
        card.blob_id,
        card.size,
    )
    if isinstance(content, bytes):
        return content.lstrip(b"\xef\xbb\xbf").startswith(b"---"), None
    return (
        False,
        f"README.md could not be read: {UNREAD_REASONS.get(content.reason, content.reason)}",
    )
