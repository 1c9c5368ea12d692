"""What must go to the public internet reaches no other network, by whatever form of an address."""

import socket
from pathlib import Path

import pytest

from audit.core.errors import UsageError
from audit.publish.webhook import SignedMessage, post_message
from audit.publish.webhook_endpoint import (
    WebhookEndpoint,
    WebhookError,
    keep_public,
    require_public_host,
)
from audit.sources.public_hosts import is_public_address
from tests.conftest import ROOT

PRIVATE = (
    *("127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.0.1", "169.254.169.254", "100.64.0.1"),
    *("0.0.0.0", "224.0.0.1", "240.0.0.1", "255.255.255.255", "192.0.0.8", "192.88.99.1"),
    *("::", "::1", "fc00::1", "fe80::1%eth0", "fec0::1", "ff02::1", "100::1", "2001:db8::1"),
    # What a cloud answers from within its own machines, under a number that looks public.
    *("168.63.129.16", "100.100.100.200", "192.0.0.192", "fd00:ec2::254", "fd20:ce::254"),
    # An address of a private network within one of IPv6: mapped, compatible, translated, tunneled.
    *("::ffff:127.0.0.1", "::ffff:0:127.0.0.1", "::127.0.0.1", "64:ff9b::10.0.0.1"),
    *("64:ff9b:1::1", "2002:7f00:1::", "2002:a9fe:a9fe::1", "2001:0:7f00:1::", "3fff::1"),
)
PUBLIC = ("8.8.8.8", "93.184.216.34", "2606:4700:4700::1111", "2a00:1450:4001::1", "2001:4860::1")


@pytest.mark.parametrize("address", PRIVATE)
def test_no_form_of_a_private_address_is_public(address: str):
    """A gateway of the network may lead from each of these to a service that trusts us."""
    assert not is_public_address(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are(address: str):
    """What people use goes through."""
    assert is_public_address(address)


def _answer(*addresses: str):
    """A name server."""
    return lambda *_, **__: [(socket.AF_INET, 1, 6, "", (each, 443)) for each in addresses]


@pytest.mark.parametrize("addresses", [("10.0.0.1",), ("8.8.8.8", "10.0.0.1"), ("2002:a00:1::",)])
def test_one_private_address_of_a_name_is_enough(monkeypatch, addresses):
    """Which of them would be taken is nobody's choice."""
    monkeypatch.setattr(socket, "getaddrinfo", _answer(*addresses))
    with pytest.raises(UsageError, match="--allow-private"):
        require_public_host(WebhookEndpoint("https://hook.example.org/x", b""))


def test_a_name_without_an_address_is_not_public(monkeypatch):
    """All of none would be public."""
    monkeypatch.setattr(socket, "getaddrinfo", _answer())
    with pytest.raises(WebhookError, match="no address"):
        require_public_host(WebhookEndpoint("https://hook.example.org/x", b""))


def test_a_name_that_changes_its_address_between_check_and_post_is_refused(httpserver, monkeypatch):
    """The name server of the host's owner answers twice: what is connected to counts."""
    httpserver.expect_request("/x").respond_with_data("")
    endpoint = WebhookEndpoint(f"http://hook.example.org:{httpserver.port}/x", b"")
    message = SignedMessage({}, b"{}")
    monkeypatch.setattr(socket, "getaddrinfo", _answer("8.8.8.8"))
    require_public_host(endpoint)
    rebound = [(socket.AF_INET, 1, 6, "", ("127.0.0.1", httpserver.port))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: rebound)
    with pytest.raises(UsageError, match="private network"), keep_public(endpoint):
        post_message(endpoint, message)
    assert httpserver.log == []
    assert post_message(endpoint, message) == 200


def test_private_networks_are_told_apart_in_one_place_only():
    """A second rule would know fewer forms of an address."""
    files = [*Path(ROOT, "audit").rglob("*.py")]
    knowing = {path.name for path in files if "is_global" in path.read_text(encoding="utf-8")}
    assert knowing == {"public_hosts.py"}
