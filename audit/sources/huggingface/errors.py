"""What each error of the Hub's client means; the table and its sources are in docs/audit.md."""

import json
from collections.abc import Mapping

import httpx2
from huggingface_hub.errors import (
    DisabledRepoError,
    GatedRepoError,
    HfHubHTTPError,
    HFValidationError,
    OfflineModeIsEnabled,
    RemoteEntryNotFoundError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)

from audit.sources.failures import (
    ANSWER_ERRORS,
    BAD_TOKEN_REASON,
    BLOCKED_REASON,
    GONE_REASON,
    TRANSIENT_STATUS,
    ErrorTable,
    FailureState,
    SourceFailure,
    TruncatedAnswer,
    build_unverifiable,
    look_up_error,
)

BAD_TOKEN_MESSAGE = "Invalid credentials in Authorization header"
"""What the Hub says of a wrong token; any other 401 speaks of the repository."""

ERROR_OUTCOMES: ErrorTable = (
    *ANSWER_ERRORS,
    (HFValidationError, build_unverifiable("invalid-id")),
    (UnicodeDecodeError, build_unverifiable("bad-json", 200)),
    (OfflineModeIsEnabled, build_unverifiable("offline", ours=True)),
    (httpx2.ConnectError, build_unverifiable("connection", ours=True)),
    (httpx2.TimeoutException, build_unverifiable("timeout")),
    (httpx2.TooManyRedirects, build_unverifiable("redirects")),
    (httpx2.DecodingError, build_unverifiable("wrong-content", 200)),
    (httpx2.HTTPError, build_unverifiable("reset")),
    (httpx2.InvalidURL, build_unverifiable("reset")),
)
_REFUSALS: tuple[tuple[type[HfHubHTTPError], FailureState, str], ...] = (
    # It is a RepositoryNotFoundError too: asked the other way round, every gated repository would
    # be gone.
    (GatedRepoError, "gated", "gated"),
    (DisabledRepoError, "disabled", "disabled"),
    (RevisionNotFoundError, "unverifiable", "revision-not-found"),
    (RemoteEntryNotFoundError, "unverifiable", "entry-not-found"),
)
"""Refusals that the client has a class for, whatever their status."""


_FINAL_REFUSALS: Mapping[int, tuple[FailureState, str]] = {
    410: ("absent", GONE_REASON),
    451: ("disabled", BLOCKED_REASON),
}
"""What the Hub does not document and HTTP defines: gone for good, and withheld by law."""


def classify_hub_error(error: Exception) -> SourceFailure:
    """The outcome that an error stands for.

    Raises it again when it is none of the upstream's: then it is a defect of ours.
    """
    if isinstance(error, HfHubHTTPError):
        return _classify_refusal(error)
    if isinstance(error, json.JSONDecodeError):
        # A login page in place of JSON comes from between the Hub and us.
        return build_unverifiable("wrong-content" if _is_page(error) else "bad-json", 200)
    if _is_cut_short(error):
        return build_unverifiable("truncated", 200)
    found = look_up_error(error, ERROR_OUTCOMES)
    if found is None:
        raise error
    return found


def _is_cut_short(error: Exception) -> bool:
    return isinstance(error, httpx2.RemoteProtocolError) and "complete message" in str(error)


def _classify_refusal(error: HfHubHTTPError) -> SourceFailure:
    status = error.response.status_code
    for kind, state, reason in _REFUSALS:
        if isinstance(error, kind):
            return SourceFailure(state, reason, status)
    if status == 401:
        return _classify_unauthorized(error)
    if isinstance(error, RepositoryNotFoundError):
        return SourceFailure("absent", "repo-not-found", status)
    if status in _FINAL_REFUSALS and not _is_foreign_page(error):
        state, reason = _FINAL_REFUSALS[status]
        return SourceFailure(state, reason, status)
    is_limit = status == 429
    reason = "rate-limited" if is_limit else f"http-{status}"
    return build_unverifiable(reason, status, ours=is_limit)


def _classify_unauthorized(error: HfHubHTTPError) -> SourceFailure:
    """401: our token, or a repository that is missing or private.

    A page of another server in between proves nothing.
    """
    headers = error.response.headers
    said = f"{headers.get('X-Error-Message', '')} {error.server_message or ''}"
    if BAD_TOKEN_MESSAGE.lower() in said.lower():
        return build_unverifiable(BAD_TOKEN_REASON, 401, ours=True)
    if _is_foreign_page(error) or "basic" in headers.get("www-authenticate", "").lower():
        return build_unverifiable("http-401", 401)
    return SourceFailure("absent", "not-publicly-reachable", 401)


def _is_foreign_page(error: HfHubHTTPError) -> bool:
    """Whether a page answered: it may come from a proxy, and proves nothing."""
    return "html" in error.response.headers.get("content-type", "")


def is_transient_hub_error(error: Exception) -> bool:
    """Whether another try may mend it.

    Server errors, silence, and answers cut short, but no refused connection.
    """
    if isinstance(error, HfHubHTTPError):
        return error.response.status_code in TRANSIENT_STATUS
    if isinstance(error, httpx2.ConnectError):
        return False
    if isinstance(error, json.JSONDecodeError):
        return not _is_page(error)
    return isinstance(error, (httpx2.TransportError, TruncatedAnswer))


def _is_page(error: json.JSONDecodeError) -> bool:
    return error.doc.lstrip().startswith("<")
