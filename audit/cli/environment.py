"""Endpoints and tokens: the only place that reads the environment for them.

The names are the ecosystem's own, so that a mirror or a proxy set up for other tools serves us too.
"""

import os
import re
from urllib.parse import urlsplit

from audit.core.errors import UsageError
from audit.core.hidden import find_hidden_character
from audit.observations.facts import GITHUB, HUGGING_FACE
from audit.runs.collect import Upstreams
from audit.sources.github.repositories import GithubSource
from audit.sources.huggingface.source import HubSource
from audit.sources.registered import REGISTERED_SOURCES, open_sources
from audit.sources.request_log import RequestCounter

MAX_ENDPOINT_CHARACTERS = 2000
MAX_SHOWN_CHARACTERS = 100
"""Of an address that is none."""
MIN_KEY_CHARACTERS = 32
"""Of the key of hidden lines: what 16 random bytes take in hexadecimal digits."""


def read_endpoint(host: str) -> str:
    """Where a host is reached, without a slash at its end.

    Raises UsageError for what is not http.
    """
    registered = REGISTERED_SOURCES[host]
    name = registered.endpoint_variable
    endpoint = (os.environ.get(name) or registered.default_endpoint).rstrip("/")
    # It is stored with what was seen there, and shown; without repeating it here.
    if "@" in endpoint or re.search(r"[?#\s]", endpoint) or find_hidden_character(endpoint):
        raise UsageError(
            f"{name} holds a user, a password, a query or a space; write a plain address"
        )
    if not _is_http_address(endpoint):
        raise UsageError(
            f"{name}={endpoint[:MAX_SHOWN_CHARACTERS]!r} is not an http address; "
            "unset it or write one"
        )
    return endpoint


def _is_http_address(endpoint: str) -> bool:
    """Whether a client can take it: one that is none would fail in the middle of a run."""
    try:
        parts = urlsplit(endpoint)
        host = parts.hostname or ""
        # What fails only where it is asked for is asked for here: no letter beyond ASCII, no label
        # that is too long, and a port.
        _ = host.encode("ascii"), host.encode("idna"), parts.port
    except ValueError:
        return False
    is_http = parts.scheme in ("http", "https") and endpoint.partition(":")[2].startswith("//")
    return is_http and bool(host.strip(".")) and len(endpoint) <= MAX_ENDPOINT_CHARACTERS


def read_token(name: str) -> str | None:
    """A token; None where there is none. Raises UsageError for what no header can carry."""
    token = os.environ.get(name)
    if token and not re.fullmatch(r"[\x21-\x7e]+", token):
        raise UsageError(
            f"{name} holds a space, a line end or another character that no token has; set it again"
        )
    return token or None


def read_marker_key() -> str | None:
    """The key of our issues' hidden lines, None where none is set. Raises UsageError."""
    key = read_token("REGISTRY_MARKER_KEY")
    if key and len(key) < MIN_KEY_CHARACTERS:
        raise UsageError(
            f"REGISTRY_MARKER_KEY has less than {MIN_KEY_CHARACTERS} characters; "
            "make one with: openssl rand -base64 32"
        )
    return key


def open_upstreams(seconds: float | None = None) -> Upstreams:
    """Every registered source, for a run of so many seconds. Raises UsageError."""
    endpoints = {host: read_endpoint(host) for host in REGISTERED_SOURCES}
    tokens = {host: _read_host_token(host) for host in REGISTERED_SOURCES}
    counter = RequestCounter(seconds=seconds)
    return Upstreams(open_sources(endpoints, tokens, counter), counter)


def find_hosts_without_token() -> frozenset[str]:
    """The hosts that a token would make answer more. Raises UsageError for a broken token."""
    return frozenset(
        host
        for host, registered in REGISTERED_SOURCES.items()
        if registered.token_variable and not _read_host_token(host)
    )


def open_hub(counter: RequestCounter | None = None) -> HubSource:
    """The Hub alone. Raises UsageError."""
    token = _read_host_token(HUGGING_FACE)
    return HubSource(read_endpoint(HUGGING_FACE), token, counter or RequestCounter())


def open_github(counter: RequestCounter) -> GithubSource:
    """GitHub alone. Raises UsageError."""
    return GithubSource(read_endpoint(GITHUB), _read_host_token(GITHUB), counter)


def _read_host_token(host: str) -> str | None:
    return read_token(REGISTERED_SOURCES[host].token_variable)
