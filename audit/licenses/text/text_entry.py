"""The entry of a license record that makes a text known: digests and a fingerprint, computed from the bytes."""

import hashlib
from typing import Any

from audit.core.errors import UsageError
from audit.licenses.text.fingerprint import compute_window, encode_fingerprint, select_shingles
from audit.licenses.text.identify import MAX_IDENTIFIED_BYTES
from audit.licenses.text.known_texts import compute_words_digest
from audit.licenses.text.normalize import NORMALIZER_VERSION, clean_text, is_text, split_words
from audit.licenses.text.notices import strip_notices


def build_text_entry(content: bytes) -> dict[str, Any]:
    """The computed part of a `texts` entry. Raises UsageError for what is no license text."""
    if not is_text(content):
        raise UsageError("this is no plain text; convert it to text first")
    if len(content) > MAX_IDENTIFIED_BYTES:
        raise UsageError(
            f"this has {len(content):,} bytes; a license text has at most {MAX_IDENTIFIED_BYTES:,}"
        )
    clean = clean_text(content)
    words = split_words(clean)
    if not words:
        raise UsageError("there are no words in it")
    window = compute_window(len(words))
    body = strip_notices(clean)
    entry = {
        "sha256": hashlib.sha256(content).hexdigest(),
        "bytes": len(content),
        "normalizer": NORMALIZER_VERSION,
        "words": len(words),
        "words_sha256": compute_words_digest(words),
        "body_sha256": compute_words_digest(body),
        "body_words": len(body),
        "window": window,
        "fingerprint": encode_fingerprint(select_shingles(words, window)),
    }
    if not body or body == words:
        del entry["body_sha256"], entry["body_words"]
    return entry
