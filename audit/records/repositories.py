"""The repository that an address lies in, on a host whose addresses show it."""

from urllib.parse import urlsplit

_HOSTS = {"github.com": "github.com", "huggingface.co": "huggingface.co"}
_OTHER_KINDS = frozenset({"datasets", "spaces", "papers", "collections", "blog", "docs"})
"""First part of an address on the Hub that is no model's owner."""


def parse_repository(url: str | None) -> str | None:
    """`host/owner/name` in lower case; None for an address outside of a repository."""
    if not url:
        return None
    parts = urlsplit(url)
    host = _HOSTS.get((parts.hostname or "").lower())
    names = [name for name in parts.path.lower().split("/") if name]
    if host is None or len(names) < 2 or names[0] in _OTHER_KINDS:
        return None
    return f"{host}/{names[0]}/{names[1].removesuffix('.git')}"
