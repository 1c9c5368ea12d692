"""A Hub, a GitHub and makers' pages for whoever tries out a fork: no token, no network, no trace.

In them every record of the registry is true, and one repository for issues is empty.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from audit.records.load import load_registry
from tests.fakes.github_server import LoopbackGithub
from tests.fakes.hub_server import LoopbackHub
from tests.fakes.page_server import serve_pages
from tests.fakes.repositories import GithubRepo
from tests.fakes.world import build_world
from tests.rehearsal.newsroom import ACCOUNT, REPOSITORY, TOKEN

INTRODUCTION = """\
# Served on this machine until you interrupt it (Ctrl-C); every record is true here, texts are
# stand-ins. In another shell and another clone, paste these lines; then `run`, `run -- --sweep`,
# `publish`, `save` and `health` do what they will do on the schedule. Nothing leaves this machine
# as long as `save` is called without --push; throw that clone away afterwards."""


@contextmanager
def serve_upstreams(root: Path) -> Iterator[dict[str, str]]:
    """Serve what the records of a registry declare; the variables that lead commands there."""
    world = build_world(load_registry(root), datetime.now(UTC))
    world.github_tokens[TOKEN] = ACCOUNT
    world.add_github_repo(GithubRepo(REPOSITORY))
    with (
        LoopbackHub(world) as hub,
        LoopbackGithub(world) as github,
        serve_pages(world.pages) as pages,
    ):
        yield {
            "HF_ENDPOINT": hub.endpoint,
            "GITHUB_API_URL": github.endpoint,
            "OMR_PAGES_URL": pages,
            "GITHUB_TOKEN": TOKEN,
            "GITHUB_REPOSITORY": REPOSITORY,
        }


def render_exports(variables: Mapping[str, str]) -> str:
    """The lines for a shell; none of the values needs quotes."""
    exports = [f"export {name}={value}" for name, value in variables.items()]
    return "\n".join([INTRODUCTION, *exports])
