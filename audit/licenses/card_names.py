"""Whether two entries of a card name one thing: keys, names of licenses, and links to their texts."""

import re
from urllib.parse import unquote, urlsplit

_REPOSITORY_FILE = re.compile(
    r"/(?P<repo>(?:datasets/)?[^/]+/[^/]+)/(?:blob|raw|resolve)/(?P<ref>[^/]+)/(?P<path>.+)"
)
_RAW_FILE = re.compile(r"/(?P<repo>[^/]+/[^/]+)/(?:refs/heads/)?(?P<ref>[^/]+)/(?P<path>.+)")
_RAW_HOST = "raw.githubusercontent.com"
_ONE_HOST = {_RAW_HOST: "github.com", "hf.co": "huggingface.co"}
_MAIN_BRANCHES = frozenset({"main", "master", "HEAD"})
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
    host = parts.netloc.lower().removeprefix("www.")
    match = (_RAW_FILE if host == _RAW_HOST else _REPOSITORY_FILE).fullmatch(parts.path)
    if match and match["repo"].removeprefix("datasets/").lower() in map(str.lower, repos):
        return unquote(match["path"])
    if match:
        return _fold_file(_ONE_HOST.get(host, host), match)
    query = f"?{parts.query}" if parts.query else ""
    return f"{host}{parts.path.rstrip('/')}{query}"


def _fold_file(host: str, match: re.Match[str]) -> str:
    """A file of another repository: to read it or to download it, on the main branch as it is called."""
    ref = "main" if match["ref"] in _MAIN_BRANCHES else match["ref"]
    return f"{host}/{match['repo'].lower()}/{ref}/{unquote(match['path'])}"
