"""What GitHub's answers about issues mean: an issue, a refusal of one request, or a failure of all."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import requests

from audit.core.errors import RegistryError
from audit.publish.issues.tracker_limits import TRANSIENT
from audit.publish.issues.types import TrackedIssue

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
    """GitHub did not do what was asked; what was done before stays done, and the next run goes on from there."""

    exit_status = 3


class RequestRefused(TrackerError):
    """GitHub does not do this one thing; the others can still be done."""


class OutcomeUncertain(TrackerError):
    """A request that writes went out and no answer came back: it may have been done."""


def require_status(answer: requests.Response, status: int) -> requests.Response:
    """The answer where it has this status. Raises TrackerError, RequestRefused, OutcomeUncertain."""
    if answer.status_code == status:
        return answer
    asked = f"{answer.request.method} {urlsplit(answer.request.url or '').path}"
    if answer.status_code in TRANSIENT and answer.request.method == "POST":
        raise OutcomeUncertain(
            f"GitHub: {asked} answered {answer.status_code}; the next run looks whether it was done"
        )
    if answer.status_code == 422 or (
        answer.status_code in VANISHED_STATUSES and _ISSUE_PATH.search(asked)
    ):
        raise RequestRefused(
            f"GitHub: {asked} answered {answer.status_code}; the next run looks again"
        )
    hint = (
        "GitHub has trouble; run it again"
        if answer.status_code in TRANSIENT
        else _HINTS.get(answer.status_code, "not as documented")
    )
    raise TrackerError(f"GitHub: {asked} answered {answer.status_code}: {hint}")


def has_json(answer: requests.Response) -> bool:
    """Whether the body can be read."""
    try:
        answer.json()
    except (ValueError, RecursionError):
        return False
    return True


def parse_object(answer: requests.Response) -> Mapping[str, Any]:
    """The object in an answer. Raises TrackerError."""
    value = answer.json() if has_json(answer) else None
    if not isinstance(value, Mapping):
        path = urlsplit(answer.request.url or "").path
        raise TrackerError(
            f"GitHub: {path} answered something that is no object; check GITHUB_API_URL"
        )
    return value


def read_login(user: object) -> str | None:
    """The login of an account, None where the answer names none."""
    login = user.get("login") if isinstance(user, Mapping) else None
    return login if isinstance(login, str) else None


def parse_issue(data: Mapping[str, Any]) -> TrackedIssue:
    """An issue of a listing or an answer. Raises TrackerError."""
    try:
        return TrackedIssue(
            number=int(data["number"]),
            title=str(data["title"]),
            body=str(data.get("body") or ""),
            is_open=data["state"] == "open",
            closed_at=_read_moment(data.get("closed_at")),
            closed_by=read_login(data.get("closed_by")),
            labels=tuple(
                str(each["name"]) for each in data.get("labels") or () if isinstance(each, Mapping)
            ),
        )
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise TrackerError(f"GitHub: an issue without {error}; nothing was changed") from error


def _read_moment(value: object) -> str | None:
    """A date with its zone, as it stands. Raises ValueError."""
    if value is None:
        return None
    if not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is None:
        raise ValueError("a readable date of its end")
    return value
