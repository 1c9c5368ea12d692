"""Requests to the Hugging Face Hub with its own client.

Every outcome is a value; only defects of ours raise.
"""

import hashlib
import re
import time
from collections.abc import Callable, Collection
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Literal, TypeVar
from urllib.parse import quote, urljoin

import httpx2
from huggingface_hub import hf_hub_url
from huggingface_hub.errors import HfHubHTTPError
from huggingface_hub.utils import (  # type: ignore[attr-defined]  # public, but loaded lazily
    build_hf_headers,
    get_session,
    hf_raise_for_status,
    validate_repo_id,
)

from audit.observations.facts import (
    HUGGING_FACE,
    HubFacts,
    Observation,
    ObservationState,
    Target,
    TargetKind,
)
from audit.sources.answers import decode_json_answer, parsed
from audit.sources.deadline import ITEM_SECONDS, begin_again, within
from audit.sources.failures import (
    ForeignRedirect,
    SourceFailure,
    TruncatedAnswer,
    UndocumentedAnswer,
    WrongContent,
    build_unverifiable,
)
from audit.sources.huggingface.client import (
    HUB_BUCKETS,
    MAX_REDIRECTS,
    HubRequestContext,
    install_client,
    use_request_context,
)
from audit.sources.huggingface.described import RepositoryDescription, parse_repository_description
from audit.sources.huggingface.errors import classify_hub_error, is_transient_hub_error
from audit.sources.huggingface.parse import (
    Payload,
    RepositoryHead,
    parse_hub_facts,
    parse_repository_head,
)
from audit.sources.rate_limits import RateLimiter, build_rate_limiter, compute_wait_seconds
from audit.sources.repeats import call_with_retries
from audit.sources.request_log import RequestCounter

HubKind = Literal["models", "datasets"]
"""The Hub's own words, as its addresses have them."""
TARGET_KINDS: dict[HubKind, TargetKind] = {"models": "model", "datasets": "dataset"}
HUB_KINDS: dict[TargetKind, HubKind] = {kind: word for word, kind in TARGET_KINDS.items()}
Result = TypeVar("Result")

HEAD_FIELDS: list[Any] = ["sha", "gated", "disabled", "private", "createdAt"]
PAGE_SIZE = 500
"""Entries asked for per page of a list; what the Hub's own JavaScript client asks at most."""
LISTING_QUERY: dict[str, Any] = {"sort": "likes", "limit": PAGE_SIZE, "expand": HEAD_FIELDS}
"""The most liked first; see `list_owner_heads`."""
MAX_TEXT_BYTES = 1 << 20
"""The longest license has about 100 kB; one MiB is a mistake or an attack."""
CLIENT_NAME = "open-model-registry"
ABSOLUTE_ADDRESS = re.compile(r"(?:[a-z][a-z0-9+.-]*:|//)", re.IGNORECASE)


@dataclass(frozen=True)
class OwnerListing:
    """What an owner's list showed."""

    heads: dict[str, RepositoryHead]
    """By id."""
    found_by_page: tuple[int, ...]
    """How many wanted repositories each page showed."""


