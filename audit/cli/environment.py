"""Endpoints and tokens: the only place that reads the environment for them.

The names are the ecosystem's own, so that a mirror or a proxy set up for other tools serves us too.
"""

import os
import re

from audit.core.errors import UsageError
from audit.runs.collect import Upstreams
from audit.sources.github import GithubSource
from audit.sources.huggingface.source import HubSource
from audit.sources.request_log import RequestCounter

DEFAULT_HUB_ENDPOINT = "https://huggingface.co"
DEFAULT_GITHUB_API_URL = "https://api.github.com"


def read_hub_endpoint() -> str:
    """The address of the Hub, without a slash at its end."""
    return (os.environ.get("HF_ENDPOINT") or DEFAULT_HUB_ENDPOINT).rstrip("/")


def read_github_api_url() -> str:
    """The address of GitHub's API, without a slash at its end."""
    return (os.environ.get("GITHUB_API_URL") or DEFAULT_GITHUB_API_URL).rstrip("/")


def read_token(name: str) -> str | None:
    """A token; None where there is none. Raises UsageError for what no header can carry."""
    token = os.environ.get(name)
    if token and not re.fullmatch(r"[\x21-\x7e]+", token):
        raise UsageError(
            f"{name} holds a space, a line end or another character that no token has; set it again"
        )
    return token or None


def build_upstreams_from_environment(seconds: float | None = None) -> Upstreams:
    """Sources for a run of so many seconds. Raises UsageError for an address that is not http."""
    endpoint = read_hub_endpoint()
    api = read_github_api_url()
    for name, value in (("HF_ENDPOINT", endpoint), ("GITHUB_API_URL", api)):
        if not value.startswith(("https://", "http://")):
            raise UsageError(f"{name}={value!r} is not an http address; unset it or write one")
    hub_token = read_token("HF_TOKEN")
    github_token = read_token("GITHUB_TOKEN")
    counter = RequestCounter(seconds=seconds)
    return Upstreams(
        hub=HubSource(endpoint, hub_token, counter),
        github=GithubSource(api, github_token, counter),
        counter=counter,
    )
