"""Asks whether evidence still answers. Could not see is never gone; hosts that are not on the list are not asked at all."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal
from urllib.parse import urljoin, urlsplit

import requests

from audit.drift.targets import parse_github_repository
from audit.observations.facts import Observation
from audit.sources.bounded_requests import bounded_session
from audit.sources.deadline import ITEM_SECONDS, within
from audit.sources.failures import TooSlow
from audit.sources.github.repositories import GithubSource
from audit.sources.huggingface.api import HubKind
from audit.sources.huggingface.source import HubSource

EvidenceState = Literal["ok", "absent", "gated", "disabled", "moved", "unverifiable", "not-checked"]
DIRECT_HOSTS = frozenset(
    {
        "arxiv.org",
        "opensource.org",
        "spdx.org",
        "www.apache.org",
        "creativecommons.org",
        "ai.google.dev",
        "www.llama.com",
    }
)
"""Hosts whose pages are asked as they are. Everything else is left alone: an address in a pull request may lead anywhere."""
MAX_REDIRECTS = 3
TIMEOUT_SECONDS = (10.0, 20.0)
COMMIT_PATTERN = re.compile(r"[0-9a-f]{40}")


@dataclass(frozen=True)
class EvidenceAnswer:
    """One address and what came of it."""

    url: str
    state: EvidenceState
    reason: str


class EvidenceChecker:
    """Asks the Hub and GitHub through their interfaces, and a few known hosts directly."""

    def __init__(
        self,
        hub: HubSource,
        github: GithubSource,
        plain: Mapping[str, str] | None = None,
        *,
        item_seconds: float = ITEM_SECONDS,
    ) -> None:
        """`plain`: where to ask for a host, instead of the host itself. `item_seconds`: for one page and its redirects."""
        self._item_seconds = item_seconds
        self._hub = hub
        self._github = github
        self._page_origins = {host: f"https://{host}" for host in DIRECT_HOSTS} | dict(plain or {})

    def check_urls(
        self, urls: Iterable[str], progress: Callable[[int, int], None] = lambda done, total: None
    ) -> list[EvidenceAnswer]:
        """One answer for each address, in order. Repositories are asked once, however many addresses lead into them."""
        wanted = list(dict.fromkeys(urls))
        known: dict[str, EvidenceAnswer] = {}
        found = []
        for number, url in enumerate(wanted, start=1):
            subject = _derive_subject(url)
            if subject not in known:
                known[subject] = self._check_url(url)
            found.append(replace(known[subject], url=url))
            progress(number, len(wanted))
        return require_answering_host(found)

    def _check_url(self, url: str) -> EvidenceAnswer:
        parts = urlsplit(url)
        if parts.scheme != "https" or parts.username or parts.port not in (None, 443):
            return EvidenceAnswer(url, "not-checked", "no plain https address")
        if parts.hostname == "huggingface.co" and (place := parse_hub_repository(url)):
            return self._check_hub_url(url, *place)
        repository = _parse_github_repository(url)
        if repository:
            return _build_answer(url, self._github.observe_repository(repository))
        if parts.hostname in self._page_origins:
            return self._check_page(url, self._page_origins[parts.hostname or ""])
        return EvidenceAnswer(url, "not-checked", f"{parts.hostname} is not on the list of hosts")

    def _check_hub_url(self, url: str, kind: HubKind, repo: str) -> EvidenceAnswer:
        sighting = self._hub.observe_repository(kind, repo, parse_hub_commit(url))
        if sighting.reason == "revision-not-found":
            # The repository answered, and says in so many words that this commit is not in it.
            return EvidenceAnswer(url, "absent", "the commit is no longer in the repository")
        return _build_answer(url, sighting)

    def _check_page(self, url: str, origin: str) -> EvidenceAnswer:
        """HEAD, redirects followed by hand within the host."""
        parts = urlsplit(url)
        address = f"{origin}{parts.path or '/'}" + (f"?{parts.query}" if parts.query else "")
        try:
            with bounded_session(None) as session, within(self._item_seconds):
                for _ in range(MAX_REDIRECTS + 1):
                    answer = session.head(
                        address,
                        timeout=TIMEOUT_SECONDS,
                        allow_redirects=False,
                        headers={"User-Agent": "open-model-registry"},
                    )
                    if not answer.is_redirect:
                        return EvidenceAnswer(url, *_interpret_status(answer.status_code))
                    following = urljoin(address, answer.headers["Location"])
                    if urlsplit(following).netloc != urlsplit(origin).netloc:
                        return EvidenceAnswer(url, "unverifiable", "it redirects to another host")
                    address = following
        except TooSlow:
            return EvidenceAnswer(url, "unverifiable", "too-slow")
        except requests.RequestException as error:
            return EvidenceAnswer(
                url,
                "unverifiable",
                "timeout" if isinstance(error, requests.Timeout) else "connection",
            )
        return EvidenceAnswer(url, "unverifiable", "redirects")


def require_answering_host(asked: list[EvidenceAnswer]) -> list[EvidenceAnswer]:
    """Absence needs a control: without one good answer of the same host, it was not seen."""
    answered = {
        urlsplit(each.url).hostname for each in asked if each.state in ("ok", "gated", "moved")
    }
    return [
        replace(
            each,
            state="unverifiable",
            reason=f"{each.reason}, and no other page of that host answered",
        )
        if each.state == "absent" and urlsplit(each.url).hostname not in answered
        else each
        for each in asked
    ]


def parse_hub_repository(url: str) -> tuple[HubKind, str] | None:
    """The Hub repository that an address leads into."""
    names = [each for each in urlsplit(url).path.split("/") if each]
    kind: HubKind = "datasets" if names[:1] == ["datasets"] else "models"
    names = names[1:] if kind == "datasets" else names
    return (
        (kind, "/".join(names[:2]))
        if len(names) >= 2 and names[0] not in ("docs", "blog", "papers", "spaces", "collections")
        else None
    )


def parse_hub_commit(url: str) -> str | None:
    """The commit that an address names."""
    return next(
        (each for each in urlsplit(url).path.split("/") if COMMIT_PATTERN.fullmatch(each)), None
    )


def _parse_github_repository(url: str) -> str | None:
    parts = urlsplit(url)
    if parts.hostname == "raw.githubusercontent.com":
        return parse_github_repository(f"https://github.com{parts.path}")
    return parse_github_repository(url)


def _derive_subject(url: str) -> str:
    """What is asked for an address: its repository, else the address."""
    if urlsplit(url).hostname == "huggingface.co" and (place := parse_hub_repository(url)):
        return f"hub {place[0]}/{place[1]} {parse_hub_commit(url) or ''}"
    repository = _parse_github_repository(url)
    return f"github {repository.lower()}" if repository else url


def _build_answer(url: str, sighting: Observation) -> EvidenceAnswer:
    return EvidenceAnswer(url, sighting.state, sighting.reason)


def _interpret_status(status: int) -> tuple[EvidenceState, str]:
    if status < 300:
        return "ok", "ok"
    return (
        ("absent", f"http-{status}") if status in (404, 410) else ("unverifiable", f"http-{status}")
    )
