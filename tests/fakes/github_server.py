"""GitHub's REST API on 127.0.0.1 over a World: repositories for the audit, issues and labels for `publish`."""

import json
import re
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import unquote, urlencode

from tests.fakes import github_issues, github_payloads
from tests.fakes.loopback import Answer, LoopbackServer, Request
from tests.fakes.repositories import GithubRepo, Issue
from tests.fakes.world import World

JSON = "application/json; charset=utf-8"
HOUR = 3_600.0
ANONYMOUS_QUOTA = 60
TOKEN_QUOTA = 5_000
"""Requests per hour, by GitHub's documentation."""
PER_PAGE, PER_PAGE_CAP = 30, 100

_REPO = re.compile(r"/repos/(?P<name>[^/]+/[^/]+)(?P<rest>(?:/.*)?)")
_BY_ID = re.compile(r"/repositories/(?P<id>\d+)(?P<rest>(?:/.*)?)")


@dataclass
class _Refusal(Exception):
    status: int
    message: str
    more: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)


class LoopbackGithub(LoopbackServer):
    """The GitHub of a rehearsal, as a context manager; `endpoint` is what GITHUB_API_URL names."""

    host = "github"

    def __init__(self, world: World, *, quota: int | None = None, clock: Callable[[], float] = time.time) -> None:
        """`quota`: requests per hour and token, refused beyond; None refuses none. `clock`: seconds since 1970."""
        super().__init__(world)
        self._quota = quota
        self._clock = clock
        self._used: Counter[str | None] = Counter()
        self._window_ends: dict[str | None, float] = {}
        self._asked: Counter[int] = Counter()

    def limited(self, request: Request, retry_after_seconds: int) -> Answer:
        """The secondary rate limit, which says how long to wait."""
        message = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
        resource = "search" if request.path.startswith("/search/") else "core"
        answer = _json({"message": message}, 429)
        return replace(answer, headers=answer.headers | {"Retry-After": str(retry_after_seconds), "X-RateLimit-Resource": resource})

    def answer(self, request: Request) -> Answer:
        """Answer one request as GitHub would."""
        try:
            who = self._who(request)
            headers = self._limits(who, counted=request.path != "/rate_limit")
        except _Refusal as refusal:
            return _refused(refusal)
        try:
            answer = self._route(request, who)
        except _Refusal as refusal:
            answer = _refused(refusal)
        except github_issues.Invalid as invalid:
            answer = _json({"message": "Validation Failed", "errors": invalid.errors, "status": "422"}, 422)
        return replace(answer, headers=headers | answer.headers)

    def _who(self, request: Request) -> str | None:
        """The token, None for anonymous. Raises _Refusal for one that is not valid."""
        if "authorization" in request.headers and request.token not in self.world.github_tokens:
            raise _Refusal(401, "Bad credentials")
        return request.token

    def _limits(self, who: str | None, *, counted: bool) -> dict[str, str]:
        """Count a request where there is a quota. Returns the rate limit headers; raises _Refusal beyond it."""
        limit = self._quota or (ANONYMOUS_QUOTA if who is None else TOKEN_QUOTA)
        now = self._clock()
        if now >= self._window_ends.get(who, 0.0):
            self._window_ends[who], self._used[who] = now + HOUR, 0
        spent = self._used[who] >= limit
        self._used[who] += counted and not spent and self._quota is not None
        headers = {
            "X-RateLimit-Limit": str(limit),
            "X-RateLimit-Remaining": str(limit - self._used[who]),
            "X-RateLimit-Used": str(self._used[who]),
            "X-RateLimit-Reset": str(int(self._window_ends[who])),
            "X-RateLimit-Resource": "core",
        }
        if spent and counted:
            raise _Refusal(403, "API rate limit exceeded.", headers=headers)
        return headers

    def _route(self, request: Request, who: str | None) -> Answer:
        if request.path == "/rate_limit":
            return self._rate_limit(who)
        if request.path == "/user":
            return _json({"login": self.world.github_tokens[who], "type": "User"}) if who else self._refuse_anonymous()
        repo, rest = self._place(request)
        if request.method in ("POST", "PATCH", "DELETE"):
            self._refuse_writing(repo, who)
        if rest == "" and request.method in ("GET", "HEAD"):
            self._asked[repo.id] += 1
            return _json(github_payloads.repository(repo, self.endpoint, 100 + self._asked[repo.id]))
        if rest == "/license" and "LICENSE" in repo.files:
            return _json(github_payloads.license_file(repo, self.endpoint))
        if rest == "/labels" or rest.startswith("/labels/"):
            return self._labels(request, repo, unquote(rest.removeprefix("/labels").removeprefix("/")))
        if rest == "/issues":
            return self._issues(request, repo, who)
        if match := re.fullmatch(r"/issues/(\d+)(/comments)?", rest):
            issue = next((issue for issue in repo.issues if issue.number == int(match[1])), None)
            if issue is not None and issue.deleted:
                raise _Refusal(410, "This issue was deleted")
            if issue is not None and issue.moved_to:
                raise _Refusal(301, "Moved Permanently", {"url": issue.moved_to}, {"Location": issue.moved_to})
            if issue is not None:
                return self._comments(request, repo, issue) if match[2] else self._issue(request, repo, issue, who)
        raise _not_found()

    def _rate_limit(self, who: str | None) -> Answer:
        headers = self._limits(who, counted=False)
        core = {
            "limit": int(headers["X-RateLimit-Limit"]),
            "used": int(headers["X-RateLimit-Used"]),
            "remaining": int(headers["X-RateLimit-Remaining"]),
            "reset": int(headers["X-RateLimit-Reset"]),
        }
        return _json({"resources": {"core": core}, "rate": core})

    def _place(self, request: Request) -> tuple[GithubRepo, str]:
        """The repository and the address behind it. Raises _Refusal: moved, or not found."""
        if match := _BY_ID.fullmatch(request.path):
            for repo in self.world.github_repos():
                if repo.id == int(match["id"]):
                    return repo, match["rest"]
        match = _REPO.fullmatch(request.path)
        try:
            if match is None:
                raise _not_found()
            repo = self.world.github_repo(unquote(match["name"]))
            if repo.renamed_to is None:
                return repo, match["rest"]
            target = self.world.github_repo(repo.renamed_to)
        except KeyError as error:
            raise _not_found() from error
        query = f"?{request.raw_query}" if request.raw_query else ""
        url = f"{self.endpoint}/repositories/{target.id}{match['rest']}{query}"
        reading = request.method in ("GET", "HEAD")
        message = "Moved Permanently" if reading else "Temporary Redirect"
        raise _Refusal(301 if reading else 307, message, {"url": url}, {"Location": url})

    def _login(self, who: str | None) -> str:
        return self.world.github_tokens.get(who or "", "rehearsal")

    def _refuse_anonymous(self) -> Answer:
        raise _Refusal(401, "Requires authentication")

    def _refuse_writing(self, repo: GithubRepo, who: str | None) -> None:
        if who is None:
            raise _Refusal(401, "Requires authentication")
        if repo.archived:
            raise _Refusal(403, "Repository was archived so is read-only.")

    def _issues(self, request: Request, repo: GithubRepo, who: str | None) -> Answer:
        if request.method == "POST":
            created = github_issues.open_issue(repo, _body(request), self.world.day, self._login(who))
            return _json(github_payloads.issue(repo, created, self.endpoint), 201)
        labels = [name for name in (request.first("labels") or "").split(",") if name]
        ascending = request.first("direction") == "asc"
        found = github_issues.matching(repo, request.first("state") or "open", labels, request.first("creator"), ascending=ascending)
        return self._page(request, repo, "/issues", [github_payloads.issue(repo, issue, self.endpoint) for issue in found])

    def _issue(self, request: Request, repo: GithubRepo, issue: Issue, who: str | None) -> Answer:
        if request.method == "PATCH":
            github_issues.edit_issue(repo, issue, _body(request), self.world.day, self._login(who))
        return _json(github_payloads.issue(repo, issue, self.endpoint))

    def _comments(self, request: Request, repo: GithubRepo, issue: Issue) -> Answer:
        if request.method == "POST":
            return _json(github_payloads.comment(github_issues.add_comment(issue, _body(request), self.world.day)), 201)
        items = [github_payloads.comment(comment) for comment in issue.comments]
        return self._page(request, repo, f"/issues/{issue.number}/comments", items)

    def _labels(self, request: Request, repo: GithubRepo, name: str) -> Answer:
        if name:
            if name.lower() not in repo.labels:
                raise _not_found()
            if request.method == "DELETE":
                del repo.labels[name.lower()]
                return Answer(204)
            return _json(github_payloads.label(repo, repo.labels[name.lower()], self.endpoint))
        if request.method == "POST":
            return _json(github_payloads.label(repo, github_issues.add_label(repo, _body(request)), self.endpoint), 201)
        return self._page(request, repo, "/labels", [github_payloads.label(repo, label, self.endpoint) for label in repo.labels.values()])

    def _page(self, request: Request, repo: GithubRepo, rest: str, items: list[dict[str, Any]]) -> Answer:
        """One page, with the Link header by GitHub's rules: absolute, through the repository's number."""
        size = min(_number(request, "per_page", PER_PAGE), PER_PAGE_CAP)
        page = _number(request, "page", 1)
        last = max(1, -(-len(items) // size))
        answer = _json(items[(page - 1) * size : page * size])
        relations = {"prev": page - 1, "first": 1} if page > 1 else {}
        relations |= {"next": page + 1, "last": last} if page < last else {}
        kept = [pair for pair in request.query if pair[0] != "page"]
        base = f"{self.endpoint}/repositories/{repo.id}{rest}"
        links = [f'<{base}?{urlencode([*kept, ("page", number)])}>; rel="{name}"' for name, number in relations.items()]
        return replace(answer, headers=answer.headers | ({"Link": ", ".join(links)} if links else {}))


def _not_found() -> _Refusal:
    return _Refusal(404, "Not Found", {"documentation_url": "https://docs.github.com/rest", "status": "404"})


def _refused(refusal: _Refusal) -> Answer:
    answer = _json({"message": refusal.message} | refusal.more, refusal.status)
    return replace(answer, headers=answer.headers | refusal.headers)


def _json(value: Any, status: int = 200) -> Answer:
    return Answer(status, {"Content-Type": JSON}, json.dumps(value, ensure_ascii=False).encode())


def _body(request: Request) -> dict[str, Any]:
    """The JSON object that was sent. Raises _Refusal."""
    try:
        value = json.loads(request.body)
    except ValueError as error:
        raise _Refusal(400, "Problems parsing JSON") from error
    if not isinstance(value, dict):
        raise _Refusal(422, "Invalid request. The body is not an object.")
    return value


def _number(request: Request, name: str, default: int) -> int:
    value = request.first(name)
    return int(value) if value and value.isascii() and value.isdigit() and int(value) > 0 else default
