"""Fetch the file of all records from where a registry says that it is published."""

from urllib.parse import urlsplit

import requests

from audit.core.errors import RegistryError
from audit.sources.bounded_requests import open_bounded_session
from audit.sources.deadline import within
from audit.sources.failures import TooSlow

DOWNLOAD_SECONDS = 120.0
ANSWER_SECONDS = 30.0


class DownloadError(RegistryError):
    """The file could not be had; what is here stays as it is."""

    exit_status = 3


def download_pack(url: str, limit: int) -> bytes:
    """The bytes behind an https address, up to a limit; a redirect is not followed.

    Raises DownloadError.
    """
    host = urlsplit(url).hostname
    try:
        with within(DOWNLOAD_SECONDS), open_bounded_session(limit) as session:
            answer = session.get(url, timeout=ANSWER_SECONDS, allow_redirects=False)
            content: bytes = answer.content
    except (requests.RequestException, TooSlow) as error:
        reason = type(error).__name__
        raise DownloadError(f"{host} did not send the records ({reason}); try again") from error
    if answer.status_code != requests.codes.ok:
        raise DownloadError(f"{host} answered {answer.status_code} for {urlsplit(url).path}")
    return content
