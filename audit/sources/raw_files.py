"""Files as they are, such as the text of a license: from the two hosts that serve them by path."""

from urllib.parse import urlsplit

import requests

from audit.sources.bounded_requests import open_bounded_session
from audit.sources.pages.source import CONNECT_SECONDS, DEFAULT_ENDPOINT

MAX_FILE_BYTES = 1 << 20
READ_SECONDS = 15.0
RAW_HOSTS = frozenset({"raw.githubusercontent.com", "huggingface.co"})


class RawFileReader:
    """Asks once; whoever is offline gets nothing, and the caller says where the file is."""

    def __init__(self, endpoint: str = DEFAULT_ENDPOINT) -> None:
        """`endpoint`: a cache that takes the host as a folder; by default the hosts themselves."""
        self._endpoint = endpoint.rstrip("/")
        self._session = open_bounded_session(MAX_FILE_BYTES)
        self._is_offline = False

    def read_file(self, url: str) -> bytes | None:
        """The bytes at an address; None where it cannot be read. No redirect is followed."""
        parts = urlsplit(url)
        if parts.scheme != "https" or parts.netloc not in RAW_HOSTS or self._is_offline:
            return None
        try:
            response = self._session.get(
                self._build_address(parts.netloc, parts.path),
                headers={"User-Agent": "open-model-registry"},
                timeout=(CONNECT_SECONDS, READ_SECONDS),
                allow_redirects=False,
            )
        except requests.ConnectionError:
            # Whoever has no network does not wait for each text again.
            self._is_offline = True
            return None
        except requests.RequestException:
            return None
        return response.content if response.status_code == 200 else None

    def _build_address(self, host: str, path: str) -> str:
        if self._endpoint == DEFAULT_ENDPOINT:
            return f"https://{host}{path}"
        return f"{self._endpoint}/{host}{path}"
