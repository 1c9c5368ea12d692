"""Questions to the Hugging Face Hub, asked with its own client.

Every outcome is a value; only defects of ours raise.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import ClassVar, TypeVar
from urllib.parse import quote

from huggingface_hub.utils import (  # type: ignore[attr-defined]  # public, but loaded lazily
    validate_repo_id,
)

from audit.observations.facts import HubFacts, Observation, Target
from audit.observations.revisions import RevisionFacts
from audit.sources.answers import parsed
from audit.sources.contents import verify_content
from audit.sources.failures import SourceFailure, build_unverifiable
from audit.sources.huggingface.client import HUB_BUCKETS
from audit.sources.huggingface.connection import HubConnection
from audit.sources.huggingface.described import RepositoryDescription, parse_repository_description
from audit.sources.huggingface.kinds import (
    HubKind,
    build_hub_observation,
    build_hub_target,
)
from audit.sources.huggingface.listing import (
    HEAD_FIELDS,
    OwnerListing,
    PageLimit,
    fetch_owner_listing,
)
from audit.sources.huggingface.makers import MakerQuestion
from audit.sources.huggingface.newest import PAGE_SIZES, fetch_newest_changes
from audit.sources.huggingface.parse import (
    Payload,
    RepositoryHead,
    parse_hub_facts,
    parse_repository_head,
)
from audit.sources.huggingface.revisions import parse_revision_facts
from audit.sources.huggingface.texts import (
    MAX_TEXT_BYTES,
    TextAddress,
    may_be_served_elsewhere,
)
from audit.sources.newest import NewestAnswer, NewestQuestion
from audit.sources.patience import DEFAULT_PATIENCE, Patience
from audit.sources.request_log import RequestCounter

Result = TypeVar("Result")


@dataclass(frozen=True)
class InfoRequest:
    """What is asked about one repository: chosen fields, or everything with its files."""

    kind: HubKind
    repo: str
    fields: tuple[str, ...] = ()
    """Empty for everything, the files with their identities included."""
    revision: str | None = None
    """None for the present."""

    @property
    def target(self) -> Target:
        """The repository as a target of the audit."""
        return build_hub_target(self.kind, self.repo)


class HubApi:
    """The Hub's interface at one endpoint. Safe to use from several threads."""

    request_buckets: ClassVar[tuple[str, ...]] = HUB_BUCKETS

    def __init__(
        self,
        endpoint: str,
        token: str | None,
        counter: RequestCounter,
        patience: Patience = DEFAULT_PATIENCE,
    ) -> None:
        """Nothing is sent yet."""
        self.endpoint = endpoint.rstrip("/")
        self.counter = counter
        self._connection = HubConnection(self.endpoint, token, counter, patience)
        self._serves_direct = True

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
        question: MakerQuestion | None = None,
    ) -> OwnerListing | SourceFailure:
        """Heads of the owner's repositories, the most liked first: these are the ones people track.

        With `wanted`, paging ends once all were met. After `pages` it goes on only while more than
        `spare` are missing and another page is not dearer than looking up what is missing.
        """
        address = f"{self.endpoint}/api/{kind}"
        limit = PageLimit(frozenset(wanted), pages, spare)
        return self._connection.ask(
            "hub-api",
            lambda: fetch_owner_listing(self._connection, address, owner, limit, question),
        )

    def list_newest(self, kind: HubKind, question: NewestQuestion) -> NewestAnswer | SourceFailure:
        """What changed last, read newest first."""
        address = f"{self.endpoint}/api/{kind}"
        for size in PAGE_SIZES:
            answer = self._connection.ask(
                "hub-api",
                partial(fetch_newest_changes, self._connection, address, question, size),
            )
            if isinstance(answer, NewestAnswer) or answer.reason != "http-400":
                break
        return answer

    def fetch_head(self, kind: HubKind, repo: str) -> RepositoryHead | Observation:
        """The head of one repository, or why there is none."""
        return self._ask_info(InfoRequest(kind, repo, tuple(HEAD_FIELDS)), parse_repository_head)

    def observe_repository(
        self, kind: HubKind, repo: str, revision: str | None = None
    ) -> Observation:
        """Everything about one repository in one answer, files with their identities included.

        Of the present, or of one commit.
        """
        request = InfoRequest(kind, repo, revision=revision)
        answer = self._ask_info(request, lambda payload: parse_hub_facts(payload, kind))
        return answer if isinstance(answer, Observation) else self._observe(request, answer)

    def describe_repository(self, kind: HubKind, repo: str) -> RepositoryDescription | Observation:
        """Everything that a new record can take from one answer, or why there is none."""
        request = InfoRequest(kind, repo)
        answer = self._ask_info(
            request, lambda payload: parse_repository_description(payload, kind)
        )
        if isinstance(answer, Observation):
            return answer
        seen = self._observe(request, answer.facts)
        return answer if seen.facts else seen

    def has_revision(self, kind: HubKind, repo: str, revision: str) -> bool | SourceFailure:
        """Whether a commit can still be asked for."""
        request = InfoRequest(kind, repo, ("sha",), revision)
        answer = self._connection.ask("hub-api", lambda: self._fetch_info(request))
        if isinstance(answer, SourceFailure):
            return False if answer.reason == "revision-not-found" else answer
        return True

    @property
    def server_time(self) -> datetime | None:
        """The Hub's own clock in its last answer."""
        return self._connection.request_context.server_clock.moment

    def fetch_revisions(self, repo: str, wanted: Collection[str]) -> RevisionFacts | SourceFailure:
        """The branches and tags of a model's repository, those that are wanted by name."""
        address = f"{self.build_api_url('models', repo)}/refs"

        def ask() -> RevisionFacts:
            validate_repo_id(repo)
            payload = self._connection.fetch_json(address, None)[0]
            return parsed(parse_revision_facts, payload, repo, wanted)

        return self._connection.ask("hub-api", ask)

    def fetch_text(
        self, kind: HubKind, repo: str, revision: str, path: str, blob_id: str, size: int
    ) -> bytes | SourceFailure:
        """The bytes of a small file, verified against its git blob id or its sha256.

        The first has 40 hex digits, the second 64.
        """
        if size > MAX_TEXT_BYTES:
            return build_unverifiable("too-large")
        file = TextAddress(self.endpoint, kind, repo, revision, path)
        if self._serves_direct and file.direct:
            answer = self._fetch_file(file.direct, blob_id, size)
            if isinstance(answer, bytes) or not may_be_served_elsewhere(answer):
                return answer
        answer = self._fetch_file(file.resolved, blob_id, size)
        if isinstance(answer, bytes) and file.direct:
            self._serves_direct = False  # a mirror: its other files are asked for in one way only
        return answer

    def _fetch_file(self, address: str, blob_id: str, size: int) -> bytes | SourceFailure:
        download = self._connection.download_text
        return self._connection.ask(
            "hub-resolve", lambda: verify_content(download(address), blob_id, size)
        )

    def _ask_info(
        self, request: InfoRequest, parse: Callable[[Payload], Result]
    ) -> Result | Observation:
        """What `parse` reads from the answer, or why there is none."""
        answer = self._connection.ask("hub-api", lambda: parsed(parse, self._fetch_info(request)))
        if isinstance(answer, SourceFailure):
            return answer.build_observation(request.target, self._build_info_url(request))
        return answer

    def _observe(self, request: InfoRequest, facts: HubFacts) -> Observation:
        return build_hub_observation(request.target, self._build_info_url(request), facts)

    def _build_info_url(self, request: InfoRequest) -> str:
        return self.build_api_url(request.kind, request.repo)

    def _fetch_info(self, request: InfoRequest) -> Payload:
        # Not HfApi.model_info: it reads the whole answer into its types, model-index and all, and
        # fails with any part of it.
        validate_repo_id(request.repo)
        address = self._build_info_url(request)
        if request.revision:
            commit = quote(request.revision, safe="")
            address += f"/revision/{commit}"
        query = {"expand": list(request.fields)} if request.fields else {"blobs": True}
        payload: Payload = self._connection.fetch_json(address, query)[0]
        return payload
