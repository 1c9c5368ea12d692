"""Names of other services: each row has a source, and only a source makes one a name of the Hub's."""

import json
import re

import pytest

from audit.cli.main import main
from audit.projects.finding.dictionary import NameDictionary
from audit.projects.finding.grammar import HUB_ID
from audit.projects.finding.known_elsewhere import TABLE, load_known_names
from audit.projects.mentions import find_mentions
from tests.conftest import make_license_record, make_model_record

DOCKER, MODELSCOPE = "ai/gpt-oss:20B-F16", "LLM-Research/Meta-Llama-3-8B-Instruct"


def test_every_row_has_a_dated_source_and_a_possible_id():
    """A commit or a release, and the day; an id of the Hub has an owner."""
    data = json.loads(TABLE.read_text(encoding="utf-8"))
    assert {group["source"] for group in data["services"]} == set(data["sources"])
    for source in data["sources"].values():
        assert re.fullmatch(r"[0-9a-f]{40}|release \d[\d.]+", source["state"])
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", source["read"])
    ids = [known.hub_id for known in load_known_names().values() if known.hub_id]
    assert len(ids) > 300
    assert [id for id in ids if not HUB_ID.fullmatch(id)] == []


def test_a_name_without_size_or_tag_means_no_repository():
    """A tag of Docker or Ollama that names no size moves from one model to another."""
    known = load_known_names()
    assert known["ai/gpt-oss"].hub_id is None
    assert known["ai/gpt-oss:latest"].hub_id is None
    assert known[DOCKER].hub_id == "openai/gpt-oss-20b"
    ollama = [each for each in known.values() if each.service == "Ollama"]
    assert {each.hub_id for each in ollama} == {None}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (f'snapshot_download("{MODELSCOPE}")', MODELSCOPE),
        (f"https://modelscope.cn/models/{MODELSCOPE}/summary", MODELSCOPE),
        (f"docker model run {DOCKER}", DOCKER),
        ("docker model pull ai/gemma3", "ai/gemma3"),
        ('client(model="gpt-3.5-turbo")', "gpt-3.5-turbo"),
        ('model="ibm/granite-13b-chat-v2"', "ibm/granite-13b-chat-v2"),
        ("a = 'llama3.1'", "llama3.1"),
        ("route: openrouter/anthropic/claude-2", "openrouter/anthropic/claude-2"),
    ],
)
def test_a_known_name_is_found_wherever_it_stands(tmp_path, text, name):
    """It needs no key before it, and is never told as an id of the Hub."""
    (tmp_path / "a.py").write_text(text)
    (mention,) = find_mentions(tmp_path).mentions
    assert (mention.model, mention.kind) == (name, "elsewhere")


def test_what_a_record_knows_is_no_name_elsewhere(tmp_path):
    """An id behind a router's name, and a bare name of a model."""
    names = NameDictionary({"openai/gpt-oss-120b": "model"}, frozenset({"gpt-4"}))
    (tmp_path / "a.py").write_text('x = "together_ai/openai/gpt-oss-120b"\ny = "gpt-4"\n')
    kinds = {(each.model, each.kind) for each in find_mentions(tmp_path, names).mentions}
    assert kinds == {("openai/gpt-oss-120b", "model"), ("gpt-4", "model")}


@pytest.mark.parametrize("text", ["x = 'mistral'", "import ai/gpt", 'see "sonar" and "ai/none"'])
def test_words_of_a_language_are_no_names(tmp_path, text):
    """A name without a digit or hyphen counts only where its service is named."""
    (tmp_path / "a.py").write_text(text)
    assert find_mentions(tmp_path).mentions == ()


def test_a_name_whose_source_says_what_it_is_is_judged_as_that(write_registry, tmp_path, capsys):
    """With the source, and as unpinned: it breaks a policy that asks for a commit."""
    registry = write_registry(
        ("licenses", make_license_record()),
        ("models", make_model_record("meta-llama/Meta-Llama-3-8B-Instruct")),
    )
    project = tmp_path / "project"
    project.mkdir()
    (project / "a.py").write_text(f'load("{MODELSCOPE}")\nx = "{DOCKER}"\n')
    asked = ["watch", str(project), "--registry", str(registry)]
    assert main([*asked, "--json"]) == 0
    rows = {row["model"]: row for row in json.loads(capsys.readouterr().out)["models"]}
    assert rows[MODELSCOPE]["id"] == "meta-llama/Meta-Llama-3-8B-Instruct"
    assert rows[MODELSCOPE]["elsewhere"]["service"] == "ModelScope"
    assert rows[DOCKER]["id"] is None
    assert rows[DOCKER]["elsewhere"]["hub_id"] == "openai/gpt-oss-20b"
    policy = tmp_path / "policy.json"
    policy.write_text('{"unpinned": "refuse", "unrecorded": "allow"}')
    assert main([*asked, "--policy", str(policy)]) == 1
    said = capsys.readouterr().out
    assert "an unpinned name of ModelScope, not of the Hub; github.com/modelscope" in said
    assert said.count("no commit is pinned where it is used") == 2
