"""Read CycloneDX: components at any depth."""

from collections.abc import Iterator

from audit.publish.bom.contents import Document
from audit.publish.bom.entries import (
    BomEntry,
    EntryKind,
    ReadBom,
    choose_kind,
    group_facts,
    list_objects,
    read_field,
)
from audit.publish.bom.facts import PREFIX, Fact

_KINDS: dict[str, EntryKind] = {"machine-learning-model": "model", "data": "dataset"}


def read_cyclonedx(document: Document) -> ReadBom:
    """A document of any version of CycloneDX as JSON."""
    entries = tuple(map(read_component, list_components(document)))
    version = read_field(document, "specVersion")
    return ReadBom(f"CycloneDX {version}", _find_subject(document), entries, document)


def _find_subject(document: Document) -> str:
    return next((name_component(each) for each in _list_subjects(document)), "")


def _list_subjects(document: Document) -> list[Document]:
    """The component that the bill is about, where there is one."""
    metadata = document.get("metadata")
    subject = metadata.get("component") if isinstance(metadata, dict) else None
    return [subject] if isinstance(subject, dict) else []


def list_components(document: Document) -> Iterator[Document]:
    """Every component: the document's subject first, parts after their whole."""
    waiting = [*_list_parts(document), *_list_subjects(document)]
    while waiting:
        component = waiting.pop()
        yield component
        waiting += _list_parts(component)


def _list_parts(holder: Document) -> list[Document]:
    """The last first, as a stack takes them."""
    return list_objects(holder, "components")[::-1]


def name_component(component: Document) -> str:
    """Its name, behind its group where it has one."""
    group, name = read_field(component, "group"), read_field(component, "name")
    return f"{group}/{name}" if group else name


def read_component(component: Document) -> BomEntry:
    """One component."""
    purl = read_field(component, "purl")
    kind = choose_kind(_KINDS.get(read_field(component, "type"), "other"), purl)
    return BomEntry(
        kind,
        name_component(component),
        read_field(component, "version"),
        purl,
        read_licenses(component),
        group_facts(_list_properties(component)),
    )


def _list_properties(holder: Document) -> list[Fact]:
    rows = list_objects(holder, "properties")
    return [(read_field(row, "name"), read_field(row, "value")) for row in rows]


def read_licenses(component: Document) -> str:
    """What the component states, as one expression; empty where it states nothing."""
    found = [_read_license(each) for each in list_objects(component, "licenses")]
    return " AND ".join(filter(None, found))


def _read_license(choice: Document) -> str:
    """The id where there is one: an id of ours stands in a property."""
    license = choice.get("license")
    if not isinstance(license, dict):
        return read_field(choice, "expression")
    own = dict(_list_properties(license)).get(f"{PREFIX}license-id", "")
    return own or read_field(license, "id") or read_field(license, "name")
