"""Real recorded answers of the Hub, replayed: the facts that come out are right."""

import json
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from audit.observations.facts import HubFacts, Observation
from audit.sources.huggingface.kinds import HubKind
from audit.sources.huggingface.source import HubSource
from audit.sources.request_log import RequestCounter


def replay_recording(
    httpserver: HTTPServer, payload: dict[str, Any], kind: HubKind = "models"
) -> Observation:
    httpserver.expect_request(f"/api/{kind}/{payload['id']}").respond_with_json(payload)
    return HubSource(httpserver.url_for("/"), None, RequestCounter()).observe_repository(
        kind, payload["id"]
    )


@pytest.fixture
def recorded(shared):
    return lambda name: json.loads(
        (shared / "hub-recordings" / f"{name}.json").read_text(encoding="utf-8")
    )


def test_a_model_behind_a_manual_gate(httpserver, recorded):
    """Gating hides no metadata, and the base follows its rename although the card still has the old name."""
    seen = replay_recording(httpserver, recorded("models/meta-llama__Llama-3.1-8B-Instruct"))
    facts = seen.facts
    assert isinstance(facts, HubFacts)
    assert (seen.state, facts.gated, facts.license_tag) == ("gated", "manual", "llama3.1")
    assert facts.base_models == ("meta-llama/Llama-3.1-8B",)
    assert [file.path for file in facts.license_files] == ["LICENSE", "USE_POLICY.md"]
    assert facts.weights.formats == ("pickle", "safetensors")
    assert len(facts.weights.files) == 5
    assert facts.hub_id == "6698d8a0653e4babe21e1e7d"
    assert facts.created_at == "2024-07-18T08:56:00.000Z"


def test_sizes_are_those_of_the_revision(httpserver, recorded):
    """Weights by LFS digest and size at this commit, not `usedStorage`, which counts all history."""
    payload = recorded("models/Qwen__Qwen3-0.6B")
    seen = replay_recording(httpserver, payload)
    facts = seen.facts
    assert isinstance(facts, HubFacts)
    assert (seen.state, facts.gated, facts.license_tag) == ("ok", False, "apache-2.0")
    assert facts.weights.total_size < 1_519_209_243 < payload["usedStorage"]
    assert all(len(identity) == 64 for identity in facts.weights.files.values())
    assert facts.license_link == "https://huggingface.co/Qwen/Qwen3-0.6B/blob/main/LICENSE"
    license_file = facts.license_files[0]
    assert (license_file.path, license_file.size, license_file.blob_id[:8]) == (
        "LICENSE",
        11343,
        "6634c8cc",
    )


def test_a_dataset_with_a_list_of_licenses(httpserver, recorded):
    """A dataset's license field is a list; datasets have no weights."""
    facts = replay_recording(httpserver, recorded("datasets/openai__gsm8k"), "datasets").facts
    assert isinstance(facts, HubFacts)
    assert (facts.license_tag, facts.weights.files) == ("mit", {})


def test_every_recorded_model_is_understood(httpserver, shared):
    """Answers of four years, none of them a schema failure, and no counter in the facts."""
    for path in sorted((shared / "hub-recordings" / "models").glob("*.json")):
        payload = json.loads(path.read_text(encoding="utf-8"))
        httpserver.clear()
        first = replay_recording(httpserver, payload)
        assert first.state in ("ok", "gated"), path.name
        httpserver.clear()
        assert (
            replay_recording(
                httpserver,
                payload | {"downloads": 1, "likes": 1, "lastModified": "2026-01-01T00:00:00.000Z"},
            )
            == first
        )


def test_a_recorded_rename(httpserver, recorded):
    """The Hub's own 307 with its relative address."""
    redirect = recorded("redirects/t5-small")
    target = redirect["headers"]["Location"]
    body = recorded("models/openai-community__gpt2") | {"id": "google-t5/t5-small"}
    httpserver.expect_request("/api/models/t5-small").respond_with_data(
        redirect["body"], redirect["status"], {"Location": target}
    )
    httpserver.expect_request(target).respond_with_json(body)
    seen = HubSource(httpserver.url_for("/"), None, RequestCounter()).observe_repository(
        "models", "t5-small"
    )
    assert (seen.state, seen.facts.repo) == ("moved", "google-t5/t5-small")
