"""Which model a name means, in any of the ways in which people write names of models."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import unquote

from audit.core.errors import UsageError
from audit.core.grouping import group_pairs
from audit.core.near_names import format_near_names

MAX_NAME_LENGTH = 300
"""Longer than any address of a repository; near names of more would take long to find."""
MAX_LISTED = 20
HUB_ADDRESS = re.compile(r"(?:https?://)?(?:www\.)?(?:huggingface\.co|hf\.co)/(.*)", re.I | re.S)
HUB_PACKAGE = re.compile(r"pkg:huggingface/(.*)", re.I | re.S)
OTHER_ADDRESSES = {"datasets": "a dataset", "spaces": "a space", "collections": "a collection"}


@dataclass(frozen=True)
class KnownNames:
    """The names that records have."""

    ids: Sequence[str]
    former: Mapping[str, str] = field(default_factory=dict)
    """Id of today by former id."""
    families: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Ids of models by id of their family."""

    def has_id(self, name: str) -> bool:
        """Whether a record of today has this very id."""
        return name in self.by_id.get(name.lower(), ())

    @cached_property
    def by_id(self) -> Mapping[str, list[str]]:
        """Ids by the same in small letters."""
        return group_pairs((id.lower(), id) for id in self.ids)

    @cached_property
    def by_former_name(self) -> Mapping[str, list[str]]:
        """Ids of today, sorted, by former names in small letters."""
        pairs = {(former.lower(), id) for former, id in self.former.items()}
        return group_pairs(sorted(pairs))

    @cached_property
    def by_name_without_owner(self) -> Mapping[str, list[str]]:
        """Ids by what follows the owner, in small letters."""
        return group_pairs((id.lower().rpartition("/")[2], id) for id in self.ids)


def resolve_model_name(name: str, known: KnownNames) -> str:
    """The id of the one model that a name means.

    A name may be an id of today or a former one, in any case of letters, an address or a package
    URL of the Hub, or an id without its owner.

    Raises UsageError with the list where it means several, with the nearest names where none.
    """
    if len(name) > MAX_NAME_LENGTH:
        raise UsageError(f"{name[:60]}…: too long for the name of a model; write it as owner/name")
    plain = strip_hub_address(name)
    if known.has_id(plain):
        return plain
    found = _find_ids(plain, known)
    if len(found) == 1:
        return found[0]
    if found:
        raise UsageError(f"{name}: several models have this name; write {_join_ids(found)}")
    raise UsageError(_describe_unknown_name(name, plain, known))


def find_model_id(name: str, known: KnownNames) -> str | None:
    """The id of the one model that a name means; None where it means none, or several."""
    if len(name) > MAX_NAME_LENGTH or _is_other_address(name):
        return None
    plain = strip_hub_address(name)
    if known.has_id(plain):
        return plain
    found = _find_ids(plain, known)
    return found[0] if len(found) == 1 else None


def _is_other_address(name: str) -> bool:
    """Whether it is the address of something on the Hub that is no model."""
    try:
        strip_hub_address(name)
    except UsageError:
        return True
    return False


def strip_hub_address(name: str) -> str:
    """`owner/name` of an address or a package URL of the Hub; other names as they are.

    Raises UsageError for an address of something that is no model.
    """
    address = HUB_ADDRESS.fullmatch(name.strip())
    package = HUB_PACKAGE.fullmatch(name.strip())
    match = address or package
    if match is None:
        return name
    parts = [part for part in re.split(r"[?#]", match[1])[0].split("/") if part]
    if address and parts and parts[0].lower() in OTHER_ADDRESSES:
        what = OTHER_ADDRESSES[parts[0].lower()]
        raise UsageError(f"{name}: the address of {what}; write the id of a model, owner/name")
    return _join_repository(parts, package=package is not None)


def _join_repository(parts: Sequence[str], *, package: bool) -> str:
    """Owner and name; a page of the repository and a package's revision fall away."""
    ends_early = len(parts) > 1 and parts[1] in ("tree", "blob", "resolve", "commits", "raw")
    repository = "/".join(parts[:1] if ends_early else parts[:2])
    return unquote(repository.partition("@")[0]) if package else repository


def _find_ids(plain: str, known: KnownNames) -> list[str]:
    """The first kind of name that fits decides."""
    lower = plain.lower()
    for names in (known.by_id, known.by_former_name, known.by_name_without_owner):
        if lower in names:
            return names[lower]
    return []


def _describe_unknown_name(name: str, plain: str, known: KnownNames) -> str:
    lower = plain.rstrip("/").lower()
    owned = [id for id in known.ids if id.lower().partition("/")[0] == lower]
    if owned:
        return f"{name}: an owner and not a model; write one of {_join_ids(owned)}"
    for family, members in known.families.items():
        if family.lower() == lower:
            return f"{name}: a family and not a model; write one of {_join_ids(members)}"
    near = format_near_names(plain, known.ids)
    return f"{name}: no such model in the registry{near}; write its id as owner/name"


def _join_ids(ids: Iterable[str]) -> str:
    ordered = sorted(ids)
    more = len(ordered) - MAX_LISTED
    words = ", ".join(ordered[:MAX_LISTED])
    return f"{words} and {more} more" if more > 0 else words


def describe_resolution(name: str, id: str) -> str | None:
    """What to tell somebody who wrote another name than the id; None for the id itself."""
    return None if name.lower() == id.lower() else f"{name}: read as {id}"
