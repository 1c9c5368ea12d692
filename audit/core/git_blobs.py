"""Names that git gives to the bytes of files, by which hosts list them."""

import hashlib


def compute_blob_id(content: bytes) -> str:
    """The name that git gives to a file's bytes."""
    header = b"blob %d\0" % len(content)
    return hashlib.sha1(header + content, usedforsecurity=False).hexdigest()
