"""Every schema against its valid and invalid examples, collected by folder: a new case is a new file."""

import json
import random
from pathlib import Path

import pytest

from audit.records.schema import (
    SCHEMA_NAMES,
    build_quick_validator,
    build_validator,
    find_schema_problems,
    load_schemas,
)

EXAMPLES = Path(__file__).parent / "examples"
VALID = sorted(EXAMPLES.glob("*/valid/*.json"))
INVALID = sorted(EXAMPLES.glob("*/invalid/*.json"))


def format_example_name(path: Path) -> str:
    return f"{path.parts[-3]}/{path.stem}"


@pytest.mark.parametrize("path", VALID, ids=format_example_name)
def test_valid_example_has_no_problem(path: Path):
    """What a schema is meant to allow, it allows."""
    assert find_schema_problems(path.parts[-3], json.loads(path.read_text()), "x") == []


@pytest.mark.parametrize("path", INVALID, ids=format_example_name)
def test_invalid_example_is_refused_where_it_is_wrong(path: Path):
    """A fault is reported at its own JSON path, in one line that says what to do."""
    example = json.loads(path.read_text())

    problems = find_schema_problems(path.parts[-3], example["document"], "x")

    assert example["expect"] in [each.path for each in problems]
    assert all(each.message and each.fix and "\n" not in str(each) for each in problems)


@pytest.mark.parametrize("schema", SCHEMA_NAMES)
def test_every_schema_has_examples_of_both_kinds(schema: str):
    """No schema is without an example that it accepts and one that it refuses."""
    assert any(path.parts[-3] == schema for path in VALID)
    assert any(path.parts[-3] == schema for path in INVALID)


@pytest.mark.parametrize("schema", SCHEMA_NAMES)
def test_every_property_is_described(schema: str):
    """People read schemas: each property says what it is, itself or through what it refers to."""
    build_validator(schema).check_schema(load_schemas()[f"{schema}.schema.json"])
    bare = list(find_undescribed_properties(load_schemas()[f"{schema}.schema.json"]))

    assert bare == []


def find_undescribed_properties(node: object, path: str = "$"):
    if isinstance(node, dict):
        # Inside if/then/else the properties are those described elsewhere.
        for key, inner in node.items():
            if key in ("if", "then", "else", "allOf", "anyOf"):
                continue
            if key == "properties":
                yield from (
                    f"{path}.{each}"
                    for each, rule in inner.items()
                    if "description" not in rule and "$ref" not in rule
                )
            yield from find_undescribed_properties(inner, f"{path}.{key}")
    elif isinstance(node, list):
        for inner in node:
            yield from find_undescribed_properties(inner, path)


def damage_document(document: object, chooser: random.Random) -> object:
    """The document with one value replaced, one key removed or one key added, at a place drawn at random."""
    copy = json.loads(json.dumps(document))
    holders = [node for node in walk_nodes(copy) if node]
    holder = chooser.choice(holders)
    key = chooser.choice(list(holder) if isinstance(holder, dict) else range(len(holder)))
    what = chooser.choice(["replace", "remove", "add"])
    if what == "remove":
        del holder[key]
    elif what == "add" and isinstance(holder, dict):
        holder["surplus"] = 1
    else:
        holder[key] = chooser.choice(
            [
                None,
                1,
                "",
                "x",
                "2026-13-40",
                "http://example.org",
                [],
                {},
                True,
                "https://example.org/a b",
                "2026-02-30T25:00:00Z",
            ]
        )
    return copy


def walk_nodes(value: object):
    if isinstance(value, dict | list):
        yield value
        for inner in value.values() if isinstance(value, dict) else value:
            yield from walk_nodes(inner)


def test_the_quick_engine_never_accepts_what_jsonschema_refuses():
    """Two engines, one judge: of examples and of thousands of damaged ones, none is accepted by the quick one alone."""
    chooser = random.Random(7)
    documents = [(path.parts[-3], json.loads(path.read_text())) for path in VALID]
    documents += [(path.parts[-3], json.loads(path.read_text())["document"]) for path in INVALID]
    documents += [
        (schema, damage_document(document, chooser))
        for schema, document in documents
        for _ in range(40)
    ]
    for schema, document in documents:
        if build_quick_validator(schema).is_valid(document):
            assert build_validator(schema).is_valid(document), (schema, document)
