"""What does a license file speak of? By the card's link, by its content and by its name.

Only what speaks for the weights can move the label of a model.
"""

import re
from typing import Literal

from audit.drift.compare.inputs import HubComparison
from audit.drift.compare.license_files import find_text_source
from audit.drift.compare.license_statements import (
    FileStatement,
    is_linked_file,
    is_named_for_code,
    is_named_for_weights,
    is_side_document,
    select_files_about_weights,
)
from audit.observations.facts import LicenseFile
from audit.records.registry import Registry

FileRole = Literal["weights", "code", "data", "policy", "notice", "pointer"]
_DATA_FILE_NAME = re.compile(r"(?:^|[-_./ ])(?:data|datasets?|corpus)(?:[-_./ ]|$)", re.IGNORECASE)
_POLICY_FILE_NAME = re.compile(r"polic(?:y|ies)|acceptable.?use|prohibited", re.IGNORECASE)


def find_file_role(file: LicenseFile, link: str | None, registry: Registry) -> FileRole:
    """What a file speaks of; the weights where nothing says otherwise."""
    source = find_text_source(file, registry)
    if source and source.text.kind != "license":
        return source.text.kind
    if is_linked_file(link, file.path):
        return "weights"
    if is_side_document(file.path):
        return "policy" if _POLICY_FILE_NAME.search(file.path) else "notice"
    return _find_subject(file.path)


def _find_subject(path: str) -> FileRole:
    if is_named_for_weights(path):
        return "weights"
    if is_named_for_code(path):
        return "code"
    return "data" if is_named_for_data(path) else "weights"


def is_named_for_data(path: str) -> bool:
    """Whether a file's name says that it speaks of data."""
    return _DATA_FILE_NAME.search(path) is not None


def speaks_for_weights(hub: HubComparison, file: LicenseFile) -> bool:
    """Whether it is a file whose terms are those of the weights, or of a dataset's data.

    A file named for the model goes before one that is named for nothing.
    """
    link, registry = hub.now.license_link, hub.registry
    if hub.kind == "dataset":
        return find_file_role(file, link, registry) in ("weights", "data")
    about = [
        FileStatement(each.path, None)
        for each in (*hub.now.license_files, file)
        if find_file_role(each, link, registry) == "weights"
    ]
    return any(each.path == file.path for each in select_files_about_weights(about, link))
