"""The JSON Schemas, and what of a document breaks them."""

import json
from collections.abc import Mapping
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema_rs

from audit.core.errors import Problem
from audit.core.json_files import parse_json
from audit.records.json_paths import format_json_path
from audit.records.schema_messages import MAX_ENGINE_MESSAGE, describe_schema_error

if TYPE_CHECKING:
    # The judge takes a quarter of a second to import, and a valid registry never calls it.
    from jsonschema import Draft202012Validator
    from referencing import Registry as SchemaRegistry

SCHEMA_SUFFIX = ".schema.json"
SCHEMA_BASE_URL = "https://schemas.invalid/"
"""In place of the folder where an engine insists on absolute addresses; nothing is ever fetched."""
MAX_ERRORS = 200
"""Of one document. More say nothing new, and a megabyte can hold a hundred thousand."""
SCHEMA_NAMES = ("model", "family", "dataset", "license", "observation", "event", "report", "policy")


def find_schema_folder() -> Traversable:
    """The schemas: inside the installed package, or beside it in a clone."""
    installed = resources.files("audit") / "schemas"
    return installed if installed.is_dir() else Path(__file__).parents[2] / "schemas"


@cache
def load_schemas() -> Mapping[str, Any]:
    """Every schema by its file name."""
    files = [file for file in find_schema_folder().iterdir() if file.name.endswith(SCHEMA_SUFFIX)]
    return {file.name: parse_json(file.read_text(encoding="utf-8"), file.name) for file in files}


@cache
def _load_schema_store() -> "SchemaRegistry[Any]":
    """All schemas under their file names: `$ref` is relative, so that editors resolve it too."""
    from referencing import Registry, Resource

    resources_by_name = [
        (name, Resource.from_contents(contents)) for name, contents in load_schemas().items()
    ]
    return Registry().with_resources(resources_by_name)


@cache
def build_validator(schema: str) -> "Draft202012Validator":
    """The validator of one schema of SCHEMA_NAMES, with real format checks.

    Formats need rfc3339-validator and rfc3986-validator: the bare jsonschema package lets any
    `date-time` or `uri` pass.
    """
    from jsonschema import Draft202012Validator

    return Draft202012Validator(
        load_schemas()[f"{schema}{SCHEMA_SUFFIX}"],
        registry=_load_schema_store(),
        format_checker=Draft202012Validator.FORMAT_CHECKER,
    )


@cache
def build_quick_validator(schema: str) -> jsonschema_rs.Draft202012Validator:
    """A compiled validator, fifty times as fast, that may only say what is right.

    jsonschema stays the judge of what is wrong.
    """
    address = f"{SCHEMA_BASE_URL}{schema}{SCHEMA_SUFFIX}"
    return jsonschema_rs.Draft202012Validator(
        {"$ref": address}, registry=_build_quick_registry(), validate_formats=True
    )


@cache
def _build_quick_registry() -> jsonschema_rs.Registry:
    schemas = load_schemas().items()
    return jsonschema_rs.Registry([(SCHEMA_BASE_URL + name, held) for name, held in schemas])


def find_schema_problems(
    schema: str, data: Any, shown: str, *, is_whole: bool = False
) -> list[Problem]:
    """All violations of a schema by one document, each once, the most specific first.

    What either engine refuses is refused. `is_whole`: whether its text is known to hold no half
    character.
    """
    half = "" if is_whole else _find_half_character(data)
    if half:
        fix = "write the character itself, or leave it out"
        return [Problem(shown, "$", f"half a character, {half}, which is no text", fix)]
    if build_quick_validator(schema).is_valid(data):
        return []
    found: set[Problem] = set()
    for violation in islice(build_validator(schema).iter_errors(data), MAX_ERRORS):
        found.update(describe_schema_error(violation, shown))
    return sorted(found) or _find_problems_of_the_quick_engine(schema, data, shown)


def _find_half_character(data: Any) -> str:
    """As an escape; empty where all is text. The quick engine takes one for a whole character."""
    try:
        json.dumps(data, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError as error:
        return ascii(error.object[error.start])[1:-1]
    return ""


def _find_problems_of_the_quick_engine(schema: str, data: Any, shown: str) -> list[Problem]:
    """What the judge lets pass.

    By Python's rules `$` matches before a final line end too, by the standard's it does not.
    """
    fix = "see the schema for its form, and look for a line end after the value"
    found = set()
    for error in build_quick_validator(schema).iter_errors(data):
        path = format_json_path(error.instance_path)
        found.add(Problem(shown, path, error.message[:MAX_ENGINE_MESSAGE], fix))
    # Neither engine says why, and one of them refused it.
    return sorted(found) or [Problem(shown, "$", "not of the form of the schema", fix)]
