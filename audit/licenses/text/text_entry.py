"""The entry of a license record that makes a text known: digests and a fingerprint."""

from typing import Any

from audit.core.errors import UsageError
from audit.core.git_blobs import compute_blob_id
from audit.licenses.text.fingerprint import compute_window, encode_fingerprint, select_shingles
from audit.licenses.text.license_text import MAX_READ_BYTES, LicenseText
from audit.licenses.text.normalize import NORMALIZER_VERSION


def build_text_entry(content: bytes) -> dict[str, Any]:
    """The computed part of a `texts` entry. Raises UsageError for what is no license text."""
    text = LicenseText(content)
    _require_license_text(text)
    window = compute_window(len(text.words))
    return {
        "sha256": text.sha256,
        "bytes": len(content),
        "git_blob": compute_blob_id(content),
        "normalizer": NORMALIZER_VERSION,
        "words": len(text.words),
        "words_sha256": text.words_sha256,
        **_build_body_entry(text),
        "window": window,
        "fingerprint": encode_fingerprint(select_shingles(text.words, window)),
    }


def _build_body_entry(text: LicenseText) -> dict[str, Any]:
    # Where there are no notices, the body is the words once more.
    if not text.body or text.body == text.words:
        return {}
    return {"body_sha256": text.body_sha256, "body_words": len(text.body)}


def _require_license_text(text: LicenseText) -> None:
    if not text.is_plain:
        raise UsageError("this is no plain text; convert it to text first")
    if not text.is_whole:
        count = f"this has {len(text.content):,} bytes"
        raise UsageError(f"{count}; a license text has at most {MAX_READ_BYTES:,}")
    if not text.words:
        raise UsageError("there are no words in it")
