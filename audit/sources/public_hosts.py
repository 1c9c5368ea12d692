"""Addresses of the public internet, for what is sent where somebody else may have chosen the host.

A scheduled job stands where other services trust it. A name is looked up again when the connection
is made, and the answer may be another one by then: so the address that is used is what counts.
"""

import ipaddress
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from audit.core.errors import UsageError

_GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")
_NOT_PUBLIC = tuple(
    map(
        ipaddress.ip_network,
        (
            # Relays and gateways, behind which an address of a private network can stand.
            *("192.88.99.0/24", "192.0.0.0/24", "2001::/23", "2002::/16"),
            # Examples in texts; Python 3.11 does not know the second.
            *("2001:db8::/32", "3fff::/20"),
            # A public number, and yet Azure answers it from within each machine: the host's services.
            "168.63.129.16/32",
        ),
    )
)
_required: ContextVar[frozenset[str]] = ContextVar("required", default=frozenset())


class PrivateHostError(UsageError):
    """A host that must be public has an address of this machine or of a private network."""


def is_public_address(address: str) -> bool:
    """Whether an address, as a lookup gives it, is one of the public internet."""
    # An address of the link has its zone behind a percent sign.
    found = ipaddress.ip_address(address.partition("%")[0])
    if found.version == 6 and found not in _GLOBAL_UNICAST:
        return False
    is_listed = any(found in network for network in _NOT_PUBLIC if network.version == found.version)
    return found.is_global and not found.is_multicast and not is_listed


@contextmanager
def require_public(host: str) -> Iterator[None]:
    """Let each connection to a host in this block go to a public address alone."""
    token = _required.set(_required.get() | {host})
    try:
        yield
    finally:
        _required.reset(token)


def check_address(host: str, address: str) -> None:
    """Raises PrivateHostError where the host must be public, and this address of it is not."""
    if host.strip("[]") in _required.get() and not is_public_address(address):
        raise PrivateHostError(f"{host} lies in a private network")
