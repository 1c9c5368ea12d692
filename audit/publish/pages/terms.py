"""License expressions for people: a license's name instead of its key, and a link to its page."""

import re
from functools import lru_cache

from audit.core.escape import escape_markdown
from audit.core.markdown import format_markdown_link
from audit.licenses.expression import NO_LICENSE
from audit.records.registry import Registry

_LICENSE_ID = re.compile(r"[A-Za-z0-9.+-]+")
_LICENSE_REF = re.compile(r"LicenseRef-[A-Za-z0-9.+-]*[A-Za-z0-9]")


@lru_cache(maxsize=4096)
def find_license_name(id: str, registry: Registry) -> str:
    """The SPDX id, else the license's own name, with its version where two share a name."""
    license = registry.licenses.get(id)
    if license is None or not id.startswith("LicenseRef-"):
        return id
    name = license.name.removesuffix(" Agreement")
    if license.version and _is_name_shared(license.name, registry):
        return f"{name} {license.version}"
    return name


def _is_name_shared(name: str, registry: Registry) -> bool:
    return sum(license.name == name for license in registry.licenses.values()) > 1


def find_expression_name(expression: str, registry: Registry) -> str:
    """An expression with names for ids, as plain text; `NONE` in words."""
    if expression == NO_LICENSE:
        return "no license"
    return _LICENSE_ID.sub(lambda found: find_license_name(found[0], registry), expression)


def format_terms(expression: str | None, registry: Registry) -> str:
    """An expression with names for ids, as inert text."""
    if expression is None or expression == NO_LICENSE:
        return "unknown" if expression is None else "no license"
    return _LICENSE_ID.sub(
        lambda found: escape_markdown(find_license_name(found[0], registry)), expression
    )


def format_terms_links(expression: str | None, registry: Registry, up: str) -> str:
    """An expression with each license linked to its page.

    `up` leads from the page to the registry.
    """
    if expression is None or expression == NO_LICENSE:
        return format_terms(expression, registry)
    return _LICENSE_ID.sub(lambda found: _link_license(found[0], registry, up), expression)


def _link_license(id: str, registry: Registry, up: str) -> str:
    if id not in registry.licenses:
        return escape_markdown(id)
    return format_markdown_link(find_license_name(id, registry), f"{up}licenses/{id}.md")


def replace_license_keys(words: str, registry: Registry) -> str:
    """A sentence that names licenses by their key, with their names instead."""
    return _LICENSE_REF.sub(lambda found: find_license_name(found[0], registry), words)
