"""HTTP on 127.0.0.1 for the servers of the rehearsal: requests in, answers out, faults by the world's weather, and a log."""

import socket
import struct
import threading
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self, cast
from urllib.parse import parse_qsl

from tests.fakes.faults import Fault, FaultHost
from tests.fakes.world import UpstreamWorld

LOGIN_PAGE = b"<!doctype html>\n<html><head><title>Sign in</title></head><body><form>Please sign in.</form></body></html>\n"
"""What a captive portal answers with status 200; a client that trusts it would read a page as facts."""
IDLE_SECONDS = 120.0
"""How long a kept-alive connection may rest before its thread ends."""


@dataclass(frozen=True)
class LoopbackRequest:
    """What a client sent."""

    method: str
    path: str
    """As sent, still percent-encoded."""
    raw_query: str
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes

    @property
    def query(self) -> list[tuple[str, str]]:
        """The query's pairs, decoded, in order."""
        return parse_qsl(self.raw_query, keep_blank_values=True)

    def find_parameter(self, name: str) -> str | None:
        """The first value of a query parameter."""
        return next((value for key, value in self.query if key == name), None)

    @property
    def token(self) -> str | None:
        """The bearer token, as the Hub and GitHub take it."""
        scheme, _, token = self.headers.get("authorization", "").partition(" ")
        return token if scheme.lower() in ("bearer", "token") and token else None


@dataclass(frozen=True)
class LoopbackAnswer:
    """What the server says. The body is left out on the wire when HEAD was asked, its length is not."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    length: int | None = None
    """Content-Length where it is not that of the body: the size of a file whose bytes nobody keeps."""


@dataclass(frozen=True)
class LoggedRequest:
    """One request as it was served."""

    method: str
    path: str
    query: str
    status: int | None
    """None when the weather left it without a status."""


FAULT_ANSWERS: Mapping[Fault | None, LoopbackAnswer] = {
    "503": LoopbackAnswer(
        503, {"Content-Type": "text/plain; charset=utf-8"}, b"Service Unavailable"
    ),
    "html": LoopbackAnswer(200, {"Content-Type": "text/html; charset=utf-8"}, LOGIN_PAGE),
    "422": LoopbackAnswer(
        422,
        {"Content-Type": "application/json; charset=utf-8"},
        b'{"message": "Validation Failed", "errors": []}',
    ),
    "bad-json": LoopbackAnswer(
        200, {"Content-Type": "application/json; charset=utf-8"}, b'{"id": "half of an ans'
    ),
}
"""Answers that come from between the client and the server, which never sees the request."""


class LoopbackServer(ABC):
    """A server of the rehearsal, as a context manager."""

    host: FaultHost
    listener_count = 1
    """How many ports it opens; the second one stands for a storage host of another origin."""

    def __init__(self, world: UpstreamWorld) -> None:
        self.world = world
        self.closing = threading.Event()
        self._log: list[LoggedRequest] = []
        self._log_lock = threading.Lock()
        self._servers: list[_Listener] = []

    @abstractmethod
    def answer_request(self, request: LoopbackRequest) -> LoopbackAnswer:
        """Answer one request in fair weather. Called with the world's lock held."""

    @abstractmethod
    def build_limit_answer(
        self, request: LoopbackRequest, retry_after_seconds: int
    ) -> LoopbackAnswer:
        """The upstream's way to say that the rate limit is reached."""

    @property
    def endpoint(self) -> str:
        """Where it listens, without a slash at the end."""
        return self._build_address(0)

    @property
    def log(self) -> list[LoggedRequest]:
        """The requests served so far, oldest first."""
        with self._log_lock:
            return list(self._log)

    def clear_log(self) -> None:
        """Start the log anew, between two runs."""
        with self._log_lock:
            self._log.clear()

    def record_request(self, request: LoopbackRequest, status: int | None) -> None:
        """Write a request down."""
        with self._log_lock:
            self._log.append(LoggedRequest(request.method, request.path, request.raw_query, status))

    def __enter__(self) -> Self:
        for _ in range(self.listener_count):
            server = _Listener(self)
            self._servers.append(server)
            threading.Thread(
                target=server.serve_forever, args=(0.02,), daemon=True, name=f"loopback-{self.host}"
            ).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        for server in self._servers:
            server.shutdown()
            server.server_close()
            server.drop_connections()

    def _build_address(self, index: int) -> str:
        return f"http://127.0.0.1:{self._servers[index].server_address[1]}"


