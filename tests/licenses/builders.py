"""A license of our own for the tests, known to a small registry by its fingerprint. It quotes nobody."""

from pathlib import Path

from audit.licenses.text.text_entry import build_text_entry
from audit.records.license import KnownText, License
from audit.records.registry import Registry

TEXT = """# Pebble Model License

Version 1.2, July 18, 2025

Copyright (c) 2025 Pebble Labs

Pebble Labs lets anyone run, study, change and share the Pebble model, as long as the points below are kept.

1. Size. Whoever serves more than 700 million people in a month asks Pebble Labs for a separate agreement first.

2. Naming. A model that was made with Pebble carries the word Pebble at the beginning of its name, in every place where it is offered.

3. Outputs. What the model writes belongs to whoever asked it. It may be used to teach another model without asking.

4. Ending. These rights end thirty days after somebody was told of a breach and did not mend it. Write to pebbles@labs.example about all of this.

The model comes as it is, and nobody here answers for what happens with it.
"""
POLICY = "Nobody uses Pebble to harm people, to deceive them about who is speaking, or to watch them without their knowledge and consent.\n"


def make_known_text(content: str, kind: str = "license") -> KnownText:
    """What a record keeps of a text."""
    entry = build_text_entry(content.encode())
    words, digest = entry["words"], entry["words_sha256"]
    body, length = entry.get("body_sha256"), entry.get("body_words", words)
    return KnownText(
        sha256=entry["sha256"],
        kind=kind,
        git_blob=entry["git_blob"],
        words=words,
        words_sha256=digest,
        body_sha256=body,
        body_words=length,
        window=entry["window"],
        fingerprint=entry["fingerprint"],
    )


def make_license(id: str, *texts: KnownText) -> License:
    """A license without conditions."""
    return License(
        id,
        id,
        "model",
        osi_approved=False,
        freedoms=dict.fromkeys(("use", "study", "modify", "share"), "yes"),
        texts=texts,
    )


def make_license_registry(*licenses: License) -> Registry:
    """A registry of licenses alone."""
    return Registry({}, {}, {}, {each.id: each for each in licenses})


PEBBLE = make_license_registry(
    make_license("LicenseRef-pebble", make_known_text(TEXT), make_known_text(POLICY, "policy"))
)


def load_shared_texts(shared: Path) -> dict[str, bytes]:
    """The given license texts by id."""
    return {
        path.stem: path.read_bytes() for path in sorted((shared / "licence-texts").glob("*.txt"))
    }
