"""GitHub issues over REST: what is asked for exactly once is never asked for twice by accident."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

import requests

from audit.publish.issues.tracker_answers import (
    VANISHED_STATUSES,
    RepeatableRequest,
    RequestRefused,
    TrackerError,
    is_issue_of,
    parse_issue,
    parse_items,
    parse_label,
    parse_object,
    raise_final_error,
    read_login,
    require_status,
)
from audit.publish.issues.tracker_limits import (
    MAX_WAIT_SECONDS,
    compute_retry_wait,
)
from audit.publish.issues.types import TrackedIssue
from audit.sources.deadline import not_counted, within
from audit.sources.failures import TooSlow
from audit.sources.github.client import GithubClient, is_rate_limited
from audit.sources.patience import DEFAULT_PATIENCE, Patience
from audit.sources.request_log import BudgetReached, RequestCounter, RequestNotSent

ITEMS_PER_PAGE = 100
MAX_PAGES = 100
MAX_ANSWER_BYTES = 64 << 20
"""A page of a hundred issues with the longest bodies takes half of it."""
MAX_ATTEMPTS = 4
WRITE_PAUSE_SECONDS = 1.0
"""GitHub asks for a second between writes (docs.github.com, best practices for the REST API)."""


@dataclass(frozen=True)
class WriteRequest:
    """A request that writes, as `--dry-run` prints it."""

    method: str
    path: str
    body: Mapping[str, Any] | None


class IssueTracker:
    """The issues of one repository.

    Reads are repeated; writes only where doing them twice is the same as once.
    """

    def __init__(
        self,
        api_url: str,
        repository: str,
        token: str,
        counter: RequestCounter,
        patience: Patience = DEFAULT_PATIENCE,
        *,
        dry: Callable[[WriteRequest], None] | None = None,
    ) -> None:
        """`dry` is given every request that writes in place of GitHub, as a dry run does."""
        self._repository_url = f"{api_url.rstrip('/')}/repos/{quote(repository)}"
        self._api_url = api_url.rstrip("/")
        self._counter = counter
        self._sleep = patience.sleep
        self._item_seconds = patience.item_seconds
        self._on_dry_run = dry
        self.client = GithubClient(
            api_url, token, counter, timeout=patience.timeout, max_answer_bytes=MAX_ANSWER_BYTES
        )

    def fetch_account(self) -> str | None:
        """Login of the token; None where it may not ask (an app's token). Raises TrackerError."""
        answer = self._send_request("GET", f"{self._api_url}/user")
        if answer.status_code == 403 and not is_rate_limited(answer):
            return None
        return read_login(parse_object(require_status(answer, 200)))

    def list_issues(self, creator: str) -> list[TrackedIssue]:
        """Every issue that an account opened, open and closed. Raises TrackerError."""
        return self._list_issues_of(creator, {"creator": creator})

    def list_labeled_issues(self, label: str, creator: str) -> list[TrackedIssue]:
        """The same by another road: what was opened with a label. Raises TrackerError."""
        return self._list_issues_of(creator, {"labels": label})

    def fetch_issue(self, number: int) -> TrackedIssue | None:
        """One issue with who closed it; None when it was deleted or moved elsewhere.

        Raises TrackerError.
        """
        answer = self._send_request("GET", f"{self._repository_url}/issues/{number}")
        if answer.status_code in VANISHED_STATUSES:
            return None
        return parse_issue(parse_object(require_status(answer, 200)))

    def list_comments(self, number: int, author: str) -> list[str]:
        """The bodies of an account's comments below an issue, as strangers can write any.

        Raises RequestRefused where there are too many to read, TrackerError.
        """
        comments = self._list_items(f"{self._repository_url}/issues/{number}/comments", {})
        return [
            str(comment.get("body") or "")
            for comment in comments
            if read_login(comment.get("user")) == author
        ]

    def list_labels(self) -> dict[str, str]:
        """Description by name of every label. Raises TrackerError."""
        labels = self._list_items(f"{self._repository_url}/labels", {})
        return dict(map(parse_label, labels))

    def create_issue(self, title: str, body: str, labels: tuple[str, ...]) -> TrackedIssue:
        """Open an issue, sent once.

        Raises OutcomeUncertain when no answer came, TrackerError when it was refused.
        """
        content = {"title": title, "body": body, "labels": list(labels)}
        answer = self._send_write("POST", "/issues", content, safe=False)
        if answer is None:
            return TrackedIssue(0, title, body, is_open=True)
        return parse_issue(parse_object(require_status(answer, 201)))

    def edit_issue(self, number: int, changes: Mapping[str, Any]) -> None:
        """Change an issue; twice is as good as once. Raises TrackerError."""
        answer = self._send_write("PATCH", f"/issues/{number}", changes, safe=True)
        if answer is not None:
            require_status(answer, 200)

    def add_comment(self, number: int, body: str) -> None:
        """Add a comment, sent once. Raises OutcomeUncertain, TrackerError."""
        answer = self._send_write("POST", f"/issues/{number}/comments", {"body": body}, safe=False)
        if answer is not None:
            require_status(answer, 201)

    def create_label(self, name: str, color: str, description: str) -> bool:
        """Create a label; False when it exists already.

        GitHub decides that for one of two at a time. Raises TrackerError.
        """
        content = {"name": name, "color": color, "description": description}
        answer = self._send_write("POST", "/labels", content, safe=False)
        if answer is not None and answer.status_code == 422:
            return False
        if answer is not None:
            require_status(answer, 201)
        return True

    def delete_label(self, name: str) -> None:
        """Delete a label; one that is gone already is fine. Raises TrackerError."""
        answer = self._send_write("DELETE", f"/labels/{quote(name, safe='')}", None, safe=True)
        if answer is not None and answer.status_code != 404:
            require_status(answer, 204)

    def _send_write(
        self, method: str, path: str, body: Mapping[str, Any] | None, *, safe: bool
    ) -> requests.Response | None:
        if self._on_dry_run:
            self._on_dry_run(WriteRequest(method, urlsplit(self._repository_url).path + path, body))
            return None
        self._sleep(WRITE_PAUSE_SECONDS)
        return self._send_request(method, f"{self._repository_url}{path}", body=body, safe=safe)

    def _list_issues_of(self, creator: str, query: Mapping[str, str]) -> list[TrackedIssue]:
        items = self._list_items(f"{self._repository_url}/issues", {"state": "all", **query})
        return [parse_issue(item) for item in items if is_issue_of(creator, item)]

    def _list_items(self, url: str, query: Mapping[str, str]) -> Iterator[Mapping[str, Any]]:
        """Every item of a listing, page by page."""
        answer = self._fetch_page(url, {**query, "per_page": str(ITEMS_PER_PAGE)})
        for _ in range(MAX_PAGES):
            yield from parse_items(answer, urlsplit(url).path)
            following = self._find_next_page(answer)
            if not following:
                return
            answer = self._fetch_page(following)
        # Of one issue's comments that is a stranger's doing, and no reason to leave the others.
        path = urlsplit(url).path
        kind = RequestRefused if path.endswith("/comments") else TrackerError
        raise kind(f"GitHub: {path} has more than {MAX_PAGES} pages; nothing was changed there")

    def _fetch_page(self, url: str, query: Mapping[str, str] | None = None) -> requests.Response:
        return require_status(self._send_request("GET", url, query=query), 200)

    def _find_next_page(self, answer: requests.Response) -> str | None:
        """Its URL; the token must not follow a link to another host."""
        following = answer.links.get("next", {}).get("url")
        if following and not self.client.is_same_origin(following):
            raise TrackerError("GitHub: a listing continues on another host; nothing was changed")
        return following

    def _send_request(
        self,
        method: str,
        url: str,
        *,
        query: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
        safe: bool = True,
    ) -> requests.Response:
        # Not stamina: it sleeps by itself, by its own clock, inside the time of the item and beyond
        # that of the run. These rests are long, are not counted, and end the run where they do not
        # fit into it.
        request = RepeatableRequest(method, url, query, body, safe)
        with within(self._item_seconds, self._counter.compute_seconds_left):
            for attempt in range(1, MAX_ATTEMPTS + 1):
                answer = self._try_request(request, attempt)
                if answer is not None:
                    return answer
        raise AssertionError("the last attempt returns")

    def _try_request(self, request: RepeatableRequest, attempt: int) -> requests.Response | None:
        """The final answer; None where, after a rest, another try is due."""
        is_last = attempt == MAX_ATTEMPTS
        answer = self._send_once(request, is_last=is_last)
        if answer is None:
            self._rest(2.0**attempt)
            return None
        wait = compute_retry_wait(answer, attempt, request.safe)
        if wait is None or is_last:
            return answer
        if wait > MAX_WAIT_SECONDS:
            raise TrackerError(f"GitHub asks to wait {wait:.0f} s; run it again after that")
        self._rest(wait)
        return None

    def _send_once(self, request: RepeatableRequest, *, is_last: bool) -> requests.Response | None:
        """The answer; None where none came and the request may be sent again."""
        try:
            return self.client.send(
                request.method, request.url, query=request.query, body=request.body
            )
        except RequestNotSent as error:
            raise TrackerError(
                f"{error}; what was done stays done, run it again for the rest"
            ) from None
        except (requests.RequestException, TooSlow, BudgetReached) as error:
            raise_final_error(error, request, is_last=is_last)
            return None

    def _rest(self, seconds: float) -> None:
        if seconds > self._counter.compute_seconds_left():
            raise TrackerError(
                f"GitHub needs {seconds:.0f} s to rest, more than this run has left; "
                "run it again after that"
            )
        with not_counted():
            self._sleep(seconds)
