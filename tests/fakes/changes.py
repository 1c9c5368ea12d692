"""Operations of the script on the world: what an owner, a person at the Hub, or time does to a repository."""

from collections.abc import Mapping
from typing import Any

from tests.fakes.repositories import HubFile
from tests.fakes.seeding import synthetic_license_text
from tests.fakes.world import World


def apply(change: Mapping[str, Any], world: World) -> None:
    """Do one operation. Raises KeyError for a repository that is not there, ValueError for an unknown operation."""
    kind, repo = change.get("kind", "models"), change["repo"]
    match change["op"]:
        case "card":
            card = {**world.hub_repo(kind, repo).card, **change["card"]}
            world.set_card(kind, repo, {key: value for key, value in card.items() if value is not None})
        case "license-text":
            world.put_file(kind, repo, HubFile.text(change["path"], license_text(change)))
        case "readme":
            world.put_file(kind, repo, HubFile.text("README.md", change["text"]))
        case "remove-file":
            world.remove_file(kind, repo, change["path"])
        case "weights":
            world.put_file(kind, repo, HubFile.large(change["path"], change["size"], change["path"] + change.get("content", "")))
        case "remove":
            world.remove(kind, repo)
        case "rename":
            world.rename(kind, repo, change["to"])
        case "gate":
            world.gate(kind, repo, change["mode"])
        case "disable":
            world.disable(kind, repo)
        case "archive":
            world.archive_github(repo)
        case "remove-code":
            world.remove_github(repo)
        case "nothing":
            pass
        case other:
            raise ValueError(f"unknown operation {other!r}")


def license_text(change: Mapping[str, Any]) -> str:
    """The synthetic text of a license; `edition` makes another text of the same license, `rewrapped` only other line ends."""
    text = synthetic_license_text(change["license"])
    if edition := change.get("edition"):
        text += edition_line(edition)
    return " \r\n".join(text.split("\n")) if change.get("rewrapped") else text


def edition_line(edition: str) -> str:
    """What sets one edition of a synthetic text apart from the others."""
    return f"Edition {edition}.\n"
