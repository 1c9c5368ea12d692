"""A Hugging Face Hub on 127.0.0.1 that serves a World, faithful to recorded traffic (test_hub_server.py compares the two).

Served: repository information, lists, file addresses with their redirects, and the errors and rate limits of all of them.
"""

import base64
import binascii
import json
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from heapq import merge
from itertools import islice
from urllib.parse import unquote, urlencode

from tests.fakes import hub_errors, hub_payloads
from tests.fakes.hub_answers import (
    build_json_answer,
    build_large_file_answer,
    build_redirect_answer,
    build_resolved_answer,
    build_small_file_answer,
)
from tests.fakes.hub_errors import TEXT_TYPE, HubRefusal
from tests.fakes.hub_limits import (
    ANONYMOUS_HUB_QUOTA,
    FREE_USER_HUB_QUOTA,
    HubQuota,
    QuotaWindows,
    build_limit_headers,
    find_quota_bucket,
)
from tests.fakes.loopback import LoggedRequest, LoopbackAnswer, LoopbackRequest, LoopbackServer
from tests.fakes.repositories import HubFile, HubKind, HubRepo
from tests.fakes.world import UpstreamWorld

__all__ = [
    "ANONYMOUS_HUB_QUOTA",
    "FREE_USER_HUB_QUOTA",
    "HubQuota",
    "LoggedRequest",
    "LoopbackHub",
]

PAGE_CAP = 1_000
"""Most entries of one page of a list."""

_REPOSITORY_PATTERN = r"(?P<id>[^/]+(?:/[^/]+)?)"
_INFO_PATH = re.compile(rf"/api/(?P<kind>models|datasets)/{_REPOSITORY_PATTERN}")
_REVISION_PATH = re.compile(
    rf"/api/(?P<kind>models|datasets)/{_REPOSITORY_PATTERN}/revision/(?P<rev>[^/]+)"
)
_REFS_PATH = re.compile(rf"/api/(?P<kind>models|datasets)/{_REPOSITORY_PATTERN}/refs")
_LIST_PATH = re.compile(r"/api/(?P<kind>models|datasets)")
_RESOLVE_PATH = re.compile(
    rf"/(?:(?P<kind>datasets)/)?{_REPOSITORY_PATTERN}/resolve/(?P<rev>[^/]+)/(?P<path>.+)"
)
_CACHE_PATH = re.compile(
    rf"/api/resolve-cache/(?P<kind>models|datasets)/{_REPOSITORY_PATTERN}/(?P<rev>[0-9a-f]{{40}})/(?P<path>.+)"
)
_STORAGE_PATH = re.compile(r"/storage/(?P<id>[0-9a-f]{24})/(?P<sha256>[0-9a-f]{64})")


@dataclass(frozen=True)
class _HubAddress:
    """What an address names: a repository, a revision and perhaps a file, all decoded."""

    kind: HubKind
    repo_id: str
    revision: str = "main"
    path: str = ""

    @classmethod
    def parse_match(cls, match: re.Match[str]) -> "_HubAddress":
        found = {
            name: unquote(value) for name, value in match.groupdict().items() if value is not None
        }
        kind: HubKind = "datasets" if found.get("kind") == "datasets" else "models"
        return cls(kind, found["id"], found.get("rev", "main"), found.get("path", ""))


