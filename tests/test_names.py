"""Names of models as people write them."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from audit.cli.commands import COMMANDS
from audit.cli.main import main
from audit.contribute.new.issue_form import DEVELOPER, MODEL, SOURCES, WEIGHTS
from audit.core.errors import InvalidRecordsError, UsageError
from audit.core.near_names import find_near_names
from audit.publish.digest import DigestTime, build_digest
from audit.publish.pages.context import judge_registry
from audit.publish.pages.model_page import render_model_pages
from audit.records.load import load_registry
from audit.records.model_names import KnownNames, resolve_model_name
from audit.records.subset import load_model_closure
from tests.conftest import make_license_record, make_model_record

KNOWN = KnownNames(
    ("acme/Bird-7B", "acme/bird-1b", "other/bird-1b", "zoo/owl"),
    {"old/bird": "acme/Bird-7B"},
    {"birds": ("acme/Bird-7B", "acme/bird-1b")},
)


@pytest.mark.parametrize(
    "name",
    [
        "acme/Bird-7B",
        "ACME/bird-7b",
        "Bird-7B",
        "old/bird",
        "Old/Bird",
        "https://huggingface.co/acme/Bird-7B",
        "https://huggingface.co/acme/Bird-7B/",
        "https://huggingface.co/acme/Bird-7B/tree/main",
        "http://hf.co/acme/Bird-7B/blob/main/README.md?download=true#top",
        "huggingface.co/old/bird",
        "https://huggingface.co/Bird-7B/tree/main",
        "pkg:huggingface/acme/Bird-7B@559025c",
        "pkg:huggingface/acme/Bird%2D7B@559025c?x=y",
    ],
)
def test_every_way_to_write_a_name_means_the_same_model(name: str) -> None:
    """Ids of today and of before, addresses, package URLs and bare names lead to one record."""
    assert resolve_model_name(name, KNOWN) == "acme/Bird-7B"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("bird-1b", "several models have this name; write acme/bird-1b, other/bird-1b"),
        ("acme", "an owner and not a model; write one of acme/Bird-7B, acme/bird-1b"),
        ("https://huggingface.co/acme/", "an owner and not a model"),
        ("BIRDS", "a family and not a model; write one of acme/Bird-7B, acme/bird-1b"),
        ("https://huggingface.co/datasets/acme/Bird-7B", "the address of a dataset"),
        ("https://hf.co/Spaces/acme/Bird-7B", "the address of a space"),
        ("zoo/owls", "no such model in the registry (near: zoo/owl)"),
        ("https://huggingface.co.evil.example/acme/Bird-7B", "no such model"),
        ("https://huggingface.co/", "no such model"),
        ("../../acme/Bird-7B", "no such model"),
        ("", "no such model"),
        ("/", "no such model"),
        ("acme/Bird-7B\x00", "no such model"),
        ("pkg:huggingface/%2e%2e/%2e%2e", "no such model"),
        ("b" * 100_000, "too long for the name of a model"),
    ],
)
def test_other_names_are_refused_with_what_to_write(name: str, words: str) -> None:
    """What means several models, none, or something else is an error of use (status 2)."""
    with pytest.raises(UsageError) as caught:
        resolve_model_name(name, KNOWN)
    assert words in str(caught.value)
    assert len(str(caught.value)) < 500


@pytest.mark.parametrize(
    ("wanted", "nearest"),
    [
        ("llama-3.3-typo", "meta/Llama-3.3-70B-Instruct"),
        ("qwen3-8b-instrct", "q/Qwen3-8B"),
        ("llama-3.1-8", "meta/Llama-3.1-8B"),
        ("licence", "license"),
    ],
)
def test_a_version_counts_before_letters(wanted: str, nearest: str) -> None:
    """Whoever asks for 3.3 does not mean 3.2, however alike the words are; a lone word is told by its letters."""
    known = (
        *(f"meta/Llama-{version}-8B" for version in ("3.1", "3.2")),
        "meta/Llama-3.3-70B-Instruct",
        "q/Qwen3-8B",
        "q/Qwen3-VL-4B-Instruct",
        "license",
        "less",
    )
    assert find_near_names(wanted, known)[0] == nearest


def test_a_former_id_is_known_by_commands_that_read_records(write_registry) -> None:
    """Answers about one model and digests of a list find a renamed record by its old id."""
    record = make_model_record("acme/bird", former_ids=["old/bird"])
    root = write_registry(("licenses", make_license_record()), ("models", record))
    model, registry = load_model_closure(root, "old/bird")
    assert model.id == "acme/bird"
    digest = build_digest(
        registry, [], DigestTime("2026-01-01", "2026-02-01"), ["old/bird", "old/owl"]
    )
    assert (digest.models, digest.unrecorded) == (("acme/bird",), ("old/owl",))


def test_other_names_of_a_repository_mean_its_model(write_registry, capsys) -> None:
    """A name that the Hub still follows and a mirror are read, said so, printed and watched."""
    other_names = [
        {"name": "bird", "relation": "former", "evidence": ["card"]},
        {"name": "copies/bird", "relation": "mirror", "evidence": ["card"]},
    ]
    successor = {"id": "acme/bird-2", "evidence": ["card"]}
    record = make_model_record("acme/bird-1", other_names=other_names, successor=successor)
    root = write_registry(("licenses", make_license_record()), ("models", record))
    model, registry = load_model_closure(root, "copies/bird")
    assert model.id == "acme/bird-1"
    assert main(["explain", "bird", "--registry", str(root)]) == 0
    said = capsys.readouterr()
    assert "bird: read as acme/bird-1" in said.err
    assert "Formerly bird [" in said.out
    assert "Mirrored as copies/bird [" in said.out
    assert "Replaced by acme/bird-2 [" in said.out
    page = render_model_pages(judge_registry(registry))["models/acme/bird-1.md"]
    assert "formerly bird · also at copies/bird · replaced by acme/bird-2" in page
    project = root.parent / "project"
    project.mkdir()
    (project / "a.py").write_text('AutoModel.from_pretrained("copies/bird")')
    assert main(["watch", str(project), "--registry", str(root), "--json"]) == 0
    assert '"commercial_use": "allowed"' in capsys.readouterr().out


OTHER_NAMES = ("old/bird", "bird", "copies/bird", "bird-1", "https://hf.co/old/bird/tree/main")
"""A former id, a former name without owner, a mirror, a name without owner, an address."""


def write_list(folder: Path, name: str) -> str:
    """A list that names one model."""
    path = folder / "models.txt"
    path.write_text(f"{name}\n")
    return str(path)


def write_project(folder: Path, name: str) -> str:
    """A project that loads one model."""
    path = folder / "project" / "load.py"
    path.parent.mkdir()
    path.write_text(f'AutoModel.from_pretrained("{name}")  # {name}')
    return str(path.parent)


ARGUMENTS_BY_COMMAND: dict[str, Callable[[Path, str], list[str]]] = {
    "explain": lambda _, name: ["explain", name],
    "allows": lambda _, name: ["allows", name],
    "search": lambda _, name: ["search", name],
    "run": lambda _, name: ["run", "--plan", "--only", name],
    "watch": lambda folder, name: ["watch", write_list(folder, name)],
    "digest": lambda folder, name: [
        *("digest", "--since", "7d", "--models", write_list(folder, name))
    ],
    "webhook": lambda folder, name: [
        *("webhook", "--dry-run", "--since", "7d", "--models", write_list(folder, name))
    ],
    "bom": lambda _, name: ["bom", name],
    "notices": lambda folder, name: [
        *("notices", name, "--offline", "--output", str(folder / "ship"))
    ],
    "new": lambda _, name: ["new", name],
    "from-issue": lambda folder, name: ["from-issue", write_form(folder, name)],
}
NAME_NO_MODEL = frozenset(
    {"validate", "review", "accept", "fingerprint", "identify", "feeds", "publish", "catalog"}
    | {"save", "health", "migrate", "screen", "compare-indexes", "coverage", "gaps"}
    | {"spot-check", "drill", "license-bench", "list", "init", "update", "site", "mcp"}
)
"""Commands about all records, about findings by their ids, or about files."""


def write_form(folder: Path, name: str) -> str:
    """The filled form 'New model'."""
    path = folder / "issue.md"
    answers = {
        MODEL: name,
        WEIGHTS: "On the Hugging Face Hub",
        DEVELOPER: "Acme",
        SOURCES: "https://example.org/bird",
    }
    path.write_text("\n\n".join(f"### {label}\n\n{answer}" for label, answer in answers.items()))
    return str(path)


def test_no_command_is_forgotten():
    """Each command of the table takes names of models, or says that it takes none."""
    assert ARGUMENTS_BY_COMMAND.keys() | NAME_NO_MODEL == set(COMMANDS)
    assert not ARGUMENTS_BY_COMMAND.keys() & NAME_NO_MODEL


@pytest.mark.parametrize("name", OTHER_NAMES)
@pytest.mark.parametrize("command", ARGUMENTS_BY_COMMAND)
def test_every_command_knows_every_name_of_a_model(
    write_registry, tmp_path, capsys, monkeypatch, command, name
):
    """It answers about the record, or refuses to write a second one, and names the id of today."""
    monkeypatch.setenv("WEBHOOK_URL", "https://example.org/hook")
    monkeypatch.setenv("WEBHOOK_SECRET", "whsec_" + "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    root = write_registry(("licenses", make_license_record()), ("models", make_renamed_record()))
    arguments = ARGUMENTS_BY_COMMAND[command](tmp_path, name)
    status = main([*arguments, "--registry", str(root)])
    said = capsys.readouterr()
    assert "acme/bird-1" in said.out + said.err
    assert "not in the registry" not in said.out
    is_refused = command in ("new", "from-issue")
    assert status == (2 if is_refused else 0)
    if is_refused:
        assert "registry/models/acme/bird-1.json is there already" in said.err


def make_renamed_record():
    """A record with a former id, a former name on the Hub and a mirror."""
    other_names = [
        {"name": "bird", "relation": "former", "evidence": ["card"]},
        {"name": "copies/bird", "relation": "mirror", "evidence": ["card"]},
    ]
    return make_model_record("acme/bird-1", former_ids=["old/bird"], other_names=other_names)


@pytest.mark.parametrize("name", ["old/bird", "bird", "copies/bird", "Bird-1"])
def test_a_project_that_loads_a_model_by_another_name_uses_it(
    write_registry, tmp_path, capsys, name
):
    """The Hub answers to it, so `watch` does, and says which record it took."""
    root = write_registry(("licenses", make_license_record()), ("models", make_renamed_record()))
    project = write_project(tmp_path, name)
    assert main(["watch", project, "--registry", str(root), "--json"]) == 0
    [model] = json.loads(capsys.readouterr().out)["models"]
    assert (model["model"], model["id"], model["recorded"]) == (name, "acme/bird-1", True)


def test_a_word_that_a_model_is_called_by_is_one_where_a_model_is_named(
    write_registry, tmp_path, capsys
):
    """`amber` is a model in a list and in a call that loads one; elsewhere in code it may be anything."""
    record = make_model_record("acme/amber")
    root = write_registry(("licenses", make_license_record()), ("models", record))
    (tmp_path / "colors").mkdir()
    (tmp_path / "colors" / "a.py").write_text('COLOR = "amber"')
    assert main(["watch", str(tmp_path / "colors"), "--registry", str(root)]) == 0
    assert "no model is named there" in capsys.readouterr().out
    for path in (write_project(tmp_path, "amber"), write_list(tmp_path, "amber")):
        assert main(["watch", path, "--registry", str(root)]) == 0
        assert "amber (acme/amber): open-weight" in capsys.readouterr().out


def test_a_name_without_owner_that_no_record_has_is_no_model(write_registry, tmp_path, capsys):
    """In a project it may be a folder; in a list it is refused."""
    root = write_registry(("licenses", make_license_record()), ("models", make_renamed_record()))
    assert main(["watch", write_project(tmp_path, "owl"), "--registry", str(root)]) == 0
    assert "no model is named there" in capsys.readouterr().out
    assert main(["watch", write_list(tmp_path, "owl"), "--registry", str(root)]) == 2
    assert "'owl' is not a Hub id" in capsys.readouterr().err


def test_pages_under_other_names_lead_to_the_model(load_written):
    """Who looks under a former name or a mirror finds the way; a page of its own is never hidden."""
    copy = make_model_record("copies/bird")
    registry = load_written(("models", make_renamed_record()))
    pages = render_model_pages(judge_registry(registry))
    assert "Another name of [acme/bird-1](" in pages["models/old/bird.md"]
    assert "Another name of [acme/bird-1](" in pages["models/copies/bird.md"]
    assert "formerly old/bird, bird · also at copies/bird" in pages["models/acme/bird-1.md"]
    registry = load_written(("models", make_renamed_record()), ("models", copy))
    pages = render_model_pages(judge_registry(registry))
    assert "Another name" not in pages["models/copies/bird.md"]
    assert registry.find_model("copies/bird").id == "copies/bird"


def test_a_base_is_named_by_its_present_id(load_written):
    """Under another name it would count as a base without a record."""
    bases = [{"id": "copies/bird", "relation": "finetune", "evidence": ["card"]}]
    child = make_model_record("acme/owl", base_models=bases)
    with pytest.raises(InvalidRecordsError, match="write 'acme/bird-1'"):
        load_written(("models", make_renamed_record()), ("models", child))


@pytest.fixture
def load_written(write_registry):
    """Loads what is written, beside a license."""

    def load(*records):
        return load_registry(write_registry(("licenses", make_license_record()), *records))

    return load
