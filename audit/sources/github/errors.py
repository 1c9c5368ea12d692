"""What a failed request to GitHub means, and when another try may mend it."""

import re

import requests
from requests.exceptions import ChunkedEncodingError, ContentDecodingError

from audit.sources.failures import (
    ANSWER_ERRORS,
    TRANSIENT_STATUS,
    ErrorTable,
    ForeignRedirect,
    SourceFailure,
    TooSlow,
    TruncatedAnswer,
    UndocumentedAnswer,
    WrongContent,
    build_unverifiable,
    look_up_error,
)
from audit.sources.github.client import is_rate_limited, read_error_message
from audit.sources.patience import ErrorRules
from audit.sources.rate_limits import compute_wait_seconds
from audit.sources.request_log import BudgetReached

MAX_WAIT_SECONDS = 60.0
"""The secondary limit asks for about a minute.

The primary one for up to an hour, which no run waits.
"""


NEVER_CONNECTED = re.compile("NewConnectionError|NameResolution")


class RefusedAnswer(Exception):
    """A status that is no answer to the question."""

    def __init__(self, response: requests.Response) -> None:
        self.response = response
        super().__init__(str(response.status_code))


REQUEST_ERRORS = (
    RefusedAnswer,
    requests.RequestException,
    UndocumentedAnswer,
    WrongContent,
    TruncatedAnswer,
    TooSlow,
    ForeignRedirect,
    BudgetReached,
)
"""How a request may fail by the upstream, the network or the budget; all else is our defect."""
ERROR_OUTCOMES: ErrorTable = (
    *ANSWER_ERRORS,
    (requests.Timeout, build_unverifiable("timeout")),
    (ChunkedEncodingError, build_unverifiable("truncated", 200)),
    (ContentDecodingError, build_unverifiable("truncated", 200)),
)


def find_limit_wait(error: Exception) -> float | None:
    """Seconds to wait before one more try; None when that would not help or would take too long."""
    if not isinstance(error, RefusedAnswer) or not is_rate_limited(error.response):
        return None
    headers = error.response.headers
    if "Retry-After" not in headers:
        return None
    seconds = compute_wait_seconds(headers, cap=MAX_WAIT_SECONDS + 1)
    return seconds if seconds <= MAX_WAIT_SECONDS else None


def classify_github_error(error: Exception) -> SourceFailure:
    """The outcome that an error stands for.

    Raises it again when it is none of the upstream's: then it is a defect of ours.
    """
    if not isinstance(error, REQUEST_ERRORS):
        raise error
    if isinstance(error, RefusedAnswer):
        return _classify_refusal(error.response)
    if _was_never_connected(error):
        return build_unverifiable("connection", ours=True)
    return look_up_error(error, ERROR_OUTCOMES) or build_unverifiable("reset")


def _classify_refusal(response: requests.Response) -> SourceFailure:
    status = response.status_code
    if is_rate_limited(response):
        return build_unverifiable("rate-limited", status, ours=True)
    if status == 401:
        return build_unverifiable("bad-token", status, ours=True)
    # The sentence proves that GitHub answered, and not something in between.
    if status == 404 and read_error_message(response) == "Not Found":
        return SourceFailure("absent", "repo-not-found", status)
    return build_unverifiable(f"http-{status}", status)


def _was_never_connected(error: Exception) -> bool:
    """Requests has one class for a connection that never stood (ours) and for one that broke."""
    if not isinstance(error, requests.ConnectionError) or isinstance(error, requests.Timeout):
        return False
    return NEVER_CONNECTED.search(repr(error)) is not None


def is_transient_github_error(error: Exception) -> bool:
    """Whether another try may mend it.

    Server errors, silence, and answers cut short, but no refused connection.
    """
    if isinstance(error, RefusedAnswer):
        return error.response.status_code in TRANSIENT_STATUS
    if _was_never_connected(error):
        return False
    return isinstance(error, requests.RequestException | TruncatedAnswer)


GITHUB_ERROR_RULES = ErrorRules(is_transient_github_error, find_limit_wait, classify_github_error)
