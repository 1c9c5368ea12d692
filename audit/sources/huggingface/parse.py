"""From the Hub's answers to facts.

A field that is missing is unknown, never false: NotAsDocumented.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from audit.core.hidden import replace_hidden_characters
from audit.observations.card_prose import build_statement
from audit.observations.facts import HubFacts, Statement, Weights
from audit.observations.telling_paths import find_telling_paths
from audit.sources.answers import identity
from audit.sources.failures import UndocumentedAnswer
from audit.sources.huggingface.contents import (
    find_card,
    index_small_files,
    summarize_contents,
)
from audit.sources.huggingface.files import collect_weights, list_license_files, read_files

Payload = Mapping[str, Any]
"""An answer as JSON.

Not the client's types: they read all of a card, and what a maker writes there could make them fail.
"""
HubGateMode = Literal["auto", "manual"] | Literal[False]
MAX_FIELD_CHARACTERS = 300
"""Characters kept of a card's field or of a tag; more is no license name, and no repository's."""
MAX_PROMPT_CHARACTERS = 100_000
MAX_NAMES = 500
"""Licenses, base models or datasets kept.

Merges name dozens; without an end, a card could make what is observed too large to be kept.
"""


@dataclass(frozen=True)
class RepositoryHead:
    """The little that tells whether a repository changed since it was last read in full."""

    repo: str
    hub_id: str | None
    revision: str
    created_at: str | None
    gated: HubGateMode
    private: bool
    disabled: bool

    def matches_facts(self, facts: HubFacts) -> bool:
        """True when nothing moved: no commit, no setting, no other repository under the name."""
        return self == RepositoryHead(
            facts.repo,
            facts.hub_id,
            facts.revision or "",
            facts.created_at,
            facts.gated,
            facts.private,
            facts.disabled,
        )


def parse_repository_head(payload: Payload) -> RepositoryHead:
    """The head in an `expand` answer.

    Raises NotAsDocumented, or what reading another form raises: see `parsed`.
    """
    return RepositoryHead(
        repo=identity(payload.get("id"), "id"),
        hub_id=_read_hub_id(payload),
        revision=identity(payload.get("sha"), "sha"),
        created_at=_format_moment(payload.get("createdAt")),
        gated=_parse_gate_mode(payload),
        private=bool(payload.get("private")),
        disabled=bool(payload.get("disabled")),
    )


def parse_hub_facts(payload: Payload, kind: Literal["models", "datasets"]) -> HubFacts:
    """The facts in a full answer.

    Raises as `head_of` does. Of the card only the license is read, whatever else it holds.
    """
    head = parse_repository_head(payload)
    files, tags, card = read_files(payload.get("siblings")), read_tags(payload), read_card(payload)
    return HubFacts(
        **vars(head),
        license_tag=_derive_license_tag(card, tags),
        license_name=_read_text(card.get("license_name")),
        license_link=_read_text(card.get("license_link")),
        base_models=_list_relations(tags, "base_model:"),
        datasets=_list_relations(tags, "dataset:"),
        weights=collect_weights(files) if kind == "models" else Weights(),
        license_files=list_license_files(files),
        card=find_card(files),
        gate_prompt=_read_gate_prompt(card),
        contents=summarize_contents(files) if kind == "datasets" else None,
        small_files=index_small_files(files),
        telling_paths=find_telling_paths(file.path for file in files),
    )


def _read_gate_prompt(card: Payload) -> Statement | None:
    """What one has to agree to at the gate, as the card's maker wrote it."""
    parts = (card.get("extra_gated_heading"), card.get("extra_gated_prompt"))
    prompt = " ".join(part for part in parts if isinstance(part, str))
    return build_statement(prompt[:MAX_PROMPT_CHARACTERS]) if prompt.strip() else None


def read_tags(payload: Payload) -> list[str]:
    """The tags. Raises NotAsDocumented."""
    tags = payload.get("tags")
    if not isinstance(tags, list):
        raise UndocumentedAnswer("tags are missing")
    return [replace_hidden_characters(tag) for tag in tags if isinstance(tag, str)]


def read_card(payload: Payload) -> Payload:
    """The card's front matter as it is; empty where the Hub gives none."""
    card = payload.get("cardData")
    return card if isinstance(card, Mapping) else {}


def _parse_gate_mode(payload: Payload) -> HubGateMode:
    value: object = payload.get("gated")
    if value is False or value == "auto" or value == "manual":
        return value
    raise UndocumentedAnswer(f"gated is {value!r}")


def _read_hub_id(payload: Payload) -> str | None:
    value = payload.get("_id")
    return identity(value, "_id") if isinstance(value, str) else None


def _format_moment(value: object) -> str | None:
    """A moment as the Hub writes it. Raises NotAsDocumented for what is none."""
    if not value:
        return None
    if not isinstance(value, str):
        raise UndocumentedAnswer("createdAt is no text")
    moment = datetime.fromisoformat(value).astimezone(UTC)
    return moment.replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


def _derive_license_tag(card: Payload, tags: list[str]) -> str | Literal[False]:
    """The card's own field, else the tag that the Hub made from it."""
    tagged = [tag.removeprefix("license:") for tag in tags if tag.startswith("license:")]
    names = _list_names(card.get("license")) or _list_names(tagged)
    return " AND ".join(sorted(set(names))[:MAX_NAMES]) or False


def parse_stated_license(payload: Payload) -> tuple[str | Literal[False], str | None]:
    """The license tag and the name beside it in an entry of a list that carries the card."""
    card = read_card(payload)
    return _derive_license_tag(card, []), _read_text(card.get("license_name"))


def _list_names(value: object) -> list[str]:
    values = value if isinstance(value, list) else [value]
    names = map(_read_text, values)
    return [name for name in names if name]


def _read_text(value: object) -> str | None:
    if isinstance(value, list):
        value = ", ".join(_list_names([part for part in value if not isinstance(part, list)]))
    if not isinstance(value, str):
        return None
    # A character that nobody sees is no part of a name, and the text stays another one without it.
    return replace_hidden_characters(value.strip()[:MAX_FIELD_CHARACTERS]) or None


def _list_relations(tags: list[str], prefix: str) -> tuple[str, ...]:
    """Plain relations only: `base_model:finetune:x` repeats `base_model:x` with its kind."""
    names = {
        tag.removeprefix(prefix)[:MAX_FIELD_CHARACTERS] for tag in tags if tag.startswith(prefix)
    }
    return tuple(sorted(name for name in names if name and ":" not in name)[:MAX_NAMES])
