"""A server that never stops and never ends: a byte again and again, of a body, of headers, or of answers before the answer."""

import socket
import ssl
import threading
from types import TracebackType
from typing import Literal
from urllib.parse import urlsplit

Manner = Literal["body", "body-of-unknown-length", "headers", "continue"]
MANNERS: tuple[Manner, ...] = ("body", "body-of-unknown-length", "headers", "continue")
PAUSE_SECONDS = 0.02
_BEGINNINGS: dict[Manner, bytes] = {
    "body": b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n\r\n",
    "body-of-unknown-length": b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n",
    "headers": b"HTTP/1.1 200 OK\r\nX-Long: ",
    "continue": b"",
}
_DROPS: dict[Manner, bytes] = {
    "body": b" ",
    "body-of-unknown-length": b"1\r\n \r\n",
    "headers": b"x",
    "continue": b"HTTP/1.1 100 Continue\r\n\r\n",
}


class DripServer:
    """Answers every request in one manner; with `behind`, only those whose path has `word`, and the others as the server there does."""

    def __init__(
        self, manner: Manner, *, behind: str = "", word: str = "", tls: ssl.SSLContext | None = None
    ) -> None:
        self._manner = manner
        self._behind = urlsplit(behind)
        self._word = word
        self._tls = tls
        self._closing = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.requests: list[str] = []
        """Method and path of what was dripped at."""

    @property
    def url(self) -> str:
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self._listener.getsockname()[1]}"

    def __enter__(self) -> "DripServer":
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._closing.set()
        # Without this, a thread that waits in accept would keep the port.
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        while not self._closing.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=[connection], daemon=True).start()

    def _serve(self, plain: socket.socket) -> None:
        try:
            with (
                self._tls.wrap_socket(plain, server_side=True) if self._tls else plain as connection
            ):
                request = connection.recv(65536)
                asked = request.split(b" HTTP/", 1)[0].decode()
                if self._behind.port and self._word not in asked:
                    self._relay(connection, request)
                elif asked:
                    self.requests.append(asked)
                    self._drip(connection)
        except OSError:
            return  # the client has had enough

    def _drip(self, connection: socket.socket) -> None:
        connection.sendall(_BEGINNINGS[self._manner])
        while not self._closing.wait(PAUSE_SECONDS):
            connection.sendall(_DROPS[self._manner])

    def _relay(self, connection: socket.socket, request: bytes) -> None:
        with socket.create_connection((self._behind.hostname, self._behind.port)) as other:
            other.sendall(request.replace(b"\r\n", b"\r\nConnection: close\r\n", 1))
            first = other.recv(65536)
            connection.sendall(first.replace(b"\r\n", b"\r\nConnection: close\r\n", 1))
            while piece := other.recv(65536):
                connection.sendall(piece)
