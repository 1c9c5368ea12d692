"""What does a license file say that was not there before? Read, named and held against the terms."""

from audit.drift.compare.inputs import HubComparison
from audit.drift.compare.license_files import (
    find_file_license,
    identify_content,
    name_license_file,
)
from audit.drift.compare.license_roles import speaks_for_weights
from audit.drift.compare.license_statements import collect_license_names
from audit.drift.finding import Difference, LicenseTextDiff
from audit.drift.kinds import LICENSE_FILE_ADDED
from audit.licenses.compare import Direction
from audit.licenses.hub_tags import find_versions_meant
from audit.licenses.terms_lines import describe_terms_change
from audit.observations.facts import LicenseFile


def build_addition(hub: HubComparison, file: LicenseFile) -> Difference:
    """A file that came, with its name, and what its terms are beside those in force."""
    license = find_file_license(file, hub.registry) if speaks_for_weights(hub, file) else None
    is_news = license is not None and license not in _list_expected_licenses(hub)
    return Difference(
        LICENSE_FILE_ADDED.id,
        file.path,
        "absent",
        _name_added_file(hub, file),
        _find_direction(hub, license, is_news=is_news),
        weights_license=license if is_news else None,
        text_diff=_describe_text(hub, file, license),
    )


def _find_direction(hub: HubComparison, license: str | None, *, is_news: bool) -> Direction:
    if license is None:
        return "unreviewed"
    return hub.find_direction(hub.license_in_force, license) if is_news else "neutral"


def _list_expected_licenses(hub: HubComparison) -> frozenset[str]:
    """What the tag and the record name, and other versions of it that the tag means too."""
    named = frozenset[str]()
    for expression in (hub.tagged_license, hub.declaration.license):
        named |= collect_license_names(expression or "")
    versions = (find_versions_meant(name, hub.registry) for name in named)
    return named.union(*versions)


def _name_added_file(hub: HubComparison, file: LicenseFile) -> str:
    name = name_license_file(file, hub.registry)
    content = hub.load_text(file.sha256)
    found = identify_content(content, hub.registry) if content else None
    if found is None or found.license or found.document == "policy":
        return name
    if found.document == "pointer":
        return f"pointer to {found.nearest}"
    return f"a changed copy of {found.nearest}" if found.kind == "edited" else name


def _describe_text(
    hub: HubComparison, file: LicenseFile, license: str | None
) -> LicenseTextDiff | None:
    terms = describe_terms_change(hub.license_in_force, license, hub.registry)
    content = hub.load_text(file.sha256)
    found = identify_content(content, hub.registry) if content and not license else None
    passages = tuple(f"+ {passage}" for passage in found.passages) if found else ()
    if not terms and not passages:
        return None
    return LicenseTextDiff(None, file.sha256, terms=terms, passages=passages)
