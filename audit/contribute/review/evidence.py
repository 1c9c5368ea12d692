"""Asks whether evidence still answers. Could not see is never gone; hosts that are not on the list are not asked at all."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal
from urllib.parse import urljoin, urlsplit

import requests

from audit.drift.targets import github_repository
from audit.observations.facts import Sighting
from audit.sources.bounded_requests import bounded_session
from audit.sources.deadline import ITEM_SECONDS, within
from audit.sources.failures import TooSlow
from audit.sources.github import GithubSource
from audit.sources.huggingface.source import HubKind, HubSource

EvidenceState = Literal["ok", "absent", "gated", "disabled", "moved", "unverifiable", "not-checked"]
PLAIN_HOSTS = frozenset({"arxiv.org", "opensource.org", "spdx.org", "www.apache.org", "creativecommons.org", "ai.google.dev", "www.llama.com"})
"""Hosts whose pages are asked as they are. Everything else is left alone: an address in a pull request may lead anywhere."""
MAX_REDIRECTS = 3
TIMEOUT = (10.0, 20.0)
COMMIT = re.compile(r"[0-9a-f]{40}")


@dataclass(frozen=True)
class Asked:
    """One address and what came of it."""

    url: str
    state: EvidenceState
    reason: str


class EvidenceChecker:
    """Asks the Hub and GitHub through their interfaces, and a few known hosts directly."""

    def __init__(self, hub: HubSource, github: GithubSource, plain: Mapping[str, str] | None = None, *, item_seconds: float = ITEM_SECONDS) -> None:
        """`plain`: where to ask for a host, instead of the host itself. `item_seconds`: for one page and its redirects."""
        self._item_seconds = item_seconds
        self._hub = hub
        self._github = github
        self._plain = {host: f"https://{host}" for host in PLAIN_HOSTS} | dict(plain or {})

    def check(self, urls: Iterable[str], progress: Callable[[int, int], None] = lambda done, total: None) -> list[Asked]:
        """One answer for each address, in order. Repositories are asked once, however many addresses lead into them."""
        wanted = list(dict.fromkeys(urls))
        known: dict[str, Asked] = {}
        found = []
        for number, url in enumerate(wanted, start=1):
            subject = _subject(url)
            if subject not in known:
                known[subject] = self._ask(url)
            found.append(replace(known[subject], url=url))
            progress(number, len(wanted))
        return proved(found)

    def _ask(self, url: str) -> Asked:
        parts = urlsplit(url)
        if parts.scheme != "https" or parts.username or parts.port not in (None, 443):
            return Asked(url, "not-checked", "no plain https address")
        if parts.hostname == "huggingface.co" and (place := hub_repository(url)):
            return self._on_hub(url, *place)
        repository = _github(url)
        if repository:
            return _from(url, self._github.repository(repository))
        if parts.hostname in self._plain:
            return self._page(url, self._plain[parts.hostname or ""])
        return Asked(url, "not-checked", f"{parts.hostname} is not on the list of hosts")

    def _on_hub(self, url: str, kind: HubKind, repo: str) -> Asked:
        sighting = self._hub.detail(kind, repo, hub_commit(url))
        if sighting.reason == "revision-not-found":
            # The repository answered, and says in so many words that this commit is not in it.
            return Asked(url, "absent", "the commit is no longer in the repository")
        return _from(url, sighting)

    def _page(self, url: str, origin: str) -> Asked:
        """HEAD, redirects followed by hand within the host."""
        parts = urlsplit(url)
        address = f"{origin}{parts.path or '/'}" + (f"?{parts.query}" if parts.query else "")
        try:
            with bounded_session(None) as session, within(self._item_seconds):
                for _ in range(MAX_REDIRECTS + 1):
                    answer = session.head(address, timeout=TIMEOUT, allow_redirects=False, headers={"User-Agent": "open-model-registry"})
                    if not answer.is_redirect:
                        return Asked(url, *_meaning(answer.status_code))
                    following = urljoin(address, answer.headers["Location"])
                    if urlsplit(following).netloc != urlsplit(origin).netloc:
                        return Asked(url, "unverifiable", "it redirects to another host")
                    address = following
        except TooSlow:
            return Asked(url, "unverifiable", "too-slow")
        except requests.RequestException as error:
            return Asked(url, "unverifiable", "timeout" if isinstance(error, requests.Timeout) else "connection")
        return Asked(url, "unverifiable", "redirects")


def proved(asked: list[Asked]) -> list[Asked]:
    """Absence needs a control: without one good answer of the same host, it was not seen."""
    answered = {urlsplit(each.url).hostname for each in asked if each.state in ("ok", "gated", "moved")}
    return [
        replace(each, state="unverifiable", reason=f"{each.reason}, and no other page of that host answered")
        if each.state == "absent" and urlsplit(each.url).hostname not in answered
        else each
        for each in asked
    ]


def hub_repository(url: str) -> tuple[HubKind, str] | None:
    """The Hub repository that an address leads into."""
    names = [each for each in urlsplit(url).path.split("/") if each]
    kind: HubKind = "datasets" if names[:1] == ["datasets"] else "models"
    names = names[1:] if kind == "datasets" else names
    return (kind, "/".join(names[:2])) if len(names) >= 2 and names[0] not in ("docs", "blog", "papers", "spaces", "collections") else None


def hub_commit(url: str) -> str | None:
    """The commit that an address names."""
    return next((each for each in urlsplit(url).path.split("/") if COMMIT.fullmatch(each)), None)


def _github(url: str) -> str | None:
    parts = urlsplit(url)
    if parts.hostname == "raw.githubusercontent.com":
        return github_repository(f"https://github.com{parts.path}")
    return github_repository(url)


def _subject(url: str) -> str:
    """What is asked for an address: its repository, else the address."""
    if urlsplit(url).hostname == "huggingface.co" and (place := hub_repository(url)):
        return f"hub {place[0]}/{place[1]} {hub_commit(url) or ''}"
    repository = _github(url)
    return f"github {repository.lower()}" if repository else url


def _from(url: str, sighting: Sighting) -> Asked:
    return Asked(url, sighting.state, sighting.reason)


def _meaning(status: int) -> tuple[EvidenceState, str]:
    if status < 300:
        return "ok", "ok"
    return ("absent", f"http-{status}") if status in (404, 410) else ("unverifiable", f"http-{status}")
