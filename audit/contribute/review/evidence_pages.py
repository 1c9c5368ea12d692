"""Pages of known hosts that evidence names, asked directly: whether each is there.

Nothing of a page is read, and no redirect leads away from its host.
"""

from typing import Literal
from urllib.parse import SplitResult, urljoin, urlsplit

import requests

from audit.sources.bounded_requests import open_bounded_session

EvidenceState = Literal["ok", "absent", "gated", "disabled", "moved", "unverifiable", "not-checked"]
Outcome = tuple[EvidenceState, str]
"""A state, and its reason."""
MAX_REDIRECTS = 3
TIMEOUT_SECONDS = (10.0, 20.0)
HEADERS = {"User-Agent": "open-model-registry"}


def request_page(origin: str, parts: SplitResult) -> Outcome:
    """Send HEAD, and follow redirects by hand within the host.

    Raises RequestException, TooSlow, BudgetReached.
    """
    with open_bounded_session(None) as session:
        return _follow_page(session, _build_address(origin, parts))


def _follow_page(session: requests.Session, address: str) -> Outcome:
    for _ in range(MAX_REDIRECTS + 1):
        answer = session.head(
            address, timeout=TIMEOUT_SECONDS, allow_redirects=False, headers=HEADERS
        )
        if not answer.is_redirect:
            return _interpret_status(answer.status_code)
        following = _follow_redirect(address, answer.headers["Location"])
        if following is None:
            return "unverifiable", "it redirects to another host"
        address = following
    return "unverifiable", "redirects"


def _follow_redirect(address: str, location: str) -> str | None:
    """Where a redirect leads; None for another host, a less safe way to this one, or no address."""
    try:
        following = urljoin(address, location)
        stays = urlsplit(following)[:2] == urlsplit(address)[:2]
    except ValueError:
        return None
    return following if stays else None


def _build_address(origin: str, parts: SplitResult) -> str:
    query = f"?{parts.query}" if parts.query else ""
    return f"{origin}{parts.path or '/'}{query}"


def _interpret_status(status: int) -> Outcome:
    if status < 300:
        return "ok", "ok"
    state: EvidenceState = "absent" if status in (404, 410) else "unverifiable"
    return state, f"http-{status}"
