"""Reads GitHub repositories: whether they are there, what they are called, archived, and which license GitHub detects."""

import json
import re
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

import requests

from audit.observations.facts import CodeFacts, Sighting, State, Target
from audit.sources.answers import identity, json_of, parsed
from audit.sources.bounded_requests import BoundedAdapter
from audit.sources.deadline import ITEM_SECONDS, within
from audit.sources.failures import (
    TRANSIENT_STATUS,
    Failure,
    ForeignRedirect,
    NotAsDocumented,
    TooSlow,
    Truncated,
    WrongContent,
    failure_of_answer,
    unverifiable,
)
from audit.sources.rate_limits import Gate, gate_of, github_window, seconds_to_wait
from audit.sources.repeats import repeated
from audit.sources.request_log import BudgetReached, RequestCounter, WindowSpent

CONNECT_SECONDS = 10.0
PARALLEL = 4
"""Requests at a time; GitHub answers more with its secondary limit."""
MAX_REDIRECTS = 3
MAX_WAIT_SECONDS = 60.0
"""The secondary limit asks for about a minute; the primary one for up to an hour, which no run waits."""
MAX_ANSWER_BYTES = 4 << 20
"""A repository takes a few kilobytes."""
API_VERSION = "2022-11-28"
FULL_NAME = re.compile(r"[A-Za-z0-9._-]+/[A-Za-z0-9._-]+")


class _Refused(Exception):
    """A status that is no answer to the question."""

    def __init__(self, response: requests.Response) -> None:
        self.response = response
        super().__init__(str(response.status_code))


class _CountingAdapter(BoundedAdapter):
    """Paces and counts what goes on the wire; repeats are ours, so that each of them passes here."""

    def __init__(self, counter: RequestCounter, gate: Gate) -> None:
        super().__init__(MAX_ANSWER_BYTES)
        self._counter = counter
        self._gate = gate

    def send(self, request: requests.PreparedRequest, *arguments: Any, **options: Any) -> requests.Response:
        ticket, window = self._gate.take(), None
        try:
            self._counter.count("github")
            response = super().send(request, *arguments, **options)
            window = None if response.status_code == 429 else github_window(response.headers)
            return response
        finally:
            self._gate.answered(ticket, window)


