"""Addresses of components on a host that the audit watches, where they name nothing to watch."""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import chain
from urllib.parse import urlsplit

from audit.analysis.contradiction_rows import ContradictionRow
from audit.drift.searched_places import find_searched_target, parse_github_repository
from audit.records.component import CODE_COMPONENTS
from audit.records.model import Family, Model
from audit.records.registry import Registry

_GITHUB_HOSTS = frozenset(
    {
        "github.com",
        "www.github.com",
        "api.github.com",
        "codeload.github.com",
        "raw.githubusercontent.com",
    }
)
"""GitHub's repositories under any of its names; snippets and sites of projects are elsewhere."""
_HUB_HOSTS = frozenset({"huggingface.co", "www.huggingface.co", "hf.co"})
_PUBLISHED = ("released", "partial")
"""States of what is watched: of anything else an address says only where to look."""
_GITHUB_FIX = "write https://github.com/OWNER/NAME, or the place below it"
_HUB_FIX = "write https://huggingface.co/OWNER/NAME, or the place below it"
_SPACE_PARTS = 3
"""`spaces/OWNER/NAME`: its files can be cloned, and no run asks for them."""


def find_unwatched_addresses(registry: Registry) -> Iterator[ContradictionRow]:
    """Each address that reads as a repository's and is none.

    A run would ask for nothing there, and nobody would hear that the component is gone.
    """
    records: Iterable[Model | Family] = chain(registry.models.values(), registry.families.values())
    for record in records:
        own = record.ref
        for part in record.components.values():
            if part.url and part.origin == own and part.status in _PUBLISHED:
                mistake = _find_mistake(part.url, part.name in CODE_COMPONENTS)
                if mistake:
                    yield own, f"$.components.{part.name}.url", *mistake


@lru_cache(maxsize=1 << 14)
def _find_mistake(url: str, is_code: bool) -> tuple[str, str] | None:
    """What is wrong with an address of a component, and what to do; None where nothing is."""
    if not is_code and "github" not in url.lower():
        return None
    host = (urlsplit(url).hostname or "").rstrip(".")
    if host in _GITHUB_HOSTS and parse_github_repository(url) is None:
        return _describe(url, "GitHub"), _GITHUB_FIX
    # Cards and lists of results may stand on any page of the Hub, code in a repository alone.
    if host in _HUB_HOSTS and is_code and not _is_on_hub(url):
        return _describe(url, "the Hub"), _HUB_FIX
    return None


def _describe(url: str, host: str) -> str:
    return f"{url!r} names no repository on {host}, so that nobody would watch it"


def _is_on_hub(url: str) -> bool:
    """Whether an address lies in a repository: of a model, of a dataset, or of a Space."""
    names = [name for name in urlsplit(url).path.split("/") if name]
    is_space = names[:1] == ["spaces"] and len(names) >= _SPACE_PARTS
    return is_space or find_searched_target(url) is not None
