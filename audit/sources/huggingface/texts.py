"""Small files of the Hub: read up to a cap, and believed only when they are what was listed."""

import hashlib

import httpx2
from huggingface_hub.errors import HfHubHTTPError
from huggingface_hub.utils import (  # type: ignore[attr-defined]  # public, but loaded lazily
    hf_raise_for_status,
)

from audit.sources.failures import TruncatedAnswer, UndocumentedAnswer, WrongContent

MAX_TEXT_BYTES = 1 << 20
"""The longest license has about 100 kB; one MiB is a mistake or an attack."""
SHA256_DIGITS = 64
PAGE_START_BYTES = 1000
"""Where a page of HTML would show that it is one."""


def raise_for_refusal(response: httpx2.Response) -> None:
    """Raises the client's errors for a refusal.

    The client reads its reason from the body, and trips where that has another form.
    """
    try:
        hf_raise_for_status(response)
    except HfHubHTTPError:
        raise
    except (AttributeError, TypeError, KeyError, RecursionError, ValueError) as error:
        raise UndocumentedAnswer(f"the body of a {response.status_code}") from error


def read_body(response: httpx2.Response) -> bytes:
    """The body up to the cap. Raises the client's errors for a refusal, WrongContent for more."""
    body = b""
    for chunk in response.iter_bytes():
        body += chunk
        if len(body) > MAX_TEXT_BYTES:
            raise WrongContent("longer than any license")
    if response.status_code >= 400:
        raise_for_refusal(response)
    return body


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


def compute_blob_id(content: bytes) -> str:
    """The name that git gives to a file's bytes."""
    header = b"blob %d\0" % len(content)
    return hashlib.sha1(header + content, usedforsecurity=False).hexdigest()
