"""Reads GitHub repositories.

Whether they are there, what they are called, archived, and which license GitHub detects.
"""

import re
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any, ClassVar
from urllib.parse import quote, urljoin, urlsplit

import requests

from audit.observations.facts import GITHUB, CodeFacts, Observation, ObservationState, Target
from audit.sources.answers import identity, parsed
from audit.sources.base import LookupSource, ObservationContext
from audit.sources.deadline import ITEM_SECONDS, within
from audit.sources.failures import (
    TRANSIENT_STATUS,
    ForeignRedirect,
    SourceFailure,
    TooSlow,
    TruncatedAnswer,
    UndocumentedAnswer,
    WrongContent,
    build_unverifiable,
    classify_answer_error,
)
from audit.sources.github.client import (
    GITHUB_BUCKET,
    GithubClient,
    is_rate_limited,
    read_error_message,
    read_json,
)
from audit.sources.rate_limits import build_rate_limiter, compute_wait_seconds
from audit.sources.repeats import call_with_retries
from audit.sources.request_log import BudgetReached, RateWindowSpent, RequestCounter

MAX_PARALLEL_REQUESTS = 4
"""Requests at a time; GitHub answers more with its secondary limit."""
MAX_REDIRECTS = 3
MAX_ANSWER_BYTES = 4 << 20
"""A repository takes a few kilobytes."""
MAX_WAIT_SECONDS = 60.0
"""The secondary limit asks for about a minute.

The primary one for up to an hour, which no run waits.
"""
FULL_NAME_PATTERN = re.compile(r"[A-Za-z0-9._-]+/[A-Za-z0-9._-]+")


class _RefusedAnswer(Exception):
    """A status that is no answer to the question."""

    def __init__(self, response: requests.Response) -> None:
        self.response = response
        super().__init__(str(response.status_code))


REQUEST_ERRORS = (
    requests.RequestException,
    UndocumentedAnswer,
    WrongContent,
    TruncatedAnswer,
    TooSlow,
    ForeignRedirect,
    BudgetReached,
)
"""How a request may fail by the upstream, the network or the budget; all else is our defect."""


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
        *,
        timeout: float = 20,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        attempts: int = 3,
        pause: float = 0.5,
        item_seconds: float = ITEM_SECONDS,
    ) -> None:
        """The same options as HubSource has."""
        self.endpoint = endpoint.rstrip("/")
        self._counter = counter
        self._attempts = attempts
        self._pause = pause
        self._item_seconds = item_seconds
        self._rate_limiter = build_rate_limiter(counter, sleep, clock, MAX_WAIT_SECONDS)
        self._request_slots = threading.Semaphore(MAX_PARALLEL_REQUESTS)
        self._client = GithubClient(
            endpoint,
            token,
            counter,
            timeout=timeout,
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
        moved = facts.repo.lower() != full_name.lower()
        state: ObservationState = "moved" if moved else "ok"
        return Observation(target, state, url, 200, "renamed" if moved else "ok", facts)

    def _request_facts(self, full_name: str, url: str) -> tuple[CodeFacts, bool] | SourceFailure:
        if not FULL_NAME_PATTERN.fullmatch(full_name):
            return build_unverifiable("invalid-id")
        for rested in (False, True):
            rests = self._rate_limiter.rest_count
            try:
                with (
                    self._request_slots,
                    within(self._item_seconds, self._counter.compute_seconds_left),
                ):
                    return self._request_parsed_facts(url)
            except _RefusedAnswer as error:
                wait = _compute_retry_wait(error.response)
                if rested or wait is None or not self._rate_limiter.wait_out_refusal(rests, wait):
                    return _classify_status(error.response)
            except REQUEST_ERRORS as error:
                return _classify_error(error)
        raise AssertionError("the second round returns")

    def _request_parsed_facts(self, url: str) -> tuple[CodeFacts, bool]:
        payload = call_with_retries(
            lambda: self._fetch_json(url), _is_transient_error, self._attempts, self._pause
        )
        return parsed(parse_code_facts, payload)

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
                raise _RefusedAnswer(response)
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
    name, archived, private = (
        identity(payload.get("full_name"), "full_name"),
        payload.get("archived"),
        payload.get("private", False),
    )
    detected = payload.get("license", UndocumentedAnswer)
    if not isinstance(archived, bool) or detected is UndocumentedAnswer:
        raise UndocumentedAnswer("archived or license is missing")
    spdx_id = detected.get("spdx_id") if isinstance(detected, Mapping) else None
    license_id = spdx_id if isinstance(spdx_id, str) and spdx_id != "NOASSERTION" else None
    return CodeFacts(name, archived, bool(payload.get("disabled", False)), license_id), bool(
        private
    )


def _parse_json_object(response: requests.Response) -> Mapping[str, Any]:
    payload = read_json(response)
    if not isinstance(payload, Mapping):
        raise UndocumentedAnswer("no JSON object")
    return payload


def _compute_retry_wait(response: requests.Response) -> float | None:
    """Seconds to wait before one more try; None when that would not help or would take too long."""
    if not is_rate_limited(response) or "Retry-After" not in response.headers:
        return None
    seconds = compute_wait_seconds(response.headers, cap=MAX_WAIT_SECONDS + 1)
    return seconds if seconds <= MAX_WAIT_SECONDS else None


def _classify_status(response: requests.Response) -> SourceFailure:
    status = response.status_code
    if is_rate_limited(response):
        return build_unverifiable("rate-limited", status, ours=True)
    if status == 401:
        return build_unverifiable("bad-token", status, ours=True)
    # The sentence proves that GitHub answered, and not something in between.
    if status == 404 and read_error_message(response) == "Not Found":
        return SourceFailure("absent", "repo-not-found", status)
    return build_unverifiable(f"http-{status}", status)


def _classify_error(error: Exception) -> SourceFailure:
    if isinstance(error, RateWindowSpent):
        return build_unverifiable("rate-limited", ours=True)
    if isinstance(error, BudgetReached):
        return build_unverifiable("budget", ours=True)
    if isinstance(error, requests.Timeout):
        return build_unverifiable("timeout")
    if isinstance(
        error, requests.exceptions.ChunkedEncodingError | requests.exceptions.ContentDecodingError
    ):
        return build_unverifiable("truncated", 200)
    if isinstance(error, requests.ConnectionError):
        # requests has one class for a connection that never stood (ours) and for one that broke.
        refused = "NewConnectionError" in repr(error) or "NameResolution" in repr(error)
        return (
            build_unverifiable("connection", ours=True) if refused else build_unverifiable("reset")
        )
    return classify_answer_error(error) or build_unverifiable("reset")


def _is_transient_error(error: Exception) -> bool:
    if isinstance(error, _RefusedAnswer):
        return error.response.status_code in TRANSIENT_STATUS
    if isinstance(error, requests.ConnectionError):
        return _classify_error(error).reason != "connection"
    return isinstance(error, (requests.RequestException, TruncatedAnswer))
