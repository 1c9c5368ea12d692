"""Where a person can look for themselves: pages of the Hub and of GitHub, at the revision that was seen and the one that was pinned."""

from urllib.parse import quote

from audit.drift.finding import Finding
from audit.records.model import HubPins, Registry

HUB = "https://huggingface.co"
_FILES = ("license-text-changed", "license-file-added", "license-file-removed")
_PAGES = {
    f"{HUB}/api/models/": f"{HUB}/",
    f"{HUB}/api/datasets/": f"{HUB}/datasets/",
    "https://api.github.com/repos/": "https://github.com/",
}
_DATED = 12
"""Digits of a revision that are enough to recognize it."""


def places(finding: Finding, registry: Registry) -> list[tuple[str, str]]:
    """Label and address of each, the newest first. The labels are ours."""
    seen = pins(finding.record, registry)
    if seen is None or finding.field == "url":
        return []
    root = f"{HUB}/datasets/{seen.repo}" if finding.record.startswith("datasets/") else f"{HUB}/{seen.repo}"
    found = [("The repository today", root)]
    if finding.revision:
        found.append((f"As it was seen, at {finding.revision[:_DATED]}", _at(root, finding.revision, finding)))
    if seen.revision and seen.revision != finding.revision:
        found.append((f"As a reviewer saw it, at {seen.revision[:_DATED]}", _at(root, seen.revision, finding)))
    return found


def for_people(url: str) -> str:
    """The page behind an address of an interface, where it has one."""
    for interface, page in _PAGES.items():
        if url.startswith(interface):
            return page + url.removeprefix(interface)
    return url


def _at(root: str, revision: str, finding: Finding) -> str:
    path = finding.field if finding.kind in _FILES else "README.md" if finding.field.startswith(("hub.license", "base_models", "datasets")) else ""
    return f"{root}/blob/{quote(revision)}/{quote(path)}" if path else f"{root}/tree/{quote(revision)}"


def pins(record: str, registry: Registry) -> HubPins | None:
    """What a reviewer saw of the Hub repository of a record; None where it has none."""
    folder, _, id = record.partition("/")
    if folder == "models" and id in registry.models:
        return registry.models[id].hub
    return registry.datasets[id].hub if folder == "datasets" and id in registry.datasets else None