class HubApi:
    """The Hub's interface at one endpoint. Safe to use from several threads."""

    request_buckets: ClassVar[tuple[str, ...]] = HUB_BUCKETS

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
        """`timeout`: seconds for one read.

        `item_seconds`: for one question, however slowly it is answered.
        `sleep`: waits out rate limits. `clock`: seconds, to know when a window ends.
        `attempts`: tries per request.
        `pause`: seconds before the second try, doubled and jittered for later ones.
        """
        self.endpoint = endpoint.rstrip("/")
        self.counter = counter
        counter.name_buckets(self.request_buckets)
        self._timeout = timeout
        self._attempts = attempts
        self._pause = pause
        self._item_seconds = item_seconds
        self._rate_limiters: dict[str, RateLimiter] = {
            bucket: build_rate_limiter(counter, sleep, clock) for bucket in self.request_buckets
        }
        self._request_context = HubRequestContext(
            httpx2.URL(self.endpoint), counter, self._rate_limiters
        )
        # False, not None: with None the client would take a token from the user's own files.
        self._token: str | Literal[False] = token or False
        install_client(timeout)

    def build_api_url(self, kind: HubKind, repo: str) -> str:
        """What is asked about a repository."""
        return f"{self.endpoint}/api/{kind}/{repo}"

    def list_owner_heads(
        self,
        kind: HubKind,
        owner: str,
        wanted: Collection[str] = (),
        pages: int = 1,
        spare: int = 0,
    ) -> OwnerListing | SourceFailure:
        """Heads of the owner's repositories, the most liked first: these are the ones people track.

        With `wanted`, paging ends once all were met. After `pages` it goes on only while more than
        `spare` are missing and another page is not dearer than looking up what is missing.
        """
        page_limit = _PageLimit(frozenset(wanted), pages, spare)
        return self._request_with_retries(
            "hub-api", lambda: self._fetch_listing_pages(kind, owner, page_limit)
        )

    def fetch_head(self, kind: HubKind, repo: str) -> RepositoryHead | Observation:
        """The head of one repository, or why there is none."""
        answer = self._request_with_retries(
            "hub-api",
            lambda: parsed(parse_repository_head, self._fetch_info(kind, repo, expand=HEAD_FIELDS)),
        )
        return (
            answer.build_observation(build_hub_target(kind, repo), self.build_api_url(kind, repo))
            if isinstance(answer, SourceFailure)
            else answer
        )

    def observe_repository(
        self, kind: HubKind, repo: str, revision: str | None = None
    ) -> Observation:
        """Everything about one repository in one answer, files with their identities included.

        Of the present, or of one commit.
        """
        target, url = build_hub_target(kind, repo), self.build_api_url(kind, repo)
        answer = self._request_with_retries(
            "hub-api",
            lambda: parsed(
                parse_hub_facts, self._fetch_info(kind, repo, files=True, revision=revision), kind
            ),
        )
        return (
            answer.build_observation(target, url)
            if isinstance(answer, SourceFailure)
            else build_hub_observation(target, url, answer)
        )

    def describe_repository(self, kind: HubKind, repo: str) -> RepositoryDescription | Observation:
        """Everything that a new record can take from one answer, or why there is none."""
        target, url = build_hub_target(kind, repo), self.build_api_url(kind, repo)
        answer = self._request_with_retries(
            "hub-api",
            lambda: parsed(
                parse_repository_description, self._fetch_info(kind, repo, files=True), kind
            ),
        )
        if isinstance(answer, SourceFailure):
            return answer.build_observation(target, url)
        seen = build_hub_observation(target, url, answer.facts)
        return answer if seen.facts else seen

    def has_revision(self, kind: HubKind, repo: str, revision: str) -> bool | SourceFailure:
        """Whether a commit can still be asked for."""
        answer = self._request_with_retries(
            "hub-api", lambda: self._fetch_info(kind, repo, expand=["sha"], revision=revision)
        )
        if isinstance(answer, SourceFailure):
            return False if answer.reason == "revision-not-found" else answer
        return True

    @property
    def server_time(self) -> datetime | None:
        """The Hub's own clock in its last answer."""
        return self._request_context.server_clock.moment

    def fetch_text(
        self, kind: HubKind, repo: str, revision: str, path: str, blob_id: str, size: int
    ) -> bytes | SourceFailure:
        """The bytes of a small file, verified against its git blob id or its sha256.

        The first has 40 hex digits, the second 64.
        """
        if size > MAX_TEXT_BYTES:
            return build_unverifiable("too-large")
        repo_type = "model" if kind == "models" else "dataset"
        address = hf_hub_url(
            repo, path, repo_type=repo_type, revision=revision, endpoint=self.endpoint
        )
        return self._request_with_retries(
            "hub-resolve", lambda: verify_content(self._download_text(address), blob_id, size)
        )

    def _request_with_retries(
        self, bucket: str, call: Callable[[], Result]
    ) -> Result | SourceFailure:
        """One question with its repeats and at most one rest for a rate limit."""
        gate = self._rate_limiters[bucket]
        for rested in (False, True):
            rests = gate.rest_count
            try:
                with (
                    use_request_context(self._request_context),
                    within(self._item_seconds, self.counter.compute_seconds_left),
                ):
                    return call_with_retries(
                        call, is_transient_hub_error, self._attempts, self._pause
                    )
            except HfHubHTTPError as error:
                if rested or not _wait_out_limit(gate, rests, error.response):
                    return classify_hub_error(error)
            except Exception as error:  # failure_of raises what it does not know
                return classify_hub_error(error)
        raise AssertionError("the second round returns")

    def _fetch_info(
        self,
        kind: HubKind,
        repo: str,
        *,
        expand: list[str] | None = None,
        files: bool = False,
        revision: str | None = None,
    ) -> Payload:
        # Not HfApi.model_info: it reads the whole answer into its types, model-index and all, and
        # fails with any part of it.
        validate_repo_id(repo)
        address = self.build_api_url(kind, repo)
        if revision:
            commit = quote(revision, safe="")
            address += f"/revision/{commit}"
        query: dict[str, Any] = {"expand": expand} if expand else {}
        if files:
            query["blobs"] = True
        payload: Payload = self._json(address, query)[0]
        return payload

    def _json(self, address: str, query: dict[str, Any] | None) -> tuple[Any, httpx2.Response]:
        """The JSON at an address, and the answer that carried it."""
        response = get_session().get(
            address, params=query, headers=self._build_headers(), timeout=self._timeout
        )
        _raise_for_status(response)
        return decode_json_answer(response.content), response

    def _fetch_listing_pages(
        self, kind: HubKind, owner: str, page_limit: "_PageLimit"
    ) -> OwnerListing:
        # Not HfApi.list_models: it waits up to five windows inside, drops the timeout, and takes
        # any origin that Link names.
        wanted = page_limit.wanted
        heads: dict[str, RepositoryHead] = {}
        found: list[int] = []
        address: str | None = f"{self.endpoint}/api/{kind}"
        query: dict[str, Any] | None = {"author": owner, **LISTING_QUERY}
        while address is not None and page_limit.allows_page(heads.keys(), len(found)):
            begin_again()
            before = len(wanted & heads.keys())
            page_heads, address = self._fetch_listing_page(address, query, wanted)
            # The address of a further page holds the query.
            query = None
            heads |= page_heads
            found.append(len(wanted & heads.keys()) - before)
        return OwnerListing(heads, tuple(found))

    def _fetch_listing_page(
        self, address: str, query: dict[str, Any] | None, wanted: frozenset[str]
    ) -> tuple[dict[str, RepositoryHead], str | None]:
        """The heads by id, and the address of the next page."""
        rows, response = self._json(address, query)
        heads = parsed(_parse_heads, rows, wanted)
        return heads, parsed(_find_next_page, response)

    def _build_headers(self) -> dict[str, str]:
        return build_hf_headers(token=self._token, library_name=CLIENT_NAME)

    def _download_text(self, address: str) -> bytes:
        for _ in range(MAX_REDIRECTS):
            with get_session().stream(
                "GET",
                address,
                headers=self._build_headers(),
                follow_redirects=False,
                timeout=self._timeout,
            ) as response:
                if not response.is_redirect:
                    return _read_body(response)
                location = response.headers.get("location", "")
            # Relative ones stay at the Hub; an absolute one leads to a storage where large files
            # lie.
            if ABSOLUTE_ADDRESS.match(location):
                raise ForeignRedirect(location)
            address = parsed(urljoin, address, location)
        raise httpx2.TooManyRedirects("a file that only redirects")


