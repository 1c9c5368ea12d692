"""Reads GitHub repositories.

Whether they are there, what they are called, archived, and which license GitHub detects.
"""

import re
import threading
from collections.abc import Mapping
from typing import Any, ClassVar
from urllib.parse import quote, urljoin, urlsplit

import requests

from audit.core.hidden import replace_hidden_characters
from audit.observations.facts import GITHUB, CodeFacts, Observation, Target
from audit.sources.answers import identity, parsed
from audit.sources.base import LookupSource, ObservationContext
from audit.sources.failures import (
    ForeignRedirect,
    SourceFailure,
    UndocumentedAnswer,
    WrongContent,
    build_unverifiable,
)
from audit.sources.github.client import GITHUB_BUCKET, GithubClient, read_json
from audit.sources.github.errors import GITHUB_ERROR_RULES, MAX_WAIT_SECONDS, RefusedAnswer
from audit.sources.patience import DEFAULT_PATIENCE, Patience, PatientAsker, build_rate_limiter
from audit.sources.request_log import RequestCounter

MAX_PARALLEL_REQUESTS = 4
"""Requests at a time; GitHub answers more with its secondary limit."""
MAX_REDIRECTS = 3
MAX_ANSWER_BYTES = 4 << 20
"""A repository takes a few kilobytes."""
FULL_NAME_PATTERN = re.compile(r"[A-Za-z0-9._-]+/[A-Za-z0-9._-]+")


class GithubSource(LookupSource):
    """GitHub's REST interface at one address.

    Fulfils `Source`. Safe to use from several threads.
    """

    host: ClassVar[str] = GITHUB
    request_buckets: ClassVar[tuple[str, ...]] = (GITHUB_BUCKET,)
    max_parallel_requests: ClassVar[int] = MAX_PARALLEL_REQUESTS

    def __init__(
        self,
        endpoint: str,
        token: str | None,
        counter: RequestCounter,
        patience: Patience = DEFAULT_PATIENCE,
    ) -> None:
        """Nothing is sent yet."""
        self.endpoint = endpoint.rstrip("/")
        self._asker = PatientAsker(counter, patience, GITHUB_ERROR_RULES)
        self._rate_limiter = build_rate_limiter(counter, patience, MAX_WAIT_SECONDS)
        self._request_slots = threading.Semaphore(MAX_PARALLEL_REQUESTS)
        self._client = GithubClient(
            endpoint,
            token,
            counter,
            timeout=patience.timeout,
            max_answer_bytes=MAX_ANSWER_BYTES,
            rate_limiter=self._rate_limiter,
        )

    def build_url(self, target: Target) -> str:
        """The repository's address in the REST interface."""
        return f"{self.endpoint}/repos/{quote(target.repo, errors='replace')}"

    def observe(self, target: Target, context: ObservationContext) -> Observation:
        """Nothing of the run is needed."""
        del context
        return self.observe_repository(target.repo)

    def observe_repository(self, full_name: str) -> Observation:
        """Facts of a repository, or why there are none."""
        target = Target(GITHUB, "code", full_name)
        url = self.build_url(target)
        answer = self._request_facts(full_name, url)
        if isinstance(answer, SourceFailure):
            return answer.build_observation(target, url)
        facts, private = answer
        if private:
            return Observation(target, "absent", url, 200, "private", None)
        if facts.repo.lower() != full_name.lower():
            return Observation(target, "moved", url, 200, "renamed", facts)
        return Observation(target, "ok", url, 200, "ok", facts)

    def _request_facts(self, full_name: str, url: str) -> tuple[CodeFacts, bool] | SourceFailure:
        if not FULL_NAME_PATTERN.fullmatch(full_name):
            return build_unverifiable("invalid-id")
        return self._asker.ask(
            lambda: parsed(parse_code_facts, self._fetch_json(url)),
            self._rate_limiter,
            lambda: self._request_slots,
        )

    def _fetch_json(self, url: str) -> Mapping[str, Any]:
        """The JSON of an address, redirects within the same origin followed by hand.

        So the token goes nowhere else.
        """
        for _ in range(MAX_REDIRECTS + 1):
            response = self._client.send("GET", url)
            if response.is_redirect:
                url = self._resolve_redirect(url, response.headers["Location"])
                continue
            if response.status_code != 200:
                raise RefusedAnswer(response)
            return _parse_json_object(response)
        raise ForeignRedirect("more redirects than GitHub has")

    def _resolve_redirect(self, url: str, location: str) -> str:
        target: str = parsed(urljoin, url, location)
        following = urlsplit(target)
        ours = urlsplit(self.endpoint)
        if not self._client.is_same_origin(target):
            raise ForeignRedirect(following.netloc)
        if not following.path.startswith((f"{ours.path}/repos/", f"{ours.path}/repositories/")):
            raise WrongContent(f"{following.path} is no repository's address")
        return following.geturl()


def parse_code_facts(payload: Mapping[str, Any]) -> tuple[CodeFacts, bool]:
    """Facts of a repository and whether it is private. Raises NotAsDocumented."""
    name, archived = identity(payload.get("full_name"), "full_name"), payload.get("archived")
    if not isinstance(archived, bool) or "license" not in payload:
        raise UndocumentedAnswer("archived or license is missing")
    license_id = _read_license_id(payload["license"])
    facts = CodeFacts(name, archived, bool(payload.get("disabled", False)), license_id)
    return facts, bool(payload.get("private", False))


def _read_license_id(detected: object) -> str | None:
    """The SPDX id that GitHub detected; None where it detected a license that it has no id for."""
    spdx_id = detected.get("spdx_id") if isinstance(detected, Mapping) else None
    if not isinstance(spdx_id, str) or spdx_id == "NOASSERTION":
        return None
    return replace_hidden_characters(spdx_id)


def _parse_json_object(response: requests.Response) -> Mapping[str, Any]:
    payload = read_json(response)
    if not isinstance(payload, Mapping):
        raise UndocumentedAnswer("no JSON object")
    return payload
