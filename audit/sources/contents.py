"""Bytes of a small file, believed only when they are what a listing names."""

import hashlib

from audit.core.git_blobs import compute_blob_id
from audit.sources.failures import TruncatedAnswer, WrongContent

SHA256_DIGITS = 64
PAGE_START_BYTES = 1000
"""Where a page of HTML would show that it is one."""


def verify_content(content: bytes, identity: str, size: int) -> bytes:
    """The bytes when they are the ones that the listing names.

    Raises Truncated or WrongContent: a login page has another digest.
    """
    is_sha256 = len(identity) == SHA256_DIGITS
    digest = hashlib.sha256(content).hexdigest() if is_sha256 else compute_blob_id(content)
    if digest == identity:
        return content
    if len(content) < size and b"<html" not in content[:PAGE_START_BYTES].lower():
        raise TruncatedAnswer(f"{len(content)} of {size} bytes")
    raise WrongContent(f"digest {digest} in place of {identity}")
