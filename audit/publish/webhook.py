"""A digest posted to a URL that a user configured, signed as Standard Webhooks demand.

The specification: github.com/standard-webhooks. Neither the URL nor the key may appear in what is
shown: the path of a URL is often a secret of its own.
"""

import base64
import binascii
import ipaddress
import json
import re
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import SplitResult, urlsplit

import requests
from standardwebhooks import Webhook

from audit.core.errors import RegistryError, UsageError
from audit.publish.issues.types import compute_short_digest
from audit.sources.bounded_requests import open_bounded_session
from audit.sources.deadline import ITEM_SECONDS, within
from audit.sources.failures import TooSlow
from audit.sources.rate_limits import compute_wait_seconds
from audit.sources.repeats import call_with_retries

SECRET_PREFIX = "whsec_"
MIN_KEY_BYTES = 24
"""What the specification asks for at least."""
OWN_HOSTS = frozenset({"127.0.0.1", "localhost"})
MAX_ATTEMPTS = 4
FIRST_PAUSE_SECONDS = 2.0
MAX_WAIT_SECONDS = 60.0
_TRANSIENT_STATUSES = frozenset({408, 425, 429, 500, 502, 503, 504})
_MAKE_SECRET = f"make one with: echo {SECRET_PREFIX}$(openssl rand -base64 32)"


class WebhookError(RegistryError):
    """The receiver did not take the message; sent again, it has the same id."""

    exit_status = 3


class _TransientFailure(Exception):
    """The receiver may take the message a little later."""

    def __init__(self, reason: str, wait_seconds: float | None = None) -> None:
        super().__init__(reason)
        self.wait_seconds = wait_seconds
        """What the receiver demanded; None leaves it to us."""


@dataclass(frozen=True)
class WebhookEndpoint:
    """Where to post and with which key."""

    url: str
    key: bytes

    @property
    def host(self) -> str:
        """What may be shown."""
        return str(urlsplit(self.url).hostname)

    def __repr__(self) -> str:
        return f"Endpoint({self.host})"


@dataclass(frozen=True)
class SignedMessage:
    """What goes out."""

    headers: Mapping[str, str]
    body: bytes


def parse_webhook_endpoint(
    url: str | None, secret: str | None, *, allow_private: bool = False
) -> WebhookEndpoint:
    """Check what a user configured. Raises UsageError, without repeating either value.

    `allow_private`: whether a receiver on this machine may be tried over http.
    """
    return WebhookEndpoint(_require_url(url or "", allow_private), _decode_secret(secret or ""))


def _require_url(url: str, allow_private: bool) -> str:
    try:
        parts = urlsplit(url)
        has_port = parts.port != 0
    except ValueError as error:
        raise UsageError(
            "the webhook's address is malformed; set WEBHOOK_URL to an https address"
        ) from error
    fault = _find_fault(url, parts, allow_private=allow_private)
    if fault is None and has_port:
        return url
    raise UsageError(f"the webhook's address {fault or 'has the port 0'}; set WEBHOOK_URL")


def _find_fault(url: str, parts: SplitResult, *, allow_private: bool) -> str | None:
    """Which rule an address breaks, without a word of it."""
    if not url:
        return "is not set"
    if "@" in parts.netloc:
        return "holds a name or password"
    if parts.fragment or not re.fullmatch(r"[\x21-\x7e]+", url):
        return "holds a fragment, a space or a letter that no address has"
    if not parts.hostname:
        return "names no host"
    if parts.scheme == "https" or (allow_private and _is_own_machine(parts)):
        return None
    return (
        "must begin with https://; http is taken with --allow-private for 127.0.0.1 and localhost"
    )


def _is_own_machine(parts: SplitResult) -> bool:
    """Whether a message would not leave the machine, so that http shows it to nobody."""
    return parts.scheme == "http" and parts.hostname in OWN_HOSTS


