"""The differences where one license file stood and another stands."""

from dataclasses import replace

from audit.observations.facts import LicenseFile
from tests.conftest import make_model_record
from tests.drift.builders import make_declaration, make_facts, make_observation
from tests.drift.comparisons import (
    Told,
    compare_observation,
    make_registry,
)
from tests.drift.license_files import (
    PEBBLES,
    hash_text,
    keep_texts,
)

REGISTRY = make_registry(make_model_record(), licenses=PEBBLES)
UNTAGGED = make_declaration(license_tag=None, license=None)
"""A record that says nothing about the license, so that only the files speak."""


def find_text_changes(old: LicenseFile, new: LicenseFile, *texts: str | bytes, **record):
    """The differences where one file stood and another stands."""
    look = make_observation(make_facts(license_tag=False, license_files=(new,)))
    return compare_observation(
        replace(UNTAGGED, **record),
        make_facts(license_tag=False, license_files=(old,)),
        look,
        registry=REGISTRY,
        texts=keep_texts(*texts),
    )


def expect_text_change(
    before: str, now: str, direction: str = "unreviewed", license: str = ""
) -> list[Told]:
    """One row of a text that changed."""
    return [Told("license-text-changed", "LICENSE", before, now, direction, license=license)]


def name_by_digest(content: str) -> str:
    """How a text is called that the registry does not know."""
    return f"text {hash_text(content)[:12]}"
