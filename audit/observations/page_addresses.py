"""Makers' pages as targets: an address as a name that a file can have, and back."""

import re
from urllib.parse import urlsplit

from audit.observations.facts import WEB, Target

MAX_NAME_CHARACTERS = 200
_PREFIX = "p"
"""A name begins with a letter."""
_ESCAPED = re.compile(r"_([0-9A-F]{2})")


def build_page_target(url: str | None) -> Target | None:
    """The target of a page; None for an address that is not read.

    Read are pages on public hosts by https at the usual port, without a user and without a query.
    """
    if not url:
        return None
    try:
        parts = urlsplit(url)
        has_port = parts.port is not None
    except ValueError:
        return None
    if parts.scheme != "https" or parts.username or has_port or parts.query:
        return None
    host = (parts.hostname or "").lower()
    name = _PREFIX + "".join(map(_escape, parts.path))
    if (
        not re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z][a-z0-9-]+", host)
        or len(name) > MAX_NAME_CHARACTERS
    ):
        return None
    return Target(WEB, "terms", f"{host}/{name}")


def read_page_address(target: Target) -> tuple[str, str]:
    """The host and the path of a page. Raises ValueError for a name that is none."""
    host, _, name = target.repo.partition("/")
    if not name.startswith(_PREFIX):
        raise ValueError(f"{target.repo} is no page")
    return host, _ESCAPED.sub(lambda found: chr(int(found[1], 16)), name.removeprefix(_PREFIX))


def build_page_address(target: Target) -> str:
    """The address that people open."""
    host, path = read_page_address(target)
    return f"https://{host}{path}"


def _escape(character: str) -> str:
    if character.isascii() and (character.isalnum() or character == "."):
        return character
    return "".join(f"_{byte:02X}" for byte in character.encode())
