"""How long a question may take, answer included.

A server that keeps sending cannot stretch it: every step counts.

A timeout bounds one step of a connection, so that one byte a second, or `100 Continue` again and
again, goes on for ever. Here each step gets what is left of its question and of the run. Steps are
all that a connection waits in, so that the last one ends when the time does. Only looking a name up
is left to the system's resolver, which has limits of its own.
"""

import math
import socket
import ssl
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from audit.sources.failures import TooSlow
from audit.sources.public_hosts import check_address
from audit.sources.request_log import BudgetReached

ITEM_SECONDS = 60.0
"""For one question, its redirects and repeats included.

What is waited for a rate limit is not counted.
"""
Source = tuple[str, int] | None
Options = Iterable[tuple[Any, ...]] | None
"""For `setsockopt`."""


@dataclass
class _Item:
    """What the present thread is asking."""

    seconds: float
    run_left: Callable[[], float]
    end: float
    heard: bool = False
    """Whether anything came. Silence has a name of its own, `timeout`."""

    def left(self) -> float:
        """Seconds, more than none. Raises BudgetReached, TooSlow, TimeoutError."""
        of_run = self.run_left()
        if of_run <= 0:
            raise BudgetReached("the run's time ended in the middle of a request")
        own = self.end - time.monotonic()
        if own <= 0 and not self.heard:
            raise TimeoutError(f"nothing in {self.seconds:g} seconds")
        if own <= 0:
            raise TooSlow(f"no whole answer in {self.seconds:g} seconds")
        return min(own, of_run)


_item: ContextVar[_Item | None] = ContextVar("item", default=None)


@contextmanager
def within(seconds: float, run_left: Callable[[], float] = lambda: math.inf) -> Iterator[None]:
    """Give what is asked in this block so many seconds.

    It gets no more than `run_left` says that the run has.
    """
    token = _item.set(_Item(seconds, run_left, time.monotonic() + seconds))
    try:
        yield
    finally:
        _item.reset(token)


@contextmanager
def not_counted() -> Iterator[None]:
    """A wait of ours that is no server's fault."""
    began = time.monotonic()
    try:
        yield
    finally:
        if item := _item.get():
            item.end += time.monotonic() - began


def begin_again() -> None:
    """The next page of a list is a question of its own."""
    if item := _item.get():
        item.end = time.monotonic() + item.seconds


@contextmanager
def bounded(timeout: float | None, *, reading: bool = False) -> Iterator[float | None]:
    """Seconds that the step in this block may take.

    Where none are left, or the step took them: TooSlow, BudgetReached, or TimeoutError after
    silence.
    """
    item = _item.get()
    if item is None:
        yield timeout
        return
    left = item.left()
    try:
        yield left if timeout is None else min(timeout, left)
    except TimeoutError:
        item.left()
        raise
    item.heard = item.heard or reading


def connect(
    host: str, port: int, timeout: float | None, source: Source = None, options: Options = None
) -> socket.socket:
    """A connection to the first address of a host that answers.

    Raises OSError, TimeoutError among them, TooSlow, BudgetReached, PrivateHostError.
    """
    failure = OSError(f"{host} has no address")
    for family, kind, protocol, _, address in socket.getaddrinfo(
        host.strip("[]"), port, type=socket.SOCK_STREAM
    ):
        check_address(host, str(address[0]))
        try:
            return _connect_socket(
                socket.socket(family, kind, protocol), address, timeout, source, options
            )
        except OSError as error:
            failure = error
    raise failure


def _connect_socket(
    made: socket.socket, address: Any, timeout: float | None, source: Source, options: Options
) -> socket.socket:
    try:
        for option in options or ():
            made.setsockopt(*option)
        if source:
            made.bind(source)
        with bounded(timeout) as seconds:
            made.settimeout(seconds)
            made.connect(address)
    except BaseException:
        made.close()
        raise
    return made


class BoundedSocket(socket.socket):
    """A socket for code that sets one timeout and then reads and writes as often as it likes."""

    _asked: float | None = None
    """The timeout that was set from outside."""

    @classmethod
    def over(cls, plain: socket.socket) -> "BoundedSocket":
        """Take over a connection."""
        asked = plain.gettimeout()
        taken = cls(fileno=plain.detach())
        taken.settimeout(asked)
        return taken

    def settimeout(self, value: float | None) -> None:
        """For each step; what is left of the question may be less."""
        self._asked = value
        super().settimeout(value)

    @contextmanager
    def _step(self, *, reading: bool = False) -> Iterator[None]:
        with bounded(self._asked, reading=reading) as seconds:
            super().settimeout(seconds)
            yield

    def recv(self, *arguments: Any, **options: Any) -> bytes:
        """As of socket. Raises TooSlow, BudgetReached."""
        with self._step(reading=True):
            return super().recv(*arguments, **options)

    def recv_into(self, *arguments: Any, **options: Any) -> int:
        """As of socket. Raises TooSlow, BudgetReached."""
        with self._step(reading=True):
            return super().recv_into(*arguments, **options)

    def send(self, *arguments: Any, **options: Any) -> int:
        """As of socket. Raises TooSlow, BudgetReached."""
        with self._step():
            return super().send(*arguments, **options)

    def sendall(self, *arguments: Any, **options: Any) -> None:
        """As of socket: its timeout is for all of it. Raises TooSlow, BudgetReached."""
        with self._step():
            super().sendall(*arguments, **options)


class BoundedTlsSocket(BoundedSocket, ssl.SSLSocket):
    """The same above TLS; for `SSLContext.sslsocket_class`."""

    def do_handshake(self, block: bool = False) -> None:
        """As of SSLSocket: its timeout is for all of it. Raises TooSlow, BudgetReached."""
        with self._step():
            super().do_handshake(block)
