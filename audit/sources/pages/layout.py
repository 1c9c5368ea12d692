"""From a page to the text of its terms, and to what it says of itself."""

import re
from dataclasses import dataclass

import requests
from inscriptis import Inscriptis
from lxml.etree import LxmlError
from lxml.html import HTMLParser, document_fromstring

from audit.core.surrogates import without_lone_escapes
from audit.licenses.text.page_terms import extract_terms
from audit.sources.failures import UndocumentedAnswer, WrongContent

PLAIN_TYPES = frozenset({"text/plain", "text/markdown"})
PAGE_TYPES = frozenset({"text/html", "application/xhtml+xml"})
_LANGUAGE = re.compile(r"<html[^>]{0,1000}?\blang=[\"']?([A-Za-z]{2,3})", re.IGNORECASE)
HIDDEN_PARTS = "//nav|//header|//footer|//aside|//dialog|//script|//style|//noscript|//template"
"""Parts that by their names are no content; what is nested in them goes with them."""


@dataclass(frozen=True)
class LaidOutPage:
    """What a page says."""

    terms: bytes
    whole: bytes
    """All that was laid out, with headings and what stands around the terms."""
    language: str | None


def lay_out_page(response: requests.Response) -> LaidOutPage:
    """The terms of a page. Raises WrongContent where it has none, UndocumentedAnswer."""
    kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind not in PLAIN_TYPES | PAGE_TYPES:
        raise WrongContent(f"{kind or 'no type'} is no page")
    source = _decode(response)
    whole = source if kind in PLAIN_TYPES else _lay_out(source)
    terms = extract_terms(whole)
    if not terms:
        raise WrongContent("no terms on the page")
    language = _LANGUAGE.search(source) if kind in PAGE_TYPES else None
    return LaidOutPage(terms.encode(), whole.encode(), language[1].lower() if language else None)


def _decode(response: requests.Response) -> str:
    encoding = response.encoding if "charset" in response.headers["Content-Type"] else "utf-8"
    try:
        return without_lone_escapes(response.content.decode(encoding or "utf-8", "replace"))
    except LookupError as error:
        raise UndocumentedAnswer("an encoding that nobody knows") from error


def _lay_out(source: str) -> str:
    try:
        tree = document_fromstring(source.encode(), parser=HTMLParser(encoding="utf-8"))
        for part in tree.xpath(HIDDEN_PARTS):
            part.drop_tree()
        return str(Inscriptis(tree).get_text())
    except (LxmlError, RecursionError, ValueError, AssertionError) as error:
        raise WrongContent("a page that cannot be laid out") from error
