"""Which license texts are known, which are due, and what a fetched one adds. Pure."""

import hashlib
from collections.abc import Iterable
from dataclasses import replace

from audit.normalize import is_text, normalize_text, text_digest
from audit.observations.types import HubFacts, LicenseFile

MAX_BYTES = 1 << 20
"""A larger file is told by its blob id alone."""
MAIN = ("license", "licence", "model_license", "copying")
"""How the main text is called; it is fetched before notices and policies."""


def with_known_texts(facts: HubFacts, previous: HubFacts | None) -> HubFacts:
    """The facts with the digests of unchanged blobs, and with the paths that are to be fetched, most important first."""
    if previous is None:
        return replace(facts, texts_due=_in_order(file for file in facts.license_files if _can_be_fetched(file)))
    known = {file.blob_id: file for file in previous.license_files if file.sha256}
    # Refused before, by a gate: asking again for the same blob would cost a request per run for ever.
    gated_before = bool(previous.gated)
    refused = {file.blob_id for file in previous.license_files if not file.sha256 and file.path not in previous.texts_due}
    files = tuple(
        replace(file, sha256=known[file.blob_id].sha256, normalized=known[file.blob_id].normalized) if file.blob_id in known else file
        for file in facts.license_files
    )
    due = [file for file in files if _can_be_fetched(file) and not (file.blob_id in refused and gated_before == bool(facts.gated))]
    return replace(facts, license_files=files, texts_due=_in_order(due))


def with_text(facts: HubFacts, path: str, content: bytes) -> HubFacts:
    """The facts with the digests of a fetched text, which is no longer due."""
    sha256 = hashlib.sha256(content).hexdigest()
    normalized = text_digest(normalize_text(content)) if is_text(content) else None
    files = tuple(replace(file, sha256=sha256, normalized=normalized) if file.path == path else file for file in facts.license_files)
    return without_due(replace(facts, license_files=files), path)


def without_due(facts: HubFacts, path: str) -> HubFacts:
    """The facts with a text that nobody can fetch: its blob id must do."""
    return replace(facts, texts_due=tuple(each for each in facts.texts_due if each != path))


def _can_be_fetched(file: LicenseFile) -> bool:
    return file.sha256 is None and bool(file.blob_id) and file.size <= MAX_BYTES


def _in_order(files: Iterable[LicenseFile]) -> tuple[str, ...]:
    return tuple(sorted((file.path for file in files), key=lambda path: (not path.lower().startswith(MAIN), path)))
