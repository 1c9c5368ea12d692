"""Checks whether evidence still answers.

Could not see is never gone. A host that is not on the list gets no request: an address in a pull
request may lead anywhere.
"""

import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import SplitResult, urlsplit

import requests

from audit.contribute.review.evidence_pages import EvidenceState, request_page
from audit.drift.searched_places import parse_github_repository
from audit.observations.facts import Observation
from audit.sources.deadline import ITEM_SECONDS, within
from audit.sources.failures import TooSlow
from audit.sources.github.repositories import GithubSource
from audit.sources.huggingface.kinds import HubKind
from audit.sources.huggingface.source import HubSource
from audit.sources.request_log import BudgetReached

HubPlace = tuple[HubKind, str]
"""A repository of the Hub."""
GOOD_STATES = ("ok", "gated", "moved")
DIRECT_HOSTS = frozenset(
    {"arxiv.org", "opensource.org", "spdx.org", "www.apache.org", "creativecommons.org"}
    | {"ai.google.dev", "www.llama.com"}
)
"""Hosts whose pages are requested as they are."""
HUB_HOST = "huggingface.co"
HUB_PAGES = ("docs", "blog", "papers", "spaces", "collections")
"""First parts of the Hub's addresses that are not accounts."""
COMMIT_PATTERN = re.compile(r"[0-9a-f]{40}")


@dataclass(frozen=True)
class EvidenceAnswer:
    """One address and what came of it."""

    url: str
    state: EvidenceState
    reason: str


AnswersBySubject = dict[str, EvidenceAnswer]


class EvidenceChecker:
    """Asks the Hub and GitHub through their interfaces, and a few known hosts directly."""

    def __init__(
        self,
        hub: HubSource,
        github: GithubSource,
        plain: Mapping[str, str] | None = None,
        *,
        item_seconds: float = ITEM_SECONDS,
        seconds_left: Callable[[], float] = lambda: math.inf,
    ) -> None:
        """`plain`: where a host is reached instead of at its own name.

        `item_seconds`: the limit for one page with its redirects. `seconds_left`: for all of them.
        """
        self._item_seconds = item_seconds
        self._seconds_left = seconds_left
        self._hub = hub
        self._github = github
        self._page_origins = {host: f"https://{host}" for host in DIRECT_HOSTS} | dict(plain or {})

    def check_urls(
        self, urls: Iterable[str], progress: Callable[[int, int], None] = lambda done, total: None
    ) -> list[EvidenceAnswer]:
        """One answer for each address, in order.

        A repository is asked once, however many addresses lead into it.
        """
        unique = list(dict.fromkeys(urls))
        answers_by_subject: AnswersBySubject = {}
        answers = []
        for number, url in enumerate(unique, start=1):
            answers.append(self._check_once(url, answers_by_subject))
            progress(number, len(unique))
        return require_answering_host(answers)

    def _check_once(self, url: str, answers_by_subject: AnswersBySubject) -> EvidenceAnswer:
        subject = _derive_subject(url)
        if subject not in answers_by_subject:
            answers_by_subject[subject] = self._check_url(url)
        return replace(answers_by_subject[subject], url=url)

    def _check_url(self, url: str) -> EvidenceAnswer:
        if not _is_plain_address(urlsplit(url)):
            return EvidenceAnswer(url, "not-checked", "no plain https address")
        if self._seconds_left() <= 0:
            return EvidenceAnswer(url, "unverifiable", "budget")
        hub_place = _find_hub_place(url)
        if hub_place:
            return self._check_hub_url(url, *hub_place)
        repository = _parse_github_repository(url)
        if repository:
            return _build_answer(url, self._github.observe_repository(repository))
        return self._check_listed_page(url)

    def _check_hub_url(self, url: str, kind: HubKind, repo: str) -> EvidenceAnswer:
        observation = self._hub.observe_repository(kind, repo, parse_hub_commit(url))
        if observation.reason == "revision-not-found":
            # The repository answered, and says in so many words that this commit is not in it.
            return EvidenceAnswer(url, "absent", "the commit is no longer in the repository")
        return _build_answer(url, observation)

    def _check_listed_page(self, url: str) -> EvidenceAnswer:
        host = urlsplit(url).hostname
        if host in self._page_origins:
            return self._check_page(url, self._page_origins[host])
        return EvidenceAnswer(url, "not-checked", f"{host} is not on the list of hosts")

    def _check_page(self, url: str, origin: str) -> EvidenceAnswer:
        try:
            with within(self._item_seconds, self._seconds_left):
                state, reason = request_page(origin, urlsplit(url))
        except BudgetReached:
            state, reason = "unverifiable", "budget"
        except TooSlow:
            state, reason = "unverifiable", "too-slow"
        except requests.Timeout:
            state, reason = "unverifiable", "timeout"
        except requests.RequestException:
            state, reason = "unverifiable", "connection"
        return EvidenceAnswer(url, state, reason)


def require_answering_host(answers: list[EvidenceAnswer]) -> list[EvidenceAnswer]:
    """Absence needs a control: without one good answer of the same host, it was not seen."""
    hosts = _collect_answering_hosts(answers)
    return [_require_control(answer, hosts) for answer in answers]


def _require_control(answer: EvidenceAnswer, hosts: set[str | None]) -> EvidenceAnswer:
    if answer.state != "absent" or urlsplit(answer.url).hostname in hosts:
        return answer
    reason = f"{answer.reason}, and no other page of that host answered"
    return EvidenceAnswer(answer.url, "unverifiable", reason)


def _collect_answering_hosts(answers: Iterable[EvidenceAnswer]) -> set[str | None]:
    return {urlsplit(answer.url).hostname for answer in answers if answer.state in GOOD_STATES}


def parse_hub_repository(url: str) -> HubPlace | None:
    """The Hub repository that an address leads into."""
    parts = _split_path(url)
    if parts[:1] == ["datasets"]:
        return _parse_place("datasets", parts[1:])
    return _parse_place("models", parts)


def _split_path(url: str) -> list[str]:
    return [part for part in urlsplit(url).path.split("/") if part]


def _parse_place(kind: HubKind, parts: list[str]) -> HubPlace | None:
    """The repository that a path begins with."""
    if len(parts) < 2 or parts[0] in HUB_PAGES:
        return None
    return kind, "/".join(parts[:2])


def parse_hub_commit(url: str) -> str | None:
    """The commit that an address names."""
    for part in urlsplit(url).path.split("/"):
        if COMMIT_PATTERN.fullmatch(part):
            return part
    return None


def _is_plain_address(parts: SplitResult) -> bool:
    """Whether it is https without a user and with the usual port."""
    return parts.scheme == "https" and not parts.username and parts.port in (None, 443)


def _find_hub_place(url: str) -> HubPlace | None:
    """The repository, where the address is one of the Hub."""
    return parse_hub_repository(url) if urlsplit(url).hostname == HUB_HOST else None


def _parse_github_repository(url: str) -> str | None:
    parts = urlsplit(url)
    if parts.hostname == "raw.githubusercontent.com":
        return parse_github_repository(f"https://github.com{parts.path}")
    return parse_github_repository(url)


def _derive_subject(url: str) -> str:
    """What is asked for an address: its repository, else the address."""
    place = _find_hub_place(url)
    if place:
        kind, repo = place
        return f"hub {kind}/{repo} {parse_hub_commit(url) or ''}"
    repository = _parse_github_repository(url)
    return f"github {repository.lower()}" if repository else url


def _build_answer(url: str, observation: Observation) -> EvidenceAnswer:
    return EvidenceAnswer(url, observation.state, observation.reason)
