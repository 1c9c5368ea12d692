"""What each error of the Hub's client means; the table and its sources are in docs/audit.md."""

import json

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
    TRANSIENT_STATUS,
    SourceFailure,
    TruncatedAnswer,
    build_unverifiable,
    classify_answer_error,
)
from audit.sources.request_log import BudgetReached, RateWindowSpent

BAD_TOKEN_MESSAGE = "Invalid credentials in Authorization header"
"""What the Hub says of a wrong token; any other 401 speaks of the repository."""


def classify_hub_error(error: Exception) -> SourceFailure:
    """The outcome that an error stands for.

    Raises it again when it is none of the upstream's: then it is a defect of ours.
    """
    if isinstance(error, HfHubHTTPError):
        return _classify_refusal(error)
    if isinstance(error, RateWindowSpent):
        return build_unverifiable("rate-limited", ours=True)
    if isinstance(error, BudgetReached):
        return build_unverifiable("budget", ours=True)
    if isinstance(error, HFValidationError):
        return build_unverifiable("invalid-id")
    if isinstance(error, json.JSONDecodeError):
        # A login page in place of JSON comes from between the Hub and us.
        return build_unverifiable("wrong-content" if _is_page(error) else "bad-json", 200)
    if isinstance(error, UnicodeDecodeError):
        return build_unverifiable("bad-json", 200)
    found = classify_answer_error(error) or _classify_missing_answer(error)
    if found is None:
        raise error
    return found


def _classify_refusal(error: HfHubHTTPError) -> SourceFailure:
    status = error.response.status_code
    # GatedRepoError is a RepositoryNotFoundError: asked the other way round, every gated repository
    # would be gone.
    if isinstance(error, GatedRepoError):
        return SourceFailure("gated", "gated", status)
    if isinstance(error, DisabledRepoError):
        return SourceFailure("disabled", "disabled", status)
    if isinstance(error, RevisionNotFoundError):
        return build_unverifiable("revision-not-found", status)
    if isinstance(error, RemoteEntryNotFoundError):
        return build_unverifiable("entry-not-found", status)
    if status == 401:
        return _classify_unauthorized(error)
    if isinstance(error, RepositoryNotFoundError):
        return SourceFailure("absent", "repo-not-found", status)
    if status == 429:
        return build_unverifiable("rate-limited", status, ours=True)
    return build_unverifiable(f"http-{status}", status)


def _classify_unauthorized(error: HfHubHTTPError) -> SourceFailure:
    """401: our token, or a repository that is missing or private.

    A page of another server in between proves nothing.
    """
    headers = error.response.headers
    said = f"{headers.get('X-Error-Message', '')} {error.server_message or ''}"
    if BAD_TOKEN_MESSAGE.lower() in said.lower():
        return build_unverifiable("bad-token", 401, ours=True)
    if (
        "html" in headers.get("content-type", "")
        or "basic" in headers.get("www-authenticate", "").lower()
    ):
        return build_unverifiable("http-401", 401)
    return SourceFailure("absent", "not-publicly-reachable", 401)


def _classify_missing_answer(error: Exception) -> SourceFailure | None:
    if isinstance(error, OfflineModeIsEnabled):
        return build_unverifiable("offline", ours=True)
    if isinstance(error, httpx2.ConnectError):
        return build_unverifiable("connection", ours=True)
    if isinstance(error, httpx2.TimeoutException):
        return build_unverifiable("timeout")
    if isinstance(error, httpx2.TooManyRedirects):
        return build_unverifiable("redirects")
    if isinstance(error, httpx2.RemoteProtocolError) and "complete message" in str(error):
        return build_unverifiable("truncated", 200)
    if isinstance(error, httpx2.DecodingError):
        return build_unverifiable("wrong-content", 200)
    if isinstance(error, (httpx2.HTTPError, httpx2.InvalidURL)):
        return build_unverifiable("reset")
    return None


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
