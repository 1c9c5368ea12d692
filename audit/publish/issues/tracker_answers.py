"""What GitHub's answers about issues mean.

An issue, a refusal of one request, or a failure of all.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import requests

from audit.core.errors import RegistryError
from audit.publish.issues.tracker_limits import TRANSIENT, describe_error, was_never_sent
from audit.publish.issues.types import TrackedIssue
from audit.sources.answers import decode_json_answer
from audit.sources.failures import UndocumentedAnswer

VANISHED_STATUSES = frozenset({301, 307, 404, 410})
"""An issue that was moved to another repository, or deleted."""
_ISSUE_PATH = re.compile(r"/issues/\d+")
_HINTS = {
    401: "the token is not valid",
    403: "the token may not do this, or a limit is reached",
    404: "no such repository, or the token cannot see it",
    410: "issues are switched off there",
}


class TrackerError(RegistryError):
    """GitHub did not do what was asked.

    What was done before stays done, and the next run goes on from there.
    """

    exit_status = 3


class RequestRefused(TrackerError):
    """GitHub does not do this one thing; the others can still be done."""


class OutcomeUncertain(TrackerError):
    """A request that writes went out and no answer came back: it may have been done."""


@dataclass(frozen=True)
class RepeatableRequest:
    """A request and its repeats."""

    method: str
    url: str
    query: Mapping[str, str] | None
    body: Mapping[str, Any] | None
    safe: bool
    """Whether doing it twice is the same as once."""


def raise_final_error(error: Exception, request: RepeatableRequest, *, is_last: bool) -> None:
    """Raise where another try is not safe or would not help.

    A request that never left may be sent again. Raises OutcomeUncertain, TrackerError.
    """
    asked = f"{request.method} {urlsplit(request.url).path}"
    if not request.safe and not was_never_sent(error):
        raise OutcomeUncertain(
            f"GitHub: no answer to {asked}; the next run looks whether it was done"
        ) from None
    if is_last or not isinstance(error, requests.RequestException):
        reason = describe_error(error)
        raise TrackerError(f"GitHub: {asked}: {reason}; run it again") from None


def require_status(answer: requests.Response, status: int) -> requests.Response:
    """The answer where it has this status.

    Raises TrackerError, RequestRefused, OutcomeUncertain.
    """
    if answer.status_code == status:
        return answer
    path = urlsplit(answer.request.url or "").path
    raise _build_status_error(str(answer.request.method), path, answer.status_code)


def _build_status_error(method: str, path: str, status: int) -> TrackerError:
    words = f"GitHub: {method} {path} answered {status}"
    if status in TRANSIENT and method == "POST":
        return OutcomeUncertain(f"{words}; the next run looks whether it was done")
    if _is_refusal(status, path):
        return RequestRefused(f"{words}; the next run looks again")
    return TrackerError(f"{words}: {_find_hint(status)}")


def _is_refusal(status: int, path: str) -> bool:
    """Whether this one thing is not done: it does not fit, or its issue is gone."""
    if status in VANISHED_STATUSES:
        return _ISSUE_PATH.search(path) is not None
    return status == 422


def _find_hint(status: int) -> str:
    if status in TRANSIENT:
        return "GitHub has trouble; run it again"
    return _HINTS.get(status, "not as documented")


def _read_body(answer: requests.Response) -> Any:
    """The JSON of an answer, all of it text that can be sent and written; None for no JSON."""
    try:
        return decode_json_answer(answer.content)
    except (ValueError, UndocumentedAnswer):
        return None


def parse_object(answer: requests.Response) -> Mapping[str, Any]:
    """The object in an answer. Raises TrackerError."""
    value = _read_body(answer)
    if not isinstance(value, Mapping):
        path = urlsplit(answer.request.url or "").path
        raise TrackerError(
            f"GitHub: {path} answered something that is no object; check GITHUB_API_URL"
        )
    return value


def parse_items(answer: requests.Response, path: str) -> Sequence[Mapping[str, Any]]:
    """The objects on a page of a listing.

    A page that is not a list is a failure, never an empty answer. Raises TrackerError.
    """
    items = _read_body(answer)
    if isinstance(items, list) and all(isinstance(item, dict) for item in items):
        return items
    raise TrackerError(
        f"GitHub: {path} answered something that is no list; nothing was changed, run it again"
    )


def read_login(user: object) -> str | None:
    """The login of an account, None where the answer names none."""
    login = user.get("login") if isinstance(user, Mapping) else None
    return login if isinstance(login, str) else None


def is_issue_of(creator: str, item: Mapping[str, Any]) -> bool:
    """Whether an account opened this item of a listing, in which pull requests are too."""
    return "pull_request" not in item and read_login(item.get("user")) == creator


def parse_issue(data: Mapping[str, Any]) -> TrackedIssue:
    """An issue of a listing or an answer. Raises TrackerError."""
    try:
        return TrackedIssue(
            number=_read_number(data["number"]),
            title=str(data["title"]),
            body=str(data.get("body") or ""),
            is_open=data["state"] == "open",
            closed_at=_read_moment(data.get("closed_at")),
            closed_by=read_login(data.get("closed_by")),
            labels=_read_label_names(data),
            author=read_login(data.get("user")),
        )
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise TrackerError(f"GitHub: an issue without {error}; nothing was changed") from error


def parse_label(data: Mapping[str, Any]) -> tuple[str, str]:
    """Name and description of a label. Raises TrackerError for one without a name."""
    if not isinstance(data.get("name"), str):
        raise TrackerError("GitHub: a label without a name; nothing was changed, run it again")
    return data["name"], str(data.get("description") or "")


def _read_number(value: object) -> int:
    """The number of an issue, which becomes part of an address. Raises ValueError."""
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise ValueError("a number")
    return value


def _read_label_names(data: Mapping[str, Any]) -> tuple[str, ...]:
    labels = data.get("labels") or ()
    return tuple(str(label["name"]) for label in labels if isinstance(label, Mapping))


def _read_moment(value: object) -> str | None:
    """A date with its zone, as it stands. Raises ValueError."""
    if value is None:
        return None
    if not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is None:
        raise ValueError("a readable date of its end")
    return value
