"""What each error of the Hub's client means (reference: hub-api section 1.6, audit anchors section 5)."""

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

from audit.sources.failures import TRANSIENT_STATUS, Failure, Truncated, failure_of_answer, unverifiable
from audit.sources.request_log import BudgetReached, WindowSpent

OUR_TOKEN = "Invalid credentials in Authorization header"
"""What the Hub says of a wrong token; any other 401 speaks of the repository."""


def failure_of(error: Exception) -> Failure:
    """The outcome that an error stands for. Raises it again when it is none of the upstream's: then it is a defect of ours."""
    if isinstance(error, HfHubHTTPError):
        return _refused(error)
    if isinstance(error, WindowSpent):
        return unverifiable("rate-limited", ours=True)
    if isinstance(error, BudgetReached):
        return unverifiable("budget", ours=True)
    if isinstance(error, HFValidationError):
        return unverifiable("invalid-id")
    if isinstance(error, json.JSONDecodeError):
        # A login page in place of JSON comes from between the Hub and us.
        return unverifiable("wrong-content" if _is_page(error) else "bad-json", 200)
    if isinstance(error, UnicodeDecodeError):
        return unverifiable("bad-json", 200)
    found = failure_of_answer(error) or _no_answer(error)
    if found is None:
        raise error
    return found


def _refused(error: HfHubHTTPError) -> Failure:
    status = error.response.status_code
    # GatedRepoError is a RepositoryNotFoundError: asked the other way round, every gated repository would be gone.
    if isinstance(error, GatedRepoError):
        return Failure("gated", "gated", status)
    if isinstance(error, DisabledRepoError):
        return Failure("disabled", "disabled", status)
    if isinstance(error, RevisionNotFoundError):
        return unverifiable("revision-not-found", status)
    if isinstance(error, RemoteEntryNotFoundError):
        return unverifiable("entry-not-found", status)
    if status == 401:
        return _unauthorized(error)
    if isinstance(error, RepositoryNotFoundError):
        return Failure("absent", "repo-not-found", status)
    if status == 429:
        return unverifiable("rate-limited", status, ours=True)
    return unverifiable(f"http-{status}", status)


def _unauthorized(error: HfHubHTTPError) -> Failure:
    """401: our token, or a repository that is missing or private. A page of another server in between proves nothing."""
    headers = error.response.headers
    said = f"{headers.get('X-Error-Message', '')} {error.server_message or ''}"
    if OUR_TOKEN.lower() in said.lower():
        return unverifiable("bad-token", 401, ours=True)
    if "html" in headers.get("content-type", "") or "basic" in headers.get("www-authenticate", "").lower():
        return unverifiable("http-401", 401)
    return Failure("absent", "not-publicly-reachable", 401)


def _no_answer(error: Exception) -> Failure | None:
    if isinstance(error, OfflineModeIsEnabled):
        return unverifiable("offline", ours=True)
    if isinstance(error, httpx2.ConnectError):
        return unverifiable("connection", ours=True)
    if isinstance(error, httpx2.TimeoutException):
        return unverifiable("timeout")
    if isinstance(error, httpx2.TooManyRedirects):
        return unverifiable("redirects")
    if isinstance(error, httpx2.RemoteProtocolError) and "complete message" in str(error):
        return unverifiable("truncated", 200)
    if isinstance(error, httpx2.DecodingError):
        return unverifiable("wrong-content", 200)
    if isinstance(error, (httpx2.HTTPError, httpx2.InvalidURL)):
        return unverifiable("reset")
    return None


def passing(error: Exception) -> bool:
    """Whether another try may mend it: server errors, silence, and answers cut short, but no refused connection."""
    if isinstance(error, HfHubHTTPError):
        return error.response.status_code in TRANSIENT_STATUS
    if isinstance(error, httpx2.ConnectError):
        return False
    if isinstance(error, json.JSONDecodeError):
        return not _is_page(error)
    return isinstance(error, (httpx2.TransportError, Truncated))


def _is_page(error: json.JSONDecodeError) -> bool:
    return error.doc.lstrip().startswith("<")
