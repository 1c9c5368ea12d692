"""Small files of the Hub: read up to a cap."""

import httpx2
from huggingface_hub.errors import HfHubHTTPError
from huggingface_hub.utils import (  # type: ignore[attr-defined]  # public, but loaded lazily
    hf_raise_for_status,
)

from audit.sources.failures import UndocumentedAnswer, WrongContent

MAX_TEXT_BYTES = 1 << 20
"""The longest license has about 100 kB; one MiB is a mistake or an attack."""


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
