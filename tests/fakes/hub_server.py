"""A Hugging Face Hub on 127.0.0.1 that serves a World, faithful to recorded traffic (reference/hub-api.md).

Served: repository information, lists, file addresses with their redirects, and the errors and rate limits of all of them.
"""

import base64
import binascii
import json
import re
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from urllib.parse import unquote, urlencode

from tests.fakes import hub_errors, hub_payloads
from tests.fakes.hub_answers import json_answer, large_file, resolved_file, small_file, temporary_redirect
from tests.fakes.hub_errors import TEXT, Refusal
from tests.fakes.hub_limits import ANONYMOUS, FREE_USER, Quota, Windows, bucket_of, limit_headers
from tests.fakes.loopback import Answer, LoggedRequest, LoopbackServer, Request
from tests.fakes.repositories import HubFile, HubKind, HubRepo
from tests.fakes.world import World

__all__ = ["ANONYMOUS", "FREE_USER", "LoggedRequest", "LoopbackHub", "Quota"]

PAGE_CAP = 1_000
"""Most entries of one page of a list."""

_REPO = r"(?P<id>[^/]+(?:/[^/]+)?)"
_INFO = re.compile(rf"/api/(?P<kind>models|datasets)/{_REPO}")
_REVISION = re.compile(rf"/api/(?P<kind>models|datasets)/{_REPO}/revision/(?P<rev>[^/]+)")
_LIST = re.compile(r"/api/(?P<kind>models|datasets)")
_RESOLVE = re.compile(rf"/(?:(?P<kind>datasets)/)?{_REPO}/resolve/(?P<rev>[^/]+)/(?P<path>.+)")
_CACHE = re.compile(rf"/api/resolve-cache/(?P<kind>models|datasets)/{_REPO}/(?P<rev>[0-9a-f]{{40}})/(?P<path>.+)")
_STORAGE = re.compile(r"/storage/(?P<id>[0-9a-f]{24})/(?P<sha256>[0-9a-f]{64})")


@dataclass(frozen=True)
class _Place:
    """What an address names: a repository, a revision and perhaps a file, all decoded."""

    kind: HubKind
    repo_id: str
    revision: str = "main"
    path: str = ""

    @classmethod
    def of(cls, match: re.Match[str]) -> "_Place":
        found = {name: unquote(value) for name, value in match.groupdict().items() if value is not None}
        kind: HubKind = "datasets" if found.get("kind") == "datasets" else "models"
        return cls(kind, found["id"], found.get("rev", "main"), found.get("path", ""))


