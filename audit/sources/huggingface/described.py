"""What one full answer of the Hub says of a repository beyond what the audit compares.

It is enough to start a record.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from audit.observations.facts import HubFacts
from audit.records.model_names import HUB_ADDRESS
from audit.sources.huggingface.files import ListedFile, read_files
from audit.sources.huggingface.parse import Payload, parse_hub_facts, read_card, read_tags

CARD_PATH = "README.md"
ARXIV_TAG = re.compile(r"arxiv:(\d{4}\.\d{4,5})")
INTEGER_TYPES = frozenset({"I8", "I16", "I32", "I64", "U8", "U16", "U32", "U64", "BOOL"})
"""Types of tensors that hold packed, quantized weights, or no parameters at all."""


@dataclass(frozen=True)
class TextFile:
    """A small file as the listing names it."""

    path: str
    size: int
    blob_id: str


@dataclass(frozen=True)
class RepositoryDescription:
    """One answer, read for a person who starts a record."""

    facts: HubFacts
    has_front_matter: bool
    """Whether the Hub could read a card's front matter.

    It answers with none where there is none and where it is broken.
    """
    card: TextFile | None
    """README.md, None where the repository has none."""
    file_count: int
    """How many files there are beside the card and the dot files."""
    pipeline_tag: str | None
    """The Hub's pipeline tag."""
    parameter_count: int | None
    """Parameters that the Hub counted in safetensors files; None where it did not, or where weights
    are packed into integers.
    """
    base_models: tuple[tuple[str, str | None], ...]
    """Base models with the Hub's word for the relation, None where it gives none."""
    arxiv_ids: tuple[str, ...]
    """Numbers of the arXiv papers that the card links to.

    Whose papers they are, the Hub does not say.
    """


def parse_repository_description(
    payload: Payload, kind: Literal["models", "datasets"]
) -> RepositoryDescription:
    """Everything in a full answer. Raises as `facts_of` does."""
    facts = parse_hub_facts(payload, kind)
    files, tags = read_files(payload.get("siblings")), read_tags(payload)
    return RepositoryDescription(
        facts=facts,
        has_front_matter=bool(read_card(payload)),
        card=_find_card(files),
        file_count=sum(_is_content(file) for file in files),
        pipeline_tag=_read_string(payload.get("pipeline_tag")),
        parameter_count=_count_parameters(payload.get("safetensors")),
        base_models=tuple(_list_bases(facts.base_models, tags, read_card(payload))),
        arxiv_ids=_find_arxiv_ids(tags),
    )


def _is_content(file: ListedFile) -> bool:
    return not file.path.startswith(".") and file.path != CARD_PATH


def _find_arxiv_ids(tags: Sequence[str]) -> tuple[str, ...]:
    """Each once, in the order of the tags."""
    matches = map(ARXIV_TAG.fullmatch, tags)
    return tuple(dict.fromkeys(match[1] for match in matches if match))


def _find_card(files: Sequence[ListedFile]) -> TextFile | None:
    for file in files:
        if file.path == CARD_PATH:
            return TextFile(CARD_PATH, file.size or 0, file.blob_id or "")
    return None


def _read_string(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _count_parameters(safetensors: Any) -> int | None:
    if not isinstance(safetensors, dict):
        return None
    total, types = safetensors.get("total"), safetensors.get("parameters")
    if not isinstance(total, int) or not isinstance(types, dict) or total < 1:
        return None
    # A few integers are buffers such as position ids; many are weights packed several into one.
    return total if _count_integers(types) * 100 <= total else None


def _count_integers(types: Payload) -> int:
    counts = (types.get(name) for name in INTEGER_TYPES)
    return sum(count for count in counts if isinstance(count, int))


def _list_bases(
    tagged: Sequence[str], tags: list[str], card: Payload
) -> Iterator[tuple[str, str | None]]:
    """The bases that the Hub made tags of, then those that only the card names.

    The Hub makes no tag of a path, and sends the address of a repository as it is written.
    """
    seen = {base.lower() for base in tagged}
    yield from ((base, _find_relation(tags, base)) for base in tagged)
    relation = _read_string(card.get("base_model_relation"))
    for words in _list_strings(card.get("base_model")):
        address = HUB_ADDRESS.fullmatch(words.strip())
        base = (address[1] if address else words.strip()).rstrip("/")
        if base and base.lower() not in seen:
            seen.add(base.lower())
            yield base, relation


def _list_strings(value: object) -> list[str]:
    members = value if isinstance(value, list) else [value]
    return [member for member in members if isinstance(member, str)]


def _find_relation(tags: list[str], base: str) -> str | None:
    """The Hub's word in `base_model:finetune:owner/name`, where it has one word only."""
    steps = [tag.split(":") for tag in tags]
    found = {step[1] for step in steps if step[:1] == ["base_model"] and step[2:] == [base]}
    return found.pop() if len(found) == 1 else None
