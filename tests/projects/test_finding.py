"""What of a project's text is the name of a model or dataset, and what only looks like one."""

import json
import os
import struct
import threading
import time
from pathlib import Path

import pytest
from jsonschema import Draft7Validator

from audit.cli.main import main
from audit.projects.finding.dictionary import NameDictionary, build_name_dictionary
from audit.projects.mentions import find_mentions
from tests.conftest import make_dataset_record, make_license_record, make_model_record

NAMES = NameDictionary(
    {
        "meta-llama/llama-3.1-8b": "model",
        "qwen/qwen3-8b": "model",
        "sentence-transformers/all-minilm-l6-v2": "model",
        "allenai/dolma": "dataset",
    },
    frozenset({"gpt2", "gpt2-xl", "bert-base-uncased", "bark", "bloom"}),
    frozenset({"openwebtext"}),
)
LLAMA, QWEN = "meta-llama/Llama-3.1-8B", "Qwen/Qwen3-8B"
SCHEMAS = Path(__file__).parents[1] / "schemas"
SHA = "0123456789abcdef0123456789abcdef01234567"


def find(tmp_path, file: str, text: str):
    path = tmp_path / "project" / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return find_mentions(tmp_path / "project", NAMES).mentions


@pytest.mark.parametrize(
    ("file", "text", "use"),
    [
        ("a.py", f'MODEL = "{LLAMA}"', "configured"),
        ("a.py", f'x = os.environ.get("MODEL_ID", "{LLAMA}")', "configured"),
        ("a.py", f'parser.add_argument("--model", default="{LLAMA}")', "served"),
        ("a.py", f'pipeline("text-generation", "{LLAMA}")', "loaded"),
        ("a.py", f'MODELS = ["a", "{LLAMA}"]', "named"),
        ("a.ts", f'const m = await pipeline("x", "{LLAMA}");', "loaded"),
        ("a.rs", f'api.model("{LLAMA}".to_string())', "configured"),
        ("a.ipynb", json.dumps({"source": [f'm = "{LLAMA}"']}), "named"),
        ("Dockerfile", f"ENV MODEL={LLAMA}\n", "configured"),
        ("Dockerfile", f'CMD ["vllm", "serve", "{LLAMA}"]', "served"),
        ("Dockerfile", f"RUN huggingface-cli download {LLAMA}", "served"),
        ("docker-compose.yml", f"    command: --model-id {LLAMA} --n 1", "served"),
        ("deploy.yaml", f"        args: [--model={LLAMA}]", "served"),
        ("run.sh", f"lm_eval --model hf --model_args pretrained={LLAMA}", "served"),
        (".env", f"MODEL_ID={LLAMA}\n", "configured"),
        ("a.toml", f'id = "{LLAMA}"', "named"),
        ("model.yaml", f"url: hf://{LLAMA}", "named"),
        ("a.json", json.dumps({"base_model_name_or_path": LLAMA}), "configured"),
        ("config.json", json.dumps({"_name_or_path": LLAMA}), "configured"),
        ("requirements.txt", f"torch  # for {LLAMA}\n", "named"),
        ("bom.json", f'"pkg:huggingface/{LLAMA}@{SHA}"', "named"),
        ("config.yaml", f"model: huggingface/{LLAMA}", "configured"),
        ("README.md", f"---\nbase_model:\n- {LLAMA}\n---\n# Card\n", "named"),
        ("README.md", f"Works like https://huggingface.co/{LLAMA}.", "prose"),
        ("a.py", f"# try {LLAMA} one day", "comment"),
        ("a.ts", f"// {LLAMA}", "comment"),
        ("hub/models--meta-llama--Llama-3.1-8B/refs/main", "abc", "file"),
        (".cache/huggingface/hub/models--meta-llama--Llama-3.1-8B/x.json", "{}", "file"),
    ],
)
def test_a_recorded_id_is_found_wherever_it_stands(tmp_path, file, text, use):
    """The dictionary needs no context; the words before a name say what is done with it."""
    (mention,) = find(tmp_path, file, text)
    assert (mention.model, mention.use) == (LLAMA, use)


