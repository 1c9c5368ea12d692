"""Errors of the JSON Schema engine in words that a first-time contributor can act on."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from audit.core.errors import Problem
from audit.core.near_names import find_near_names, format_near_names
from audit.records.json_paths import format_json_path

if TYPE_CHECKING:
    from jsonschema import ValidationError

Advice = tuple[str, str]
"""What is wrong, and what to write."""
MAX_SHOWN_VALUE = 60
"""Characters of a value that a message repeats."""
MAX_ENGINE_MESSAGE = 160
"""Characters of the engine's own sentence, which may repeat a whole record."""
MAX_UNKNOWN_KEYS = 20
"""Of one object. Each is compared with all known ones, and nobody reads more."""
VERDICT_KEYS = frozenset(
    {
        "verdict",
        "verdicts",
        "label",
        "open",
        "openness",
        "score",
        "class",
        "osaid",
        "mof",
        "spectrum",
        "is_open",
        "open_source",
    }
)
"""Keys under which people try to type a verdict in."""


def describe_schema_error(error: "ValidationError", shown: str) -> Iterator[Problem]:
    """What is wrong in one error: one problem for each key that is missing or too many."""
    for leaf in _find_leaf_errors(error):
        if leaf.validator == "required":
            yield _describe_missing_key(leaf, shown)
        elif leaf.validator == "additionalProperties" and isinstance(leaf.schema, dict):
            yield from _describe_unknown_keys(leaf, shown)
        else:
            yield _describe_value(leaf, shown)


def _find_leaf_errors(error: "ValidationError") -> "Iterator[ValidationError]":
    """Of several alternatives, the errors of the one that the writer came nearest to."""
    if error.validator in ("oneOf", "anyOf") and error.context:
        deepest = max(error.context, key=_measure_nearness)
        if len(deepest.absolute_path) > len(error.absolute_path):
            yield from _find_leaf_errors(deepest)
            return
    yield error


def _measure_nearness(error: "ValidationError") -> tuple[int, bool]:
    return len(error.absolute_path), error.validator != "type"


def _describe_missing_key(error: "ValidationError", shown: str) -> Problem:
    path = format_json_path(error.absolute_path)
    # The engine yields one error for each missing key, and names it in its sentence only.
    named = re.match(r"'([^']+)' is a required property", error.message)
    key = named[1] if named else str(error.validator_value)
    if key == "evidence":
        fix = 'add "evidence": ["<key of the evidence table>"], or write "unknown"'
        return Problem(shown, path, "a stated fact has no evidence", fix)
    return Problem(shown, path, f"{key!r} is missing", f"add {key!r}")


def _describe_unknown_keys(error: "ValidationError", shown: str) -> Iterator[Problem]:
    """The engine names all surplus keys in one error."""
    rules: Any = error.schema
    given: Any = error.instance
    known = sorted(rules.get("properties", {}))
    unknown = sorted(set(given) - set(known))
    for key in unknown[:MAX_UNKNOWN_KEYS]:
        path = format_json_path([*error.absolute_path, key])
        yield _describe_unknown_key(path, key, known, shown)
    if unknown[MAX_UNKNOWN_KEYS:]:
        path = format_json_path(error.absolute_path)
        more = f"and {len(unknown) - MAX_UNKNOWN_KEYS:,} more unknown keys"
        yield Problem(shown, path, more, "remove them")


def _describe_unknown_key(path: str, key: str, known: list[str], shown: str) -> Problem:
    if key in VERDICT_KEYS and not find_near_names(key, known):
        fix = "remove it: verdicts are derived from the facts, never stored"
        return Problem(shown, path, f"{key!r} is a verdict", fix)
    fix = f"remove it, or use one of: {', '.join(known)}{format_near_names(key, known)}"
    return Problem(shown, path, f"unknown key {_shorten_value(key)}", fix)


def _describe_value(error: "ValidationError", shown: str) -> Problem:
    message, fix = _explain_value(error)
    return Problem(shown, format_json_path(error.absolute_path), message, fix)


def _explain_value(error: "ValidationError") -> Advice:
    """What is wrong with a value, and what to write."""
    rule: Any = error.validator_value
    return _explain_rule(error, rule) or _explain_form(error, rule) or _quote_engine(error)


def _explain_rule(error: "ValidationError", rule: Any) -> Advice | None:
    """Where the schema says which values it takes."""
    value = _shorten_value(error.instance)
    match error.validator:
        case "propertyNames" | "enum" if isinstance(rule, list):
            choices = ", ".join(_shorten_value(choice) for choice in rule)
            return f"{value} is not allowed here", f"write one of: {choices}"
        case "const":
            return f"{value} is not allowed here", f"write {_shorten_value(rule)}"
    return None


def _explain_form(error: "ValidationError", rule: Any) -> Advice | None:
    """Where the schema says which form a value has."""
    value = _shorten_value(error.instance)
    article = "an" if str(rule)[:1] in "aeio" else "a"
    instruction = f"write {article} {rule}: {_find_description(error)}".rstrip(": ")
    match error.validator:
        case "pattern" if rule.startswith("^https"):
            fix = "write https://, a public host by its name, and neither user nor port"
            return f"{value} is not an https address of a public page", fix
        case "format":
            return f"{value} is not a valid {rule}", instruction
        case "type":
            return f"{value} is not of type {rule}", instruction
    return None


def _quote_engine(error: "ValidationError") -> Advice:
    """The engine's own sentence, for a rule that has no better one here."""
    described = _find_description(error)
    fix = f"see the schema: {described}" if described else f"see schemas/ ({error.validator})"
    return error.message[:MAX_ENGINE_MESSAGE], fix


def _find_description(error: "ValidationError") -> str:
    """What the schema says of the place."""
    return str(error.schema.get("description", "")) if isinstance(error.schema, dict) else ""


def _shorten_value(value: Any) -> str:
    text = str(value).lower() if isinstance(value, bool) else repr(value)
    return text if len(text) <= MAX_SHOWN_VALUE else text[: MAX_SHOWN_VALUE - 3] + "..."
