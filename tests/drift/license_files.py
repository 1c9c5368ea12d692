"""License files from their bytes, and licenses that the registry knows by text. The texts quote nobody."""

import hashlib
from dataclasses import replace

from audit.observations.facts import LicenseFile
from audit.observations.license_files import analyze_license_file
from audit.records.license import LicenseCondition
from tests.licenses.builders import POLICY, TEXT, make_known_text, make_license

LATER_TEXT = TEXT.replace("Version 1.2, July 18, 2025", "Version 2, May 3, 2026").replace(
    "thirty days", "ten days"
)
REWRAPPED = TEXT.replace("\n\n", "\r\n\r\n  ")
EDITED_TEXT = TEXT.replace("700 million", "100 million")
OTHER_TEXT = (
    "Whoever finds this stone may carry it home, paint it, and give it to a friend who likes stones.\n"
    * 3
)
SECOND_TEXT = (
    "Pebble Labs gives the Pebble model to everybody, for whatever they like to do with it, and asks nothing at all in return.\n"
    * 3
)
EDITED_POLICY = POLICY.replace("to harm people", "to harm people or animals")
PEBBLE, LATER = "LicenseRef-pebble", "LicenseRef-pebble-2"
PAGE = "https://pebble.example/license"
NO_COMMERCE = LicenseCondition("non-commercial", "5", "No commerce.", {"effect": "forbidden"}, ())
PEBBLES = (
    replace(
        make_license(
            PEBBLE,
            make_known_text(TEXT),
            make_known_text(SECOND_TEXT),
            make_known_text(POLICY, "policy"),
        ),
        hub_tags=("pebble",),
        url=f"{PAGE}/",
    ),
    replace(
        make_license(LATER, make_known_text(LATER_TEXT)),
        predecessor=PEBBLE,
        freedoms={"use": "limited", "study": "yes", "modify": "yes", "share": "limited"},
        conditions=(NO_COMMERCE,),
        url="https://pebble.example/2",
    ),
)
"""A license and its later version, which has no tag of its own."""


def make_license_file(content: str | bytes, path: str = "LICENSE") -> LicenseFile:
    """A file as it is seen once its text was fetched."""
    raw = content if isinstance(content, bytes) else content.encode()
    return analyze_license_file(LicenseFile(path, len(raw), hashlib.sha1(raw).hexdigest()), raw)


def hash_text(content: str) -> str:
    """sha256 of a text."""
    return hashlib.sha256(content.encode()).hexdigest()


def keep_texts(*contents: str | bytes) -> dict[str, bytes]:
    """The texts that the store still has, by digest."""
    raw = [each if isinstance(each, bytes) else each.encode() for each in contents]
    return {hashlib.sha256(each).hexdigest(): each for each in raw}
