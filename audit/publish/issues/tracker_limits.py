"""When GitHub's issues may be asked again, and when a request cannot have been carried out."""

import requests

from audit.sources.github.client import is_rate_limited
from audit.sources.rate_limits import compute_wait_seconds

MAX_WAIT_SECONDS = 120.0
TRANSIENT = frozenset({500, 502, 503, 504})


def compute_retry_wait(answer: requests.Response, attempt: int, safe: bool) -> float | None:
    """Seconds to wait before asking again; None where the answer stands."""
    if is_rate_limited(answer):
        # A limited request was not carried out, so that asking again is safe even for what must
        # be done once.
        return compute_wait_seconds(answer.headers, cap=MAX_WAIT_SECONDS + 1)
    return 2.0**attempt if safe and answer.status_code in TRANSIENT else None


def was_never_sent(error: Exception) -> bool:
    """Whether the connection was refused, so that nothing can have been done."""
    return isinstance(error, requests.ConnectionError) and "NewConnectionError" in repr(error)


def describe_error(error: Exception) -> str:
    """What happened, for people; the words of the HTTP client name addresses and objects."""
    return type(error).__name__ if isinstance(error, requests.RequestException) else str(error)
