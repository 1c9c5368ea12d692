"""The text of a license to ship: from where a record says, checked by digest or by its words.

No text is kept in this project. What cannot be had is named by its address.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit

from audit.licenses.text.identify import identify_license_text
from audit.publish.bom.license_words import find_license_url
from audit.records.evidence import Evidence
from audit.records.license import License, TextKind
from audit.records.model import Model
from audit.records.registry import Registry

MAX_PLACES = 4
"""Places that are tried for one text."""
HUB_HOST = "huggingface.co"
RAW_HOSTS = {"github.com": "raw.githubusercontent.com", HUB_HOST: HUB_HOST}
MIN_PIECES = 5
"""Owner, name, the word `blob`, a revision and a path."""
ReadText = Callable[[str], bytes | None]
"""Fetches a file as it is; None where that is not possible."""


@dataclass(frozen=True)
class ShippedText:
    """A text, or the address where a person finds it."""

    license: License
    kind: TextKind
    url: str
    """Where it was fetched, or is to be fetched; empty where no record says so."""
    content: bytes | None = None
    sha256: str = ""

    @property
    def file_name(self) -> str:
        """Within the folder of texts."""
        part = "" if self.kind == "license" else f".{self.kind}"
        ending = "txt" if self.content is not None else "address.txt"
        return f"{quote(self.license.id, safe='+')}{part}.{ending}"


def find_texts(
    license: License, models: Iterable[Model], registry: Registry, read: ReadText
) -> Iterator[ShippedText]:
    """The text of a license, that of the models first, and of a policy that belongs to it."""
    own = [row.url for model in models for row in model.weights.evidence]
    search = _TextSearch(license, registry, read)
    yield search.find("license", [*own, *_list_sources(license)])
    if any(text.kind == "policy" for text in license.texts):
        yield search.find("policy", _list_sources(license))


def _list_sources(license: License) -> list[str]:
    return [row.url for row in _list_evidence(license)]


def _list_evidence(license: License) -> Iterator[Evidence]:
    for condition in license.conditions:
        yield from condition.evidence
    yield from license.evidence


@dataclass(frozen=True)
class _TextSearch:
    license: License
    registry: Registry
    read: ReadText

    def find(self, kind: TextKind, urls: Iterable[str]) -> ShippedText:
        """The first text that is the one looked for; else its address."""
        for address, raw in list(_list_files(urls))[:MAX_PLACES]:
            content = self.read(raw)
            if content is not None and _is_text(content, self.license, kind, self.registry):
                digest = hashlib.sha256(content).hexdigest()
                return ShippedText(self.license, kind, address, content, digest)
        return ShippedText(self.license, kind, _find_address(self.license, kind))


def _find_address(license: License, kind: TextKind) -> str:
    if kind == "license":
        return find_license_url(license)
    stated = (condition.parameters.get("url") for condition in license.conditions)
    return next((url for url in stated if isinstance(url, str)), "")


def _is_text(content: bytes, license: License, kind: TextKind, registry: Registry) -> bool:
    """Whether it is a text that a reviewer read, to the byte; of a license, to the word."""
    digest = hashlib.sha256(content).hexdigest()
    if any(text.sha256 == digest and text.kind == kind for text in license.texts):
        return True
    return kind == "license" and identify_license_text(content, registry).license == license.id


def _list_files(urls: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Each file of a repository at an address, with the address of its bytes; no page."""
    for url in dict.fromkeys(urls):
        raw = build_raw_url(url)
        if raw:
            yield url, raw


def build_raw_url(url: str) -> str:
    """Where the bytes of a file lie that a page shows; empty for another address."""
    parts = urlsplit(url)
    host = RAW_HOSTS.get(parts.hostname or "")
    if parts.scheme != "https" or host is None:
        return ""
    path = _build_raw_path(unquote(parts.path).strip("/").split("/"), host)
    return f"https://{host}/{quote(path)}" if path else ""


def _build_raw_path(pieces: list[str], host: str) -> str:
    """Of the pieces `owner name blob revision path…`; empty for others."""
    if len(pieces) < MIN_PIECES or pieces[2] != "blob":
        return ""
    middle = ["raw"] if host == HUB_HOST else []
    return "/".join([*pieces[:2], *middle, *pieces[3:]])