class LoopbackHub(LoopbackServer):
    """The Hub of a rehearsal, as a context manager; `endpoint` is its address."""

    host = "hub"
    listener_count = 2

    def __init__(
        self,
        world: UpstreamWorld,
        *,
        error_codes: bool = True,
        page_cap: int = PAGE_CAP,
        quota: HubQuota | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`error_codes`: send X-Error-Code where the live Hub leaves it to the client to read 401 on an https address.
        `quota`: refuse requests beyond it; None refuses none. `clock`: seconds, for the quota's windows."""
        super().__init__(world)
        self._error_codes = error_codes
        self._page_cap = page_cap
        self._clock = clock
        self._quota_windows = QuotaWindows(quota, clock)
        self._request_counts: Counter[str] = Counter()

    def set_quota(self, quota: HubQuota | None) -> None:
        """Begin new windows of another quota."""
        with self.world.lock:
            self._quota_windows = QuotaWindows(quota, self._clock)

    def set_page_cap(self, entries: int) -> None:
        """Cut pages of lists at another number of entries."""
        self._page_cap = entries

    @property
    def storage_endpoint(self) -> str:
        """The origin that large files are redirected to; another port, so that clients drop their token there."""
        return self._build_address(1)

    def build_limit_answer(
        self, request: LoopbackRequest, retry_after_seconds: int
    ) -> LoopbackAnswer:
        """429 with the headers of a spent window."""
        bucket = find_quota_bucket(request.path)
        headers = build_limit_headers(
            bucket,
            ANONYMOUS_HUB_QUOTA if request.token is None else FREE_USER_HUB_QUOTA,
            0,
            retry_after_seconds,
        )
        return LoopbackAnswer(429, {"Content-Type": TEXT_TYPE} | headers, b"Too Many Requests")

    def answer_request(self, request: LoopbackRequest) -> LoopbackAnswer:
        """Answer one request as the Hub would."""
        if stored := _STORAGE_PATH.fullmatch(request.path):
            return build_large_file_answer(self.world, stored["id"], stored["sha256"])
        who = request.token if request.token in self.world.hub_tokens else None
        within, limits = self._quota_windows.count_request(find_quota_bucket(request.path), who)
        if not within:
            return LoopbackAnswer(429, {"Content-Type": TEXT_TYPE} | limits, b"Too Many Requests")
        try:
            answer = self._route_request(request)
        except HubRefusal as refusal:
            answer = refusal.build_answer(
                as_json=request.path.startswith("/api/") and not _CACHE_PATH.fullmatch(request.path)
            )
        return replace(answer, headers=answer.headers | limits)

    def _route_request(self, request: LoopbackRequest) -> LoopbackAnswer:
        path = request.path
        if path == "/api/whoami-v2":
            return self._answer_whoami(request)
        if match := _CACHE_PATH.fullmatch(path):
            _, revision, file = self._find_file(request, _HubAddress.parse_match(match))
            return build_small_file_answer(request, revision, file)
        if request.method not in ("GET", "HEAD") or path == "/api/agent-harnesses":
            raise HubRefusal(404, "Not found")
        if match := _RESOLVE_PATH.fullmatch(path):
            return build_resolved_answer(
                request,
                *self._find_file(request, _HubAddress.parse_match(match)),
                self.storage_endpoint,
            )
        self._refuse_wrong_token(request)
        if match := _LIST_PATH.fullmatch(path):
            return self._answer_list(request, "models" if match["kind"] == "models" else "datasets")
        if match := _REFS_PATH.fullmatch(path):
            return self._answer_refs(
                request, _HubAddress.parse_match(match), request.path[match.end("id") :]
            )
        if match := _REVISION_PATH.fullmatch(path) or _INFO_PATH.fullmatch(path):
            return self._answer_info(
                request, _HubAddress.parse_match(match), request.path[match.end("id") :]
            )
        raise HubRefusal(404, "Sorry, we can't find the page you are looking for.")

    def _refuse_wrong_token(self, request: LoopbackRequest) -> None:
        if request.token is not None and request.token not in self.world.hub_tokens:
            raise hub_errors.build_wrong_token_refusal()

    def _may_read(self, request: LoopbackRequest, repo: HubRepo) -> bool:
        return request.token is not None and repo.id in self.world.hub_tokens.get(
            request.token, frozenset()
        )

    def _require_visible_repository(
        self, request: LoopbackRequest, kind: HubKind, repo_id: str
    ) -> HubRepo:
        """The repository, unless it is missing, hidden or blocked. Raises Refusal."""
        anonymous = request.token not in self.world.hub_tokens
        if not self.world.has_hub_repo(kind, repo_id):
            raise hub_errors.build_not_found_refusal(
                anonymous=anonymous, error_codes=self._error_codes
            )
        repo = self.world.get_hub_repo(kind, repo_id)
        if repo.private and not self._may_read(request, repo):
            raise hub_errors.build_not_found_refusal(
                anonymous=anonymous, error_codes=self._error_codes
            )
        if repo.disabled:
            raise hub_errors.build_disabled_refusal()
        return repo

    def _resolve_revision(self, repo: HubRepo, asked: str) -> str:
        revision = repo.revision if asked in ("main", "HEAD") else asked
        if revision not in repo.history:
            raise hub_errors.build_missing_revision_refusal(asked)
        return revision

    def _answer_whoami(self, request: LoopbackRequest) -> LoopbackAnswer:
        self._refuse_wrong_token(request)
        if request.token is None:
            raise HubRefusal(401, "Invalid username or password.")
        return build_json_answer(
            {
                "type": "user",
                "id": "0" * 24,
                "name": "rehearsal",
                "orgs": [],
                "auth": {"type": "access_token"},
            }
        )

    def _redirect_old_name(
        self, request: LoopbackRequest, place: _HubAddress, rest: str
    ) -> LoopbackAnswer | None:
        present = self.world.resolve_hub_id(place.kind, place.repo_id)
        if present == place.repo_id or not self.world.has_hub_repo(place.kind, present):
            return None
        query = f"?{request.raw_query}" if request.raw_query else ""
        return build_redirect_answer(f"/api/{place.kind}/{present}{rest}{query}")

    def _answer_refs(
        self, request: LoopbackRequest, place: _HubAddress, rest: str
    ) -> LoopbackAnswer:
        """Branches and tags, to the form that the client's `list_repo_refs` reads; no answer of it was recorded."""
        if redirect := self._redirect_old_name(request, place, rest):
            return redirect
        repo = self._require_visible_repository(request, place.kind, place.repo_id)
        return build_json_answer(hub_payloads.build_refs_payload(repo))

    def _answer_info(
        self, request: LoopbackRequest, place: _HubAddress, rest: str
    ) -> LoopbackAnswer:
        """What is known of one repository. `rest`: the address behind the id, which a rename keeps."""
        if redirect := self._redirect_old_name(request, place, rest):
            return redirect
        repo = self._require_visible_repository(request, place.kind, place.repo_id)
        revision = self._resolve_revision(repo, place.revision)
        asked = self._count_request(repo)
        expand = [value for name, value in request.query if name == "expand"]
        if expand:
            self._check_expand(
                expand, hub_payloads.list_expandable_fields(place.kind, on_list=False)
            )
            return build_json_answer(
                hub_payloads.build_expanded_payload(self.world, repo, revision, asked, expand)
            )
        blobs = request.find_parameter("blobs") in ("true", "True", "1")
        return build_json_answer(
            hub_payloads.build_info_payload(self.world, repo, revision, asked, blobs=blobs)
        )

    def _check_expand(self, asked: list[str], allowed: frozenset[str]) -> None:
        if unknown := [key for key in asked if key not in allowed]:
            raise hub_errors.build_bad_request_refusal(
                f'Invalid value for "expand": {", ".join(unknown)}'
            )

    def _count_request(self, repo: HubRepo) -> int:
        self._request_counts[repo.hub_id] += 1
        return self._request_counts[repo.hub_id]

    def _answer_list(self, request: LoopbackRequest, kind: HubKind) -> LoopbackAnswer:
        """A page of repositories by id. Blocked ones are left out, which is not confirmed for the live Hub."""
        expand = [value for name, value in request.query if name == "expand"]
        self._check_expand(expand, hub_payloads.list_expandable_fields(kind, on_list=True))
        place = _SORT_KEYS.get(request.find_parameter("sort"))
        if place is None:
            raise hub_errors.build_bad_request_refusal('Invalid value for "sort"')
        after = _decode_cursor(request.find_parameter("cursor"))
        size = min(_parse_positive(request.find_parameter("limit"), self._page_cap), self._page_cap)
        found = list(islice(self._list_ranked(request, kind, place, after), size + 1))
        page, more = found[:size], len(found) > size
        items = [
            hub_payloads.build_expanded_payload(
                self.world, repo, repo.revision, self._count_request(repo), expand
            )
            if expand
            else hub_payloads.build_list_item(self.world, repo, self._count_request(repo))
            for repo in page
        ]
        answer = build_json_answer(items)
        if more:
            query = [pair for pair in request.query if pair[0] != "cursor"] + [
                ("cursor", _encode_cursor(place(page[-1])))
            ]
            answer.headers["Link"] = (
                f'<{self.endpoint}{request.path}?{urlencode(query)}>; rel="next"'
            )
        return answer

    def _list_ranked(
        self,
        request: LoopbackRequest,
        kind: HubKind,
        place: Callable[[HubRepo], "_ListRank"],
        after: "_ListRank | None",
    ) -> Iterator[HubRepo]:
        """What a list shows behind a place, in its order; with the rest of the Hub in that of the last changes."""
        author = request.find_parameter("author")
        repos = sorted(self.world.list_hub_repos(kind, author), key=place)
        strangers: Iterator[HubRepo] = iter(())
        if author is None and request.find_parameter("sort") == "lastModified":
            strangers = self.world.list_background_repos(kind, after and _parse_rank(after))
        for repo in merge(repos, strangers, key=place):
            if (after is None or place(repo) > after) and self._is_listed(request, repo):
                yield repo

    def _is_listed(self, request: LoopbackRequest, repo: HubRepo) -> bool:
        author, search, gate = (
            request.find_parameter("author"),
            request.find_parameter("search"),
            request.find_parameter("gated"),
        )
        return (
            not repo.disabled
            and (not repo.private or self._may_read(request, repo))
            and (author is None or repo.author == author)
            and (search is None or search.lower() in repo.id.lower())
            and (gate is None or bool(repo.gated) == (gate.lower() == "true"))
        )

    def _find_file(
        self, request: LoopbackRequest, place: _HubAddress
    ) -> tuple[HubRepo, str, HubFile]:
        repo = self._require_visible_repository(
            request, place.kind, self.world.resolve_hub_id(place.kind, place.repo_id)
        )
        if repo.gated and not self._may_read(request, repo):
            known = request.token in self.world.hub_tokens
            raise hub_errors.build_gated_refusal(
                repo.kind, repo.id, self.endpoint, with_token=known
            )
        self._refuse_wrong_token(request)
        revision = self._resolve_revision(repo, place.revision)
        file = repo.history[revision].files.get(place.path)
        if file is None:
            raise hub_errors.build_missing_entry_refusal(revision)
        return repo, revision, file


_ListRank = tuple[int, str]
"""Where a repository stands in a list: its sort value, then its id."""
_SORT_KEYS: dict[str | None, Callable[[HubRepo], _ListRank]] = {
    None: lambda repo: (0, repo.id),
    "likes": lambda repo: (-repo.likes, repo.id),
    "createdAt": lambda repo: (-_parse_digits(repo.created_at), repo.id),
    "lastModified": lambda repo: (-_parse_digits(repo.last_modified), repo.id),
}
"""Descending, as the Hub sorts. Downloads and trends are counters that nobody keeps here."""


def _parse_digits(moment: str) -> int:
    return int("".join(character for character in moment if character.isdigit()))


def _parse_rank(place: _ListRank) -> datetime:
    """The moment of a place in the list of the last changes."""
    return datetime.strptime(str(-place[0])[:14], "%Y%m%d%H%M%S").replace(tzinfo=UTC)


def _encode_cursor(place: _ListRank) -> str:
    return base64.urlsafe_b64encode(json.dumps({"after": place}).encode()).decode()


def _decode_cursor(cursor: str | None) -> _ListRank | None:
    if cursor is None:
        return None
    try:
        value, repo_id = json.loads(base64.urlsafe_b64decode(cursor))["after"]
        return int(value), str(repo_id)
    except (binascii.Error, ValueError, KeyError, TypeError) as error:
        raise hub_errors.build_bad_request_refusal('Invalid value for "cursor"') from error


def _parse_positive(value: str | None, default: int) -> int:
    if value is None:
        return default
    if not value.isascii() or not value.isdigit() or int(value) < 1:
        raise hub_errors.build_bad_request_refusal('Invalid value for "limit"')
    return int(value)