def test_datasets_and_revisions(tmp_path):
    """A dataset is told apart, and the commit beside a name is kept."""
    text = f'load_dataset("allenai/dolma")\nload("{QWEN}", revision="{SHA}")\nx = "{LLAMA}@{SHA}"\n'
    found = {each.model: each for each in find(tmp_path, "a.py", text)}
    assert (found["allenai/dolma"].kind, found["allenai/dolma"].use) == ("dataset", "trained-on")
    assert found[QWEN].revision == SHA
    assert found[LLAMA].revision == SHA


def test_a_name_in_tests_is_told_apart(tmp_path):
    """By the folder, whatever is done there."""
    find(tmp_path, "tests/test_a.py", f'load("{LLAMA}")')
    told = {each.file: each.is_test for each in find(tmp_path, "a.py", f'load("{LLAMA}")')}
    assert told == {"tests/test_a.py": True, "a.py": False}


def test_the_hub_cache_says_at_which_commit_a_model_lies(tmp_path):
    """The folder of a snapshot is the commit."""
    cached = f"hub/models--meta-llama--Llama-3.1-8B/snapshots/{SHA}/config.json"
    (mention,) = find(tmp_path, cached, "{}")
    assert (mention.model, mention.revision) == (LLAMA, SHA)


def test_the_head_of_a_model_file_is_read(tmp_path):
    """Metadata of safetensors and GGUF; the weights behind it are not."""
    folder = tmp_path / "project"
    folder.mkdir()
    head = json.dumps({"__metadata__": {"base_model": LLAMA}}).encode()
    (folder / "a.safetensors").write_bytes(struct.pack("<Q", len(head)) + head + b"\0" * 100)
    (folder / "b.gguf").write_bytes(b"GGUF\3\0\0\0general.base_model.0.repo_url\0" + QWEN.encode())
    with (folder / "c.safetensors").open("wb") as file:
        file.truncate(1 << 30)
    found = {(each.model, each.file) for each in find_mentions(folder, NAMES).mentions}
    assert found == {(LLAMA, "a.safetensors"), (QWEN, "b.gguf")}


def test_special_files_end_no_search(tmp_path):
    """A FIFO is not opened, a link out not followed, a binary not read, a big text said to be left out."""
    folder = tmp_path / "project"
    folder.mkdir()
    (tmp_path / "outside.py").write_text(f'"{LLAMA}"')
    (folder / "link.py").symlink_to(tmp_path / "outside.py")
    (folder / "loop").symlink_to(folder)
    (folder / "data.txt").write_bytes(b"\0\1" + LLAMA.encode())
    (folder / "big.json").write_text(" " * (5 << 20))
    fifo = folder / "pipe.py"
    os.mkfifo(fifo)
    writer = threading.Thread(target=fifo.write_text, args=(LLAMA,), daemon=True)
    writer.start()
    found = find_mentions(folder, NAMES)
    assert found.mentions == ()
    assert found.read.skipped == {"files over 4 MB": 1}
    assert writer.is_alive(), "nobody has opened it"
    reader = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
    writer.join()
    os.close(reader)


def test_a_million_ids_in_one_line_take_linear_time(tmp_path):
    """Twice the text takes about twice the time, and every name is told once."""
    seconds = []
    for count in (20_000, 80_000):
        start = time.process_time()
        assert len(find(tmp_path, "a.json", f'"{LLAMA}",' * count)) == 1
        seconds.append(time.process_time() - start)
    assert seconds[1] <= 12 * seconds[0] + 0.5


@pytest.fixture
def registry(write_registry):
    """Two models, a dataset, and a policy that one of them breaks."""
    return write_registry(
        ("licenses", make_license_record()),
        ("models", make_model_record("maker/model-1")),
        ("datasets", make_dataset_record("maker/data")),
    )


