"""Names of models as people write them."""

import pytest

from audit.core.errors import UsageError
from audit.publish.digest import build_digest
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
