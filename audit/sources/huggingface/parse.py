"""From the Hub's answers to facts. A field that is missing is unknown, never false: NotAsDocumented."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from huggingface_hub import DatasetInfo, ModelInfo
from huggingface_hub.hf_api import RepoSibling

from audit.observations.facts import HubFacts, Weights
from audit.sources.failures import NotAsDocumented
from audit.sources.huggingface.files import license_files_of, weights_of

Info = ModelInfo | DatasetInfo
Gated = Literal["auto", "manual"] | Literal[False]
MAX_TEXT = 300
"""Characters kept of a card's field; more is no license name."""


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


def head_of(info: Info) -> Head:
    """The head in an `expand` answer. Raises NotAsDocumented."""
    if not isinstance(info.id, str) or not isinstance(info.sha, str):
        raise NotAsDocumented("id or sha is missing")
    return Head(info.id, _hub_id(info), info.sha, _stamp(info.created_at), _gated(info), bool(info.private), bool(info.disabled))


def facts_of(info: Info, kind: Literal["models", "datasets"]) -> HubFacts:
    """The facts in a full answer. Raises NotAsDocumented."""
    head = head_of(info)
    if info.siblings is None or not isinstance(info.tags, list):
        raise NotAsDocumented("siblings or tags are missing")
    if not all(map(_is_file, info.siblings)):
        raise NotAsDocumented("a file without a name, or with another kind of size or digest")
    tags = [tag for tag in info.tags if isinstance(tag, str)]
    card = _card(info)
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
        weights=weights_of(info.siblings) if kind == "models" else Weights(),
        license_files=license_files_of(info.siblings),
    )


def _is_file(sibling: RepoSibling) -> bool:
    texts: list[object] = [sibling.blob_id, *([sibling.lfs.sha256] if sibling.lfs else [])]
    sizes: list[object] = [sibling.size, *([sibling.lfs.size] if sibling.lfs else [])]
    named: object = sibling.rfilename
    return (
        isinstance(named, str)
        and all(each is None or isinstance(each, str) for each in texts)
        and all(each is None or (isinstance(each, int) and each >= 0) for each in sizes)
    )


def _gated(info: Info) -> Gated:
    value: object = info.gated
    if value is False or value == "auto" or value == "manual":
        return value
    raise NotAsDocumented(f"gated is {value!r}")


def _hub_id(info: Info) -> str | None:
    value = getattr(info, "_id", None)
    return value if isinstance(value, str) else None


def _stamp(moment: datetime | None) -> str | None:
    """A moment as the Hub writes it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z" if moment else None


def _card(info: Info) -> Mapping[str, Any]:
    card: Any = info.card_data
    found: object = card.to_dict() if hasattr(card, "to_dict") else card
    return found if isinstance(found, Mapping) else {}


def _license_tag(card: Mapping[str, Any], tags: list[str]) -> str | Literal[False]:
    """The card's own field, else the tag that the Hub made from it."""
    names = _names(card.get("license")) or _names([tag.removeprefix("license:") for tag in tags if tag.startswith("license:")])
    return " AND ".join(sorted(set(names))) or False


def _names(value: object) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [name for each in values if (name := _text(each))]


def _text(value: object) -> str | None:
    if isinstance(value, list):
        value = ", ".join(_names(value))
    return value.strip()[:MAX_TEXT] or None if isinstance(value, str) else None


def _relations(tags: list[str], prefix: str) -> tuple[str, ...]:
    """Plain relations only: `base_model:finetune:x` repeats `base_model:x` with its kind."""
    names = {tag.removeprefix(prefix) for tag in tags if tag.startswith(prefix)}
    return tuple(sorted(name for name in names if name and ":" not in name))