def test_a_gate_that_finds_nothing_is_no_kept_policy(registry, tmp_path, capsys):
    """Exit status 2, and what was searched; names in prose alone are nothing that is used."""
    policy = tmp_path / "policy.json"
    policy.write_text('{"labels": ["open-source"]}')
    for text in ("nothing here", "maker/model-1 is nice"):
        folder = tmp_path / "project"
        folder.mkdir(exist_ok=True)
        (folder / "README.md").write_text(text)
        asked = ["watch", str(folder), "--registry", str(registry), "--policy", str(policy)]
        assert main(asked) == 2
        assert "judged nothing; 1 text files" in capsys.readouterr().err


def test_reports_for_other_programs(registry, tmp_path, capsys):
    """SARIF, JUnit and annotations name the place, the model and what it breaks."""
    policy = tmp_path / "policy.json"
    policy.write_text('{"labels": ["open-source"]}')
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "a.py").write_text(
        '\nx = "maker/model-1"\nload_dataset("maker/data")\n'
    )
    (tmp_path / "project" / "README.md").write_text(
        "maker/model-1 is mentioned, which breaks nothing"
    )
    asked = ["watch", str(tmp_path / "project"), "--registry", str(registry)]
    judged = [*asked, "--policy", str(policy)]
    assert main([*judged, "--format", "sarif"]) == 1
    log = json.loads(capsys.readouterr().out)
    schema = json.loads((SCHEMAS / "sarif-2.1.0.schema.json").read_text(encoding="utf-8"))
    assert [error.message for error in Draft7Validator(schema).iter_errors(log)] == []
    (result,) = log["runs"][0]["results"]
    place = result["locations"][0]["physicalLocation"]
    assert (place["artifactLocation"]["uri"], place["region"]["startLine"]) == ("a.py", 2)
    assert main([*judged, "--format", "junit"]) == 1
    assert '<failure message="the label ' in capsys.readouterr().out
    assert main([*judged, "--format", "github"]) == 1
    assert capsys.readouterr().out.startswith("::error file=a.py,line=2::maker/model-1: the label")
    assert main(asked) == 0
    said = capsys.readouterr().out
    assert "maker/data: dataset, released, MIT" in said
    assert "pinned at     nothing" in said


def test_data_that_a_project_uses_is_judged_as_the_data_of_its_models_is(
    registry, tmp_path, capsys
):
    """Terms that are not listed or not known break the policy, in every form of report."""
    policy = tmp_path / "policy.json"
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "a.py").write_text(
        'load_dataset("maker/data")\nload_dataset("other/data")\n'
    )
    asked = ["watch", str(tmp_path / "project"), "--registry", str(registry)]
    judged = [*asked, "--policy", str(policy)]
    policy.write_text('{"data_licenses": ["MIT"]}')
    assert main([*judged, "--json"]) == 1
    rows = json.loads(capsys.readouterr().out)["datasets"]
    assert [(row["dataset"], row["recorded"], row["broken"]) for row in rows] == [
        ("maker/data", True, []),
        ("other/data", False, ["the license of this data: is not known"]),
    ]
    assert main([*judged, "--format", "github"]) == 1
    assert "file=a.py,line=2::datasets/other/data: the license" in capsys.readouterr().out
    policy.write_text('{"labels": ["open-source"]}')
    assert main(judged) == 2, "a policy that asks nothing of data has judged nothing"
    policy.write_text('{"drift": "refuse"}')
    assert main(judged) == 0
    assert "asks nothing of the licenses of data" in capsys.readouterr().out


def test_the_dictionary_of_a_registry(registry):
    """Ids of today and former ones, with and without owner."""
    from audit.records.load import load_registry

    names = build_name_dictionary(load_registry(registry))
    assert names.find_kind("Maker", "Model-1") == "model"
    assert names.find_kind("maker", "data") == "dataset"
    assert "model-1" in names.bare
