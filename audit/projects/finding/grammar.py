"""What text around a name says of its use, and which names no record knows are ids all the same.

A name that a record knows needs no context. Others count only where a model is named: in a call
that loads one, under a key or option for one, or in an address of the Hub.
"""

import re

from audit.core.references import get_owner
from audit.projects.finding.mention import Use

NAME = r"[A-Za-z0-9][A-Za-z0-9._-]{0,95}"
HUB_ID = re.compile(rf"{NAME}/{NAME}")
QUOTE = r"\\?[\"']"
LOADING = (
    r"(?:from_pretrained|snapshot_download|hf_hub_download|SentenceTransformer(?:Embeddings)?|"
    r"CrossEncoder|HuggingFace\w{0,20}Embeddings|pipeline|LLM|AutoPeftModel\w{0,40})"
)
_KEY_WORDS = (
    r"(?:model|model[_-]?id|model[_-]?name|model[_-]?path|checkpoint|(?:model_)?name_or_path|"
    r"adapters?[_-]name|lora[_-]weights|peft_model_id)"
)
KEYS = rf"(?:[A-Za-z0-9]{{0,30}}[_-]){{0,3}}{_KEY_WORDS}"
"""A key of a model: `base_model`, `WATSONX_GENERATION_MODEL`, `_name_or_path`."""
KEY_END = rf"(?<![A-Za-z0-9]){_KEY_WORDS}"
"""The same, from its last words on: what stands before them does not matter."""
OPTIONS = (
    r"--(?:(?:base[_-])?model(?:[_-](?:id|name|path|name_or_path))?|hf-repo|pretrained|tokenizer|"
    r"repo-id|lora[_-]weights)"
)
NOT_ACCOUNTS = frozenset(
    [
        "api",
        "blog",
        "collections",
        "datasets",
        "docs",
        "learn",
        "models",
        "organizations",
        "papers",
        "posts",
        "settings",
        "spaces",
        "tasks",
    ]
)
"""First parts of the Hub's addresses that are not accounts."""
SERVICES = frozenset(
    [
        "anthropic",
        "azure",
        "azure_ai",
        "bedrock",
        "cohere",
        "deepseek",
        "fireworks_ai",
        "gemini",
        "groq",
        "hosted_vllm",
        "huggingface",
        "litellm",
        "lm_studio",
        "mistral",
        "ollama",
        "ollama_chat",
        "openai",
        "openrouter",
        "perplexity",
        "replicate",
        "sagemaker",
        "together_ai",
        "vertex_ai",
        "vllm",
        "xai",
    ]
)
"""Routers' prefixes: what follows is a name of that service, and no id of the Hub."""
STORAGE = frozenset({"s3", "gs", "gcs", "az", "file"})
FOLDERS = frozenset(
    [
        *("ckpt", "ckpts", "checkpoint", "checkpoints", "data", "experiments", "exp", "logs"),
        *(
            "output",
            "outputs",
            "path",
            "results",
            "runs",
            "save",
            "saved",
            "saves",
            "tmp",
            "weights",
        ),
    ]
)
"""First parts of paths to what a project makes or keeps."""
MEDIA = frozenset(
    [
        "application",
        "audio",
        "chemical",
        "font",
        "image",
        "message",
        "model",
        "multipart",
        "text",
        "video",
    ]
)
"""First parts of media types."""
FILE_ENDINGS = (
    *(".json", ".py", ".pt", ".pth", ".bin", ".safetensors", ".gguf", ".onnx", ".sh", ".js"),
    *(".yaml", ".yml", ".txt", ".csv", ".parquet", ".md", ".jsonl", ".html", ".ts", ".git"),
)


def is_id_by_grammar(name: str) -> bool:
    """Whether a name that no record knows can be an id of the Hub."""
    if HUB_ID.fullmatch(name) is None or name.lower().endswith(FILE_ENDINGS):
        return False
    owner = get_owner(name).lower()
    return owner not in NOT_ACCOUNTS | SERVICES | STORAGE | FOLDERS | MEDIA


_STAND_INS = frozenset({"example", "fake", "foo", "me", "mock", "org", "owner", "test", "user"})
_PLAIN_WORDS = re.compile(r"[a-z]+/[a-z]+")


def is_made_up(name: str) -> bool:
    """Whether a name in a test, which no record knows, stands for any: `test/model`, `me/data-1`.

    Nothing but words in small letters, or an account that stands for anybody's.
    """
    if "/" not in name:
        return False
    return bool(_PLAIN_WORDS.fullmatch(name)) or get_owner(name).lower() in _STAND_INS


_USES: tuple[tuple[re.Pattern[str], Use], ...] = (
    (re.compile(r"load_dataset\(|datasets?\s*[:=]|train_file|--dataset"), "trained-on"),
    (re.compile(rf"{LOADING}\s*\("), "loaded"),
    (
        re.compile(
            rf"{OPTIONS}|vllm|llama-server|ollama|text-generation|huggingface-cli|hf download|"
            r"^\s*FROM |image:|command:",
        ),
        "served",
    ),
    (re.compile(rf"(?i){KEYS}\W"), "configured"),
)


def judge_use(before: str) -> Use:
    """What is done with a name, from the words before it on its line."""
    for pattern, use in _USES:
        if pattern.search(before):
            return use
    return "named"
