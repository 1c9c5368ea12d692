"""The JSON Schemas, and their errors in words that a first-time contributor can act on."""

import json
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema_rs

from audit.core.errors import Problem
from audit.core.json_files import read_json
from audit.core.near_names import nearest

if TYPE_CHECKING:
    # The judge takes a quarter of a second to import, and a valid registry never calls it.
    from jsonschema import Draft202012Validator, ValidationError
    from referencing import Registry as SchemaRegistry

SCHEMA_FOLDER = Path(__file__).resolve().parents[2] / "schemas"
BASE = "https://schemas.invalid/"
"""Stands for the folder where an engine insists on absolute addresses; nothing is ever fetched."""
SCHEMAS = ("model", "family", "dataset", "license", "observation", "event", "report", "policy")

VERDICT_WORDS = frozenset({"verdict", "verdicts", "label", "open", "openness", "score", "class", "osaid", "mof", "spectrum", "is_open", "open_source"})
"""Keys under which people try to type a verdict in."""


@cache
def _store() -> "SchemaRegistry[Any]":
    """All schemas under their file names: `$ref` values are relative, so that editors resolve them too."""
    from referencing import Registry, Resource

    resources = []
    for file in sorted(SCHEMA_FOLDER.glob("*.schema.json")):
        resources.append((file.name, Resource.from_contents(read_json(file, file.name))))
    return Registry().with_resources(resources)


@cache
def validator(schema: str) -> "Draft202012Validator":
    """The validator of one schema of SCHEMAS, with real format checks.

    Formats need rfc3339-validator and rfc3986-validator: the bare jsonschema package lets any `date-time` or `uri` pass.
    """
    from jsonschema import Draft202012Validator

    store = _store()
    contents = store.contents(f"{schema}.schema.json")
    return Draft202012Validator(contents, registry=store, format_checker=Draft202012Validator.FORMAT_CHECKER)


@cache
def quick(schema: str) -> jsonschema_rs.Draft202012Validator:
    """A compiled validator, fifty times as fast, that may only say what is right; jsonschema stays the judge of what is wrong."""
    documents = {f"{BASE}{file.name}": read_json(file, file.name) for file in sorted(SCHEMA_FOLDER.glob("*.schema.json"))}
    store = jsonschema_rs.Registry(list(documents.items()))
    return jsonschema_rs.Draft202012Validator({"$ref": f"{BASE}{schema}.schema.json"}, registry=store, validate_formats=True)


def schema_problems(schema: str, data: Any, shown: str) -> list[Problem]:
    """All violations of a schema by one document, each once, most specific first. What either engine refuses is refused."""
    try:
        # The quick engine takes half a character for a whole one.
        json.dumps(data, ensure_ascii=False).encode("utf-8")
        if quick(schema).is_valid(data):
            return []
        found = {problem for top in validator(schema).iter_errors(data) for error in _leaves(top) for problem in _problems(error, shown)}
        return sorted(found) or _of_the_quick_one(schema, data, shown)
    except UnicodeEncodeError as error:
        half = ascii(error.object[error.start])[1:-1]
        return [Problem(shown, "$", f"half a character, {half}, which is no text", "write the character itself, or leave it out")]


def _of_the_quick_one(schema: str, data: Any, shown: str) -> list[Problem]:
    """What the judge lets pass: by Python's rules `$` stands before a final line end too, by the standard's it does not."""
    fix = "see the schema for its form, and look for a line end after the value"
    found = {Problem(shown, json_path(error.instance_path), error.message[:160], fix) for error in quick(schema).iter_errors(data)}
    # Neither engine says why, and one of them refused it.
    return sorted(found) or [Problem(shown, "$", "not what the schema asks for", fix)]


def _leaves(error: "ValidationError") -> "Iterator[ValidationError]":
    if error.validator in ("oneOf", "anyOf") and error.context:
        # Of several alternatives, report the one that the writer came nearest to.
        deepest = max(error.context, key=lambda each: (len(each.absolute_path), each.validator != "type"))
        if len(deepest.absolute_path) > len(error.absolute_path):
            yield from _leaves(deepest)
            return
    yield error


def _problems(error: "ValidationError", shown: str) -> Iterator[Problem]:
    """One problem for each key that is missing or too many; the engine names all of them in one error."""
    if error.validator == "required" and isinstance(error.instance, dict) and isinstance(error.validator_value, list):
        # The engine yields one error for each missing key, all with the same rule.
        missing = re.match(r"'([^']+)' is a required property", error.message)
        yield _missing(error, missing[1] if missing else error.validator_value[0], shown)
    elif error.validator == "additionalProperties" and isinstance(error.instance, dict) and isinstance(error.schema, dict):
        known = sorted(error.schema.get("properties", {}))
        for key in sorted(set(error.instance) - set(known)):
            yield _surplus(json_path([*error.absolute_path, key]), key, known, shown)
    else:
        yield _problem(error, shown)


def _missing(error: "ValidationError", key: str, shown: str) -> Problem:
    path = json_path(error.absolute_path)
    if key == "evidence":
        return Problem(shown, path, "a stated fact has no evidence", 'add "evidence": ["<key of the evidence table>"], or write "unknown"')
    return Problem(shown, path, f"{key!r} is missing", f"add {key!r}")


def _surplus(path: str, key: str, known: list[str], shown: str) -> Problem:
    if key in VERDICT_WORDS:
        return Problem(shown, path, f"{key!r} is a verdict", "remove it: verdicts are derived from the facts, never stored")
    near = nearest(key, known)
    return Problem(shown, path, f"unknown key {_short(key)}", f"remove it, or use one of: {', '.join(known)}{near}")


def _problem(error: "ValidationError", shown: str) -> Problem:
    path = json_path(error.absolute_path)
    value = _short(error.instance)
    rule: Any = error.validator_value
    schema: dict[str, Any] = error.schema if isinstance(error.schema, dict) else {}
    described = schema.get("description", "")
    match error.validator:
        case "propertyNames" | "enum" if isinstance(rule, list):
            return Problem(shown, path, f"{value} is not allowed here", f"write one of: {', '.join(_short(each) for each in rule)}")
        case "const":
            return Problem(shown, path, f"{value} is not allowed here", f"write {_short(rule)}")
        case "pattern" if rule.startswith("^https"):
            return Problem(shown, path, f"{value} is not an https address", "write an address that begins with https://")
        case "format":
            return Problem(shown, path, f"{value} is not a valid {rule}", f"write a {rule}: {described}".rstrip(": "))
        case "type":
            return Problem(shown, path, f"{value} is not of type {rule}", f"write a {rule}: {described}".rstrip(": "))
        case _:
            return Problem(shown, path, error.message[:160], f"see the schema: {described}" if described else f"see schemas/ ({error.validator})")


def json_path(parts: Iterable[str | int]) -> str:
    """A place in a document, as every message shows it: `$.components.training-code`, `$.base_models[0]`."""
    return "$" + "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts)


def _short(value: Any) -> str:
    text = repr(value) if not isinstance(value, bool) else str(value).lower()
    return text if len(text) <= 60 else text[:57] + "..."
