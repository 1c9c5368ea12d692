"""Connections of httpx whose every step counts against the time of its question."""

import selectors
import socket
import ssl
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import httpcore2

from audit.sources.deadline import bounded, connect

NODELAY = (socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


ErrorWords = tuple[type[Exception], type[Exception]]
"""How httpcore calls what came too late, and what broke."""
CONNECT_ERRORS: ErrorWords = (httpcore2.ConnectTimeout, httpcore2.ConnectError)
READ_ERRORS: ErrorWords = (httpcore2.ReadTimeout, httpcore2.ReadError)
WRITE_ERRORS: ErrorWords = (httpcore2.WriteTimeout, httpcore2.WriteError)


class BoundedBackend(httpcore2.NetworkBackend):
    """Opens connections; the pool keeps and shares them."""

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        """Raises httpcore's ConnectTimeout and ConnectError, TooSlow, BudgetReached."""
        source = (local_address, 0) if local_address else None
        with _translate_socket_errors(CONNECT_ERRORS):
            return _Stream(connect(host, port, timeout, source, [NODELAY, *(socket_options or ())]))


class _Stream(httpcore2.NetworkStream):
    """One connection. Which question it works for is known by the thread that reads."""

    def __init__(self, connection: socket.socket) -> None:
        self._socket = connection

    @contextmanager
    def _step(
        self, timeout: float | None, words: ErrorWords, *, reading: bool = False
    ) -> Iterator[None]:
        """One step of the socket, which gets no more than what is left of its question."""
        with _translate_socket_errors(words), bounded(timeout, reading=reading) as seconds:
            self._socket.settimeout(seconds)
            yield

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        with self._step(timeout, READ_ERRORS, reading=True):
            return self._socket.recv(max_bytes)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        left = memoryview(buffer)
        while left:
            with self._step(timeout, WRITE_ERRORS):
                left = left[self._socket.send(left) :]

    def close(self) -> None:
        self._socket.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore2.NetworkStream:
        try:
            # The timeout of a handshake is for all of it.
            with self._step(timeout, CONNECT_ERRORS):
                wrapped = ssl_context.wrap_socket(self._socket, server_hostname=server_hostname)
                return _Stream(wrapped)
        except BaseException:
            self.close()
            raise

    def get_extra_info(self, info: str) -> Any:
        if info == "ssl_object":
            return self._socket if isinstance(self._socket, ssl.SSLSocket) else None
        if info == "is_readable":
            return _is_readable(self._socket)
        return {"socket": self._socket}.get(info)


def _is_readable(connection: socket.socket) -> bool:
    """Whether an idle connection has something to say: then the other end has closed it."""
    if connection.fileno() < 0:
        return True
    with selectors.DefaultSelector() as selector:
        selector.register(connection, selectors.EVENT_READ)
        return bool(selector.select(0))


@contextmanager
def _translate_socket_errors(words: ErrorWords) -> Iterator[None]:
    """Errors of sockets in httpcore's words."""
    late, broken = words
    try:
        yield
    except TimeoutError as error:
        raise late(str(error)) from error
    except OSError as error:
        raise broken(str(error)) from error