class GithubSource:
    """GitHub's REST interface at one address. Safe to use from several threads."""

    def __init__(
        self,
        api_url: str,
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
        self.api_url = api_url.rstrip("/")
        self._counter = counter
        self._timeout = (min(timeout, CONNECT_SECONDS), timeout)
        self._attempts = attempts
        self._pause = pause
        self._item_seconds = item_seconds
        self._gate = gate_of(counter, sleep, clock, MAX_WAIT_SECONDS)
        self._parallel = threading.Semaphore(PARALLEL)
        self._headers = {
            "Accept": "application/vnd.github+json, application/json",
            "X-GitHub-Api-Version": API_VERSION,
            "User-Agent": "open-model-registry",
        } | ({"Authorization": f"Bearer {token}"} if token else {})
        self._local = threading.local()

    def repository(self, full_name: str) -> Sighting:
        """Facts of a repository, or why there are none."""
        target, url = Target("code", full_name), f"{self.api_url}/repos/{quote(full_name, errors='replace')}"
        answer = self._ask(full_name, url)
        if isinstance(answer, Failure):
            return answer.sighting(target, url)
        facts, private = answer
        if private:
            return Sighting(target, "absent", url, 200, "private", None)
        moved = facts.repo.lower() != full_name.lower()
        state: State = "moved" if moved else "ok"
        return Sighting(target, state, url, 200, "renamed" if moved else "ok", facts)

    def _ask(self, full_name: str, url: str) -> tuple[CodeFacts, bool] | Failure:
        if not FULL_NAME.fullmatch(full_name):
            return unverifiable("invalid-id")
        for rested in (False, True):
            rests = self._gate.rests
            try:
                with self._parallel, within(self._item_seconds, self._counter.seconds_left):
                    return parsed(facts_of, repeated(lambda: self._get(url), _passing, self._attempts, self._pause))
            except _Refused as error:
                wait = _wait_of(error.response)
                if rested or wait is None or not self._gate.rest(rests, wait):
                    return _failure_of_status(error.response)
            except (requests.RequestException, NotAsDocumented, WrongContent, Truncated, TooSlow, ForeignRedirect, BudgetReached) as error:
                return _failure_of(error)
        raise AssertionError("the second round returns")

    def _get(self, url: str) -> Mapping[str, Any]:
        """The JSON of an address, redirects within the same origin followed by hand, so that the token goes nowhere else."""
        for _ in range(MAX_REDIRECTS + 1):
            response = self._session().get(url, headers=self._headers, timeout=self._timeout, allow_redirects=False)
            if response.is_redirect:
                url = self._followed(url, response.headers["Location"])
                continue
            if response.status_code != 200:
                raise _Refused(response)
            return _json(response)
        raise ForeignRedirect("more redirects than GitHub has")

    def _followed(self, url: str, location: str) -> str:
        target: str = parsed(urljoin, url, location)
        following = urlsplit(target)
        ours = urlsplit(self.api_url)
        if following[:2] != ours[:2]:
            raise ForeignRedirect(following.netloc)
        if not following.path.startswith((f"{ours.path}/repos/", f"{ours.path}/repositories/")):
            raise WrongContent(f"{following.path} is no repository's address")
        return following.geturl()

    def _session(self) -> requests.Session:
        """One per thread: requests does not promise that a session may be shared."""
        session: requests.Session | None = getattr(self._local, "session", None)
        if session is None:
            session = requests.Session()
            # Without this, a .netrc of the user would replace our header.
            session.auth = lambda request: request
            adapter = _CountingAdapter(self._counter, self._gate)
            session.mount("https://", adapter)
            session.mount("http://", adapter)
            self._local.session = session
        return session


def facts_of(payload: Mapping[str, Any]) -> tuple[CodeFacts, bool]:
    """Facts of a repository and whether it is private. Raises NotAsDocumented."""
    name, archived, private = identity(payload.get("full_name"), "full_name"), payload.get("archived"), payload.get("private", False)
    detected = payload.get("license", NotAsDocumented)
    if not isinstance(archived, bool) or detected is NotAsDocumented:
        raise NotAsDocumented("archived or license is missing")
    spdx_id = detected.get("spdx_id") if isinstance(detected, Mapping) else None
    license_id = spdx_id if isinstance(spdx_id, str) and spdx_id != "NOASSERTION" else None
    return CodeFacts(name, archived, bool(payload.get("disabled", False)), license_id), bool(private)


def _json(response: requests.Response) -> Mapping[str, Any]:
    try:
        payload: object = json_of(response.content)
    except json.JSONDecodeError as error:
        if response.text.lstrip().startswith("<"):
            raise WrongContent("a page in place of JSON") from error
        raise Truncated("no JSON") from error
    if not isinstance(payload, Mapping):
        raise NotAsDocumented("no JSON object")
    return payload


def _message(response: requests.Response) -> str:
    try:
        payload: object = json_of(response.content)
    except (json.JSONDecodeError, NotAsDocumented):
        return ""
    return str(payload.get("message", "")) if isinstance(payload, Mapping) else ""


def _limited(response: requests.Response) -> bool:
    """GitHub's rate limits come as 429, or as 403 with a header or a sentence about it."""
    if response.status_code not in (403, 429):
        return False
    headers = response.headers
    said = "rate limit" in _message(response).lower()
    return response.status_code == 429 or headers.get("X-RateLimit-Remaining") == "0" or "Retry-After" in headers or said


def _wait_of(response: requests.Response) -> float | None:
    """Seconds to wait before one more try; None when that would not help or would take too long."""
    if not _limited(response) or "Retry-After" not in response.headers:
        return None
    seconds = seconds_to_wait(response.headers, cap=MAX_WAIT_SECONDS + 1)
    return seconds if seconds <= MAX_WAIT_SECONDS else None


def _failure_of_status(response: requests.Response) -> Failure:
    status = response.status_code
    if _limited(response):
        return unverifiable("rate-limited", status, ours=True)
    if status == 401:
        return unverifiable("bad-token", status, ours=True)
    # The sentence proves that GitHub answered, and not something in between.
    if status == 404 and _message(response) == "Not Found":
        return Failure("absent", "repo-not-found", status)
    return unverifiable(f"http-{status}", status)


def _failure_of(error: Exception) -> Failure:
    if isinstance(error, WindowSpent):
        return unverifiable("rate-limited", ours=True)
    if isinstance(error, BudgetReached):
        return unverifiable("budget", ours=True)
    if isinstance(error, requests.Timeout):
        return unverifiable("timeout")
    if isinstance(error, requests.exceptions.ChunkedEncodingError | requests.exceptions.ContentDecodingError):
        return unverifiable("truncated", 200)
    if isinstance(error, requests.ConnectionError):
        # requests has one class for a connection that never stood (ours) and for one that broke.
        refused = "NewConnectionError" in repr(error) or "NameResolution" in repr(error)
        return unverifiable("connection", ours=True) if refused else unverifiable("reset")
    return failure_of_answer(error) or unverifiable("reset")


def _passing(error: Exception) -> bool:
    if isinstance(error, _Refused):
        return error.response.status_code in TRANSIENT_STATUS
    if isinstance(error, requests.ConnectionError):
        return _failure_of(error).reason != "connection"
    return isinstance(error, (requests.RequestException, Truncated))
