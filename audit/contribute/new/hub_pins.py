"""The `hub` part of a record: what was seen of the repository, as pins that the audit compares with."""

from typing import Any

from audit.contribute.new.license import ReadLicenseText
from audit.contribute.new.read_hub import RepositoryReading

MAX_TAG, MAX_NAME, MAX_LINK = 80, 120, 300
"""What the schema holds."""


def build_hub_pins(reading: RepositoryReading, notes: list[str]) -> dict[str, Any]:
    """The pins; what could not be pinned is told in `notes`."""
    facts = reading.description.facts
    pins: dict[str, Any] = {
        "repo": facts.repo,
        "revision": facts.revision,
        "gated": facts.gated,
        "license_tag": _derive_license_tag(reading, notes),
    }
    for key, value, limit in (
        ("license_name", facts.license_name, MAX_NAME),
        ("license_link", facts.license_link, MAX_LINK),
    ):
        if value and len(value) <= limit:
            pins[key] = value
        elif value:
            notes.append(f"The card's {key} is longer than {limit} characters and was left out.")
    digests = {
        path: each.sha256
        for path, each in reading.texts.items()
        if isinstance(each, ReadLicenseText)
    }
    evidence = ["card", *(f"text-{number}" for number, _ in enumerate(digests, start=1))]
    return pins | ({"license_files": digests} if digests else {}) | {"evidence": evidence}


def _derive_license_tag(reading: RepositoryReading, notes: list[str]) -> str | bool | None:
    tag = reading.description.facts.license_tag
    if tag and len(tag) > MAX_TAG:
        notes.append(
            f"The card's license field is longer than {MAX_TAG} characters and was not pinned."
        )
        return None
    if tag:
        return tag
    if reading.has_broken_card:
        notes.append(
            "README.md has front matter that the Hub cannot read, so that license, datasets and base models of the card are not known."
        )
        return None
    if reading.unread_card_reason:
        notes.append(
            f"{reading.unread_card_reason}; whether its front matter names a license is not known."
        )
        return None
    return False
