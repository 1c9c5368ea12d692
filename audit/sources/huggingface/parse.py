"""From the Hub's answers to facts. A field that is missing is unknown, never false: NotAsDocumented."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from audit.observations.facts import HubFacts, Weights
from audit.sources.answers import identity
from audit.sources.failures import NotAsDocumented
from audit.sources.huggingface.files import files_of, license_files_of, weights_of

Payload = Mapping[str, Any]
"""An answer as JSON. Not the client's types: they read all of a card, and what a maker writes there could make them fail."""
Gated = Literal["auto", "manual"] | Literal[False]
MAX_TEXT = 300
"""Characters kept of a card's field or of a tag; more is no license name, and no repository's."""
MAX_NAMES = 500
"""Licenses, base models or datasets kept. Merges name dozens; without an end, a card could make what is observed too large to be kept."""


@dataclass(frozen=True)
class Head:
    """The little that tells whether a repository changed since it was last read in full."""

    repo: str
    hub_id: str | None
    revision: str
    created_at: str | None
    gated: Gated
    private: bool
    disabled: bool

    def same_as(self, facts: HubFacts) -> bool:
        """True when nothing moved: no commit, no setting, no other repository under the name."""
        return self == Head(facts.repo, facts.hub_id, facts.revision or "", facts.created_at, facts.gated, facts.private, facts.disabled)


def head_of(payload: Payload) -> Head:
    """The head in an `expand` answer. Raises NotAsDocumented, or what reading another form raises: see `parsed`."""
    return Head(
        repo=identity(payload.get("id"), "id"),
        hub_id=_hub_id(payload),
        revision=identity(payload.get("sha"), "sha"),
        created_at=_stamp(payload.get("createdAt")),
        gated=_gated(payload),
        private=bool(payload.get("private")),
        disabled=bool(payload.get("disabled")),
    )


def facts_of(payload: Payload, kind: Literal["models", "datasets"]) -> HubFacts:
    """The facts in a full answer. Raises as `head_of` does. Of the card only the license is read, whatever else it holds."""
    head = head_of(payload)
    files, tags, card = files_of(payload.get("siblings")), tags_of(payload), card_of(payload)
    return HubFacts(
        repo=head.repo,
        hub_id=head.hub_id,
        revision=head.revision,
        created_at=head.created_at,
        gated=head.gated,
        private=head.private,
        disabled=head.disabled,
        license_tag=_license_tag(card, tags),
        license_name=_text(card.get("license_name")),
        license_link=_text(card.get("license_link")),
        base_models=_relations(tags, "base_model:"),
        datasets=_relations(tags, "dataset:"),
        weights=weights_of(files) if kind == "models" else Weights(),
        license_files=license_files_of(files),
    )


def tags_of(payload: Payload) -> list[str]:
    """The tags. Raises NotAsDocumented."""
    tags = payload.get("tags")
    if not isinstance(tags, list):
        raise NotAsDocumented("tags are missing")
    return [tag for tag in tags if isinstance(tag, str)]


def card_of(payload: Payload) -> Payload:
    """The card's front matter as it is; empty where the Hub gives none."""
    card = payload.get("cardData")
    return card if isinstance(card, Mapping) else {}


def _gated(payload: Payload) -> Gated:
    value: object = payload.get("gated")
    if value is False or value == "auto" or value == "manual":
        return value
    raise NotAsDocumented(f"gated is {value!r}")


def _hub_id(payload: Payload) -> str | None:
    value = payload.get("_id")
    return identity(value, "_id") if isinstance(value, str) else None


def _stamp(value: object) -> str | None:
    """A moment as the Hub writes it. Raises NotAsDocumented for what is none."""
    if not value:
        return None
    if not isinstance(value, str):
        raise NotAsDocumented("createdAt is no text")
    moment = datetime.fromisoformat(value).astimezone(UTC)
    return moment.replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


def _license_tag(card: Payload, tags: list[str]) -> str | Literal[False]:
    """The card's own field, else the tag that the Hub made from it."""
    names = _names(card.get("license")) or _names([tag.removeprefix("license:") for tag in tags if tag.startswith("license:")])
    return " AND ".join(sorted(set(names))[:MAX_NAMES]) or False


def _names(value: object) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [name for each in values if (name := _text(each))]


def _text(value: object) -> str | None:
    if isinstance(value, list):
        value = ", ".join(_names([each for each in value if not isinstance(each, list)]))
    return value.strip()[:MAX_TEXT] or None if isinstance(value, str) else None


def _relations(tags: list[str], prefix: str) -> tuple[str, ...]:
    """Plain relations only: `base_model:finetune:x` repeats `base_model:x` with its kind."""
    names = {tag.removeprefix(prefix)[:MAX_TEXT] for tag in tags if tag.startswith(prefix)}
    return tuple(sorted(name for name in names if name and ":" not in name)[:MAX_NAMES])