class _Listener(ThreadingHTTPServer):
    """One port. It knows its open connections, so that none outlives it."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, owner: LoopbackServer) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.owner = owner
        self._open_connections: set[socket.socket] = set()
        self._open_lock = threading.Lock()

    def get_request(self) -> tuple[socket.socket, tuple[str, int]]:
        connection, address = super().get_request()
        with self._open_lock:
            self._open_connections.add(connection)
        return connection, address

    def shutdown_request(self, request: socket.socket | tuple[bytes, socket.socket]) -> None:
        with self._open_lock:
            self._open_connections.discard(cast(socket.socket, request))
        super().shutdown_request(request)

    def handle_error(
        self, request: socket.socket | tuple[bytes, socket.socket], client_address: tuple[str, int]
    ) -> None:
        """Silent: a client that hangs up is part of the rehearsal."""

    def drop_connections(self) -> None:
        """End what is still open; the threads that read from it end too."""
        with self._open_lock:
            for connection in self._open_connections:
                try:
                    connection.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = IDLE_SECONDS
    # Headers and body leave together and at once; otherwise each answer waits 40 ms for an acknowledgment.
    wbufsize = -1
    disable_nagle_algorithm = True

    def log_message(self, format: str, *args: object) -> None:
        """Silent: requests are in the server's own log."""

    def do_GET(self) -> None:
        self._serve_request()

    # The names are those of `http.server`.
    do_HEAD = do_POST = do_PATCH = do_DELETE = do_GET  # noqa: N815

    def _serve_request(self) -> None:
        owner = cast(_Listener, self.server).owner
        request = self._read_request()
        weather = owner.world.fault_injector
        fault = weather.take_fault(owner.host, request.path, request.method)
        if fault in ("unreachable", "reset", "timeout"):
            owner.record_request(request, None)
            self._give_up(fault, owner.closing, weather.hold_seconds)
            return
        if fault == "slow":
            owner.closing.wait(weather.slow_seconds)
        answer = self._choose_answer(owner, request, fault)
        if fault == "500-done":
            answer = LoopbackAnswer(
                500,
                {"Content-Type": "application/json; charset=utf-8"},
                b'{"message": "Server Error"}',
            )
        owner.record_request(request, answer.status)
        if fault == "lost":
            self._give_up("reset", owner.closing, weather.hold_seconds)
            return
        self._write_answer(answer, truncated=fault == "truncated")

    def _choose_answer(
        self, owner: LoopbackServer, request: LoopbackRequest, fault: Fault | None
    ) -> LoopbackAnswer:
        if fault == "429" or fault == "403-limit":
            answer = owner.build_limit_answer(
                request, owner.world.fault_injector.retry_after_seconds
            )
            return replace(answer, status=int(fault[:3]))
        if fault in FAULT_ANSWERS:
            return FAULT_ANSWERS[fault]
        with owner.world.lock:
            return owner.answer_request(request)

    def _read_request(self) -> LoopbackRequest:
        path, _, query = self.path.partition("?")
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        return LoopbackRequest(
            self.command,
            path,
            query,
            {name.lower(): value for name, value in self.headers.items()},
            body,
        )

    def _give_up(self, fault: Fault | None, closing: threading.Event, hold_seconds: float) -> None:
        self.close_connection = True
        if fault == "timeout":
            closing.wait(hold_seconds)
        if fault == "reset":
            # Lingering for zero seconds makes the kernel answer with RST in place of an orderly end.
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()

    def _write_answer(self, answer: LoopbackAnswer, *, truncated: bool) -> None:
        self.send_response_only(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header(
            "Content-Length", str(len(answer.body) if answer.length is None else answer.length)
        )
        self.end_headers()
        if self.command == "HEAD":
            return
        if truncated or (answer.length is not None and answer.length != len(answer.body)):
            self.close_connection = True
        self.wfile.write(answer.body[: len(answer.body) // 2] if truncated else answer.body)
