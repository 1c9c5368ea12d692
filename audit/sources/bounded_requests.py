"""Connections of requests whose every step counts against the time of its question.

Answers cannot fill the memory either.
"""

import io
import socket
from collections.abc import Iterator
from typing import Any

import requests
import urllib3
from requests.adapters import HTTPAdapter
from requests.exceptions import InvalidProxyURL
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError
from urllib3.util.ssl_ import create_urllib3_context

from audit.sources.deadline import BoundedSocket, BoundedTlsSocket, connect
from audit.sources.http import read_capped_answer

UNBOUNDED_PROXY = (
    "connections through such a proxy cannot be given a deadline; use one with an http address"
)


class BoundedAdapter(HTTPAdapter):
    """For `Session.mount`.

    Repeats are the caller's, and so is `within`, which gives a question its time.
    """

    def __init__(self, limit: int | None) -> None:
        """`limit`: most bytes of an answer's body.

        None for a body that nobody wants and that is not read.
        """
        self._limit = limit
        super().__init__(max_retries=0)

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        """As of HTTPAdapter, with our connections."""
        super().init_poolmanager(*arguments, **options)
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, proxy: str, **options: Any) -> Any:
        """As of HTTPAdapter, with our connections.

        Raises InvalidProxyURL for a proxy that is reached in another way than plain http.
        """
        if not proxy.lower().startswith("http://"):
            raise InvalidProxyURL(UNBOUNDED_PROXY)
        manager = super().proxy_manager_for(proxy, **options)
        manager.pool_classes_by_scheme = _POOLS
        return manager

    def send(
        self, request: requests.PreparedRequest, *arguments: Any, **options: Any
    ) -> requests.Response:
        """The answer with its body read. Raises RequestException, TooSlow, BudgetReached."""
        # What it unpacks to would have to be counted too.
        request.headers["Accept-Encoding"] = "identity"
        response = super().send(request, *arguments, **{**options, "stream": True})
        if self._limit is not None:
            return read_capped_answer(response, self._limit)
        response.close()
        response.raw = io.BytesIO()
        return response


def open_bounded_session(limit: int | None) -> requests.Session:
    """A session with such connections, without the passwords of a user's .netrc.

    They would replace our header.
    """
    session = _Session()
    session.auth = lambda request: request
    for scheme in ("https://", "http://"):
        session.mount(scheme, BoundedAdapter(limit))
    return session


class _Session(requests.Session):
    def resolve_redirects(self, *arguments: Any, **options: Any) -> Iterator[Any]:  # noqa: ARG002
        """Nothing: each caller follows by hand.

        Even then requests would read where a redirect leads, and raise ValueError for no address.
        """
        return iter(())


class _Connection(HTTPConnection):
    def _new_conn(self) -> socket.socket:
        seconds = self.timeout if isinstance(self.timeout, int | float) else None
        try:
            return BoundedSocket.over(
                connect(
                    self._dns_host, self.port, seconds, self.source_address, self.socket_options
                )
            )
        except socket.gaierror as error:
            raise NameResolutionError(self.host, self, error) from error
        except TimeoutError as error:
            raise ConnectTimeoutError(self, f"no connection to {self.host}") from error
        except OSError as error:
            raise NewConnectionError(self, str(error)) from error


class _TlsConnection(_Connection, HTTPSConnection):
    def connect(self) -> None:
        if self.ssl_context is None:
            self.ssl_context = create_urllib3_context()
            self.ssl_context.sslsocket_class = BoundedTlsSocket
        super().connect()


class _Pool(urllib3.HTTPConnectionPool):
    ConnectionCls = _Connection


class _TlsPool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _TlsConnection


_POOLS = {"http": _Pool, "https": _TlsPool}