class LoopbackHub(LoopbackServer):
    """The Hub of a rehearsal, as a context manager; `endpoint` is its address."""

    host = "hub"
    listeners = 2

    def __init__(
        self,
        world: World,
        *,
        error_codes: bool = True,
        page_cap: int = PAGE_CAP,
        quota: Quota | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`error_codes`: send X-Error-Code where the live Hub leaves it to the client to read 401 on an https address.
        `quota`: refuse requests beyond it; None refuses none. `clock`: seconds, for the quota's windows."""
        super().__init__(world)
        self._error_codes = error_codes
        self._page_cap = page_cap
        self._clock = clock
        self._windows = Windows(quota, clock)
        self._asked: Counter[str] = Counter()

    def limit(self, quota: Quota | None) -> None:
        """Begin new windows of another quota."""
        with self.world.lock:
            self._windows = Windows(quota, self._clock)

    @property
    def storage_endpoint(self) -> str:
        """The origin that large files are redirected to; another port, so that clients drop their token there."""
        return self._address(1)

    def limited(self, request: Request, retry_after_seconds: int) -> Answer:
        """429 with the headers of a spent window."""
        bucket = bucket_of(request.path)
        headers = limit_headers(bucket, ANONYMOUS if request.token is None else FREE_USER, 0, retry_after_seconds)
        return Answer(429, {"Content-Type": TEXT} | headers, b"Too Many Requests")

    def answer(self, request: Request) -> Answer:
        """Answer one request as the Hub would."""
        if stored := _STORAGE.fullmatch(request.path):
            return large_file(self.world, stored["id"], stored["sha256"])
        who = request.token if request.token in self.world.hub_tokens else None
        within, limits = self._windows.take(bucket_of(request.path), who)
        if not within:
            return Answer(429, {"Content-Type": TEXT} | limits, b"Too Many Requests")
        try:
            answer = self._route(request)
        except Refusal as refusal:
            answer = refusal.answer(as_json=request.path.startswith("/api/") and not _CACHE.fullmatch(request.path))
        return replace(answer, headers=answer.headers | limits)

    def _route(self, request: Request) -> Answer:
        path = request.path
        if path == "/api/whoami-v2":
            return self._whoami(request)
        if match := _CACHE.fullmatch(path):
            _, revision, file = self._file(request, _Place.of(match))
            return small_file(request, revision, file)
        if request.method not in ("GET", "HEAD") or path == "/api/agent-harnesses":
            raise Refusal(404, "Not found")
        if match := _RESOLVE.fullmatch(path):
            return resolved_file(request, *self._file(request, _Place.of(match)), self.storage_endpoint)
        self._refuse_wrong_token(request)
        if match := _LIST.fullmatch(path):
            return self._list(request, "models" if match["kind"] == "models" else "datasets")
        if match := _REVISION.fullmatch(path) or _INFO.fullmatch(path):
            return self._info(request, _Place.of(match), request.path[match.end("id") :])
        raise Refusal(404, "Sorry, we can't find the page you are looking for.")

    def _refuse_wrong_token(self, request: Request) -> None:
        if request.token is not None and request.token not in self.world.hub_tokens:
            raise hub_errors.wrong_token()

    def _may_read(self, request: Request, repo: HubRepo) -> bool:
        return request.token is not None and repo.id in self.world.hub_tokens.get(request.token, frozenset())

    def _visible(self, request: Request, kind: HubKind, repo_id: str) -> HubRepo:
        """The repository, unless it is missing, hidden or blocked. Raises Refusal."""
        anonymous = request.token not in self.world.hub_tokens
        if not self.world.has(kind, repo_id):
            raise hub_errors.not_found_or_private(anonymous=anonymous, error_codes=self._error_codes)
        repo = self.world.hub_repo(kind, repo_id)
        if repo.private and not self._may_read(request, repo):
            raise hub_errors.not_found_or_private(anonymous=anonymous, error_codes=self._error_codes)
        if repo.disabled:
            raise hub_errors.disabled()
        return repo

    def _revision(self, repo: HubRepo, asked: str) -> str:
        revision = repo.revision if asked in ("main", "HEAD") else asked
        if revision not in repo.history:
            raise hub_errors.missing_revision(asked)
        return revision

    def _whoami(self, request: Request) -> Answer:
        self._refuse_wrong_token(request)
        if request.token is None:
            raise Refusal(401, "Invalid username or password.")
        return json_answer({"type": "user", "id": "0" * 24, "name": "rehearsal", "orgs": [], "auth": {"type": "access_token"}})

    def _info(self, request: Request, place: _Place, rest: str) -> Answer:
        """What is known of one repository. `rest`: the address behind the id, which a rename keeps."""
        present = self.world.current_id(place.kind, place.repo_id)
        if present != place.repo_id and self.world.has(place.kind, present):
            query = f"?{request.raw_query}" if request.raw_query else ""
            return temporary_redirect(f"/api/{place.kind}/{present}{rest}{query}")
        repo = self._visible(request, place.kind, place.repo_id)
        revision = self._revision(repo, place.revision)
        asked = self._count(repo)
        expand = [value for name, value in request.query if name == "expand"]
        if expand:
            self._check_expand(expand, hub_payloads.expandable(place.kind, on_list=False))
            return json_answer(hub_payloads.expanded_payload(self.world, repo, revision, asked, expand))
        blobs = request.first("blobs") in ("true", "True", "1")
        return json_answer(hub_payloads.info_payload(self.world, repo, revision, asked, blobs=blobs))

    def _check_expand(self, asked: list[str], allowed: frozenset[str]) -> None:
        if unknown := [key for key in asked if key not in allowed]:
            raise hub_errors.bad_request(f'Invalid value for "expand": {", ".join(unknown)}')

    def _count(self, repo: HubRepo) -> int:
        self._asked[repo.hub_id] += 1
        return self._asked[repo.hub_id]

    def _list(self, request: Request, kind: HubKind) -> Answer:
        """A page of repositories by id. Blocked ones are left out, which is not confirmed for the live Hub."""
        expand = [value for name, value in request.query if name == "expand"]
        self._check_expand(expand, hub_payloads.expandable(kind, on_list=True))
        place = _SORTS.get(request.first("sort"))
        if place is None:
            raise hub_errors.bad_request('Invalid value for "sort"')
        after = _after(request.first("cursor"))
        repos = sorted(self.world.hub_repos(kind, request.first("author")), key=place)
        found = [repo for repo in repos if (after is None or place(repo) > after) and self._listed(request, repo)]
        size = min(_positive(request.first("limit"), self._page_cap), self._page_cap)
        page, more = found[:size], len(found) > size
        items = [
            hub_payloads.expanded_payload(self.world, repo, repo.revision, self._count(repo), expand)
            if expand
            else hub_payloads.list_item(self.world, repo, self._count(repo))
            for repo in page
        ]
        answer = json_answer(items)
        if more:
            query = [pair for pair in request.query if pair[0] != "cursor"] + [("cursor", _cursor(place(page[-1])))]
            answer.headers["Link"] = f'<{self.endpoint}{request.path}?{urlencode(query)}>; rel="next"'
        return answer

    def _listed(self, request: Request, repo: HubRepo) -> bool:
        author, search, gate = request.first("author"), request.first("search"), request.first("gated")
        return (
            not repo.disabled
            and (not repo.private or self._may_read(request, repo))
            and (author is None or repo.author == author)
            and (search is None or search.lower() in repo.id.lower())
            and (gate is None or bool(repo.gated) == (gate.lower() == "true"))
        )

    def _file(self, request: Request, place: _Place) -> tuple[HubRepo, str, HubFile]:
        repo = self._visible(request, place.kind, self.world.current_id(place.kind, place.repo_id))
        if repo.gated and not self._may_read(request, repo):
            known = request.token in self.world.hub_tokens
            raise hub_errors.gated(repo.kind, repo.id, self.endpoint, with_token=known)
        self._refuse_wrong_token(request)
        revision = self._revision(repo, place.revision)
        file = repo.history[revision].files.get(place.path)
        if file is None:
            raise hub_errors.missing_entry(revision)
        return repo, revision, file


_Rank = tuple[int, str]
"""Where a repository stands in a list: its sort value, then its id."""
_SORTS: dict[str | None, Callable[[HubRepo], _Rank]] = {
    None: lambda repo: (0, repo.id),
    "likes": lambda repo: (-repo.likes, repo.id),
    "createdAt": lambda repo: (-_number(repo.created_at), repo.id),
    "lastModified": lambda repo: (-_number(repo.last_modified), repo.id),
}
"""Descending, as the Hub sorts. Downloads and trends are counters that nobody keeps here."""


def _number(moment: str) -> int:
    return int("".join(character for character in moment if character.isdigit()))


def _cursor(place: _Rank) -> str:
    return base64.urlsafe_b64encode(json.dumps({"after": place}).encode()).decode()


def _after(cursor: str | None) -> _Rank | None:
    if cursor is None:
        return None
    try:
        value, repo_id = json.loads(base64.urlsafe_b64decode(cursor))["after"]
        return int(value), str(repo_id)
    except (binascii.Error, ValueError, KeyError, TypeError) as error:
        raise hub_errors.bad_request('Invalid value for "cursor"') from error


def _positive(value: str | None, default: int) -> int:
    if value is None:
        return default
    if not value.isascii() or not value.isdigit() or int(value) < 1:
        raise hub_errors.bad_request('Invalid value for "limit"')
    return int(value)