def require_public_host(endpoint: WebhookEndpoint) -> None:
    """Raises UsageError for a host of the own machine or of a private network.

    A scheduled job stands where other services trust it. Looked up once, before the first try.
    """
    try:
        found = socket.getaddrinfo(endpoint.host, None, proto=socket.IPPROTO_TCP)
    except (OSError, UnicodeError):
        raise WebhookError(f"{endpoint.host} is not found; check WEBHOOK_URL") from None
    # An address of the link has its zone behind a percent sign.
    addresses = [ipaddress.ip_address(str(row[4][0]).partition("%")[0]) for row in found]
    if not all(address.is_global and not address.is_multicast for address in addresses):
        raise UsageError(
            f"{endpoint.host} lies in a private network; "
            "if that is meant, post with --allow-private"
        )


def _decode_secret(secret: str) -> bytes:
    if not secret.startswith(SECRET_PREFIX):
        raise UsageError(
            f"WEBHOOK_SECRET must be {SECRET_PREFIX} and a key in base64; {_MAKE_SECRET}"
        )
    try:
        key = base64.b64decode(secret.removeprefix(SECRET_PREFIX), validate=True)
    except binascii.Error:
        raise UsageError(
            f"WEBHOOK_SECRET is not base64 after {SECRET_PREFIX}; {_MAKE_SECRET}"
        ) from None
    if len(key) < MIN_KEY_BYTES:
        raise UsageError(
            f"WEBHOOK_SECRET holds {len(key)} bytes; the receiver can trust {MIN_KEY_BYTES} or more"
        )
    return key


def sign_message(document: Mapping[str, Any], key: bytes, seconds: int) -> SignedMessage:
    """Sign a document at a time in seconds since 1970.

    The same news has the same id however often it is sent, so that a receiver can drop a repeat.
    """
    body = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    id = _build_message_id(document)
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "open-model-registry",
        "webhook-id": id,
        "webhook-timestamp": str(seconds),
        "webhook-signature": Webhook(key).sign(id, datetime.fromtimestamp(seconds, UTC), body),
    }
    return SignedMessage(headers, body.encode())


def _build_message_id(document: Mapping[str, Any]) -> str:
    events = [item["id"] for item in document["items"]]
    return f"msg_{compute_short_digest(events, document['models'])}"


def post_message(
    endpoint: WebhookEndpoint,
    message: SignedMessage,
    *,
    timeout: float = 20,
    item_seconds: float = ITEM_SECONDS,
) -> int:
    """Post it; the receiver's status of success. No redirect is followed, and no body is read.

    `item_seconds`: for all tries, the waits between them not counted. Raises WebhookError.
    """
    seconds_left = item_seconds

    def post_once() -> int:
        nonlocal seconds_left
        began = time.monotonic()
        try:
            with within(seconds_left):
                return _post_once(session, endpoint, message, timeout)
        finally:
            seconds_left -= time.monotonic() - began

    with open_bounded_session(None) as session:
        try:
            return call_with_retries(post_once, _choose_wait, MAX_ATTEMPTS, FIRST_PAUSE_SECONDS)
        except _TransientFailure as error:
            raise WebhookError(
                f"{endpoint.host} did not take the message after {MAX_ATTEMPTS} tries: {error}; "
                "send it again later"
            ) from None


def _post_once(
    session: requests.Session, endpoint: WebhookEndpoint, message: SignedMessage, timeout: float
) -> int:
    refusal = f"{endpoint.host} did not take the message"
    try:
        answer = session.post(
            endpoint.url,
            data=message.body,
            headers=dict(message.headers),
            timeout=timeout,
            allow_redirects=False,
        )
    except TooSlow as error:
        raise WebhookError(f"{refusal}: {error}; send it again later") from None
    except requests.RequestException as error:
        # The words of the HTTP client name the URL.
        raise _TransientFailure(type(error).__name__) from None
    return _require_success(answer, refusal)


def _require_success(answer: requests.Response, refusal: str) -> int:
    status = answer.status_code
    if 200 <= status < 300:
        return status
    if status not in _TRANSIENT_STATUSES:
        raise WebhookError(f"{refusal}: status {status}; check the address and the receiver")
    wait = compute_wait_seconds(answer.headers, cap=MAX_WAIT_SECONDS) if status == 429 else None
    raise _TransientFailure(f"status {status}", wait)


def _choose_wait(error: Exception) -> bool | float:
    """Whether to try again, and after how many seconds where the receiver says so."""
    if not isinstance(error, _TransientFailure):
        return False
    return True if error.wait_seconds is None else error.wait_seconds
