"""`notices`: the folder to ship, with texts that are checked, and the list for a person."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from audit.cli.main import main
from audit.publish.notices.texts import build_raw_url
from audit.sources.raw_files import RawFileReader
from tests.conftest import ROOT, make_dataset_record, make_license_record, make_model_record

REPOSITORY = "https://github.com/maker/code"
TEXT = "You may use this model. Whoever passes it on keeps this sentence.\n" * 12
SENTENCE = "Model 1 is licensed under the Own License."
COMMIT = "c" * 40


def cite(path: str) -> dict[str, Any]:
    return {"url": f"{REPOSITORY}/blob/{COMMIT}/{path}", "seen": "2026-11-24", "kind": "primary"}


def make_own_license(text: str = TEXT, **changes: Any) -> dict[str, Any]:
    """A license with a sentence to ship, a phrase to show, and a text that was read."""
    return make_license_record(
        "LicenseRef-own",
        name="Own License",
        hub_tags=[],
        url="https://example.org/terms",
        texts=[
            {
                "sha256": hashlib.sha256(text.encode()).hexdigest(),
                "bytes": len(text.encode()),
                "evidence": ["text"],
            }
        ],
        conditions=[
            {
                "kind": "notice",
                "section": "1",
                "summary": "Copies keep a notice.",
                "parameters": {"notice_text": SENTENCE},
                "evidence": ["text"],
            },
            {
                "kind": "naming",
                "section": "2",
                "summary": "A phrase is shown.",
                "parameters": {"display": "Built with One", "place": "on an about page"},
                "evidence": ["text"],
            },
        ],
        evidence={"text": cite("LICENSE")},
        **changes,
    )


def make_own_model(id: str = "maker/model-1", **changes: Any) -> dict[str, Any]:
    weights = {"status": "released", "license": "LicenseRef-own", "evidence": ["card"]}
    return make_model_record(id, components={"model-parameters-final": weights}, **changes)


@pytest.fixture
def ship(tmp_path: Path, write_registry, capsys, monkeypatch, httpserver):
    """Write records and a list of models, and call the command; hosts are folders of a cache."""
    monkeypatch.setenv("OMR_PAGES_URL", httpserver.url_for("").rstrip("/"))

    def call(records: list[Any], models: list[str], *arguments: str) -> tuple[int, Any]:
        root = write_registry(("licenses", make_license_record()), *records)
        (tmp_path / "models.txt").write_text("\n".join(models) + "\n")
        options = ["--registry", str(root), "--json", "--output", str(tmp_path / "out")]
        status = main(["notices", str(tmp_path / "models.txt"), *options, *arguments])
        said = capsys.readouterr()
        return status, json.loads(said.out) if said.out else said.err

    return call


def serve_text(httpserver, text: str, path: str = "LICENSE") -> None:
    address = f"/raw.githubusercontent.com/maker/code/{COMMIT}/{path}"
    httpserver.expect_request(address).respond_with_data(text)


RECORDS = [("licenses", make_own_license()), ("models", make_own_model())]


def test_the_whole_folder(ship, tmp_path, httpserver):
    """The sentence stands in NOTICE, the text beside it as it is, the phrase on the list."""
    serve_text(httpserver, TEXT)
    status, document = ship(RECORDS, ["maker/model-1"])
    notice = (tmp_path / "out" / "NOTICE").read_text()
    to_do = (tmp_path / "out" / "TO-DO.md").read_text()
    assert (status, document["complete"]) == (0, True)
    assert SENTENCE in notice.splitlines()
    assert "maker/model-1" in notice
    assert (tmp_path / "out" / "LICENSES" / "LicenseRef-own.txt").read_text() == TEXT
    assert 'display: "Built with One"' in to_do
    assert "where: on an about page" in to_do
    assert "Own License, section 2" in to_do


def test_another_text_at_the_address_is_not_shipped(ship, tmp_path, httpserver):
    """A text whose digest no reviewer read, and whose words are another license's."""
    serve_text(httpserver, TEXT.replace("may use", "may not use"))
    status, document = ship(RECORDS, ["maker/model-1"])
    address = tmp_path / "out" / "LICENSES" / "LicenseRef-own.address.txt"
    assert status == 0
    assert [each["fetched"] for each in document["texts"]] == [False]
    assert address.read_text().strip() == "https://example.org/terms"


@pytest.mark.parametrize("arguments", [("--offline",), ()])
def test_without_a_network_addresses_are_named(ship, httpserver, monkeypatch, arguments):
    """Nothing is asked with --offline; without a network, each text's address is told."""
    if not arguments:
        monkeypatch.setenv("OMR_PAGES_URL", "http://127.0.0.1:9")
    status, document = ship(RECORDS, ["maker/model-1"], *arguments)
    assert status == 0
    assert [each["url"] for each in document["texts"]] == ["https://example.org/terms"]
    assert httpserver.log == []


