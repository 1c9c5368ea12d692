"""The wire below huggingface_hub.

One HTTP client that counts, has timeouts, and speaks to the endpoint alone.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from uuid import uuid4

import httpx2
from huggingface_hub import is_offline_mode, set_client_factory
from huggingface_hub.errors import OfflineModeIsEnabled

from audit.sources.failures import ForeignRedirect, WrongContent
from audit.sources.http import CappedTransport
from audit.sources.rate_limits import (
    RateLimiter,
    RateWindow,
    RequestTicket,
    parse_http_date,
    parse_hub_window,
)
from audit.sources.request_log import RequestCounter

MAX_REDIRECTS = 5
MAX_ANSWER_BYTES = 64 << 20
"""The longest file listings have a few megabytes; a larger answer is not one."""
HUB_BUCKETS = ("hub-api", "hub-resolve")
"""The Hub limits its API and its file addresses apart."""
CONNECT_SECONDS = 10.0
TELEMETRY_PATH = "/api/agent-harnesses"
"""A request that the client sends for its own statistics, before its first call.

It says nothing about a repository.
"""


@dataclass
class ServerClock:
    """What time it is at the upstream."""

    moment: datetime | None = None

    def record_date(self, date: str) -> None:
        """Read the Date of an answer."""
        self.moment = parse_http_date(date) or self.moment


@dataclass(frozen=True)
class HubRequestContext:
    """For whom the requests of the present thread are sent."""

    endpoint: httpx2.URL
    counter: RequestCounter
    rate_limiters: dict[str, RateLimiter]
    server_clock: ServerClock = field(default_factory=ServerClock)

    def is_same_origin(self, url: httpx2.URL) -> bool:
        """Whether an address has the endpoint's origin.

        The token goes nowhere else, whatever a redirect or Link says.
        """
        return (url.scheme, url.host, url.port) == (
            self.endpoint.scheme,
            self.endpoint.host,
            self.endpoint.port,
        )

    def bucket(self, url: httpx2.URL) -> str:
        """The rate-limit bucket of an address; `other` for what holds neither an answer nor a file.

        A mirror may lie below a path.
        """
        return find_hub_bucket(url.path.removeprefix(self.endpoint.path.rstrip("/")))


@dataclass
class _RequestBlock:
    """One block of requests in one thread, one after the other."""

    context: HubRequestContext
    in_flight: tuple[RateLimiter, RequestTicket] | None = None
    """The gate and the ticket of the request under way."""

    def begin_request(self, bucket: str) -> None:
        self.end_request(None)
        if gate := self.context.rate_limiters.get(bucket):
            self.in_flight = gate, gate.acquire_ticket()
        self.context.counter.count_request(bucket)

    def end_request(self, window: RateWindow | None) -> None:
        """The request is over, answered or not."""
        if self.in_flight:
            gate, ticket = self.in_flight
            self.in_flight = None
            gate.record_answer(ticket, window)


_current_block: ContextVar[_RequestBlock | None] = ContextVar("question", default=None)


@contextmanager
def use_request_context(wire: HubRequestContext) -> Iterator[None]:
    """Send the requests of this block for `wire`."""
    question = _RequestBlock(wire)
    token = _current_block.set(question)
    try:
        yield
    finally:
        question.end_request(None)
        _current_block.reset(token)


def find_hub_bucket(path: str) -> str:
    """The Hub's rate-limit bucket of an address.

    Files behind a redirect count as resolved ones too.
    """
    if "/resolve/" in path or path.startswith("/api/resolve-cache/"):
        return "hub-resolve"
    return "hub-api" if path.startswith("/api/") else "other"


def install_client(timeout: float) -> None:
    """Make huggingface_hub use our client.

    `timeout` in seconds for each read; its own client would wait for ever.
    """
    set_client_factory(partial(_build_client, timeout))


def _build_client(timeout: float) -> httpx2.Client:
    return httpx2.Client(
        event_hooks={
            "request": [_refuse_offline_request, _prepare_request],
            "response": [_record_response],
        },
        transport=CappedTransport(MAX_ANSWER_BYTES),
        follow_redirects=True,
        max_redirects=MAX_REDIRECTS,
        timeout=httpx2.Timeout(timeout, connect=min(timeout, CONNECT_SECONDS)),
    )


def _refuse_offline_request(request: httpx2.Request) -> None:
    """The library's own client has these two as well.

    No request in offline mode, and an id for the Hub's support.
    """
    if is_offline_mode():
        raise OfflineModeIsEnabled(f"HF_HUB_OFFLINE forbids a request to {request.url.host}")
    request.headers.setdefault("X-Amzn-Trace-Id", str(uuid4()))


def _prepare_request(request: httpx2.Request) -> None:
    """Runs for every hop of every request."""
    question = _current_block.get()
    if question is not None:
        question.begin_request(_require_bucket(request.url, question.context))


def _require_bucket(url: httpx2.URL, context: HubRequestContext) -> str:
    """The rate-limit bucket of an address of the interface; raises what refuses any other."""
    if not context.is_same_origin(url):
        raise ForeignRedirect(f"{url.host} is not the endpoint")
    if url.path == TELEMETRY_PATH:
        raise ForeignRedirect("telemetry is off")
    bucket = context.bucket(url)
    if bucket == "other":
        # Only a redirect leads there: to a login or an error page, or round and round.
        raise WrongContent(f"{url.path} is no address of the Hub's interface")
    return bucket


def _record_response(response: httpx2.Response) -> None:
    question = _current_block.get()
    if question is None:
        return
    question.context.server_clock.record_date(response.headers.get("date", ""))
    # A refusal is waited out by whoever asked; what it tells of the window is for its own wait.
    is_refused = response.status_code == 429
    question.end_request(None if is_refused else parse_hub_window(response.headers))
    _refuse_long_answer(response)


def _refuse_long_answer(response: httpx2.Response) -> None:
    length = response.headers.get("content-length", "")
    if length.isdigit() and int(length) > MAX_ANSWER_BYTES:
        raise httpx2.DecodingError(f"an answer of {length} bytes", request=response.request)
