"""A digest posted to an address that a user configured, signed as Standard Webhooks says (github.com/standard-webhooks)."""

import base64
import binascii
import hashlib
import hmac
import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests

from audit.core.errors import RegistryError, UsageError
from audit.publish.issues.types import compute_short_digest
from audit.sources.bounded_requests import bounded_session
from audit.sources.deadline import ITEM_SECONDS, not_counted, within
from audit.sources.failures import TooSlow
from audit.sources.rate_limits import compute_wait_seconds

SECRET_PREFIX = "whsec_"
MIN_KEY_BYTES = 24
"""What the specification asks for at least."""
MAX_ATTEMPTS = 4
MAX_WAIT_SECONDS = 60.0
_TRANSIENT_STATUSES = frozenset({408, 425, 429, 500, 502, 503, 504})


class WebhookError(RegistryError):
    """The receiver did not take the message; sent again, it has the same id."""

    exit_status = 3


@dataclass(frozen=True)
class WebhookEndpoint:
    """Where to post and with which key. Its address can be a secret of its own, so that only the host is ever shown."""

    url: str
    key: bytes

    @property
    def host(self) -> str:
        """What may be shown."""
        return str(urlsplit(self.url).hostname)

    def __repr__(self) -> str:
        return f"Endpoint({self.host})"


def parse_webhook_endpoint(url: str | None, secret: str | None) -> WebhookEndpoint:
    """Check what a user configured. Raises UsageError, without repeating either value."""
    try:
        parts = urlsplit(url or "")
        port = parts.port or 443
    except ValueError as error:
        raise UsageError(
            "the webhook's address is malformed; set WEBHOOK_URL to an https address"
        ) from error
    if (
        parts.scheme != "https"
        or not parts.hostname
        or "@" in parts.netloc
        or parts.fragment
        or not re.fullmatch(r"[\x21-\x7e]+", url or "")
        or not port
    ):
        raise UsageError(
            "the webhook's address must be an https address without a name or password in it; set WEBHOOK_URL"
        )
    if not (secret or "").startswith(SECRET_PREFIX):
        raise UsageError(
            f"WEBHOOK_SECRET must be {SECRET_PREFIX} and a key in base64; make one with: echo {SECRET_PREFIX}$(openssl rand -base64 32)"
        )
    try:
        key = base64.b64decode(str(secret).removeprefix(SECRET_PREFIX), validate=True)
    except binascii.Error:
        raise UsageError(
            f"WEBHOOK_SECRET is not base64 after {SECRET_PREFIX}; make one with: echo {SECRET_PREFIX}$(openssl rand -base64 32)"
        ) from None
    if len(key) < MIN_KEY_BYTES:
        raise UsageError(
            f"WEBHOOK_SECRET holds {len(key)} bytes; the receiver can trust {MIN_KEY_BYTES} or more"
        )
    return WebhookEndpoint(str(url), key)


@dataclass(frozen=True)
class SignedMessage:
    """What goes out."""

    headers: Mapping[str, str]
    body: bytes


def sign_message(document: Mapping[str, Any], key: bytes, seconds: int) -> SignedMessage:
    """Sign a document. The same news has the same id however often it is sent, so that a receiver can drop a repeat."""
    body = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    id = f"msg_{compute_short_digest([each['id'] for each in document['items']], document['models'])}"
    signature = base64.b64encode(
        hmac.new(key, f"{id}.{seconds}.".encode() + body, hashlib.sha256).digest()
    ).decode()
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "open-model-registry",
        "webhook-id": id,
        "webhook-timestamp": str(seconds),
        "webhook-signature": f"v1,{signature}",
    }
    return SignedMessage(headers, body)


def post_message(
    to: WebhookEndpoint,
    what: SignedMessage,
    *,
    timeout: float = 20,
    item_seconds: float = ITEM_SECONDS,
    sleep: Callable[[float], None] = time.sleep,
) -> int:
    """Post it; the receiver's status of success. No redirect is followed, and nothing is read after the headers.

    `item_seconds`: for all tries, the waits between them not counted. Raises WebhookFailed.
    """
    with bounded_session(None) as session, within(item_seconds):
        for attempt in range(1, MAX_ATTEMPTS + 1):
            try:
                answer = session.post(
                    to.url,
                    data=what.body,
                    headers=dict(what.headers),
                    timeout=timeout,
                    allow_redirects=False,
                )
            except TooSlow as error:
                raise WebhookError(
                    f"{to.host} did not take the message: {error}; send it again later"
                ) from None
            except requests.RequestException as error:
                said, wait = type(error).__name__, 2.0**attempt
            else:
                if 200 <= answer.status_code < 300:
                    return answer.status_code
                said = f"status {answer.status_code}"
                if answer.status_code not in _TRANSIENT_STATUSES:
                    raise WebhookError(
                        f"{to.host} did not take the message: {said}; check the address and the receiver"
                    )
                wait = (
                    compute_wait_seconds(answer.headers, cap=MAX_WAIT_SECONDS)
                    if answer.status_code == 429
                    else 2.0**attempt
                )
            if attempt < MAX_ATTEMPTS:
                with not_counted():
                    sleep(wait)
    raise WebhookError(
        f"{to.host} did not take the message after {MAX_ATTEMPTS} tries: {said}; send it again later"
    )
