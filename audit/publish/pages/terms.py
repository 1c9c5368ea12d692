"""License expressions for people: a license's name instead of its key, and a link to its page."""

import re
from functools import lru_cache

from audit.core.markdown import link, text
from audit.licenses.expression import NO_LICENSE
from audit.records.model import Registry

_ID = re.compile(r"[A-Za-z0-9.+-]+")
_KEY = re.compile(r"LicenseRef-[A-Za-z0-9.+-]*[A-Za-z0-9]")


@lru_cache(maxsize=4096)
def license_name(id: str, registry: Registry) -> str:
    """The SPDX id where there is one, else the name that the license gives itself, with its version where two share a name."""
    license = registry.licenses.get(id)
    if license is None or not id.startswith("LicenseRef-"):
        return id
    name = license.name.removesuffix(" Agreement")
    shared = sum(other.name == license.name for other in registry.licenses.values()) > 1
    return f"{name} {license.version}" if shared and license.version else name


def terms_words(expression: str | None, registry: Registry) -> str:
    """An expression with names for ids, as inert text."""
    if expression is None or expression == NO_LICENSE:
        return "unknown" if expression is None else "no license"
    return _ID.sub(lambda found: text(license_name(found[0], registry)), expression)


def terms_links(expression: str | None, registry: Registry, up: str) -> str:
    """An expression with each license linked to its page; `up` leads from the page to the registry."""
    if expression is None or expression == NO_LICENSE:
        return terms_words(expression, registry)
    return _ID.sub(lambda found: _linked(found[0], registry, up), expression)


def _linked(id: str, registry: Registry, up: str) -> str:
    return link(license_name(id, registry), f"{up}licenses/{id}.md") if id in registry.licenses else text(id)


def with_names(words: str, registry: Registry) -> str:
    """A sentence that names licenses by their key, with their names instead."""
    return _KEY.sub(lambda found: license_name(found[0], registry), words)
