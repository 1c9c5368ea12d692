"""What the Hub's API says of a repository, field by field as in the recordings that test_hub_server.py compares it with."""

import re
from collections.abc import Collection, Iterable
from typing import Any

from tests.fakes.repositories import HubCommit, HubFile, HubKind, HubRepo
from tests.fakes.world import UpstreamWorld

Payload = dict[str, Any]


REPO_ID = re.compile(r"[\w-][\w.-]*(/[\w.-]+)?")
"""What the Hub makes tags of; whether it does so of a path or an address was never recorded."""


def _split_words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


MODEL_EXPANDABLE = frozenset(
    _split_words(
        "author baseModels cardData childrenModelCount config createdAt disabled downloads downloadsAllTime evalResults gated gguf "
        "inference inferenceProviderMapping lastModified library_name likes mask_token model-index pipeline_tag private "
        "resourceGroup safetensors sha siblings spaces tags transformersInfo trendingScore usedStorage widgetData"
    )
)
DATASET_EXPANDABLE = frozenset(
    _split_words(
        "author cardData citation createdAt description disabled downloads downloadsAllTime gated lastModified likes mainSize "
        "paperswithcode_id private resourceGroup sha siblings tags trendingScore usedStorage"
    )
)
MODEL_LIST_REFUSES = frozenset({"usedStorage", "baseModels", "childrenModelCount"})
"""The client's types allow them; the server does not (huggingface_hub #3182)."""
DATASET_LIST_REFUSES = frozenset({"usedStorage", "siblings"})
"""`siblings` of dataset lists is unconfirmed: huggingface.js leaves it out. To refuse it keeps the audit from relying on it."""
MODEL_DEFAULT = _split_words(
    "private pipeline_tag library_name tags downloads likes modelId author sha lastModified gated disabled model-index config "
    "cardData transformersInfo siblings spaces createdAt safetensors inference usedStorage"
)
DATASET_LIST_DEFAULT = _split_words(
    "author sha lastModified private gated disabled tags description downloads likes createdAt"
)
DATASET_DEFAULT = (*DATASET_LIST_DEFAULT, "cardData", "siblings", "usedStorage")
MODEL_LIST_DEFAULT = _split_words(
    "likes trendingScore private downloads tags pipeline_tag library_name createdAt modelId"
)
HEAD_KEYS = frozenset(_split_words("author sha lastModified createdAt private gated disabled"))
"""What needs no look at files; lists of thousands ask for no more."""
BASE_DOWNLOADS = 1_000


def list_expandable_fields(kind: HubKind, *, on_list: bool) -> frozenset[str]:
    """The values of `expand` that the server takes."""
    if kind == "models":
        return MODEL_EXPANDABLE - MODEL_LIST_REFUSES if on_list else MODEL_EXPANDABLE
    return DATASET_EXPANDABLE - DATASET_LIST_REFUSES if on_list else DATASET_EXPANDABLE


def build_info_payload(
    world: UpstreamWorld, repo: HubRepo, revision: str, asked: int, *, blobs: bool
) -> Payload:
    """The default answer of `GET /api/models/{id}`; `blobs` adds sizes and digests to the siblings. `asked` feeds the counters."""
    keys = MODEL_DEFAULT if repo.kind == "models" else DATASET_DEFAULT
    return _select_fields(_build_all_fields(world, repo, revision, asked, blobs=blobs), keys)


def build_expanded_payload(
    world: UpstreamWorld, repo: HubRepo, revision: str, asked: int, keys: Collection[str]
) -> Payload:
    """`_id`, `id` and the named keys, nothing else."""
    if HEAD_KEYS.issuperset(keys):
        return _select_fields(_build_head(repo, revision), keys)
    return _select_fields(_build_all_fields(world, repo, revision, asked, blobs=False), keys)


def build_list_item(world: UpstreamWorld, repo: HubRepo, asked: int) -> Payload:
    """One entry of a list that was asked without `expand`."""
    keys = MODEL_LIST_DEFAULT if repo.kind == "models" else DATASET_LIST_DEFAULT
    return _select_fields(_build_all_fields(world, repo, repo.revision, asked, blobs=False), keys)


def build_refs_payload(repo: HubRepo) -> Payload:
    """The answer of `GET /api/models/{id}/refs`: by the client's source, main first."""
    heads = {"main": repo.revision, **repo.branches}
    return {
        "branches": [_build_ref("heads", *each) for each in heads.items()],
        "converts": [],
        "tags": [_build_ref("tags", *each) for each in repo.tags.items()],
    }


def _build_ref(folder: str, name: str, commit: str) -> Payload:
    return {"name": name, "ref": f"refs/{folder}/{name}", "targetCommit": commit}


