"""Digests that tell whether something is still what it was, within one machine's files."""

import hashlib
from collections.abc import Mapping


def digest_text(text: str) -> bytes:
    """Sixteen bytes for a text."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def digest_files(digests: Mapping[str, bytes]) -> str:
    """One digest for files by their names; empty where that of one is not known."""
    whole = hashlib.blake2b(digest_size=32)
    for name, digest in sorted(digests.items()):
        if not digest:
            return ""
        whole.update(f"{name}\0".encode("utf-8", "surrogatepass"))
        whole.update(digest)
    return whole.hexdigest()