def test_equal_duties_of_several_models_and_their_bases_are_one(ship):
    """A duty that a model and its base of another maker bring along is done once."""
    base = [{"id": "maker/model-1", "relation": "finetune", "evidence": ["card"]}]
    tuned = make_own_model("other/tuned", developer="Other", base_models=base)
    records = [*RECORDS, ("models", tuned)]
    _, document = ship(records, ["maker/model-1", "other/tuned"], "--offline")
    clauses = [clause for stage in document["stages"] for clause in stage["clauses"]]
    assert sorted(clause["summary"] for clause in clauses) == [
        "A phrase is shown.",
        "Copies keep a notice.",
    ]
    holders = {holder["model"] for holder in clauses[0]["holders"]}
    assert holders == {"maker/model-1", "other/tuned"}
    assert len(document["texts"]) == 1


def test_what_is_not_known_or_not_granted_comes_first(ship, tmp_path):
    """A model without a record, and one without a license: status 3, and the head of the list."""
    nothing = make_model_record(
        "maker/bare",
        components={
            "model-parameters-final": {
                "status": "released",
                "license": "NONE",
                "evidence": ["card"],
            }
        },
    )
    status, document = ship(
        [*RECORDS, ("models", nothing)], ["lab/unheard-of", "maker/bare"], "--offline"
    )
    to_do = (tmp_path / "out" / "TO-DO.md").read_text()
    assert (status, document["complete"]) == (3, False)
    assert document["unknown"] == ["lab/unheard-of"]
    assert [each["model"] for each in document["obstacles"]] == ["maker/bare"]
    assert to_do.index("Before anything else") < to_do.index("lab/unheard")


def test_data_that_a_project_uses_is_named(ship, tmp_path):
    """Its duties are not worked out: the license is told, and that a person reads it."""
    records = [*RECORDS, ("datasets", make_dataset_record())]
    status, _ = ship(records, ["maker/model-1", "maker/data"], "--offline")
    assert status == 0
    assert "- [ ] maker/data: MIT" in (tmp_path / "out" / "TO-DO.md").read_text()


def test_a_notice_of_somebody_else_is_not_replaced(ship, tmp_path):
    """The default folder may be one that a person keeps; our own is written again."""
    assert ship(RECORDS, ["maker/model-1"], "--offline")[0] == 0
    assert ship(RECORDS, ["maker/model-1"], "--offline")[0] == 0
    (tmp_path / "out" / "NOTICE").write_text("Copyright 2026 Somebody\n")
    status, said = ship(RECORDS, ["maker/model-1"], "--offline")
    assert status == 2
    assert "this command did not write" in said
    assert (tmp_path / "out" / "NOTICE").read_text() == "Copyright 2026 Somebody\n"


def test_only_files_of_repositories_are_fetched(httpserver):
    """A page, another host, http and a path that leads out are no files of a repository."""
    assert build_raw_url(f"{REPOSITORY}/blob/{COMMIT}/a%20b/LICENSE") == (
        f"https://raw.githubusercontent.com/maker/code/{COMMIT}/a%20b/LICENSE"
    )
    assert build_raw_url("https://huggingface.co/a/b/blob/main/LICENSE") == (
        "https://huggingface.co/a/b/raw/main/LICENSE"
    )
    for url in (REPOSITORY, "https://example.org/a/b/blob/c/d", "http://github.com/a/b/blob/c/d"):
        assert build_raw_url(url) == ""
    reader = RawFileReader(httpserver.url_for(""))
    for url in ("https://example.org/x", "http://huggingface.co/x", "file:///etc/passwd", "x"):
        assert reader.read_file(url) is None
    assert httpserver.log == []


def test_llama_from_the_real_records(tmp_path, capsys):
    """The exact sentence and phrase of Llama 3.2, the name's beginning."""
    options = ["--registry", str(ROOT / "registry"), "--output", str(tmp_path), "--offline"]
    assert main(["notices", "meta-llama/Llama-3.2-1B", *options]) == 0
    capsys.readouterr()
    notice, to_do = ((tmp_path / name).read_text() for name in ("NOTICE", "TO-DO.md"))
    assert (
        "Llama 3.2 is licensed under the Llama 3.2 Community License, "
        "Copyright © Meta Platforms, Inc. All Rights Reserved." in notice.splitlines()
    )
    assert to_do.count("Built with Llama") == 1
    assert 'begin the name with: "Llama"' in to_do
