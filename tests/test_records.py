"""Records on disk: what is refused, with which words, and how a family's facts reach its models."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from audit.cli.main import main
from audit.core.atomic_files import write_text_atomic
from audit.core.errors import RegistryError
from audit.core.json_files import dump_json
from audit.records.load import load_registry, read_all_records
from audit.records.schema import find_schema_problems
from tests.conftest import EVIDENCE, ROOT, WriteRegistry, make_license_record, make_model_record

MODEL = "models/maker/model-1.json"


def list_problems(root: Path) -> list[str]:
    return [str(each) for each in read_all_records(root).problems]


def test_a_valid_registry_has_no_problem(write_registry: WriteRegistry):
    """The records that all other tests start from are valid."""
    assert list_problems(write_registry()) == []


def damage_duplicate_key(path: Path):
    path.write_text(path.read_text().replace('"name":', '"name": "twice", "name":', 1))


def damage_syntax(path: Path):
    path.write_text(path.read_text().rstrip()[:-1])


def damage_encoding(path: Path):
    path.write_bytes(path.read_bytes().replace(b"Maker", b"M\xe9ker"))


def damage_size(path: Path):
    path.write_text(" " * (50 << 20))


def damage_nan(path: Path):
    path.write_text(path.read_text().replace('"Maker"', "NaN"))


def damage_path(path: Path):
    path.rename(path.with_name("another.json"))


def damage_depth(path: Path):
    path.rename(path.parent.parent / "model-1.json")


def damage_nesting(path: Path):
    path.write_text("[" * 100_000)


def damage_half_character(path: Path):
    path.write_text(path.read_text().replace('"Maker"', '"Ma\\ud83dker"'))


def damage_half_character_in_a_key(path: Path):
    path.write_text(path.read_text().replace('"card"', '"\\\\\\uDE00"'))


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (damage_duplicate_key, "the key 'name' stands twice"),
        (damage_syntax, "not JSON at line 1"),
        (damage_encoding, "is not UTF-8; save the file as UTF-8"),
        (damage_size, "the file has 52,428,800 bytes"),
        (damage_nan, "NaN is not JSON"),
        (damage_path, "disagrees with the path; write 'maker/another'"),
        (damage_depth, "in the wrong place; move it to registry/models/<owner>/<name>.json"),
        (damage_nesting, "nested too deeply"),
        (
            damage_half_character,
            "half a character, \\ud83d, which is no text; write the character itself",
        ),
        (
            damage_half_character_in_a_key,
            "half a character, \\uDE00, which is no text; write the character itself",
        ),
    ],
)
def test_a_damaged_file_is_one_line_that_says_what_to_do(
    write_registry: WriteRegistry, damage, words: str
):
    """Bad input is refused whole, with its file, what is wrong and what to write."""
    root = write_registry()
    damage(root / MODEL)

    found = list_problems(root)

    assert len(found) == 1
    assert found[0].startswith("registry/models/")
    assert words in found[0]
    assert "\n" not in found[0]


BASE = {"id": "maker/base", "relation": "finetune", "evidence": ["card"]}
WRONG = [
    (
        {
            "components": {
                "model-parameters-final": {
                    "status": "released",
                    "license": "Apache-9",
                    "evidence": ["card"],
                }
            }
        },
        "$.components.model-parameters-final.license",
        "unknown license 'Apache-9'",
    ),
    (
        {"components": {"model-parameters-final": {"status": "released"}}},
        "$.components.model-parameters-final",
        "a stated fact has no evidence",
    ),
    ({"verdict": "open"}, "$.verdict", "'verdict' is a verdict; remove it"),
    (
        {"evidence": {"card": {**EVIDENCE["card"], "url": "http://example.org"}}},
        "$.evidence.card.url",
        "not an https address",
    ),
    (
        {"evidence": {**EVIDENCE, "spare": EVIDENCE["card"]}},
        "$.evidence.spare",
        "no fact cites this evidence",
    ),
    (
        {"claims": [{"says": "open", "evidence": ["blog"]}]},
        "$.claims[0].evidence",
        "the evidence table has no 'blog'",
    ),
    (
        {"base_models": [BASE], "from_scratch": {"evidence": ["card"]}},
        "$.from_scratch",
        "stands beside base models",
    ),
    ({"base_models": [BASE, BASE]}, "$.base_models[1]", "the same base stands twice"),
    ({"family": "nobody"}, "$.family", "unknown family 'nobody'"),
    (
        {"evidence": {"card": {**EVIDENCE["card"], "quote": "word " * 26}}},
        "$.evidence.card.quote",
        "the quote has 26 words",
    ),
]


@pytest.mark.parametrize(("change", "path", "words"), WRONG)
def test_a_wrong_fact_is_reported_at_its_path(
    write_registry: WriteRegistry, change: dict, path: str, words: str
):
    """Each error names the file, the JSON path, what is wrong and what to write."""
    found = list_problems(
        write_registry(("licenses", make_license_record()), ("models", make_model_record(**change)))
    )

    assert any(
        each.startswith(f"registry/models/maker/model-1.json: {path}: ") and words in each
        for each in found
    ), found


def test_a_whole_character_may_be_an_escape(write_registry: WriteRegistry):
    """Two halves that belong together are one character, and an escaped backslash before the letter u begins none."""
    root = write_registry()
    path = root / MODEL
    path.write_text(path.read_text().replace('"Maker"', r'"\ud83d\uDE00 \\ud83d"'))

    loaded = read_all_records(root)

    assert loaded.registry is not None
    assert loaded.registry.models["maker/model-1"].developer == "\U0001f600 \\ud83d"


@pytest.mark.parametrize("line_end", ["\n", "\u2028", "\r"])
@pytest.mark.parametrize(
    "place",
    [("hub", "revision"), ("hub", "repo"), ("released", "date"), ("evidence", "card", "url")],
)
def test_no_value_ends_with_a_line_end(
    write_registry: WriteRegistry, place: tuple[str, ...], line_end: str
):
    """A pattern holds for the whole of a value. Python's `$` stands before a final line end too; the schemas mean none."""
    record = make_model_record(released={"date": "2024-05-01", "evidence": ["card"]})
    record["hub"]["revision"] = "a" * 40
    record["evidence"] = {"card": dict(EVIDENCE["card"])}
    holder = record
    for key in place[:-1]:
        holder = holder[key]
    holder[place[-1]] += line_end

    found = list_problems(write_registry(("licenses", make_license_record()), ("models", record)))

    assert any("$." + ".".join(place) in each for each in found), found


