"""What one full answer of the Hub says of a repository beyond what the audit compares: enough to start a record."""

import re
from dataclasses import dataclass
from typing import Any, Literal

from huggingface_hub import DatasetInfo, ModelInfo
from huggingface_hub.hf_api import RepoSibling

from audit.observations.facts import HubFacts
from audit.sources.huggingface.parse import facts_of

CARD = "README.md"
ARXIV = re.compile(r"arxiv:(\d{4}\.\d{4,5})")
INTEGER_TYPES = frozenset({"I8", "I16", "I32", "I64", "U8", "U16", "U32", "U64", "BOOL"})
"""Types of tensors that hold packed, quantized weights, or no parameters at all."""


@dataclass(frozen=True)
class TextFile:
    """A small file as the listing names it."""

    path: str
    size: int
    blob_id: str


@dataclass(frozen=True)
class Described:
    """One answer, read for a person who starts a record."""

    facts: HubFacts
    has_front_matter: bool
    """Whether the Hub could read a card's front matter. It answers with none where there is none and where it is broken."""
    card: TextFile | None
    """README.md, None where the repository has none."""
    files: int
    """How many files there are beside the card and the dot files."""
    task: str | None
    """The Hub's pipeline tag."""
    parameters: int | None
    """Parameters that the Hub counted in safetensors files; None where it did not, or where weights are packed into integers."""
    bases: tuple[tuple[str, str | None], ...]
    """Base models with the Hub's word for the relation, None where it gives none."""
    papers: tuple[str, ...]
    """Numbers of the arXiv papers that the card links to; whose papers they are, the Hub does not say."""


def described(info: ModelInfo | DatasetInfo, kind: Literal["models", "datasets"]) -> Described:
    """Everything in a full answer. Raises NotAsDocumented."""
    facts = facts_of(info, kind)
    siblings = info.siblings or []
    tags = [tag for tag in info.tags or () if isinstance(tag, str)]
    return Described(
        facts=facts,
        has_front_matter=bool(info.card_data),
        card=_card(siblings),
        files=sum(not each.rfilename.startswith(".") and each.rfilename != CARD for each in siblings),
        task=_word(getattr(info, "pipeline_tag", None)),
        parameters=_parameters(getattr(info, "safetensors", None)),
        bases=tuple((base, _relation(tags, base)) for base in facts.base_models),
        papers=tuple(dict.fromkeys(match[1] for tag in tags if (match := ARXIV.fullmatch(tag)))),
    )


def _card(siblings: list[RepoSibling]) -> TextFile | None:
    return next((TextFile(CARD, each.size or 0, each.blob_id or "") for each in siblings if each.rfilename == CARD), None)


def _word(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _parameters(safetensors: Any) -> int | None:
    total, types = getattr(safetensors, "total", None), getattr(safetensors, "parameters", None)
    if not isinstance(total, int) or not isinstance(types, dict) or total < 1:
        return None
    counts = {name: count for name, count in types.items() if isinstance(count, int)}
    integers = sum(count for name, count in counts.items() if name in INTEGER_TYPES)
    # A few integers are buffers such as position ids; many are weights packed several into one.
    return total if integers * 100 <= total else None


def _relation(tags: list[str], base: str) -> str | None:
    found = {tag.split(":")[1] for tag in tags if tag.startswith("base_model:") and tag.count(":") == 2 and tag.endswith(f":{base}")}
    return found.pop() if len(found) == 1 else None
