"""What text around a name says of its use, and which names no record knows are ids all the same.

A name that a record knows needs no context. Others count only where a model is named: in a call
that loads one, under a key or option for one, or in an address of the Hub.
"""

import re
from collections.abc import Iterator

from audit.core.references import get_owner
from audit.projects.finding.mention import Use

NAME = r"[A-Za-z0-9][A-Za-z0-9._-]{0,95}"
HUB_ID = re.compile(rf"{NAME}/{NAME}")
QUOTE = r"\\?[\"']"
LOADING = (
    r"(?:from_pretrained|snapshot_download|hf_hub_download|SentenceTransformer|CrossEncoder|"
    r"pipeline|LLM|AutoPeftModel\w{0,40})"
)
KEYS = (
    r"(?:[A-Za-z]{1,30}[_-])?(?:model|model[_-]?id|model[_-]?name|base[_-]?model|checkpoint|"
    r"(?:pretrained_)?model_name_or_path|base_model_name_or_path|_name_or_path)"
)
OPTIONS = r"--(?:model|model-id|model-name|hf-repo|base-model|pretrained|tokenizer|repo-id)"
_PLACES = (
    re.compile(rf"{LOADING}\(\s{{0,200}}(?:\w{{1,60}}\s?=\s?)?{QUOTE}({NAME}(?:/{NAME})?){QUOTE}"),
    re.compile(rf"(?i)\b{KEYS}{QUOTE}?\s{{0,20}}[:=]\s{{0,20}}{QUOTE}({NAME}(?:/{NAME})?){QUOTE}"),
    re.compile(
        rf"(?im)^[ \t-]{{0,60}}{KEYS}:[ \t]{{1,20}}({NAME}(?:/{NAME})?)[ \t]{{0,20}}(?:#.{{0,200}})?$"
    ),
    re.compile(
        rf"{OPTIONS}(?:=|[ \t]{{1,20}}|{QUOTE},\s{{1,20}}{QUOTE})({NAME}(?:/{NAME})?)(?![/:\w])"
    ),
    re.compile(
        rf"(?im)^[ \t]{{0,20}}(?:ENV|ARG|export|-)?[ \t]{{0,20}}{KEYS}=({NAME}/{NAME})[ \t]{{0,20}}$"
    ),
    re.compile(rf"\b(?:huggingface\.co|hf\.co)/(?:api/models/)?({NAME}/{NAME})"),
    re.compile(rf"(?:huggingface-cli|hf)[ \t]{{1,9}}download[ \t]{{1,9}}({NAME}/{NAME})"),
    re.compile(
        rf"(?:vllm[ \t]{{1,9}}serve|llama-server[ \t]{{1,9}}-hf)[ \t]{{1,9}}({NAME}/{NAME})"
    ),
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


_HINTS = (
    *("model", "checkpoint", "pretrained", "pipeline", "download", "huggingface", "hf.co"),
    *("llm", "encoder", "transformer", "ollama", "tokenizer", "repo-id", "llama-server", "hf"),
)


def may_name_models(text: str) -> bool:
    """Whether a word stands there without which no pattern can match: most files have none."""
    lower = text.lower()
    return any(hint in lower for hint in _HINTS)


def find_named_places(text: str) -> Iterator[tuple[int, str]]:
    """Where a model is named by the words around it: the position and the name."""
    for pattern in _PLACES:
        for found in pattern.finditer(text):
            yield found.start(1), found[1].rstrip(".")


_ELSEWHERE = (
    re.compile(r"(?im)^FROM[ \t]{1,9}([a-z0-9][\w.-]{0,60}(?::[\w.-]{1,60})?)[ \t]*$"),
    re.compile(
        r"\bollama[ \t]{1,9}(?:run|pull|show)[ \t]{1,9}([a-z0-9][\w.-]{0,60}(?::[\w.-]{1,60})?)"
    ),
    re.compile(
        rf"(?i){KEYS}{QUOTE}?\s{{0,20}}[:=]\s{{0,20}}{QUOTE}?((?:{'|'.join(SERVICES)})/[\w./:-]{{1,120}})"
    ),
)
"""Names of other services: Modelfiles and calls of Ollama, and routers' prefixes."""


def find_names_elsewhere(text: str, *, is_modelfile: bool) -> Iterator[tuple[int, str]]:
    """Names that are no ids of the Hub. `FROM` names a model in a Modelfile alone."""
    patterns = _ELSEWHERE if is_modelfile else _ELSEWHERE[1:]
    for pattern in patterns:
        for found in pattern.finditer(text):
            yield found.start(1), found[1].rstrip(".:")


def is_id_by_grammar(name: str) -> bool:
    """Whether a name that no record knows can be an id of the Hub."""
    if HUB_ID.fullmatch(name) is None or name.lower().endswith(FILE_ENDINGS):
        return False
    owner = get_owner(name).lower()
    return owner not in NOT_ACCOUNTS | SERVICES | STORAGE | MEDIA


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
