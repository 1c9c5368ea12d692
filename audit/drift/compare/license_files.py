"""What is a license file? By the texts that the registry knows, or by reading what was kept."""

from functools import lru_cache

from audit.licenses.text.diff import TextChange, describe_text_change
from audit.licenses.text.identify import Identification, identify_license_text
from audit.licenses.text.known_texts import IndexedText, index_known_texts
from audit.observations.facts import LicenseFile
from audit.records.registry import Registry

MAX_CACHED_TEXTS = 512
_SHOWN_DIGEST_LENGTH = 12
TEXTS_NOT_KEPT = "the passages cannot be shown: not both texts were kept"


def find_file_license(file: LicenseFile, registry: Registry) -> str | None:
    """The license that a file is, word for word; a policy or a pointer is none."""
    source = find_text_source(file, registry)
    if source:
        return source.license if source.text.kind == "license" else None
    spdx = file.spdx
    if spdx not in registry.licenses:
        return None
    known = index_known_texts(registry)
    is_whole = file.is_word_for_word or known.has_body_length(spdx, file.body_words)
    return spdx if is_whole else None


def find_listed_license(file: LicenseFile) -> str | None:
    """The SPDX id of a wording of the list, whether or not the registry has a record of it."""
    return file.spdx if file.is_word_for_word else None


def find_text_source(file: LicenseFile, registry: Registry) -> IndexedText | None:
    """The text of the registry that a file is."""
    return index_known_texts(registry).find_by_digest(
        file.sha256, file.blob_id, file.normalized, file.body
    )


def has_same_words(old: LicenseFile, new: LicenseFile) -> bool:
    """The same words in another form, by one and the same normalizer."""
    if old.normalized is None:
        return False
    return (old.normalized, old.normalizer) == (new.normalized, new.normalizer)


def name_license_file(file: LicenseFile, registry: Registry) -> str:
    """A text as people call it: by license, as the policy of one, or by the start of its digest."""
    name = find_file_license(file, registry) or find_listed_license(file)
    if name:
        return name
    source = find_text_source(file, registry)
    if source:
        return f"{source.text.kind} of {source.license}"
    return f"text {(file.sha256 or file.blob_id)[:_SHOWN_DIGEST_LENGTH]}"


@lru_cache(maxsize=MAX_CACHED_TEXTS)
def compare_contents(before: bytes, after: bytes) -> TextChange:
    """What changed between two texts.

    Many repositories change the same text for the same other one.
    """
    return describe_text_change(before, after)


@lru_cache(maxsize=MAX_CACHED_TEXTS)
def identify_content(content: bytes, registry: Registry) -> Identification:
    """What a text is. Many repositories hold the same one."""
    return identify_license_text(content, registry)
