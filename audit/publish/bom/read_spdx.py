"""Read SPDX 2 and SPDX 3."""

from collections.abc import Iterator

from audit.core.grouping import group_pairs
from audit.publish.bom.contents import Document
from audit.publish.bom.entries import (
    NOTHING_SAID,
    BomEntry,
    EntryKind,
    ReadBom,
    choose_kind,
    group_facts,
    list_objects,
    read_field,
    read_text,
)
from audit.publish.bom.facts import Fact

_KINDS: dict[str, EntryKind] = {"ai_AIPackage": "model", "dataset_DatasetPackage": "dataset"}
_PACKAGES = frozenset({*_KINDS, "software_Package"})
_ADDRESSES_3 = ("spdxId", "software_packageUrl", "software_downloadLocation")
_LICENSE_RELATIONS = ("hasDeclaredLicense", "hasConcludedLicense")
"""The later one wins."""


def read_spdx_2(document: Document) -> ReadBom:
    """A document of SPDX 2: its packages."""
    entries = tuple(map(_read_package_2, list_objects(document, "packages")))
    name = read_field(document, "name")
    return ReadBom(read_text(document["spdxVersion"]), name, entries, document)


def _read_package_2(package: Document) -> BomEntry:
    purl = next(_list_purls_2(package), "")
    location = read_field(package, "downloadLocation")
    stated = [read_field(package, f"license{which}") for which in ("Concluded", "Declared")]
    return BomEntry(
        choose_kind("other", purl, location),
        read_field(package, "name"),
        read_field(package, "versionInfo"),
        purl,
        next((each for each in stated if each not in NOTHING_SAID), ""),
        location=location,
    )


def _list_purls_2(package: Document) -> Iterator[str]:
    for row in list_objects(package, "externalRefs"):
        if row.get("referenceType") == "purl":
            yield read_field(row, "referenceLocator")


def read_spdx_3(document: Document) -> ReadBom:
    """A document of SPDX 3: its packages of every profile."""
    elements = list_objects(document, "@graph")
    licenses = _map_licenses(elements)
    facts = _map_facts(elements)
    entries = tuple(
        _read_package_3(each, licenses, facts)
        for each in elements
        if read_field(each, "type") in _PACKAGES
    )
    return ReadBom(f"SPDX {_find_version(elements)}", _find_name(elements), entries, document)


def _find_version(elements: list[Document]) -> str:
    versions = (read_field(each, "specVersion") for each in elements)
    return next(filter(None, versions), "3")


def _find_name(elements: list[Document]) -> str:
    documents = (each for each in elements if each.get("type") == "SpdxDocument")
    return next((read_field(each, "name") for each in documents), "")


def _read_package_3(
    package: Document, licenses: dict[str, str], facts: dict[str, list[Fact]]
) -> BomEntry:
    id, purl, location = (read_field(package, field) for field in _ADDRESSES_3)
    return BomEntry(
        choose_kind(_find_stated_kind(package), purl, location),
        read_field(package, "name"),
        read_field(package, "software_packageVersion"),
        purl,
        licenses.get(id, ""),
        group_facts(facts.get(id, [])),
        location,
    )


def _find_stated_kind(package: Document) -> EntryKind:
    return _KINDS.get(read_field(package, "type"), "other")


def _map_licenses(elements: list[Document]) -> dict[str, str]:
    """Expression by package."""
    expressions = {
        read_field(each, "spdxId"): read_field(each, "simplelicensing_licenseExpression")
        for each in elements
    }
    found: dict[str, str] = {}
    for relation in _LICENSE_RELATIONS:
        for start, ends in _list_relations(elements, relation):
            said = filter(None, (expressions.get(end, "") for end in ends))
            found[start] = " AND ".join(said) or found.get(start, "")
    return found


def _list_relations(elements: list[Document], relation: str) -> Iterator[tuple[str, list[str]]]:
    """Start and ends of each relation of a type."""
    for each in elements:
        if each.get("relationshipType") == relation:
            ends = each.get("to")
            listed = ends if isinstance(ends, list) else []
            yield read_field(each, "from"), [read_text(end) for end in listed]


def _map_facts(elements: list[Document]) -> dict[str, list[Fact]]:
    """What annotations of ours say, by package."""
    notes = [each for each in elements if each.get("type") == "Annotation"]
    return group_pairs(
        (read_field(note, "subject"), fact) for note in notes for fact in _list_lines(note)
    )


def _list_lines(note: Document) -> Iterator[Fact]:
    for line in read_field(note, "statement").splitlines():
        name, _, value = line.partition("=")
        yield name, value
