"""The wire below huggingface_hub: one HTTP client that counts, has timeouts, and speaks to the endpoint alone."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime

import httpx2
from huggingface_hub import set_client_factory
from huggingface_hub.utils._http import hf_request_event_hook

from audit.sources.failures import ForeignRedirect, WrongContent
from audit.sources.http import CappedTransport
from audit.sources.rate_limits import Gate, Ticket, Window, hub_window, moment_of
from audit.sources.request_log import Bucket, RequestCounter

MAX_REDIRECTS = 5
MAX_ANSWER_BYTES = 64 << 20
"""The longest file listings have a few megabytes; a larger answer is not one."""
CONNECT_SECONDS = 10.0
TELEMETRY_PATH = "/api/agent-harnesses"
"""A request that the client sends for its own statistics, before its first call; it says nothing about a repository."""


@dataclass
class ServerClock:
    """What time it is at the upstream."""

    moment: datetime | None = None

    def note(self, date: str) -> None:
        """Read the Date of an answer."""
        self.moment = moment_of(date) or self.moment


@dataclass(frozen=True)
class Wire:
    """For whom the requests of the present thread are sent."""

    endpoint: httpx2.URL
    counter: RequestCounter
    gates: dict[Bucket, Gate]
    clock: ServerClock = field(default_factory=ServerClock)

    def allows(self, url: httpx2.URL) -> bool:
        """Whether an address has the endpoint's origin. The token goes nowhere else, whatever a redirect or Link says."""
        return (url.scheme, url.host, url.port) == (self.endpoint.scheme, self.endpoint.host, self.endpoint.port)

    def bucket(self, url: httpx2.URL) -> Bucket:
        """The rate-limit bucket of an address; `other` for what holds neither an answer nor a file. A mirror may lie below a path."""
        return bucket_of(url.path.removeprefix(self.endpoint.path.rstrip("/")))


@dataclass
class _Question:
    """One block of requests in one thread, one after the other."""

    wire: Wire
    flying: tuple[Gate, Ticket] | None = None
    """The gate and the ticket of the request under way."""

    def begin(self, bucket: Bucket) -> None:
        self.end(None)
        if gate := self.wire.gates.get(bucket):
            self.flying = gate, gate.take()
        self.wire.counter.count(bucket)

    def end(self, window: Window | None) -> None:
        """The request is over, answered or not."""
        if self.flying:
            gate, ticket = self.flying
            self.flying = None
            gate.answered(ticket, window)


_question: ContextVar[_Question | None] = ContextVar("question", default=None)


@contextmanager
def on(wire: Wire) -> Iterator[None]:
    """Send the requests of this block for `wire`."""
    question = _Question(wire)
    token = _question.set(question)
    try:
        yield
    finally:
        question.end(None)
        _question.reset(token)


def bucket_of(path: str) -> Bucket:
    """The Hub's rate-limit bucket of an address; files behind a redirect count as resolved ones too."""
    if "/resolve/" in path or path.startswith("/api/resolve-cache/"):
        return "hub-resolve"
    return "hub-api" if path.startswith("/api/") else "other"


def install_client(timeout: float) -> None:
    """Make huggingface_hub use our client. `timeout` in seconds for each read; its own client would wait for ever."""

    def make() -> httpx2.Client:
        return httpx2.Client(
            event_hooks={"request": [_hub_hook, _before], "response": [_after]},
            transport=CappedTransport(MAX_ANSWER_BYTES),
            follow_redirects=True,
            max_redirects=MAX_REDIRECTS,
            timeout=httpx2.Timeout(timeout, connect=min(timeout, CONNECT_SECONDS)),
        )

    set_client_factory(make)


def _hub_hook(request: httpx2.Request) -> None:
    hf_request_event_hook(request)


def _before(request: httpx2.Request) -> None:
    """Runs for every hop of every request."""
    question = _question.get()
    if question is None:
        return
    if not question.wire.allows(request.url):
        raise ForeignRedirect(f"{request.url.host} is not the endpoint")
    if request.url.path == TELEMETRY_PATH:
        raise ForeignRedirect("telemetry is off")
    bucket = question.wire.bucket(request.url)
    if bucket == "other":
        # Only a redirect leads there: to a login or an error page, or round and round.
        raise WrongContent(f"{request.url.path} is no address of the Hub's interface")
    question.begin(bucket)


def _after(response: httpx2.Response) -> None:
    question = _question.get()
    if question is None:
        return
    question.wire.clock.note(response.headers.get("date", ""))
    # A refusal is waited out by whoever asked; what it tells of the window is for its own wait.
    question.end(hub_window(response.headers) if response.status_code != 429 else None)
    length = response.headers.get("content-length", "")
    if length.isdigit() and int(length) > MAX_ANSWER_BYTES:
        raise httpx2.DecodingError(f"an answer of {length} bytes", request=response.request)
