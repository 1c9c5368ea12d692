"""Read CycloneDX: components at any depth."""

from collections.abc import Iterator
from typing import Any

from audit.publish.bom.entries import (
    BomEntry,
    EntryKind,
    ReadBom,
    choose_kind,
    group_facts,
    list_objects,
    read_text,
)
from audit.publish.bom.facts import PREFIX

_KINDS: dict[str, EntryKind] = {"machine-learning-model": "model", "data": "dataset"}


def read_cyclonedx(document: dict[str, Any]) -> ReadBom:
    """A document of any version of CycloneDX as JSON."""
    entries = tuple(map(read_component, list_components(document)))
    version = read_text(document.get("specVersion"))
    return ReadBom(f"CycloneDX {version}", _find_subject(document), entries, document)


def _find_subject(document: dict[str, Any]) -> str:
    metadata = document.get("metadata")
    component = metadata.get("component") if isinstance(metadata, dict) else None
    return name_component(component) if isinstance(component, dict) else ""


def list_components(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every component: the document's subject first, parts after their whole."""
    metadata = document.get("metadata")
    subject = metadata.get("component") if isinstance(metadata, dict) else None
    waiting = list_objects(document.get("components"))[::-1]
    if isinstance(subject, dict):
        waiting.append(subject)
    while waiting:
        component = waiting.pop()
        yield component
        waiting += list_objects(component.get("components"))[::-1]


def name_component(component: dict[str, Any]) -> str:
    """Its name, behind its group where it has one."""
    group, name = read_text(component.get("group")), read_text(component.get("name"))
    return f"{group}/{name}" if group else name


def read_component(component: dict[str, Any]) -> BomEntry:
    """One component."""
    purl = read_text(component.get("purl"))
    kind = choose_kind(_KINDS.get(read_text(component.get("type")), "other"), purl)
    return BomEntry(
        kind,
        name_component(component),
        read_text(component.get("version")),
        purl,
        read_licenses(component),
        group_facts(_list_properties(component)),
    )


def _list_properties(holder: dict[str, Any]) -> list[tuple[str, str]]:
    rows = list_objects(holder.get("properties"))
    return [(read_text(row.get("name")), read_text(row.get("value"))) for row in rows]


def read_licenses(component: dict[str, Any]) -> str:
    """What the component states, as one expression; empty where it states nothing."""
    found = [_read_license(each) for each in list_objects(component.get("licenses"))]
    return " AND ".join(filter(None, found))


def _read_license(choice: dict[str, Any]) -> str:
    """The id where there is one: an id of ours stands in a property."""
    license = choice.get("license")
    if not isinstance(license, dict):
        return read_text(choice.get("expression"))
    own = dict(_list_properties(license)).get(f"{PREFIX}license-id", "")
    return own or read_text(license.get("id")) or read_text(license.get("name"))
