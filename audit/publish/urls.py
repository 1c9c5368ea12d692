"""Where a person can look for themselves: pages of the Hub and of GitHub, at the revision that was seen and the one that was pinned."""

from urllib.parse import quote

from audit.drift.finding import Finding
from audit.drift.kinds import find_drift_kind
from audit.records.model import HubPins, Registry

HUB_URL = "https://huggingface.co"
_WEB_PAGES_BY_API = {
    f"{HUB_URL}/api/models/": f"{HUB_URL}/",
    f"{HUB_URL}/api/datasets/": f"{HUB_URL}/datasets/",
    "https://api.github.com/repos/": "https://github.com/",
}
_SHORT_REVISION_LENGTH = 12
"""Digits of a revision that are enough to recognize it."""


def list_finding_links(finding: Finding, registry: Registry) -> list[tuple[str, str]]:
    """Label and address of each, the newest first. The labels are ours."""
    seen = find_hub_pins(finding.record, registry)
    if seen is None or finding.field == "url":
        return []
    root = (
        f"{HUB_URL}/datasets/{seen.repo}"
        if finding.record.startswith("datasets/")
        else f"{HUB_URL}/{seen.repo}"
    )
    found = [("The repository today", root)]
    if finding.revision:
        found.append(
            (
                f"As it was seen, at {finding.revision[:_SHORT_REVISION_LENGTH]}",
                _build_revision_url(root, finding.revision, finding),
            )
        )
    if seen.revision and seen.revision != finding.revision:
        found.append(
            (
                f"As a reviewer saw it, at {seen.revision[:_SHORT_REVISION_LENGTH]}",
                _build_revision_url(root, seen.revision, finding),
            )
        )
    return found


def convert_to_web_url(url: str) -> str:
    """The page behind an address of an interface, where it has one."""
    for interface, page in _WEB_PAGES_BY_API.items():
        if url.startswith(interface):
            return page + url.removeprefix(interface)
    return url


def _build_revision_url(root: str, revision: str, finding: Finding) -> str:
    path = (
        finding.field
        if find_drift_kind(finding.kind).field_is_license_file
        else "README.md"
        if finding.field.startswith(("hub.license", "base_models", "datasets"))
        else ""
    )
    return (
        f"{root}/blob/{quote(revision)}/{quote(path)}" if path else f"{root}/tree/{quote(revision)}"
    )


def find_hub_pins(record: str, registry: Registry) -> HubPins | None:
    """What a reviewer saw of the Hub repository of a record; None where it has none."""
    folder, _, id = record.partition("/")
    if folder == "models" and id in registry.models:
        return registry.models[id].hub
    return registry.datasets[id].hub if folder == "datasets" and id in registry.datasets else None
