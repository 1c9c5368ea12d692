"""Do the statements about the license within one repository contradict each other?"""

from typing import Literal

from audit.drift.compare.file_changes import find_file_changes
from audit.drift.compare.inputs import Differences, HubComparison
from audit.drift.compare.license_files import (
    find_file_license,
    find_listed_license,
    find_text_source,
    identify_content,
)
from audit.drift.compare.license_statements import (
    FileStatement,
    LicenseStatements,
    TagContradiction,
    collect_license_names,
    find_tag_contradictions,
)
from audit.drift.finding import Difference, LicenseTextDiff
from audit.drift.kinds import LICENSE_CONFLICT
from audit.licenses.hub_keys import find_hub_key
from audit.licenses.hub_tags import find_versions_meant
from audit.licenses.terms_lines import describe_terms_change
from audit.licenses.text.identify import Identification
from audit.observations.facts import LicenseFile
from audit.records.component import CODE_COMPONENTS
from audit.records.registry import Registry


def find_license_conflicts(hub: HubComparison) -> Differences:
    """Contradictions, with who says what.

    One that merely follows from a change is reported by that change.
    """
    if _has_tag_changed(hub):
        return
    for contradiction in find_tag_contradictions(_collect_statements(hub)):
        if not _has_file_changed(hub, contradiction.field):
            yield _build_conflict(hub, contradiction)


def _has_tag_changed(hub: HubComparison) -> bool:
    before, now = hub.before, hub.now
    if before is None:
        return False
    return (before.license_tag, before.license_name) != (now.license_tag, now.license_name)


def _has_file_changed(hub: HubComparison, field: str) -> bool:
    """Whether the file that contradicts had another text before, under this name or one like it.

    One that came since contradicts as if it were seen for the first time.
    """
    before = hub.before.license_files if hub.before else ()
    changes = find_file_changes(before, hub.now.license_files)
    return any(new.path == field for _, new in changes.changed)


def _build_conflict(hub: HubComparison, contradiction: TagContradiction) -> Difference:
    tag = contradiction.tag
    return Difference(
        LICENSE_CONFLICT.id,
        contradiction.field,
        tag,
        contradiction.stated,
        hub.find_direction(tag, contradiction.license),
        text_diff=_describe_conflict(hub, contradiction),
    )


def _describe_conflict(hub: HubComparison, contradiction: TagContradiction) -> LicenseTextDiff:
    digests = {file.path: file.sha256 for file in hub.now.license_files}
    sha256 = digests.get(contradiction.field)
    # A plain text of a known license has no passages of its own.
    passages = _quote_passages(hub, sha256) if contradiction.license is None else ()
    return LicenseTextDiff(
        before=None,
        after=sha256,
        highlights=_quote_statements(contradiction),
        passages=passages,
        terms=describe_terms_change(contradiction.tag, contradiction.license, hub.registry),
    )


def _quote_statements(found: TagContradiction) -> tuple[str, str]:
    return f"the Hub tag says {found.tag}", f"{found.field} says {found.stated}"


def _quote_passages(hub: HubComparison, sha256: str | None) -> tuple[str, ...]:
    found = _identify_kept_text(hub, sha256)
    return tuple(f"+ {passage}" for passage in found.passages) if found else ()


def _identify_kept_text(hub: HubComparison, sha256: str | None) -> Identification | None:
    """What a text is; None where it was not kept."""
    content = hub.load_text(sha256)
    return identify_content(content, hub.registry) if content else None


def _collect_statements(hub: HubComparison) -> LicenseStatements:
    registry, now = hub.registry, hub.now
    return LicenseStatements(
        tag=hub.tagged_license or _find_listed_license(now.license_tag),
        tag_versions=_collect_versions_meant(hub.tagged_license or "", registry),
        files=tuple(_build_file_statement(hub, file) for file in now.license_files),
        link=now.license_link,
        linked_licenses=_find_linked_licenses(now.license_link, registry),
        recorded_license=hub.declaration.license,
        code_licenses=_collect_code_licenses(hub),
    )


def _find_listed_license(tag: str | Literal[False]) -> str | None:
    """The SPDX id that a key of the Hub means, where the registry has no record of it."""
    key = find_hub_key(tag)
    return key.spdx if key else None


def _collect_versions_meant(expression: str, registry: Registry) -> frozenset[str]:
    versions: set[str] = set()
    for name in collect_license_names(expression):
        versions |= find_versions_meant(name, registry)
    return frozenset(versions)


def _build_file_statement(hub: HubComparison, file: LicenseFile) -> FileStatement:
    name = find_file_license(file, hub.registry) or find_listed_license(file)
    pin = (file.path, file.sha256)
    reviewed = file.sha256 is not None and pin in hub.declaration.license_files
    if name or reviewed or find_text_source(file, hub.registry):
        return FileStatement(file.path, name, reviewed=reviewed)
    return FileStatement(file.path, None, _find_edited_license(hub, file.sha256))


def _find_edited_license(hub: HubComparison, sha256: str | None) -> str | None:
    """The license of which a text is a changed copy."""
    found = _identify_kept_text(hub, sha256)
    if found is None or found.kind != "edited" or found.document != "license":
        return None
    return found.nearest


def _find_linked_licenses(link: str | None, registry: Registry) -> frozenset[str]:
    """The licenses that are published under an address."""
    if not link:
        return frozenset()
    address = link.rstrip("/")
    return frozenset(
        license.id
        for license in registry.licenses.values()
        if license.url and license.url.rstrip("/") == address
    )


def _collect_code_licenses(hub: HubComparison) -> frozenset[str]:
    model = hub.model
    if model is None:
        return frozenset()
    licenses = (model.components[name].license for name in CODE_COMPONENTS)
    return frozenset(license for license in licenses if license)
