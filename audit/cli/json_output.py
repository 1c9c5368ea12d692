"""How every command prints JSON: through one function, so that none can forget its version."""

import json
from collections.abc import Mapping
from typing import Any

from audit.core.output_versions import add_schema_version


def print_json(output: str, document: Mapping[str, Any]) -> None:
    """Print one document for programs, over several lines."""
    print(json.dumps(add_schema_version(output, document), indent=2, ensure_ascii=False))


def print_json_line(output: str, document: Mapping[str, Any]) -> None:
    """Print one document on a line of its own: for commands that answer several times."""
    print(json.dumps(add_schema_version(output, document), ensure_ascii=False))


def print_document(document: Mapping[str, Any]) -> None:
    """Print a document in somebody else's format, which has no place for our version."""
    print(json.dumps(document, indent=2, ensure_ascii=False))
