"""The Hub's interface at one endpoint: how a question is sent, without what it asks."""

import re
from contextlib import AbstractContextManager
from typing import Any, Literal, TypeVar
from urllib.parse import urljoin

import httpx2
from huggingface_hub.errors import HfHubHTTPError
from huggingface_hub.utils import (  # type: ignore[attr-defined]  # public, but loaded lazily
    build_hf_headers,
    get_session,
)

from audit.sources.answers import decode_json_answer, parsed
from audit.sources.failures import ForeignRedirect, SourceFailure
from audit.sources.huggingface.client import (
    HUB_BUCKETS,
    MAX_REDIRECTS,
    HubRequestContext,
    install_client,
    use_request_context,
)
from audit.sources.huggingface.errors import classify_hub_error, is_transient_hub_error
from audit.sources.huggingface.texts import raise_for_refusal, read_body
from audit.sources.patience import ErrorRules, Patience, PatientAsker, build_rate_limiter
from audit.sources.rate_limits import compute_wait_seconds
from audit.sources.repeats import Question
from audit.sources.request_log import RequestCounter

Result = TypeVar("Result")
Query = dict[str, Any] | None

CLIENT_NAME = "open-model-registry"
ABSOLUTE_ADDRESS = re.compile(r"(?:[a-z][a-z0-9+.-]*:|//)", re.IGNORECASE)


def find_limit_wait(error: Exception) -> float | None:
    """Seconds that the Hub's rate limit asks for; None for any other error."""
    if not isinstance(error, HfHubHTTPError) or error.response.status_code != 429:
        return None
    return compute_wait_seconds(error.response.headers)


HUB_ERROR_RULES = ErrorRules(is_transient_hub_error, find_limit_wait, classify_hub_error)


class HubConnection:
    """Sends requests for one endpoint and one token. Safe to use from several threads."""

    def __init__(
        self, endpoint: str, token: str | None, counter: RequestCounter, patience: Patience
    ) -> None:
        self.endpoint = endpoint
        counter.name_buckets(HUB_BUCKETS)
        self._timeout = patience.timeout
        self._asker = PatientAsker(counter, patience, HUB_ERROR_RULES)
        self.request_context = HubRequestContext(
            httpx2.URL(endpoint),
            counter,
            {bucket: build_rate_limiter(counter, patience) for bucket in HUB_BUCKETS},
        )
        # False, not None: with None the client would take a token from the user's own files.
        self._token: str | Literal[False] = token or False
        install_client(patience.timeout)

    def ask(self, bucket: str, call: Question[Result]) -> Result | SourceFailure:
        """The answer to one question, or why there is none."""
        limiter = self.request_context.rate_limiters[bucket]
        return self._asker.ask(call, limiter, self._open_block)

    def _open_block(self) -> AbstractContextManager[None]:
        return use_request_context(self.request_context)

    def fetch_json(self, address: str, query: Query) -> tuple[Any, httpx2.Response]:
        """The JSON at an address, and the answer that carried it."""
        response = get_session().get(
            address, params=query, headers=self._build_headers(), timeout=self._timeout
        )
        raise_for_refusal(response)
        return decode_json_answer(response.content), response

    def download_text(self, address: str) -> bytes:
        """A small file, redirects within the endpoint followed by hand."""
        for _ in range(MAX_REDIRECTS):
            answer = self._read_file_or_location(address)
            if isinstance(answer, bytes):
                return answer
            # Relative ones stay at the Hub; an absolute one leads to a storage where large files
            # lie.
            if ABSOLUTE_ADDRESS.match(answer):
                raise ForeignRedirect(answer)
            address = parsed(urljoin, address, answer)
        raise httpx2.TooManyRedirects("a file that only redirects")

    def _read_file_or_location(self, address: str) -> bytes | str:
        """The bytes, or where a redirect leads."""
        with get_session().stream(
            "GET",
            address,
            headers=self._build_headers(),
            follow_redirects=False,
            timeout=self._timeout,
        ) as response:
            if not response.is_redirect:
                return read_body(response)
            location: str = response.headers.get("location", "")
            return location

    def _build_headers(self) -> dict[str, str]:
        return build_hf_headers(token=self._token, library_name=CLIENT_NAME)
