"""GitHub issues over REST: what is asked for exactly once is never asked for twice by accident."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

import requests

from audit.publish.issues.tracker_answers import (
    VANISHED_STATUSES,
    OutcomeUncertain,
    TrackerError,
    has_json,
    parse_issue,
    parse_object,
    read_login,
    require_status,
)
from audit.publish.issues.tracker_limits import (
    MAX_WAIT_SECONDS,
    compute_retry_wait,
    describe_error,
    was_never_sent,
)
from audit.publish.issues.types import TrackedIssue
from audit.sources.deadline import ITEM_SECONDS, not_counted, within
from audit.sources.failures import TooSlow
from audit.sources.github.client import GithubClient, is_rate_limited
from audit.sources.request_log import BudgetReached, RequestCounter, RequestNotSent

ITEMS_PER_PAGE = 100
MAX_PAGES = 100
MAX_ANSWER_BYTES = 64 << 20
"""A page of a hundred issues with the longest bodies takes half of it."""
MAX_ATTEMPTS = 4
WRITE_PAUSE_SECONDS = 1.0
"""GitHub asks for a second between requests that write (docs.github.com, best practices for the REST API)."""


@dataclass(frozen=True)
class WriteRequest:
    """A request that writes, as `--dry-run` prints it."""

    method: str
    path: str
    body: Mapping[str, Any] | None


class IssueTracker:
    """The issues of one repository. Reads are repeated; writes are repeated only where doing them twice is the same as once."""

    def __init__(
        self,
        api_url: str,
        repository: str,
        token: str,
        counter: RequestCounter,
        *,
        timeout: float = 20,
        sleep: Callable[[float], None] = time.sleep,
        item_seconds: float = ITEM_SECONDS,
        dry: Callable[[WriteRequest], None] | None = None,
    ) -> None:
        """`item_seconds`: for one request and its repeats. `dry` is given every request that writes in place of GitHub, as a dry run does."""
        self._repository_url = f"{api_url.rstrip('/')}/repos/{quote(repository)}"
        self._api_url = api_url.rstrip("/")
        self._counter = counter
        self._sleep = sleep
        self._item_seconds = item_seconds
        self._on_dry_run = dry
        self.client = GithubClient(
            api_url, token, counter, timeout=timeout, max_answer_bytes=MAX_ANSWER_BYTES
        )

    def fetch_account(self) -> str | None:
        """Login of the token's account; None where the token may not ask (an app's token). Raises TrackerFailed."""
        answer = self._send_request("GET", f"{self._api_url}/user")
        return (
            None
            if answer.status_code == 403 and not is_rate_limited(answer)
            else read_login(parse_object(require_status(answer, 200)))
        )

    def list_issues(self, creator: str) -> list[TrackedIssue]:
        """Every issue that an account opened, open and closed. Raises TrackerFailed."""
        found = self._list_items(
            f"{self._repository_url}/issues", {"state": "all", "creator": creator}
        )
        return [
            parse_issue(each)
            for each in found
            if "pull_request" not in each and read_login(each.get("user")) == creator
        ]

    def list_labeled_issues(self, label: str, creator: str) -> list[TrackedIssue]:
        """The same by another road: every issue that carries a label and that the account opened. Raises TrackerFailed."""
        found = self._list_items(
            f"{self._repository_url}/issues", {"state": "all", "labels": label}
        )
        return [
            parse_issue(each)
            for each in found
            if "pull_request" not in each and read_login(each.get("user")) == creator
        ]

    def fetch_issue(self, number: int) -> TrackedIssue | None:
        """One issue with who closed it; None when it was deleted or moved to another repository. Raises TrackerFailed."""
        answer = self._send_request("GET", f"{self._repository_url}/issues/{number}")
        if answer.status_code in VANISHED_STATUSES:
            return None
        return parse_issue(parse_object(require_status(answer, 200)))

    def list_comments(self, number: int) -> list[str]:
        """The bodies of an issue's comments. Raises TrackerFailed."""
        return [
            str(each.get("body") or "")
            for each in self._list_items(f"{self._repository_url}/issues/{number}/comments", {})
        ]

    def list_labels(self) -> dict[str, str]:
        """Description by name of every label. Raises TrackerFailed."""
        return {
            str(each["name"]): str(each.get("description") or "")
            for each in self._list_items(f"{self._repository_url}/labels", {})
        }

    def create_issue(self, title: str, body: str, labels: tuple[str, ...]) -> TrackedIssue:
        """Open an issue, sent once. Raises Uncertain when no answer came, TrackerFailed when it was refused."""
        answer = self._send_write(
            "POST", "/issues", {"title": title, "body": body, "labels": list(labels)}, safe=False
        )
        return (
            parse_issue(parse_object(require_status(answer, 201)))
            if answer is not None
            else TrackedIssue(0, title, body, is_open=True)
        )

    def edit_issue(self, number: int, changes: Mapping[str, Any]) -> None:
        """Change an issue; twice is as good as once. Raises TrackerFailed."""
        answer = self._send_write("PATCH", f"/issues/{number}", changes, safe=True)
        if answer is not None:
            require_status(answer, 200)

    def add_comment(self, number: int, body: str) -> None:
        """Add a comment, sent once. Raises Uncertain, TrackerFailed."""
        answer = self._send_write("POST", f"/issues/{number}/comments", {"body": body}, safe=False)
        if answer is not None:
            require_status(answer, 201)

    def create_label(self, name: str, color: str, description: str) -> bool:
        """Create a label; False when it exists already, which GitHub decides for one of two at a time. Raises TrackerFailed."""
        answer = self._send_write(
            "POST",
            "/labels",
            {"name": name, "color": color, "description": description},
            safe=False,
        )
        if answer is not None and answer.status_code == 422:
            return False
        if answer is not None:
            require_status(answer, 201)
        return True

    def delete_label(self, name: str) -> None:
        """Delete a label; one that is gone already is fine. Raises TrackerFailed."""
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

    def _list_items(self, url: str, query: Mapping[str, str]) -> Iterator[Mapping[str, Any]]:
        """Every item of a listing. A page that is not a list is a failure, never an empty answer."""
        answer = require_status(
            self._send_request("GET", url, query={**query, "per_page": str(ITEMS_PER_PAGE)}), 200
        )
        for _ in range(MAX_PAGES):
            items = answer.json() if has_json(answer) else None
            if not isinstance(items, list) or not all(isinstance(each, dict) for each in items):
                raise TrackerError(
                    f"GitHub: {urlsplit(url).path} answered something that is no list; nothing was changed, run it again"
                )
            yield from items
            following = answer.links.get("next", {}).get("url")
            if not following:
                return
            if not self.client.is_same_origin(following):
                raise TrackerError(
                    "GitHub: a listing continues on another host; nothing was changed"
                )
            answer = require_status(self._send_request("GET", following), 200)
        raise TrackerError(f"GitHub: a listing of more than {MAX_PAGES} pages; nothing was changed")

    def _send_request(
        self,
        method: str,
        url: str,
        *,
        query: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
        safe: bool = True,
    ) -> requests.Response:
        asked = f"{method} {urlsplit(url).path}"
        with within(self._item_seconds, self._counter.compute_seconds_left):
            for attempt in range(1, MAX_ATTEMPTS + 1):
                try:
                    answer = self.client.send(method, url, query=query, body=body)
                except RequestNotSent as error:
                    raise TrackerError(
                        f"{error}; what was done stays done, run it again for the rest"
                    ) from None
                except (requests.RequestException, TooSlow, BudgetReached) as error:
                    _raise_final_error(error, asked, safe=safe, is_last=attempt == MAX_ATTEMPTS)
                    self._rest(2.0**attempt)
                    continue
                wait = compute_retry_wait(answer, attempt, safe)
                if wait is None or attempt == MAX_ATTEMPTS:
                    return answer
                if wait > MAX_WAIT_SECONDS:
                    raise TrackerError(f"GitHub asks to wait {wait:.0f} s; run it again after that")
                self._rest(wait)
        raise AssertionError("the last attempt returns")

    def _rest(self, seconds: float) -> None:
        if seconds > self._counter.compute_seconds_left():
            raise TrackerError(
                f"GitHub needs {seconds:.0f} s to rest, more than this run has left; run it again after that"
            )
        with not_counted():
            self._sleep(seconds)


def _raise_final_error(error: Exception, asked: str, *, safe: bool, is_last: bool) -> None:
    """Raise where another try is not safe or would not help; a request that never left may be sent again."""
    if not safe and not was_never_sent(error):
        raise OutcomeUncertain(
            f"GitHub: no answer to {asked}; the next run looks whether it was done"
        ) from None
    if is_last or not isinstance(error, requests.RequestException):
        raise TrackerError(f"GitHub: {asked}: {describe_error(error)}; run it again") from None
