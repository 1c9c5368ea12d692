"""Records started from real recordings.

They validate once the questions are answered, and state nothing that the source does not carry.
"""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from pytest_httpserver import HTTPServer

from audit.analysis.consistency import find_contradictions
from audit.cli.main import main
from audit.records.build import RecordBuilder
from audit.records.load import load_registry
from audit.records.references import find_cross_record_problems
from audit.records.registry import Registry
from audit.records.schema import find_schema_problems
from tests.contribute.conftest import copy_registry
from tests.fakes.repositories import HubFile

NOW = ("--now", "2026-11-24T06:00:00Z")
KINDS_OF_ANSWERS = 11
"""Models with recorded answers of the Hub's interface; the others have recorded cards."""


@pytest.fixture(scope="module")
def known(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The registry's licenses, datasets and families, with one model of another maker so that it is no empty one."""
    registry = copy_registry(
        root, tmp_path_factory.mktemp("recorded") / "registry", "licenses", "datasets", "families"
    )
    copied = registry / "models/allenai/OLMo-7B.json"
    copied.parent.mkdir(parents=True)
    copied.write_bytes((root / "registry/models/allenai/OLMo-7B.json").read_bytes())
    return registry


def load_recorded_answers(shared: Path) -> dict[str, dict[str, Any]]:
    """The recorded answers, one for each model."""
    paths = sorted((shared / "hub-recordings/models").glob("*.json"))
    return {payload["id"]: payload for payload in (json.loads(path.read_text()) for path in paths)}


def create_draft(known: Path, capsys, repo: str) -> dict[str, Any]:
    assert main(["new", "--registry", str(known), repo, "--dry-run", "--json", *NOW]) == 0
    return json.loads(capsys.readouterr().out)["drafts"][0]


def find_problems(registry: Registry, record: dict[str, Any]) -> list[str]:
    """What `validate` would say of this record beside the registry, without writing a thousand files."""
    shown = f"registry/models/{record['id']}.json"
    if found := find_schema_problems("model", record, shown):
        return [str(each) for each in found]
    model = RecordBuilder().build_model(record, registry.families.get(record.get("family", "")))
    # Its own licenses and datasets only: what is wrong elsewhere is not the draft's.
    joined = Registry({model.id: model}, registry.families, registry.datasets, registry.licenses)
    ids = {
        "models": [model.id],
        "families": [*registry.families],
        "datasets": [*registry.datasets],
        "licenses": [*registry.licenses],
    }
    found = find_cross_record_problems(joined, {model.ref: record}, "registry", ids)
    return [
        str(each)
        for each in (
            found
            or find_contradictions(
                replace(joined, datasets={}, licenses=registry.licenses), "registry"
            )
        )
        if each.file == shown
    ]


def fill_json_path(record: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """A copy of the record with a value at a JSON path of plain keys; missing parents are made."""
    *parents, last = path.removeprefix("$.").split(".")
    copy = dict(record)
    holder = copy
    for name in parents:
        holder[name] = dict(holder.get(name) or {})
        holder = holder[name]
    holder[last] = value
    return copy


def check_draft(known: Registry, draft: dict[str, Any]) -> None:
    """Valid with the needed answers alone, with each single answer, and with all of them."""
    needed = [each for each in draft["questions"] if each["needed"]]
    record = draft["record"]
    for each in needed:
        record = fill_json_path(record, each["path"], each["example"])
    assert find_problems(known, record) == []
    every = record
    for each in draft["questions"]:
        assert find_problems(known, fill_json_path(record, each["path"], each["example"])) == [], (
            each["path"]
        )
        every = fill_json_path(every, each["path"], each["example"])
    assert find_problems(known, every) == []


def require_carried_facts(record: dict[str, Any], payload: dict[str, Any]) -> None:
    """Every stated fact stands in the answer.

    The rest of the record is ids, evidence, and what follows from file names.
    """
    card, tags = payload.get("cardData") or {}, payload["tags"]
    hub = record["hub"]
    assert (hub["repo"], hub["revision"], hub["gated"]) == (
        payload["id"],
        payload["sha"],
        payload["gated"],
    )
    assert hub["license_tag"] in (card.get("license"), False, None)
    assert hub.get("license_name") == card.get("license_name")
    assert hub.get("license_link") == card.get("license_link")
    for base in record.get("base_models", ()):
        assert f"base_model:{base['relation']}:{base['id']}" in tags
    for dataset in record["components"].get("datasets", {}).get("datasets", ()):
        assert f"dataset:{dataset}" in tags
    if "parameters" in record:
        assert record["parameters"]["total"] == payload["safetensors"]["total"]
    stated = {name for name, row in record["components"].items() if row["status"] != "unknown"}
    assert stated <= {"model-parameters-final", "model-card"}
    assert set(record) <= {
        "$schema",
        "id",
        "name",
        "modalities",
        "parameters",
        "hub",
        "base_models",
        "components",
        "evidence",
    }
    assert all(
        payload["sha"] in row["url"] and row["revision"] == payload["sha"]
        for row in record["evidence"].values()
    )


def test_recorded_answers_give_valid_records_with_no_fact_of_their_own(
    known, shared, httpserver: HTTPServer, monkeypatch, capsys
):
    """Eleven models of eight makers.

    Gated and open, fine-tuned and not, with and without sizes, from answers of four years.
    """
    monkeypatch.setenv("HF_ENDPOINT", httpserver.url_for("/").rstrip("/"))
    payloads, registry = load_recorded_answers(shared), load_registry(known)
    for id, payload in payloads.items():
        httpserver.clear()
        httpserver.expect_request(f"/api/models/{id}").respond_with_json(payload)
        draft = create_draft(known, capsys, id)
        require_carried_facts(draft["record"], payload)
        check_draft(registry, draft)
    assert len(payloads) == KINDS_OF_ANSWERS


def load_recorded_cards(shared: Path) -> dict[str, bytes]:
    """The recorded model cards by a repository id made of their file name."""
    paths = sorted((shared / "hub-recordings/cards").glob("*.md"))
    return {path.stem.replace("__", "/").replace("--", "-"): path.read_bytes() for path in paths}


def parse_front_matter(text: bytes) -> Any:
    """As the Hub reads it: nothing where it is broken or no mapping.

    The recorded files are trusted here, by their digests in git.
    """
    parts = text.decode().split("---\n", 2)
    if not text.startswith(b"---") or len(parts) < 3:
        return {}
    try:
        found = yaml.safe_load(parts[1])
    except yaml.YAMLError:
        return {}
    return json.loads(json.dumps(found, default=str)) if isinstance(found, dict) else {}


def test_recorded_cards_give_valid_records(known, shared, make_desk, capsys):
    """Twenty-one cards as people write them.

    Adapters, quantized copies, lists of licenses, other licenses, comments, no front matter.
    """
    desk, registry = make_desk(known), load_registry(known)
    found = load_recorded_cards(shared)
    for id, content in found.items():
        repo = desk.add_repository(id, parse_front_matter(content))
        desk.world.put_file("models", id, HubFile.create_text("README.md", content))
        payload = {
            "id": id,
            "sha": repo.revision,
            "gated": False,
            "cardData": repo.card,
            "tags": list_computed_tags(desk, id),
            "safetensors": {"total": 500_000},
        }
        draft = create_draft(known, capsys, id)
        require_carried_facts(draft["record"], payload)
        check_draft(registry, draft)
    assert len(found) == 21


def list_computed_tags(desk, id: str) -> list[str]:
    from tests.fakes.hub_payloads import compute_tags

    repo = desk.world.get_hub_repo("models", id)
    return compute_tags(desk.world, "models", repo.history[repo.revision])
