"""What a failed request for a page means. A page that refuses us shows nothing about its terms."""

import socket

import requests
from requests.exceptions import ChunkedEncodingError, ContentDecodingError

from audit.sources.failures import (
    ANSWER_ERRORS,
    GONE_REASON,
    REFUSED_REASON,
    TRANSIENT_STATUS,
    ErrorTable,
    SourceFailure,
    TruncatedAnswer,
    build_unverifiable,
    look_up_error,
)
from audit.sources.patience import ErrorRules

REFUSING_STATUSES = (401, 402, 403, 406, 429)
_ABSENT_REASONS = {404: "page-not-found", 410: GONE_REASON}


class RefusedPage(Exception):
    """A status that is no page."""

    def __init__(self, response: requests.Response) -> None:
        self.status = response.status_code
        super().__init__(str(self.status))


ERROR_OUTCOMES: ErrorTable = (
    *ANSWER_ERRORS,
    (requests.Timeout, build_unverifiable("timeout")),
    (ChunkedEncodingError, build_unverifiable("truncated", 200)),
    (ContentDecodingError, build_unverifiable("wrong-content", 200)),
    (requests.ConnectionError, build_unverifiable("connection")),
    (requests.RequestException, build_unverifiable("reset")),
    (socket.gaierror, build_unverifiable("connection")),
)


def classify_page_error(error: Exception) -> SourceFailure:
    """The outcome that an error stands for. Raises it again where it is a defect of ours."""
    if isinstance(error, RefusedPage):
        return _classify_status(error.status)
    found = look_up_error(error, ERROR_OUTCOMES)
    if found is None:
        raise error
    return found


def _classify_status(status: int) -> SourceFailure:
    if status in _ABSENT_REASONS:
        return SourceFailure("absent", _ABSENT_REASONS[status], status)
    # Many makers refuse programs: that is their page's answer to us for the day, and no fault.
    reason = REFUSED_REASON if status in REFUSING_STATUSES else f"http-{status}"
    return build_unverifiable(reason, status)


def is_transient_page_error(error: Exception) -> bool:
    """Whether another try may mend it."""
    if isinstance(error, RefusedPage):
        return error.status in TRANSIENT_STATUS
    return isinstance(error, requests.RequestException | TruncatedAnswer)


def find_no_wait(error: Exception) -> None:
    """A page is asked for once a day: nobody waits for its limits."""
    del error


PAGE_ERROR_RULES = ErrorRules(is_transient_page_error, find_no_wait, classify_page_error)
