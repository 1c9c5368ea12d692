"""GitHub's REST interface: one client for reading repositories and for keeping issues.

It sends one request at a time, counted and bounded, and follows no redirect: what an answer means,
and whether a request is repeated, is decided by those who know whether doing it twice is the same
as once.
"""

import json
import threading
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import requests

from audit.sources.answers import decode_json_answer
from audit.sources.bounded_requests import open_bounded_session
from audit.sources.failures import TruncatedAnswer, UndocumentedAnswer, WrongContent
from audit.sources.rate_limits import RateLimiter, parse_github_window
from audit.sources.request_log import RequestCounter

GITHUB_BUCKET = "github"
API_VERSION = "2022-11-28"
CONNECT_SECONDS = 10.0


COMMON_HEADERS = {
    "Accept": "application/vnd.github+json, application/json",
    "X-GitHub-Api-Version": API_VERSION,
    "User-Agent": "open-model-registry",
}


class GithubClient:
    """One address and one token. Safe to use from several threads."""

    def __init__(
        self,
        endpoint: str,
        token: str | None,
        counter: RequestCounter,
        *,
        timeout: float,
        max_answer_bytes: int,
        rate_limiter: RateLimiter | None = None,
    ) -> None:
        """`timeout`: seconds for one read.

        `rate_limiter`: paces the requests, where there are many.
        """
        self.endpoint = endpoint.rstrip("/")
        self._counter = counter
        counter.name_buckets((GITHUB_BUCKET,))
        self._max_answer_bytes = max_answer_bytes
        self._timeout = (min(timeout, CONNECT_SECONDS), timeout)
        self._rate_limiter = rate_limiter
        self._headers = {**COMMON_HEADERS, **_build_authorization(token)}
        self._local = threading.local()

    def send(
        self,
        method: str,
        url: str,
        *,
        query: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> requests.Response:
        """The answer, redirects included.

        Raises RequestException, TooSlow, BudgetReached; RequestNotSent when nothing was sent.
        """
        ticket = self._rate_limiter.acquire_ticket() if self._rate_limiter else None
        window = None
        try:
            self._counter.count_request(GITHUB_BUCKET)
            response = self._send_once(method, url, params=query, json=body)
            # What a refusal tells of the window is for its own wait.
            if response.status_code != 429:
                window = parse_github_window(response.headers)
            return response
        finally:
            if self._rate_limiter and ticket:
                self._rate_limiter.record_answer(ticket, window)

    def _send_once(self, method: str, url: str, **content: Any) -> requests.Response:
        return self.get_session().request(
            method,
            url,
            headers=self._headers,
            timeout=self._timeout,
            allow_redirects=False,
            **content,
        )

    def is_same_origin(self, url: str) -> bool:
        """Whether the token may go to an address."""
        return urlsplit(url)[:2] == urlsplit(self.endpoint)[:2]

    def get_session(self) -> requests.Session:
        """One per thread: requests does not promise that a session may be shared."""
        session: requests.Session | None = getattr(self._local, "session", None)
        if session is None:
            session = self._local.session = open_bounded_session(self._max_answer_bytes)
        return session


def _build_authorization(token: str | None) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"} if token else {}


def read_json(response: requests.Response) -> Any:
    """The JSON of an answer.

    Raises WrongContent for a page, TruncatedAnswer, UndocumentedAnswer.
    """
    try:
        return decode_json_answer(response.content)
    except json.JSONDecodeError as error:
        if response.text.lstrip().startswith("<"):
            raise WrongContent("a page in place of JSON") from error
        raise TruncatedAnswer("no JSON") from error


def read_error_message(response: requests.Response) -> str:
    """GitHub's sentence in a refusal; empty where something else answered."""
    try:
        payload = decode_json_answer(response.content)
    except (json.JSONDecodeError, UndocumentedAnswer):
        return ""
    return str(payload.get("message", "")) if isinstance(payload, Mapping) else ""


def is_rate_limited(response: requests.Response) -> bool:
    """GitHub's limits come as 429, or as 403 with a header or a sentence about it."""
    if response.status_code != 403:
        return response.status_code == 429
    headers = response.headers
    return (
        "Retry-After" in headers
        or headers.get("X-RateLimit-Remaining") == "0"
        or "rate limit" in read_error_message(response).lower()
    )
