"""Names of models as people write them."""

import pytest

from audit.cli.main import main
from audit.core.errors import UsageError
from audit.publish.digest import build_digest
from audit.publish.pages.context import judge_registry
from audit.publish.pages.model_page import render_model_pages
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


def test_a_former_id_is_known_by_commands_that_read_records(write_registry) -> None:
    """Answers about one model and digests of a list find a renamed record by its old id."""
    record = make_model_record("acme/bird", former_ids=["old/bird"])
    root = write_registry(("licenses", make_license_record()), ("models", record))
    model, registry = load_model_closure(root, "old/bird")
    assert model.id == "acme/bird"
    digest = build_digest(registry, [], "2026-01-01", "2026-02-01", ["old/bird", "old/owl"])
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
