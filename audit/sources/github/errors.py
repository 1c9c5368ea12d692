"""What a failed request to GitHub means, and when another try may mend it."""

import re
from collections.abc import Mapping

import requests
from requests.exceptions import ChunkedEncodingError, ContentDecodingError

from audit.sources.failures import (
    ANSWER_ERRORS,
    BAD_TOKEN_REASON,
    BLOCKED_REASON,
    GONE_REASON,
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
from audit.sources.github.client import is_rate_limited, read_error_message, read_json
from audit.sources.patience import ErrorRules
from audit.sources.rate_limits import compute_wait_seconds
from audit.sources.request_log import BudgetReached

MAX_WAIT_SECONDS = 60.0
"""The secondary limit asks for about a minute.

The primary one for up to an hour, which no run waits.
"""


NEVER_CONNECTED = re.compile("NewConnectionError|NameResolution")


BLOCKED_STATUSES = (403, 451)
BLOCKED_MESSAGE = "Repository access blocked"
"""GitHub's sentence for what it withholds, with 451 after a DMCA notice and 403 by its own terms."""
BLOCK_REASONS = {"dmca": "blocked-dmca", "tos": "blocked-terms"}
"""GitHub's words for a block, and ours."""


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
        return build_unverifiable(BAD_TOKEN_REASON, status, ours=True)
    # The sentence proves that GitHub answered, and not something in between.
    message = read_error_message(response)
    if status == 404 and message == "Not Found":
        return SourceFailure("absent", "repo-not-found", status)
    if status == 410 and message:
        return SourceFailure("absent", GONE_REASON, status)
    if status in BLOCKED_STATUSES and message == BLOCKED_MESSAGE:
        return SourceFailure("disabled", _name_block(response), status)
    return build_unverifiable(f"http-{status}", status)


def _name_block(response: requests.Response) -> str:
    """Why GitHub blocks a repository: a DMCA notice, its own terms, or another reason of law."""
    block = read_json(response).get("block")
    reason = block.get("reason") if isinstance(block, Mapping) else None
    return BLOCK_REASONS.get(str(reason), BLOCKED_REASON)


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
