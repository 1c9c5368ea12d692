"""Whether two entries of a card name one thing: keys, names of licenses, and links to their texts."""

import re
from urllib.parse import unquote, urlsplit

_REPOSITORY_FILE = re.compile(
    r"/(?:datasets/)?(?P<repo>[^/]+/[^/]+)/(?:blob|raw|resolve)/[^/]+/(?P<path>.+)"
)
_PUNCTUATION = re.compile(r"[\s_-]+")


def fold_name(name: str | None) -> str | None:
    """A key or a name without letter case, and with one kind of space."""
    return _PUNCTUATION.sub("-", name.strip().lower()) if name else None


def is_same_name(left: str | None, right: str | None) -> bool:
    """Whether two names differ in nothing but how they are written."""
    return fold_name(left) == fold_name(right)


def fold_link(link: str | None, *repos: str) -> str | None:
    """A link as what it leads to: a path in one of these repositories, else a plain address.

    `LICENSE`, `./LICENSE` and the full address of that file are one thing.
    """
    if not link or not link.strip():
        return None
    parts = urlsplit(link.strip())
    if not parts.netloc:
        return unquote(parts.path).removeprefix("./").strip("/")
    match = _REPOSITORY_FILE.fullmatch(parts.path)
    if match and match["repo"].lower() in {repo.lower() for repo in repos}:
        return unquote(match["path"])
    host = parts.netloc.lower().removeprefix("www.")
    query = f"?{parts.query}" if parts.query else ""
    return f"{host}{parts.path.rstrip('/')}{query}"
