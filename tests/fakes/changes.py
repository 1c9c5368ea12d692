"""Operations of the script on the world: what an owner, a person at the Hub, or time does to a repository."""

from collections.abc import Mapping
from typing import Any

from tests.fakes.page_server import build_page
from tests.fakes.repositories import HubFile, HubRepo
from tests.fakes.seeding import build_synthetic_license_text, build_synthetic_terms
from tests.fakes.world import UpstreamWorld


def apply_operation(change: Mapping[str, Any], world: UpstreamWorld) -> None:
    """Do one operation. Raises KeyError for a repository that is not there, ValueError for an unknown operation."""
    kind, repo = change.get("kind", "models"), change["repo"]
    match change["op"]:
        case "card":
            card = {**world.get_hub_repo(kind, repo).card, **change["card"]}
            world.set_card(
                kind, repo, {key: value for key, value in card.items() if value is not None}
            )
        case "license-text":
            world.put_file(
                kind, repo, HubFile.create_text(change["path"], build_license_text(change))
            )
        case "readme":
            world.put_file(kind, repo, HubFile.create_text("README.md", change["text"]))
        case "remove-file":
            world.remove_file(kind, repo, change["path"])
        case "weights":
            world.put_file(
                kind,
                repo,
                HubFile.create_large(
                    change["path"], change["size"], change["path"] + change.get("content", "")
                ),
            )
        case "remove":
            world.remove_hub_repo(kind, repo)
        case "rename":
            world.rename_hub_repo(kind, repo, change["to"])
        case "gate":
            world.set_gate(kind, repo, change["mode"])
        case "disable":
            world.disable_hub_repo(kind, repo)
        case "archive":
            world.archive_github_repo(repo)
        case "remove-code":
            world.remove_github_repo(repo)
        case "data":
            name = change["path"] + change["content"]
            file = HubFile.create_large(change["path"], change["size"], name)
            world.put_file(kind, repo, file)
        case "code-text":
            world.push_github_file(repo, change["path"], build_license_text(change))
        case "code-move":
            content = world.get_github_repo(repo).files[change["path"]]
            world.push_github_file(repo, change["path"], None)
            world.push_github_file(repo, change["to"], content)
        case "withhold-code":
            world.withhold_github_repo(repo, change["reason"])
        case "publish":
            created = change["created"]
            world.add_hub_repo(HubRepo(kind, repo, card=change["card"], created_at=created))
        case "branch":
            world.set_branch(kind, repo, change["name"], change["commit"])
        case "page":
            world.pages[f"/{repo}"] = build_page(build_synthetic_terms(change["license"]))
        case "nothing":
            pass
        case other:
            raise ValueError(f"unknown operation {other!r}")


def build_license_text(change: Mapping[str, Any]) -> str:
    """The synthetic text of a license; `edition` makes another text of the same license, `rewrapped` only other line ends."""
    text = build_synthetic_license_text(change["license"])
    if edition := change.get("edition"):
        text += format_edition_line(edition)
    return " \r\n".join(text.split("\n")) if change.get("rewrapped") else text


def format_edition_line(edition: str) -> str:
    """What sets one edition of a synthetic text apart from the others."""
    return f"Edition {edition}.\n"
