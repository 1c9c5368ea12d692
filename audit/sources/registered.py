"""The sources that the audit has: the one place where a host is added."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from audit.sources.base import HeadCheckPlanner, Source
from audit.sources.github.repositories import GithubSource
from audit.sources.huggingface.source import HubSource
from audit.sources.pages.source import DEFAULT_ENDPOINT, PagesSource
from audit.sources.request_log import RequestCounter


@dataclass(frozen=True)
class RegisteredSource:
    """How a source is opened, and which of the ecosystem's variables say where it is."""

    planner: HeadCheckPlanner
    open_source: Callable[[str, str | None, RequestCounter], Source]
    """From an endpoint, a token and a counter."""
    endpoint_variable: str
    default_endpoint: str
    token_variable: str
    """Empty where nobody is ever sent a token."""


REGISTERED_SOURCES: Mapping[str, RegisteredSource] = {
    HubSource.host: RegisteredSource(
        HubSource, HubSource, "HF_ENDPOINT", "https://huggingface.co", "HF_TOKEN"
    ),
    GithubSource.host: RegisteredSource(
        GithubSource, GithubSource, "GITHUB_API_URL", "https://api.github.com", "GITHUB_TOKEN"
    ),
    PagesSource.host: RegisteredSource(
        PagesSource, PagesSource, "OMR_PAGES_URL", DEFAULT_ENDPOINT, ""
    ),
}

PLANNERS: Mapping[str, HeadCheckPlanner] = {
    host: registered.planner for host, registered in REGISTERED_SOURCES.items()
}


def open_sources(
    endpoints: Mapping[str, str], tokens: Mapping[str, str | None], counter: RequestCounter
) -> tuple[Source, ...]:
    """The sources at these endpoints, by host."""
    return tuple(
        REGISTERED_SOURCES[host].open_source(endpoint, tokens.get(host), counter)
        for host, endpoint in endpoints.items()
    )
