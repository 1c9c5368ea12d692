"""Lines of JSON paths, and what a contributor reads when a record is wrong."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.cli.main import main
from audit.contribute.guidance import GUIDE_SECTIONS
from audit.records.json_paths import format_json_path
from audit.records.line_numbers import find_line, index_lines_by_path
from tests.conftest import WriteRegistry, make_license_record, make_model_record

KEYS = st.text(
    st.characters(codec="utf-8", exclude_characters='"\\', exclude_categories=["Cc", "Cs"]),
    min_size=1,
    max_size=8,
)
DOCUMENTS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=20,
)


def list_paths(value, parts=()):
    """Every path with how the line of a value begins when each stands on a line of its own."""
    items = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for key, inner in items:
        yield (*parts, key), inner
        yield from list_paths(inner, (*parts, key))


@given(st.dictionaries(KEYS, DOCUMENTS, max_size=4))
def test_each_value_is_found_on_the_line_where_it_begins(document):
    """In a text of one value a line, the line of a path begins with its key, or with its value in a list."""
    text = json.dumps(document, indent=2, ensure_ascii=False)
    lines, found = text.split("\n"), index_lines_by_path(text)
    for parts, value in list_paths(document):
        line = lines[found[format_json_path(parts)] - 1].strip()
        if isinstance(parts[-1], str):
            assert line.startswith(json.dumps(parts[-1], ensure_ascii=False) + ":")
        else:
            opening = {dict: "{", list: "["}.get(type(value)) or json.dumps(
                value, ensure_ascii=False
            )
            assert line.startswith(opening)


@given(st.text('{}[],:"\\ab1 \n', max_size=60))
def test_no_text_is_too_broken(text):
    """What is no JSON gives lines all the same, and every path leads to one."""
    assert find_line("$.a.b[3].c", index_lines_by_path(text)) >= 1


def test_a_path_that_is_not_there_leads_to_its_holder():
    """A missing key is shown where it belongs."""
    lines = index_lines_by_path('{\n  "hub": {\n    "gated": false\n  }\n}')
    assert (
        find_line("$.hub.repo", lines),
        find_line("$.hub.gated", lines),
        find_line("$.other", lines),
    ) == (2, 3, 1)


def build_wrong_record() -> dict:
    """Five faults of five kinds: schema, reference, evidence, a surplus key, a verdict."""
    return make_model_record(
        verdict="open",
        stars=3,
        components={
            "model-parameters-final": {
                "status": "released",
                "license": "Apache-9",
                "evidence": ["card"],
            },
            "training-code": {"status": "released"},
            "datasets": {"status": "unknown", "datasets": ["maker/none"]},
        },
    )


def test_all_faults_of_a_record_come_at_once_each_with_its_line_and_a_section(
    write_registry: WriteRegistry, capsys
):
    """Schema faults do not hide references.

    One run shows everything, at the line, with what to write and where to read on.
    """
    root = write_registry(("licenses", make_license_record()), ("models", build_wrong_record()))
    path = root / "models/maker/model-1.json"
    path.write_text(json.dumps(build_wrong_record(), indent=2))

    assert main(["validate", "--registry", str(root)]) == 1
    *printed, summary = capsys.readouterr().out.splitlines()
    lines = path.read_text().split("\n")

    assert summary.startswith("5 problems in ")
    shown = {}
    for each in printed:
        match = re.fullmatch(
            r"registry/models/maker/model-1\.json:(\d+): (\$\S*): (.+); (.+) \(see CONTRIBUTING\.md#([a-z-]+)\)",
            each,
        )
        assert match, each
        shown[match[2]] = (lines[int(match[1]) - 1].strip(), match[5])
    assert shown == {
        "$.components.model-parameters-final.license": ('"license": "Apache-9",', "add-a-license"),
        "$.components.training-code": ('"training-code": {', "cite-evidence"),
        "$.components.datasets.datasets": ('"datasets": [', "add-a-dataset"),
        "$.stars": ('"stars": 3', "the-form-of-a-record"),
        "$.verdict": ('"verdict": "open",', "verdicts-are-derived"),
    }


@pytest.mark.parametrize(("text", "line"), [('{\n"id": 1,\n"id": 2}', 3), ('{\n"id": 1,,\n}', 2)])
def test_a_text_that_does_not_parse_is_shown_at_its_line(
    write_registry: WriteRegistry, capsys, text: str, line: int
):
    """Syntax errors and double keys have a line too."""
    root = write_registry()
    (root / "models/maker/model-1.json").write_text(text)
    assert main(["validate", "--registry", str(root)]) == 1
    assert f"model-1.json:{line}: $: " in capsys.readouterr().out


def test_a_damaged_record_makes_no_other_record_wrong(write_registry: WriteRegistry, capsys):
    """What stands in a file that does not parse is not missing.

    The models that cite it are not blamed.
    """
    root = write_registry(
        ("licenses", make_license_record()),
        ("licenses", make_license_record("Other")),
        ("models", make_model_record()),
    )
    (root / "licenses/MIT.json").write_text("{")
    assert main(["validate", "--registry", str(root)]) == 1
    assert "\n1 problem in " in capsys.readouterr().out


def test_every_section_that_is_named_is_there(root: Path):
    """A link in a message leads to a heading of CONTRIBUTING."""
    headings = {
        re.sub(r"[^a-z0-9 -]", "", each.lower()).replace(" ", "-")
        for each in re.findall(r"^#+ (.+)$", (root / "CONTRIBUTING.md").read_text(), re.M)
    }
    assert {section for _, section in GUIDE_SECTIONS} <= headings
