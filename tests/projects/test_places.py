"""Where the words around a name make it one of a model, a dataset or another service."""

import pytest

from audit.projects.finding.dictionary import NameDictionary
from audit.projects.mentions import find_mentions

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


def find(tmp_path, file: str, text: str):
    path = tmp_path / "project" / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return find_mentions(tmp_path / "project", NAMES).mentions


@pytest.mark.parametrize(
    "text",
    [
        'path = "s3/bucket"',
        'model_name = "s3/bucket"',
        'headers = {"Accept": "application/json"}',
        'tz = "Europe/Berlin"',
        "upload(repo_id='me/dataset')",
        'snapshot_download("someone/demo", repo_type="space")',
        'model: "models/best.pt"',
        "from foo/bar import baz",
        'open("meta-llama/other.txt")',
        'x = "bark"  # a dog',
        'color = "bloom"',
        'uses: "actions/checkout"',
        'repo = "https://github.com/owner/name"',
        'from_pretrained("./local/path")',
    ],
)
def test_what_only_looks_like_an_id_is_none(tmp_path, text):
    """Storage, media types, zones, paths, actions and words of a language."""
    assert find(tmp_path, "a.py", text) == ()


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ('from_pretrained("gpt2")', "gpt2"),
        ('pipeline("x", model="bark")', "bark"),
        ('NAME = "bert-base-uncased"', "bert-base-uncased"),
        ('SentenceTransformer("all-MiniLM-L6-v2")', "sentence-transformers/all-MiniLM-L6-v2"),
    ],
)
def test_a_bare_name_counts_where_a_model_is_named_or_where_it_can_be_nothing_else(
    tmp_path, text, name
):
    """In a call or under a key; or as a whole string with a digit or hyphen."""
    (mention,) = find(tmp_path, "a.py", text)
    assert mention.model == name


@pytest.mark.parametrize(
    ("file", "text", "name"),
    [
        ("a.yaml", "name_or_path: gpt2", "gpt2"),
        ("README.md", "Begin with `gpt2-xl`:", "gpt2-xl"),
        ("README.md", "python train.py --init_from=gpt2-xl \\\n", "gpt2-xl"),
        ("README.md", "[it](https://huggingface.co/gpt2)", "gpt2"),
        (
            "a.py",
            'HuggingFaceEmbeddings(\n    model_name="all-MiniLM-L6-v2", cache="x")',
            "sentence-transformers/all-MiniLM-L6-v2",
        ),
    ],
)
def test_a_bare_name_counts_in_settings_and_where_a_page_sets_it_as_code(
    tmp_path, file, text, name
):
    """As a value, an argument, in backticks, in an address; of the account that a library adds."""
    assert {mention.model for mention in find(tmp_path, file, text)} == {name}


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("a.py", 'enc = tiktoken.get_encoding("gpt2")'),
        ("a.py", 'if start.startswith("gpt2"):'),
        ("a.py", 'wandb_run_name = "gpt2"'),
        ("a.py", 'if args.model_type == "gpt2":'),
        ("a.py", 'add_argument("--model-type", type=str, default="gpt2")'),
        ("config.json", '{"model_type": "gpt2"}'),
        ("a.yaml", "hub_model_id: gpt2"),
        ("result.json", '{"model": "gpt2", "model_args": "pretrained=local"}'),
        ("a.py", 'model_path = "outputs/gpt2-mine"'),
        ("README.md", "It is like gpt2-xl, but smaller"),
    ],
)
def test_a_bare_name_of_something_else_is_no_model(tmp_path, file, text):
    """Encodings, beginnings, runs, kinds of architecture and of loader, and what a project makes."""
    assert find(tmp_path, file, text) == ()


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("a.py", 'def load(model_name: str = "someone/model"):'),
        ("a.py", 'add_argument("--model_path", type=str, default="someone/model")'),
        ("a.py", 'os.getenv("EMBEDDING_MODEL", "someone/model")'),
        ("a.json", '{"model_args": "use_fast=True,pretrained=someone/model,dtype=auto"}'),
        (".env", "APP_GENERATION_MODEL=someone/model\n"),
        ("a.yaml", "url: hf://someone/model"),
        ("run.sh", "python a.py --base_model 'someone/model'"),
    ],
)
def test_an_unrecorded_model_is_found_where_a_model_is_named(tmp_path, file, text):
    """A default, an environment, arguments of an evaluation, an address of a file system."""
    (mention,) = find(tmp_path, file, text)
    assert (mention.model, mention.kind) == ("someone/model", "model")


