"""A digest posted to a URL that a user configured, signed as Standard Webhooks demand.

The specification: github.com/standard-webhooks. Neither the URL nor the key may appear in what is
shown: the path of a URL is often a secret of its own.
"""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import requests
from standardwebhooks import Webhook

from audit.publish.issues.types import compute_short_digest
from audit.publish.webhook_endpoint import WebhookEndpoint, WebhookError
from audit.sources.bounded_requests import open_bounded_session
from audit.sources.deadline import ITEM_SECONDS, within
from audit.sources.failures import TooSlow
from audit.sources.rate_limits import compute_wait_seconds
from audit.sources.repeats import call_with_retries

MAX_ATTEMPTS = 4
FIRST_PAUSE_SECONDS = 2.0
MAX_WAIT_SECONDS = 60.0
_TRANSIENT_STATUSES = frozenset({408, 425, 429, 500, 502, 503, 504})


class _TransientFailure(Exception):
    """The receiver may take the message a little later."""

    def __init__(self, reason: str, wait_seconds: float | None = None) -> None:
        super().__init__(reason)
        self.wait_seconds = wait_seconds
        """What the receiver demanded; None leaves it to us."""


@dataclass(frozen=True)
class SignedMessage:
    """What goes out."""

    headers: Mapping[str, str]
    body: bytes


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
