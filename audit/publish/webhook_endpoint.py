"""Where a message is posted and with which key: checked, and never repeated in what is shown."""

import base64
import binascii
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from audit.core.errors import RegistryError, UsageError
from audit.sources.public_hosts import PrivateHostError, check_address, require_public

SECRET_PREFIX = "whsec_"
MIN_KEY_BYTES = 24
"""What the specification asks for at least."""
OWN_HOSTS = frozenset({"127.0.0.1", "localhost"})
_MAKE_SECRET = f"make one with: echo {SECRET_PREFIX}$(openssl rand -base64 32)"


class WebhookError(RegistryError):
    """The receiver did not take the message; sent again, it has the same id."""

    exit_status = 3


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

    A scheduled job stands where other services trust it. Looked up before the first try, so that
    it is told at once; `keep_public` looks at the address of each connection.
    """
    try:
        found = socket.getaddrinfo(endpoint.host, None, proto=socket.IPPROTO_TCP)
    except (OSError, UnicodeError):
        raise WebhookError(f"{endpoint.host} is not found; check WEBHOOK_URL") from None
    if not found:
        raise WebhookError(f"{endpoint.host} has no address; check WEBHOOK_URL")
    with keep_public(endpoint):
        for row in found:
            check_address(endpoint.host, str(row[4][0]))


@contextmanager
def keep_public(endpoint: WebhookEndpoint) -> Iterator[None]:
    """Let what is posted in this block reach a public address alone.

    Raises UsageError, whatever the name server said a moment before.
    """
    try:
        with require_public(endpoint.host):
            yield
    except PrivateHostError as error:
        raise UsageError(f"{error}; if that is meant, post with --allow-private") from None


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
