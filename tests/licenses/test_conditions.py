"""The table of kinds of clauses: it agrees with the schema, and what it lacks is never allowed."""

import pytest

from audit.analysis.consistency import find_contradictions
from audit.definitions import spectrum
from audit.definitions.catalog import DEFINITIONS
from audit.licenses.clause_parameters import EFFECTS
from audit.licenses.compare import compare_expressions
from audit.licenses.conditions import (
    CONDITION_KINDS,
    compute_clause_effect,
    find_condition_kind,
)
from audit.licenses.terms import evaluate_openness
from audit.licenses.uses import IntendedUse
from audit.records.schema import find_schema_problems, load_schemas
from tests.definitions.builders import (
    make_condition,
    make_license,
    make_model,
    make_registry,
    replace_component,
)

SCHEMA = load_schemas()["license.schema.json"]
CLAUSE = SCHEMA["$defs"]["condition"]
USE = IntendedUse(purposes=("commercial",), mode="fine-tune", public=True)
NOT_UNDERSTOOD = {
    "a kind of tomorrow": make_condition("moon-landing"),
    "a parameter of tomorrow": make_condition("attribution", fee=100),
    "a parameter of another kind": make_condition("notice", users=5),
    "a word of tomorrow": make_condition("user-threshold", users=5, period="week"),
    "an effect of tomorrow": make_condition("hosted-service", effect="auction"),
    "a value of another type": make_condition("patent-grant", granted="perhaps"),
    "a switch for a number": make_condition("user-threshold", users=True),
}


def read_schema_parameters(kind):
    """The properties that the schema allows for the parameters of a kind, by name."""
    for rule in CLAUSE["allOf"]:
        wanted = rule["if"]["properties"]["kind"]
        if kind in wanted.get("enum", [wanted.get("const")]):
            name = rule["then"]["properties"]["parameters"]["$ref"].rpartition("/")[2]
            assert SCHEMA["$defs"][name]["additionalProperties"] is False
            return SCHEMA["$defs"][name]["properties"]
    return None


def convert_schema_form(rule):
    """A property of the schema in the table's own words."""
    local = rule.get("$ref", "").removeprefix("#/$defs/")
    rule = SCHEMA["$defs"].get(local, rule)
    if "enum" in rule:
        return frozenset(rule["enum"])
    types = {"integer": int, "number": float, "string": str, "boolean": bool, "array": list}
    return types[rule.get("type", "string")]


def test_schema_and_table_have_the_same_kinds():
    """A kind that only one of the two has would be refused, or loaded and not understood."""
    assert sorted(CLAUSE["properties"]["kind"]["enum"]) == sorted(CONDITION_KINDS)
    assert frozenset(SCHEMA["$defs"]["effect"]["enum"]) == EFFECTS
    assert all(id == kind.id for id, kind in CONDITION_KINDS.items())


@pytest.mark.parametrize("id", CONDITION_KINDS)
def test_schema_and_table_have_the_same_parameters(id):
    """Each parameter has one form, in the schema and in the table."""
    allowed = read_schema_parameters(id)
    assert allowed is not None
    found = {name: convert_schema_form(rule) for name, rule in allowed.items()}
    assert found == CONDITION_KINDS[id].parameters


@pytest.mark.parametrize("name", NOT_UNDERSTOOD)
def test_clause_that_is_not_understood_is_never_allowed(name):
    """Whatever is asked about it, the answer is unknown, and no direction is claimed."""
    condition = NOT_UNDERSTOOD[name]
    licenses = make_registry(licenses=(make_license("New", condition), make_license("Old")))
    assert find_condition_kind(condition) is None
    assert compute_clause_effect(condition, USE) == "unknown"
    assert evaluate_openness("New", licenses) == "unknown"
    assert compare_expressions("Old", "New", licenses) == "unreviewed"
    assert compare_expressions("New", "Old", licenses) == "unreviewed"
    problems = find_contradictions(licenses, "registry")
    assert [each.path for each in problems] == ["$.conditions[0]"]


@pytest.mark.parametrize("name", NOT_UNDERSTOOD)
def test_no_label_rests_on_a_clause_that_is_not_understood(name):
    """Neither the plain label nor another definition says yes under terms with such a clause."""
    license = make_license("New", NOT_UNDERSTOOD[name])
    subject = replace_component(make_model(), "model-parameters-final", license="New")
    records = make_registry(subject, licenses=(license,))
    assert spectrum.judge(subject, records).value == "undetermined"
    for definition in DEFINITIONS:
        assert definition.judge(subject, records).value not in definition.positive_values


@pytest.mark.parametrize("name", NOT_UNDERSTOOD)
def test_record_with_a_clause_that_is_not_understood_does_not_load(name):
    """The schema refuses what the table lacks, and the message says where."""
    condition = NOT_UNDERSTOOD[name]
    row = {"kind": condition.kind, "section": "2", "summary": "A clause.", "evidence": ["text"]}
    record = {
        "$schema": "../../schemas/license.schema.json",
        "id": "LicenseRef-new",
        "name": "New",
        "category": "model",
        "osi_approved": False,
        "freedoms": dict.fromkeys(("use", "study", "modify", "share"), "yes"),
        "conditions": [row | {"parameters": condition.parameters}],
        "evidence": {
            "text": {"url": "https://example.org/", "seen": "2026-11-24", "kind": "primary"}
        },
    }
    found = find_schema_problems("license", record, "licenses/LicenseRef-new.json")
    assert found
    assert all(each.path.startswith("$.conditions[0]") for each in found), found
    record["conditions"] = [row | {"kind": "notice"}]
    assert find_schema_problems("license", record, "licenses/LicenseRef-new.json") == []
