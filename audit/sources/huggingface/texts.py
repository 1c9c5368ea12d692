"""Small files of the Hub: where they lie, and their bytes up to a cap."""

import re
from dataclasses import dataclass
from urllib.parse import quote

import httpx2
from huggingface_hub import hf_hub_url
from huggingface_hub.errors import HfHubHTTPError
from huggingface_hub.utils import (  # type: ignore[attr-defined]  # public, but loaded lazily
    hf_raise_for_status,
)

from audit.sources.failures import SourceFailure, UndocumentedAnswer, WrongContent
from audit.sources.huggingface.kinds import TARGET_KINDS, HubKind

MAX_TEXT_BYTES = 1 << 20
"""The longest license has about 100 kB; one MiB is a mistake or an attack."""
COMMIT = re.compile(r"[0-9a-f]{40}")


@dataclass(frozen=True)
class TextAddress:
    """A small file at an endpoint, and the two addresses under which it is served."""

    endpoint: str
    kind: HubKind
    repo: str
    revision: str
    path: str

    @property
    def resolved(self) -> str:
        """The address that people use; the Hub leads from it to the direct one."""
        return hf_hub_url(
            self.repo,
            self.path,
            repo_type=TARGET_KINDS[self.kind],
            revision=self.revision,
            endpoint=self.endpoint,
        )

    @property
    def direct(self) -> str | None:
        """Where the redirect leads, so that the file costs one request; None without a commit.

        `GET /api/resolve-cache/{kind}/{repo}/{commit}/{path}` of the Hub's OpenAPI document. A
        recorded answer shows that it needs no query.
        """
        if not COMMIT.fullmatch(self.revision):
            return None
        path = quote(self.path, safe="")
        return f"{self.endpoint}/api/resolve-cache/{self.kind}/{self.repo}/{self.revision}/{path}"


OTHER_ANSWERS = frozenset({"foreign-redirect", "redirects", "wrong-content"})
"""Answers that are not about the file, as a mirror gives them that does not know an address."""


def may_be_served_elsewhere(failure: SourceFailure) -> bool:
    """Whether a failure at the direct address says nothing of the file.

    A gate and a spent limit hold for both addresses; silence, server errors and halves of a file
    were repeated already.
    """
    if failure.reason in OTHER_ANSWERS:
        return True
    is_refused = failure.status is not None and 400 <= failure.status < 500
    return is_refused and failure.state != "gated" and not failure.is_our_fault


def raise_for_refusal(response: httpx2.Response) -> None:
    """Raises the client's errors for a refusal.

    The client reads its reason from the body, and trips where that has another form.
    """
    try:
        hf_raise_for_status(response)
    except HfHubHTTPError:
        raise
    except (AttributeError, TypeError, KeyError, RecursionError, ValueError) as error:
        raise UndocumentedAnswer(f"the body of a {response.status_code}") from error


def read_body(response: httpx2.Response) -> bytes:
    """The body up to the cap. Raises the client's errors for a refusal, WrongContent for more."""
    body = b""
    for chunk in response.iter_bytes():
        body += chunk
        if len(body) > MAX_TEXT_BYTES:
            raise WrongContent("longer than any license")
    if response.status_code >= 400:
        raise_for_refusal(response)
    return body
