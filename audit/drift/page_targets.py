"""Which pages of makers are watched: those that license records name as the place of their terms."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from audit.drift.finding import TargetDeclaration
from audit.observations.facts import Target
from audit.observations.page_addresses import build_page_target
from audit.records.license import License
from audit.records.registry import Registry

OWN_TERMS_PREFIX = "LicenseRef-"
"""Licenses that are a maker's own; a published standard has a text that does not change."""
UNREAD_SUFFIXES = (".pdf", ".docx")
HUB_HOSTS = ("huggingface.co", "github.com")
"""What lies there is read by other sources."""


def declare_pages(registry: Registry) -> Iterator[tuple[Target, TargetDeclaration]]:
    """Each page with the license whose terms stand there now."""
    for page, licenses in _group_by_page(registry.licenses.values()).items():
        newest = _find_newest(licenses)
        yield page, TargetDeclaration(newest.ref, expected=None, license=newest.id)


def _group_by_page(licenses: Iterable[License]) -> dict[Target, list[License]]:
    by_page: dict[Target, list[License]] = defaultdict(list)
    for license in licenses:
        if page := _find_page(license):
            by_page[page].append(license)
    return by_page


def _find_page(license: License) -> Target | None:
    url = license.url or ""
    if not license.id.startswith(OWN_TERMS_PREFIX) or url.lower().endswith(UNREAD_SUFFIXES):
        return None
    page = build_page_target(url)
    return None if page is None or page.owner in HUB_HOSTS else page


def _find_newest(licenses: list[License]) -> License:
    """The version that a page shows, of those that a maker published there one after another."""
    followed = {license.predecessor for license in licenses}
    latest = [license for license in licenses if license.id not in followed]
    return max(latest or licenses, key=lambda license: (license.effective or "", license.id))
