"""Do the Hub tag, the license files, the card's link and the record name the same license?

A file for code beside one for weights does not contradict it, and neither does the license of a
code repository: each speaks of its own thing.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

_CODE_FILE_NAME = re.compile(r"(?:^|[-_./ ])(?:code|software|source)(?:[-_. ]|$)", re.IGNORECASE)
_WEIGHTS_FILE_NAME = re.compile(
    r"(?:^|[-_./ ])(?:model|models|weights?)(?:[-_./ ]|$)", re.IGNORECASE
)
_OTHER_FILE_NAME = re.compile(
    r"notice|third.?party|policy|policies|acceptable.?use|prohibited|authors|patents", re.IGNORECASE
)


@dataclass(frozen=True)
class FileStatement:
    """A license file, and what it is."""

    path: str
    license: str | None
    """The license that it is, word for word; None where that is not known."""
    edited_copy_of: str | None = None
    """The license of which it is a changed copy."""
    reviewed: bool = False
    """The record pins exactly this text: a reviewer has seen the contradiction."""


@dataclass(frozen=True)
class LicenseStatements:
    """All that is said about the license of one model's weights. What nobody says is None."""

    tag: str | None = None
    """By the Hub tag and license_name."""
    tag_versions: frozenset[str] = frozenset()
    """Other versions of that license which the tag means as well."""
    files: tuple[FileStatement, ...] = ()
    link: str | None = None
    """license_link of the card: an address, or a path in the repository."""
    linked_licenses: frozenset[str] = frozenset()
    """The licenses known under that address: a maker's page shows one version after another."""
    recorded_license: str | None = None
    """Weights license of the record, which a reviewer took from all of these."""
    code_licenses: frozenset[str] = frozenset()
    """Licenses of the model's code, by the record."""


@dataclass(frozen=True)
class TagContradiction:
    """A file or a link that says another license than the tag."""

    field: str
    tag: str
    stated: str
    license: str | None
    """The license that it names, None where it is nobody's plain text."""


def find_tag_contradictions(statements: LicenseStatements) -> tuple[TagContradiction, ...]:
    """Who contradicts the tag, sorted by field.

    None where all agree, where the tag says nothing, or where the record has settled it.
    """
    if statements.tag is None:
        return ()
    named = collect_license_names(statements.tag) | statements.tag_versions
    found = _find_link_contradictions(statements, named)
    for file in select_files_about_weights(statements.files, statements.link):
        found += _find_file_contradictions(file, statements, named)
    return tuple(sorted(found, key=lambda contradiction: contradiction.field))


def _find_link_contradictions(
    statements: LicenseStatements, named: frozenset[str]
) -> list[TagContradiction]:
    linked = statements.linked_licenses
    if not linked or linked & named:
        return []
    if any(_is_settled_by_record(license, statements) for license in linked):
        return []
    only = min(linked) if len(linked) == 1 else None
    stated = " or ".join(sorted(linked))
    return [TagContradiction("hub.license_link", statements.tag or "", stated, only)]


def collect_license_names(expression: str) -> frozenset[str]:
    """The licenses that an expression names."""
    words = expression.replace("(", " ").replace(")", " ").split()
    return frozenset(words) - {"AND", "OR", "WITH"}


def select_files_about_weights(
    files: Sequence[FileStatement], link: str | None
) -> tuple[FileStatement, ...]:
    """The files that speak of the weights.

    The one that the card links to, else those named for the model, else those named for nothing.
    """
    terms = [file for file in files if not _OTHER_FILE_NAME.search(file.path)]
    linked = [file for file in terms if is_linked_file(link, file.path)]
    for_weights = [file for file in terms if is_named_for_weights(file.path)]
    for_anything = [file for file in terms if not is_named_for_code(file.path)]
    return tuple(linked or for_weights or for_anything)


def is_named_for_weights(path: str) -> bool:
    """Whether a file's name says that it speaks of a model's weights."""
    return _WEIGHTS_FILE_NAME.search(path) is not None


def is_side_document(path: str) -> bool:
    """Whether a file's name says that it is a notice or a policy, and no license."""
    return _OTHER_FILE_NAME.search(path) is not None


def is_named_for_code(path: str) -> bool:
    """Whether a file's name says that it speaks of code."""
    return _CODE_FILE_NAME.search(path) is not None


def is_linked_file(link: str | None, path: str) -> bool:
    """Whether the card's link leads to a file of the repository."""
    if not link:
        return False
    return link == path or re.split("[?#]", link, maxsplit=1)[0].endswith(f"/{path}")


def _find_file_contradictions(
    file: FileStatement, statements: LicenseStatements, named: frozenset[str]
) -> list[TagContradiction]:
    tag, license, original = statements.tag or "", file.license, file.edited_copy_of
    if file.reviewed:
        return []
    if license:
        is_expected = _is_expected_license(license, statements, named)
        return [] if is_expected else [TagContradiction(file.path, tag, license, license)]
    if not original or _is_settled_by_record(original, statements, other_than=named):
        return []
    return [TagContradiction(file.path, tag, f"a changed copy of {original}", None)]


def _is_expected_license(
    license: str, statements: LicenseStatements, named: frozenset[str]
) -> bool:
    """Whether the tag, the code or the record accounts for a file of this license."""
    if license in named or license in statements.code_licenses:
        return True
    return _is_settled_by_record(license, statements)


def _is_settled_by_record(
    license: str, statements: LicenseStatements, other_than: frozenset[str] = frozenset()
) -> bool:
    """Whether the record names this license: then a reviewer has seen the contradiction."""
    recorded = statements.recorded_license
    return recorded is not None and license in collect_license_names(recorded) - other_than
