"""All URLs that people follow.

Pages of this registry, and what they can look at upstream themselves.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from audit.core.errors import Problem
from audit.core.json_files import InvalidFileError, read_registry_json
from audit.core.markdown import build_anchor
from audit.core.references import get_owner, split_reference
from audit.drift.finding import Finding
from audit.drift.kinds import find_drift_kind
from audit.records.dataset import Dataset
from audit.records.hub_pins import HubPins
from audit.records.model import Model
from audit.records.registry import Registry

HUB_URL = "https://huggingface.co"
PLACEHOLDER_URL = "https://open-model-registry.example/registry"
"""Until somebody says where the registry is published: nobody can own the name (RFC 2606)."""
_ADDRESS_FIX = (
    'write {"pages": "https://…/registry", "files": "https://…/registry"}: '
    "where pages are read, and where files are fetched; `records`, which may be left out, is "
    "the address of the file that `update` fetches"
)
_URL_CHARACTERS = re.compile(r"[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]{1,600}")
"""Those of RFC 3986; a host in another alphabet is written as `xn--…`."""
_CARD_FIELDS = ("hub.license", "base_models", "datasets")
_WEB_PAGES_BY_API = {
    f"{HUB_URL}/api/models/": f"{HUB_URL}/",
    f"{HUB_URL}/api/datasets/": f"{HUB_URL}/datasets/",
    "https://api.github.com/repos/": "https://github.com/",
}
_SHORT_REVISION_LENGTH = 12
"""Digits of a revision that are enough to recognize it."""


@dataclass(frozen=True)
class RegistryAddress:
    """Base URLs of the folder `registry`, without a slash at the end."""

    pages_url: str = PLACEHOLDER_URL
    """Where a person reads README.md."""
    files_url: str = PLACEHOLDER_URL
    """Where a program fetches a file as it is."""
    records_url: str = ""
    """Where `update` fetches all records as one file; empty where they are not published so."""

    @property
    def is_configured(self) -> bool:
        """Whether somebody said where the registry is published."""
        return self.pages_url != PLACEHOLDER_URL

    def build_page_url(self, record: str) -> str:
        """The page of a record, at its section."""
        return build_section_url(record, f"{self.pages_url}/")

    def build_topic_url(self, topic: str) -> str:
        """The page of what a feed is about: a record, all of a maker, or everything."""
        folder, id = split_reference(topic)
        if folder == "owners":
            return f"{self.pages_url}/README.md"
        return self.build_page_url(topic) if id else f"{self.pages_url}/feeds/README.md"

    def build_feed_url(self, path: str) -> str:
        """A file below `feeds`."""
        return f"{self.files_url}/feeds/{quote(path)}"


def read_address(root: Path) -> RegistryAddress:
    """What `address.json` says; the placeholder where there is none. Raises InvalidFileError."""
    path, shown = root / "address.json", f"{root.name}/address.json"
    if not path.exists():
        return RegistryAddress()
    data: Any = read_registry_json(path, shown)
    _require_address(data, shown)
    bases = data["pages"].rstrip("/"), data["files"].rstrip("/")
    return RegistryAddress(*bases, data.get("records", ""))


def _require_address(data: object, shown: str) -> None:
    if not isinstance(data, dict) or set(data) - {"records"} != {"pages", "files"}:
        raise InvalidFileError(Problem(shown, "$", "not an address", _ADDRESS_FIX))
    for name, value in data.items():
        if not _is_plain_https_url(value):
            what = f"{value!r} is no plain https address"
            raise InvalidFileError(Problem(shown, f"$.{name}", what, _ADDRESS_FIX))


def _is_plain_https_url(value: object) -> bool:
    # What `urlsplit` lets through would stand as it is in every feed, page and issue.
    if not isinstance(value, str) or not _URL_CHARACTERS.fullmatch(value):
        return False
    try:
        parts = urlsplit(value)
        _ = parts.port  # read here, since it is parsed only where it is asked for
    except ValueError:
        return False
    is_plain = not parts.query and not parts.fragment and "@" not in parts.netloc
    return parts.scheme == "https" and bool(parts.hostname) and is_plain


def build_section_url(record: str, prefix: str = "") -> str:
    """The URL of a record's page, or of its section there.

    `prefix`: leads to the registry, with a slash at its end.
    """
    folder, id = split_reference(record)
    if folder == "datasets":
        return f"{prefix}{folder}/{_build_owner_page_path(id)}"
    ending = "md" if folder in ("models", "licenses") else "json"
    return f"{prefix}{quote(record)}.{ending}"


def _build_owner_page_path(id: str) -> str:
    owner = quote(get_owner(id))
    return f"{owner}/README.md#{build_anchor(id)}"


def build_hub_url(repo: str, folder: str = "models") -> str:
    """The page of a repository on the Hub. `folder`: that of its record."""
    return f"{HUB_URL}/datasets/{repo}" if folder == "datasets" else f"{HUB_URL}/{repo}"


def convert_to_web_url(url: str) -> str:
    """The page behind a URL of an API, where it has one."""
    for api, page in _WEB_PAGES_BY_API.items():
        if url.startswith(api):
            return page + url.removeprefix(api)
    return url


def list_finding_links(finding: Finding, registry: Registry) -> list[tuple[str, str]]:
    """Label and URL of what a person can look at, the newest first. The labels are ours."""
    pins = find_hub_pins(finding.record, registry)
    if pins is None or finding.field == "url":
        return []
    folder, _ = split_reference(finding.record)
    repository = build_hub_url(pins.repo, folder)
    return [("The repository today", repository), *_list_revision_links(finding, pins, repository)]


def _list_revision_links(
    finding: Finding, pins: HubPins, repository: str
) -> Iterator[tuple[str, str]]:
    path = _find_changed_file(finding)
    for label, revision in _list_seen_revisions(finding, pins):
        yield _link_revision(label, repository, revision, path)


def _list_seen_revisions(finding: Finding, pins: HubPins) -> Iterator[tuple[str, str]]:
    if finding.revision:
        yield "As it was seen", finding.revision
    if pins.revision and pins.revision != finding.revision:
        yield "As a reviewer saw it", pins.revision


def _link_revision(label: str, repository: str, revision: str, path: str) -> tuple[str, str]:
    url = f"{repository}/tree/{quote(revision)}"
    if path:
        url = f"{repository}/blob/{quote(revision)}/{quote(path)}"
    return f"{label}, at {revision[:_SHORT_REVISION_LENGTH]}", url


def _find_changed_file(finding: Finding) -> str:
    """The file in which a person sees the change; empty where it is the repository as a whole."""
    if find_drift_kind(finding.kind).field_is_license_file:
        return finding.field
    return "README.md" if finding.field.startswith(_CARD_FIELDS) else ""


def find_hub_pins(record: str, registry: Registry) -> HubPins | None:
    """What a reviewer saw of the Hub repository of a record; None where it has none."""
    folder, id = split_reference(record)
    folders: Mapping[str, Mapping[str, Model | Dataset]] = {
        "models": registry.models,
        "datasets": registry.datasets,
    }
    found = folders.get(folder, {}).get(id)
    return found.hub if found else None
