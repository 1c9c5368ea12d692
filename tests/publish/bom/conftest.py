"""The official schemas as judges, and the registry's records, loaded once."""

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from audit.records.load import load_registry
from audit.records.registry import Registry
from tests.conftest import ROOT

SCHEMAS = ROOT / "tests" / "schemas"


def read_schema(uri: str) -> Any:
    """One of the schemas, by its name or by the address under which another one refers to it."""
    return json.loads((SCHEMAS / uri.rpartition("/")[2]).read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def cyclonedx_judges() -> dict[str, Any]:
    return {
        version: jsonschema_rs.Draft7Validator(
            read_schema(f"bom-{version}.schema.json"),
            retriever=read_schema,
            validate_formats=True,
        )
        for version in ("1.6", "1.7")
    }


@pytest.fixture(scope="session")
def spdx_judge() -> Any:
    return jsonschema_rs.Draft202012Validator(read_schema("spdx-3.0.1.schema.json"))


@pytest.fixture(scope="session")
def recorded(root: Path) -> Registry:
    return load_registry(root / "registry")
