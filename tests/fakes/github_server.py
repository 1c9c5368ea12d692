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
from tests.fakes.loopback import LoopbackAnswer, LoopbackRequest, LoopbackServer
from tests.fakes.repositories import GithubIssue, GithubRepo
from tests.fakes.world import UpstreamWorld

JSON_TYPE = "application/json; charset=utf-8"
HOUR_SECONDS = 3_600.0
ANONYMOUS_HOURLY_QUOTA = 60
TOKEN_HOURLY_QUOTA = 5_000
"""Requests per hour, by GitHub's documentation."""
PER_PAGE, PER_PAGE_CAP = 30, 100

_REPOSITORY_PATH = re.compile(r"/repos/(?P<name>[^/]+/[^/]+)(?P<rest>(?:/.*)?)")
_REPOSITORY_ID_PATH = re.compile(r"/repositories/(?P<id>\d+)(?P<rest>(?:/.*)?)")


@dataclass
class _GithubRefusal(Exception):
    status: int
    message: str
    extra_fields: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)


class LoopbackGithub(LoopbackServer):
    """The GitHub of a rehearsal, as a context manager; `endpoint` is what GITHUB_API_URL names."""

    host = "github"

    def __init__(
        self,
        world: UpstreamWorld,
        *,
        quota: int | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """`quota`: requests per hour and token, refused beyond; None refuses none. `clock`: seconds since 1970."""
        super().__init__(world)
        self._quota = quota
        self._clock = clock
        self._used_requests: Counter[str | None] = Counter()
        self._window_ends: dict[str | None, float] = {}
        self._request_counts: Counter[int] = Counter()

    def build_limit_answer(
        self, request: LoopbackRequest, retry_after_seconds: int
    ) -> LoopbackAnswer:
        """The secondary rate limit, which says how long to wait."""
        message = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
        resource = "search" if request.path.startswith("/search/") else "core"
        answer = _build_json_answer({"message": message}, 429)
        return replace(
            answer,
            headers=answer.headers
            | {"Retry-After": str(retry_after_seconds), "X-RateLimit-Resource": resource},
        )

    def answer_request(self, request: LoopbackRequest) -> LoopbackAnswer:
        """Answer one request as GitHub would."""
        try:
            who = self._authenticate(request)
            headers = self._count_request(who, counted=request.path != "/rate_limit")
        except _GithubRefusal as refusal:
            return _build_refusal_answer(refusal)
        try:
            answer = self._route_request(request, who)
        except _GithubRefusal as refusal:
            answer = _build_refusal_answer(refusal)
        except github_issues.ValidationFailed as invalid:
            answer = _build_json_answer(
                {"message": "Validation Failed", "errors": invalid.errors, "status": "422"}, 422
            )
        return replace(answer, headers=headers | answer.headers)

    def _authenticate(self, request: LoopbackRequest) -> str | None:
        """The token, None for anonymous. Raises _Refusal for one that is not valid."""
        if "authorization" in request.headers and request.token not in self.world.github_tokens:
            raise _GithubRefusal(401, "Bad credentials")
        return request.token

    def _count_request(self, who: str | None, *, counted: bool) -> dict[str, str]:
        """Count a request where there is a quota. Returns the rate limit headers; raises _Refusal beyond it."""
        limit = self._quota or (ANONYMOUS_HOURLY_QUOTA if who is None else TOKEN_HOURLY_QUOTA)
        now = self._clock()
        if now >= self._window_ends.get(who, 0.0):
            self._window_ends[who], self._used_requests[who] = now + HOUR_SECONDS, 0
        spent = self._used_requests[who] >= limit
        self._used_requests[who] += counted and not spent and self._quota is not None
        headers = {
            "X-RateLimit-Limit": str(limit),
            "X-RateLimit-Remaining": str(limit - self._used_requests[who]),
            "X-RateLimit-Used": str(self._used_requests[who]),
            "X-RateLimit-Reset": str(int(self._window_ends[who])),
            "X-RateLimit-Resource": "core",
        }
        if spent and counted:
            raise _GithubRefusal(403, "API rate limit exceeded.", headers=headers)
        return headers

    def _route_request(self, request: LoopbackRequest, who: str | None) -> LoopbackAnswer:
        if request.path == "/rate_limit":
            return self._answer_rate_limit(who)
        if request.path == "/user":
            return (
                _build_json_answer({"login": self.world.github_tokens[who], "type": "User"})
                if who
                else self._refuse_anonymous()
            )
        repo, rest = self._find_repository(request)
        self._refuse_withheld(repo)
        if request.method in ("POST", "PATCH", "DELETE"):
            self._require_write_access(repo, who)
        if rest == "" and request.method in ("GET", "HEAD"):
            self._request_counts[repo.id] += 1
            return _build_json_answer(
                github_payloads.build_repository_payload(
                    repo, self.endpoint, 100 + self._request_counts[repo.id]
                )
            )
        if rest.startswith("/git/"):
            return self._answer_git_objects(request, repo, rest)
        if rest == "/license" and "LICENSE" in repo.files:
            return _build_json_answer(
                github_payloads.build_license_file_payload(repo, self.endpoint)
            )
        if rest == "/labels" or rest.startswith("/labels/"):
            return self._answer_labels(
                request, repo, unquote(rest.removeprefix("/labels").removeprefix("/"))
            )
        if rest == "/issues":
            return self._answer_issues(request, repo, who)
        if match := re.fullmatch(r"/issues/(\d+)(/comments)?", rest):
            issue = next((issue for issue in repo.issues if issue.number == int(match[1])), None)
            if issue is not None and issue.deleted:
                raise _GithubRefusal(410, "This issue was deleted")
            if issue is not None and issue.moved_to:
                raise _GithubRefusal(
                    301, "Moved Permanently", {"url": issue.moved_to}, {"Location": issue.moved_to}
                )
            if issue is not None:
                return (
                    self._answer_comments(request, repo, issue, who)
                    if match[2]
                    else self._answer_issue(request, repo, issue, who)
                )
        raise _build_not_found()

    def _answer_git_objects(
        self, request: LoopbackRequest, repo: GithubRepo, rest: str
    ) -> LoopbackAnswer:
        if not repo.files:
            raise _GithubRefusal(409, "Git Repository is empty.")
        if rest == "/git/trees/HEAD":
            recursive = request.find_parameter("recursive") is not None
            return _build_json_answer(
                github_payloads.build_tree_payload(repo, self.endpoint, recursive=recursive)
            )
        try:
            blob_id = rest.removeprefix("/git/blobs/")
            return _build_json_answer(github_payloads.build_blob_payload(repo, blob_id))
        except KeyError as error:
            raise _build_not_found() from error

    def _refuse_withheld(self, repo: GithubRepo) -> None:
        if repo.gone:
            raise _GithubRefusal(410, "Repository has been deleted")
        if repo.blocked:
            status = 451 if repo.blocked == "dmca" else 403
            payload = github_payloads.build_block_payload(repo)
            raise _GithubRefusal(status, payload["message"], {"block": payload["block"]})

    def _answer_rate_limit(self, who: str | None) -> LoopbackAnswer:
        headers = self._count_request(who, counted=False)
        core = {
            "limit": int(headers["X-RateLimit-Limit"]),
            "used": int(headers["X-RateLimit-Used"]),
            "remaining": int(headers["X-RateLimit-Remaining"]),
            "reset": int(headers["X-RateLimit-Reset"]),
        }
        return _build_json_answer({"resources": {"core": core}, "rate": core})

    def _find_repository(self, request: LoopbackRequest) -> tuple[GithubRepo, str]:
        """The repository and the address behind it. Raises _Refusal: moved, or not found."""
        if match := _REPOSITORY_ID_PATH.fullmatch(request.path):
            for repo in self.world.list_github_repos():
                if repo.id == int(match["id"]):
                    return repo, match["rest"]
        match = _REPOSITORY_PATH.fullmatch(request.path)
        try:
            if match is None:
                raise _build_not_found()
            repo = self.world.get_github_repo(unquote(match["name"]))
            if repo.renamed_to is None:
                return repo, match["rest"]
            target = self.world.get_github_repo(repo.renamed_to)
        except KeyError as error:
            raise _build_not_found() from error
        query = f"?{request.raw_query}" if request.raw_query else ""
        url = f"{self.endpoint}/repositories/{target.id}{match['rest']}{query}"
        reading = request.method in ("GET", "HEAD")
        message = "Moved Permanently" if reading else "Temporary Redirect"
        raise _GithubRefusal(301 if reading else 307, message, {"url": url}, {"Location": url})

    def _find_login(self, who: str | None) -> str:
        return self.world.github_tokens.get(who or "", "rehearsal")

    def _refuse_anonymous(self) -> LoopbackAnswer:
        raise _GithubRefusal(401, "Requires authentication")

    def _require_write_access(self, repo: GithubRepo, who: str | None) -> None:
        if who is None:
            raise _GithubRefusal(401, "Requires authentication")
        if repo.archived:
            raise _GithubRefusal(403, "Repository was archived so is read-only.")

    def _answer_issues(
        self, request: LoopbackRequest, repo: GithubRepo, who: str | None
    ) -> LoopbackAnswer:
        if request.method == "POST":
            created = github_issues.open_issue(
                repo, _parse_body(request), self.world.day, self._find_login(who)
            )
            return _build_json_answer(
                github_payloads.build_issue_payload(repo, created, self.endpoint), 201
            )
        labels = [name for name in (request.find_parameter("labels") or "").split(",") if name]
        ascending = request.find_parameter("direction") == "asc"
        found = github_issues.list_matching_issues(
            repo,
            request.find_parameter("state") or "open",
            labels,
            request.find_parameter("creator"),
            ascending=ascending,
        )
        return self._build_page(
            request,
            repo,
            "/issues",
            [github_payloads.build_issue_payload(repo, issue, self.endpoint) for issue in found],
        )

    def _answer_issue(
        self, request: LoopbackRequest, repo: GithubRepo, issue: GithubIssue, who: str | None
    ) -> LoopbackAnswer:
        if request.method == "PATCH":
            github_issues.edit_issue(
                repo, issue, _parse_body(request), self.world.day, self._find_login(who)
            )
        return _build_json_answer(github_payloads.build_issue_payload(repo, issue, self.endpoint))

    def _answer_comments(
        self, request: LoopbackRequest, repo: GithubRepo, issue: GithubIssue, who: str | None
    ) -> LoopbackAnswer:
        if request.method == "POST":
            comment = github_issues.add_comment(
                issue, _parse_body(request), self.world.day, self._find_login(who)
            )
            return _build_json_answer(github_payloads.build_comment_payload(comment), 201)
        items = [github_payloads.build_comment_payload(comment) for comment in issue.comments]
        return self._build_page(request, repo, f"/issues/{issue.number}/comments", items)

    def _answer_labels(
        self, request: LoopbackRequest, repo: GithubRepo, name: str
    ) -> LoopbackAnswer:
        if name:
            if name.lower() not in repo.labels:
                raise _build_not_found()
            if request.method == "DELETE":
                del repo.labels[name.lower()]
                return LoopbackAnswer(204)
            return _build_json_answer(
                github_payloads.build_label_payload(repo, repo.labels[name.lower()], self.endpoint)
            )
        if request.method == "POST":
            return _build_json_answer(
                github_payloads.build_label_payload(
                    repo, github_issues.add_label(repo, _parse_body(request)), self.endpoint
                ),
                201,
            )
        return self._build_page(
            request,
            repo,
            "/labels",
            [
                github_payloads.build_label_payload(repo, label, self.endpoint)
                for label in repo.labels.values()
            ],
        )

    def _build_page(
        self, request: LoopbackRequest, repo: GithubRepo, rest: str, items: list[dict[str, Any]]
    ) -> LoopbackAnswer:
        """One page, with the Link header by GitHub's rules: absolute, through the repository's number."""
        size = min(_read_number(request, "per_page", PER_PAGE), PER_PAGE_CAP)
        page = _read_number(request, "page", 1)
        last = max(1, -(-len(items) // size))
        answer = _build_json_answer(items[(page - 1) * size : page * size])
        relations = {"prev": page - 1, "first": 1} if page > 1 else {}
        relations |= {"next": page + 1, "last": last} if page < last else {}
        kept = [pair for pair in request.query if pair[0] != "page"]
        base = f"{self.endpoint}/repositories/{repo.id}{rest}"
        links = [
            f'<{base}?{urlencode([*kept, ("page", number)])}>; rel="{name}"'
            for name, number in relations.items()
        ]
        return replace(
            answer, headers=answer.headers | ({"Link": ", ".join(links)} if links else {})
        )


def _build_not_found() -> _GithubRefusal:
    return _GithubRefusal(
        404, "Not Found", {"documentation_url": "https://docs.github.com/rest", "status": "404"}
    )


def _build_refusal_answer(refusal: _GithubRefusal) -> LoopbackAnswer:
    answer = _build_json_answer({"message": refusal.message} | refusal.extra_fields, refusal.status)
    return replace(answer, headers=answer.headers | refusal.headers)


def _build_json_answer(value: Any, status: int = 200) -> LoopbackAnswer:
    return LoopbackAnswer(
        status, {"Content-Type": JSON_TYPE}, json.dumps(value, ensure_ascii=False).encode()
    )


def _parse_body(request: LoopbackRequest) -> dict[str, Any]:
    """The JSON object that was sent. Raises _Refusal."""
    try:
        value = json.loads(request.body)
    except ValueError as error:
        raise _GithubRefusal(400, "Problems parsing JSON") from error
    if not isinstance(value, dict):
        raise _GithubRefusal(422, "Invalid request. The body is not an object.")
    return value


def _read_number(request: LoopbackRequest, name: str, default: int) -> int:
    value = request.find_parameter(name)
    return (
        int(value) if value and value.isascii() and value.isdigit() and int(value) > 0 else default
    )