@pytest.mark.parametrize(
    ("file", "text", "name"),
    [
        ("a.py", 'load_dataset("someone/data")', "someone/data"),
        ("a.py", 'snapshot_download("someone/data", repo_type="dataset")', "someone/data"),
        ("a.py", 'load_dataset("openwebtext", split="train")', "openwebtext"),
        ("README.md", "https://huggingface.co/datasets/someone/data", "someone/data"),
        ("README.md", "https://huggingface.co/datasets/openwebtext.", "openwebtext"),
        ("run.sh", "train --dataset_name someone/data", "someone/data"),
        ("a.yaml", "dataset_name: someone/data", "someone/data"),
        ("a.yaml", "datasets:\n  - path: someone/data\n    type: alpaca", "someone/data"),
        ("a.yaml", "dataset_mixer:\n  someone/data: 1.0\nmodel: x", "someone/data"),
    ],
)
def test_an_unrecorded_dataset_is_found_where_one_is_named(tmp_path, file, text, name):
    """In a call, an address, a setting, and below a key for datasets; a bare one only if known."""
    (mention,) = find(tmp_path, file, text)
    assert (mention.model, mention.kind) == (name, "dataset")


@pytest.mark.parametrize(
    "text",
    [
        'load_dataset("json", data_files="a.json")',
        'load_dataset("./data/mine")',
        "datasets:\n  - a\nother:\n  - path: someone/thing\n",
    ],
)
def test_what_is_no_dataset_of_the_hub_is_none(tmp_path, text):
    """A builder, a folder, and what stands below another key."""
    assert find(tmp_path, "a.yaml", text) == ()


def test_a_package_is_no_model(tmp_path):
    """Requirements and lock files name packages."""
    assert find(tmp_path, "requirements.txt", "gpt2==1\nbert-base-uncased\n") == ()


@pytest.mark.parametrize(
    ("file", "text", "name"),
    [
        ("Modelfile", "FROM llama3.1:8b\n", "llama3.1:8b"),
        ("run.sh", "ollama run qwen2.5:7b\n", "qwen2.5:7b"),
        ("config.yaml", "model: ollama/mistral", "ollama/mistral"),
        ("config.yaml", "model: openai/gpt-4o-mini", "openai/gpt-4o-mini"),
        ("model.yaml", "url: ollama://gemma2:2b", "gemma2:2b"),
        ("a.ts", "const DEFAULT = 'qwen3.5:9b';", "qwen3.5:9b"),
    ],
)
def test_a_name_of_another_service_is_no_id_of_the_hub(tmp_path, file, text, name):
    """It is told as what it is: which model a moving tag means is not known."""
    (mention,) = find(tmp_path, file, text)
    assert (mention.model, mention.kind) == (name, "elsewhere")


@pytest.mark.parametrize(
    ("name", "is_told"),
    [
        ("test/model", False),
        ("cleanup/old", False),
        ("me/data-1", False),
        ("some-lab/tiny-2", True),
    ],
)
def test_a_name_that_a_test_makes_up_is_no_model(tmp_path, name, is_told):
    """In tests alone, and only what no record knows; elsewhere any name may be somebody's."""
    text = f'load(model_id="{name}")\nfolder = "models--{name.replace("/", "--")}"\n'
    told = {each.model for each in find(tmp_path, "tests/test_a.py", text)}
    assert told == ({name} if is_told else set())
    assert {each.model for each in find(tmp_path, "a.py", text)} >= {name}
