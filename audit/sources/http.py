"""Answers that cannot fill the memory.

What a compressed body unpacks to is counted while it is unpacked.
"""

import io
import zlib
from collections.abc import Iterable, Iterator

import httpcore2
import httpx2
import requests
from urllib3.exceptions import HTTPError, ReadTimeoutError

from audit.sources.bounded_httpx import BoundedBackend

GZIP_WINDOW_BITS = 16 + zlib.MAX_WBITS
CHUNK_BYTES = 1 << 16
RawHeader = tuple[bytes, bytes]
PACKING_HEADERS = (b"content-encoding", b"content-length")
MAX_CONNECTIONS = 100
MAX_IDLE_CONNECTIONS = 20
IDLE_SECONDS = 5.0
"""As httpx has them."""


class CappedTransport(httpx2.HTTPTransport):
    """Unpacks gzip itself, up to a limit.

    Other encodings were not asked for and are refused. No server can stretch its time.
    """

    def __init__(self, limit: int) -> None:
        context = httpx2.create_ssl_context()
        super().__init__(verify=context)
        # The transport has no option for the backend; a pool has one.
        self._pool = httpcore2.ConnectionPool(
            ssl_context=context,
            max_connections=MAX_CONNECTIONS,
            max_keepalive_connections=MAX_IDLE_CONNECTIONS,
            keepalive_expiry=IDLE_SECONDS,
            network_backend=BoundedBackend(),
        )
        self._limit = limit

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send, and hand on an answer without encoding."""
        request.headers["accept-encoding"] = "gzip"
        response = super().handle_request(request)
        encoding = response.headers.get("content-encoding", "identity").lower()
        if encoding not in ("identity", "gzip"):
            response.close()
            raise httpx2.DecodingError(
                f"encoding {encoding!r}, which nobody asked for", request=request
            )
        return self._unpack_response(response, request, is_packed=encoding == "gzip")

    def _unpack_response(
        self, response: httpx2.Response, request: httpx2.Request, *, is_packed: bool
    ) -> httpx2.Response:
        headers = response.headers.raw
        return httpx2.Response(
            response.status_code,
            headers=_drop_packing(headers) if is_packed else headers,
            stream=_CappedStream(response.stream, request, self._limit, unpack=is_packed),
            extensions=response.extensions,
            request=request,
        )


def _drop_packing(headers: Iterable[RawHeader]) -> list[RawHeader]:
    """The headers of an answer that is unpacked here: nobody may unpack it again."""
    return [header for header in headers if header[0].lower() not in PACKING_HEADERS]


class _CappedStream(httpx2.SyncByteStream):
    def __init__(
        self, stream: object, request: httpx2.Request, limit: int, *, unpack: bool
    ) -> None:
        assert isinstance(stream, httpx2.SyncByteStream)
        self._stream = stream
        self._request = request
        self._limit = limit
        self._is_packed = unpack

    def __iter__(self) -> Iterator[bytes]:
        left = self._limit
        for chunk in self._unpack_chunks():
            left -= len(chunk)
            if left < 0:
                raise httpx2.DecodingError(
                    f"an answer of more than {self._limit:,} bytes", request=self._request
                )
            yield chunk

    def _unpack_chunks(self) -> Iterator[bytes]:
        if not self._is_packed:
            yield from self._stream
            return
        unpacker = zlib.decompressobj(GZIP_WINDOW_BITS)
        try:
            for packed in self._stream:
                yield unpacker.decompress(packed, CHUNK_BYTES)
                while unpacker.unconsumed_tail:
                    yield unpacker.decompress(unpacker.unconsumed_tail, CHUNK_BYTES)
            yield unpacker.flush()
        except zlib.error as error:
            raise httpx2.DecodingError(str(error), request=self._request) from error
        if not unpacker.eof:
            raise httpx2.RemoteProtocolError(
                "the packed body ends before a complete message", request=self._request
            )

    def close(self) -> None:
        self._stream.close()


def read_capped_answer(response: requests.Response, limit: int) -> requests.Response:
    """An answer of requests with its body read, at most so many bytes.

    Raises ContentDecodingError, ReadTimeout, ChunkedEncodingError.
    """
    if response.headers.get("Content-Encoding", "identity").lower() != "identity":
        response.close()
        raise requests.exceptions.ContentDecodingError("an encoding that nobody asked for")
    body = _read_raw_body(response, limit + 1)
    if len(body) > limit:
        response.close()
        raise requests.exceptions.ContentDecodingError(f"an answer of more than {limit:,} bytes")
    response.raw.release_conn()
    response.raw = io.BytesIO(body)
    return response


def _read_raw_body(response: requests.Response, most: int) -> bytes:
    """Errors of urllib3 come as those of requests, which the callers know."""
    try:
        body: bytes = response.raw.read(most, decode_content=False)
    except ReadTimeoutError as error:
        raise requests.exceptions.ReadTimeout(error, request=response.request) from error
    except HTTPError as error:
        raise requests.exceptions.ChunkedEncodingError(error, request=response.request) from error
    return body