@dataclass(frozen=True)
class _PageLimit:
    """How many pages of an owner's list are worth their requests."""

    wanted: frozenset[str]
    """Ids that are looked for; empty where everything is wanted."""
    pages: int
    """Pages that are requested while anything is missing."""
    spare: int
    """So many missing ones are left to look-ups after that."""

    def allows_page(self, seen: AbstractSet[str], page_count: int) -> bool:
        """Whether to request one more page of the list."""
        if not self.wanted:
            return True
        missing = len(self.wanted - seen)
        if not missing:
            return False
        return page_count < self.pages or (missing > self.spare and page_count < missing)


def _wait_out_limit(gate: RateLimiter, rests: int, response: httpx2.Response) -> bool:
    """Rest where the refusal is a rate limit; False where it is none or the run may not wait."""
    if response.status_code != 429:
        return False
    return gate.wait_out_refusal(rests, compute_wait_seconds(response.headers))


def build_hub_target(kind: HubKind, repo: str) -> Target:
    """A repository of the Hub as a target of the audit."""
    return Target(HUGGING_FACE, TARGET_KINDS[kind], repo)


def build_hub_observation(target: Target, url: str, facts: HubFacts) -> Observation:
    """The state that facts amount to."""
    if facts.disabled:
        return Observation(target, "disabled", url, 200, "disabled", None)
    if facts.private:
        # Our token sees it, the public does not; the registry speaks of what the public can have.
        return Observation(target, "absent", url, 200, "private", None)
    state: ObservationState = "gated" if facts.gated else "ok"
    if facts.repo != target.repo:
        return Observation(target, "moved", url, 200, "renamed", facts)
    return Observation(target, state, url, 200, "ok", facts)


def _parse_heads(rows: Any, wanted: frozenset[str]) -> dict[str, RepositoryHead]:
    # Of the owner's other repositories, often thousands, nothing is read but the name.
    relevant = [row for row in rows if not wanted or row["id"] in wanted]
    heads = [parse_repository_head(row) for row in relevant]
    return {head.repo: head for head in heads}


def _find_next_page(response: httpx2.Response) -> str | None:
    """Address of the next page of a list."""
    following = response.links.get("next", {}).get("url")
    return urljoin(str(response.url), following) if following else None


def _raise_for_status(response: httpx2.Response) -> None:
    """Raises the client's errors for a refusal.

    The client reads its reason from the body, and trips where that has another form.
    """
    try:
        hf_raise_for_status(response)
    except HfHubHTTPError:
        raise
    except (AttributeError, TypeError, KeyError, RecursionError, ValueError) as error:
        raise UndocumentedAnswer(f"the body of a {response.status_code}") from error


def _read_body(response: httpx2.Response) -> bytes:
    """The body up to the cap. Raises the client's errors for a refusal, WrongContent for more."""
    body = b""
    for chunk in response.iter_bytes():
        body += chunk
        if len(body) > MAX_TEXT_BYTES:
            raise WrongContent("longer than any license")
    if response.status_code >= 400:
        _raise_for_status(response)
    return body


def verify_content(content: bytes, identity: str, size: int) -> bytes:
    """The bytes when they are the ones that the listing names.

    Raises Truncated or WrongContent: a login page has another digest.
    """
    if len(identity) == 64:
        digest = hashlib.sha256(content).hexdigest()
    else:
        digest = hashlib.sha1(
            b"blob %d\0" % len(content) + content, usedforsecurity=False
        ).hexdigest()
    if digest == identity:
        return content
    if len(content) < size and b"<html" not in content[:1000].lower():
        raise TruncatedAnswer(f"{len(content)} of {size} bytes")
    raise WrongContent(f"digest {digest} in place of {identity}")