def _select_fields(everything: Payload, keys: Iterable[str]) -> Payload:
    return {key: everything[key] for key in ("_id", "id", *keys) if key in everything}


def _build_head(repo: HubRepo, revision: str) -> Payload:
    return {
        "_id": repo.hub_id,
        "id": repo.id,
        "author": repo.author,
        "sha": revision,
        "lastModified": repo.last_modified,
        "createdAt": repo.created_at,
        "private": repo.private,
        "gated": repo.gated,
        "disabled": repo.disabled,
    }


def _build_all_fields(
    world: UpstreamWorld, repo: HubRepo, revision: str, asked: int, *, blobs: bool
) -> Payload:
    commit = repo.history[revision]
    payload: Payload = {
        **_build_head(repo, revision),
        "tags": compute_tags(world, repo.kind, commit),
        "downloads": BASE_DOWNLOADS + 3 * asked,
        "downloadsAllTime": 10 * BASE_DOWNLOADS + 3 * asked,
        "likes": repo.likes + asked,
        "trendingScore": asked,
        "siblings": [_build_sibling(file, blobs=blobs) for _, file in sorted(commit.files.items())],
        "usedStorage": _compute_used_storage(repo),
    }
    payload |= {"cardData": dict(commit.card)} if commit.card else {}
    return payload | (
        _build_model_fields(world, repo, commit)
        if repo.kind == "models"
        else {"description": f"{repo.id}, of the rehearsal."}
    )


def _build_model_fields(world: UpstreamWorld, repo: HubRepo, commit: HubCommit) -> Payload:
    task = str(commit.card.get("pipeline_tag", "text-generation"))
    bases = [
        {"id": world.resolve_hub_id("models", base)}
        for base in _list_strings(commit.card.get("base_model"))
    ]
    fields: Payload = {
        "modelId": repo.id,
        "pipeline_tag": task,
        "library_name": str(commit.card.get("library_name", "transformers")),
        "model-index": None,
        "config": {"architectures": ["RehearsalForCausalLM"], "model_type": "rehearsal"},
        "transformersInfo": {
            "auto_model": "AutoModelForCausalLM",
            "pipeline_tag": task,
            "processor": "AutoTokenizer",
        },
        "spaces": [],
        "inference": "warm",
        "baseModels": {"relation": _derive_relation(commit, len(bases)), "models": bases}
        if bases
        else None,
        "childrenModelCount": 0,
    }
    parameters = (
        sum(file.size for file in commit.files.values() if file.path.endswith(".safetensors")) // 2
    )
    if parameters:
        fields["safetensors"] = {"parameters": {"BF16": parameters}, "total": parameters}
    return fields


def _build_sibling(file: HubFile, *, blobs: bool) -> Payload:
    entry: Payload = {"rfilename": file.path}
    if blobs:
        entry |= {"blobId": file.blob_id, "size": file.size}
        entry |= (
            {"lfs": {"sha256": file.sha256, "size": file.size, "pointerSize": len(file.pointer)}}
            if file.sha256
            else {}
        )
    return entry


def _compute_used_storage(repo: HubRepo) -> int:
    """Every distinct content of every revision, as the Hub counts."""
    return sum(
        {
            file.blob_id: file.size
            for commit in repo.history.values()
            for file in commit.files.values()
        }.values()
    )


def compute_tags(world: UpstreamWorld, kind: HubKind, commit: HubCommit) -> list[str]:
    """The tags that the Hub makes from a card and its files; relations in them follow renames, the card's text does not."""
    card = commit.card
    tags = ["transformers"] if kind == "models" else []
    tags += ["safetensors"] if any(path.endswith(".safetensors") for path in commit.files) else []
    tags += _list_strings(card.get("tags"))
    tags += [
        language if kind == "models" else f"language:{language}"
        for language in _list_strings(card.get("language"))
    ]
    tags += [
        f"dataset:{world.resolve_hub_id('datasets', name)}"
        for name in _list_strings(card.get("datasets"))
    ]
    named = filter(REPO_ID.fullmatch, _list_strings(card.get("base_model")))
    bases = [world.resolve_hub_id("models", name) for name in named]
    tags += [f"base_model:{base}" for base in bases]
    tags += [f"base_model:{_derive_relation(commit, len(bases))}:{base}" for base in bases]
    tags += [f"license:{license_tag}" for license_tag in _list_strings(card.get("license"))]
    return list(dict.fromkeys([*tags, "region:us"]))


def _derive_relation(commit: HubCommit, bases: int) -> str:
    return str(commit.card.get("base_model_relation") or ("merge" if bases > 1 else "finetune"))


def _list_strings(value: object) -> list[str]:
    """A card's value that may be a string, a list of them, or missing."""
    if isinstance(value, str):
        return [value]
    return [str(item) for item in value] if isinstance(value, list) else []