def test_half_a_character_is_no_text_for_any_check():
    """A record that a program made is refused as one that was read: no engine lets half a character pass, and none fails."""
    for schema, data in (
        ("model", make_model_record(name="x\ud800")),
        ("event", "\ud800"),
        ("license", {"\ud800": 1}),
    ):
        assert find_schema_problems(schema, data, "x"), schema


def test_no_command_fails_on_half_a_character(write_registry: WriteRegistry):
    """Whatever a record, a policy or an argument holds, a command ends with one line that says what to do, and never with a traceback."""
    root = write_registry()
    damage_half_character(root / MODEL)
    for arguments in (
        ["validate"],
        ["catalog"],
        ["explain", "maker/model-1"],
        ["allows", "maker/model-1", "--json"],
        ["explain", b"\xff"],
        ["feeds"],
        ["new", b"a/\xff"],
    ):
        command = [sys.executable, "-m", "audit", *arguments, "--registry", str(root)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
        assert done.returncode in (1, 2), arguments
        assert "Traceback" not in done.stderr, arguments


def test_a_file_is_text_or_is_not_written(tmp_path: Path):
    """What no file can hold is refused before the old file is touched."""
    path = tmp_path / "x.json"
    path.write_text("old")
    with pytest.raises(
        RegistryError, match=r"x\.json: half a character, \\udfff, which no file can hold"
    ):
        write_text_atomic(path, dump_json({"name": "x\udfff"}))
    assert (path.read_text(), list(tmp_path.iterdir())) == ("old", [path])


def test_all_errors_come_at_once(write_registry: WriteRegistry):
    """A contributor sees every problem of every file in one run."""
    root = write_registry(
        ("licenses", make_license_record()),
        ("models", make_model_record(verdict="open")),
        ("models", make_model_record("maker/two", stars=1)),
    )

    assert len(list_problems(root)) == 2


def test_one_repository_belongs_to_one_record(write_registry: WriteRegistry):
    """Two records of one Hub repository are a contradiction, whatever the case of the letters."""
    twin = make_model_record(
        "maker/Two", hub={"repo": "maker/Model-1", "gated": "unknown", "license_tag": None}
    )
    root = write_registry(
        ("licenses", make_license_record()), ("models", make_model_record()), ("models", twin)
    )

    assert any(
        "is in" in each and "too; keep one record per repository" in each
        for each in list_problems(root)
    )


@pytest.mark.parametrize(
    ("arguments", "status"), [(["validate"], 2), (["run"], 2), (["catalog"], 2)]
)
def test_an_empty_registry_is_a_usage_error(
    tmp_path: Path, capsys, arguments: list[str], status: int
):
    """A folder without records is a wrong folder, and the message says where to point."""
    assert main([*arguments, "--registry", str(tmp_path)]) == status
    assert capsys.readouterr().err.count("\n") == 1


def test_a_family_gives_what_its_model_leaves_out(write_registry: WriteRegistry):
    """What a model states wins; what it leaves out comes from the family, and each fact says from where."""
    family = {
        "$schema": "../../schemas/family.schema.json",
        "id": "fam",
        "name": "Fam",
        "developer": "Family maker",
        "components": {
            "training-code": {"status": "released", "license": "MIT", "evidence": ["card"]},
            "datasets": {"status": "released", "evidence": ["card"]},
        },
        "evidence": EVIDENCE,
    }
    model = make_model_record(family="fam")
    del model["developer"]
    model["components"]["datasets"] = {"status": "not-released", "evidence": ["card"]}
    registry = load_registry(
        write_registry(("licenses", make_license_record()), ("families", family), ("models", model))
    )

    merged = registry.models["maker/model-1"]
    origins = {name: (each.status, each.origin) for name, each in merged.components.items()}

    assert merged.developer == "Family maker"
    assert origins["training-code"] == ("released", "families/fam")
    assert origins["datasets"] == ("not-released", "models/maker/model-1")
    assert origins["research-paper"] == ("unknown", "")
    assert len(merged.components) == 17


def test_the_registry_itself_is_valid(root: Path):
    """Every record in this repository validates."""
    assert [str(each) for each in read_all_records(root / "registry").problems] == []


def test_validate_prints_json_for_programs(write_registry: WriteRegistry, capsys):
    """--json carries the same problems as the lines for people."""
    root = write_registry(
        ("licenses", make_license_record()), ("models", make_model_record(verdict="x"))
    )

    assert main(["validate", "--registry", str(root), "--json"]) == 1
    answer = json.loads(capsys.readouterr().out)
    assert answer["valid"] is False
    assert answer["problems"][0]["path"] == "$.verdict"
