"""Answers that cannot fill the memory: what a compressed body unpacks to is counted while it is unpacked."""

import io
import zlib
from collections.abc import Iterator

import httpx2
import requests

GZIP = 16 + zlib.MAX_WBITS
CHUNK = 1 << 16


class CappedTransport(httpx2.HTTPTransport):
    """Unpacks gzip itself, up to a limit. Other encodings were not asked for and are refused."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        self._limit = limit

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send, and hand on an answer without encoding."""
        request.headers["accept-encoding"] = "gzip"
        response = super().handle_request(request)
        encoding = response.headers.get("content-encoding", "identity").lower()
        if encoding not in ("identity", "gzip"):
            response.close()
            raise httpx2.DecodingError(f"encoding {encoding!r}, which nobody asked for", request=request)
        names = {b"content-encoding", b"content-length"} if encoding == "gzip" else set()
        headers = [(name, value) for name, value in response.headers.raw if name.lower() not in names]
        stream = _Capped(response.stream, request, self._limit, unpack=encoding == "gzip")
        return httpx2.Response(response.status_code, headers=headers, stream=stream, extensions=response.extensions, request=request)


class _Capped(httpx2.SyncByteStream):
    def __init__(self, stream: object, request: httpx2.Request, limit: int, *, unpack: bool) -> None:
        assert isinstance(stream, httpx2.SyncByteStream)
        self._stream = stream
        self._request = request
        self._limit = limit
        self._unpack = unpack

    def __iter__(self) -> Iterator[bytes]:
        left = self._limit
        for chunk in self._pieces():
            left -= len(chunk)
            if left < 0:
                raise httpx2.DecodingError(f"an answer of more than {self._limit:,} bytes", request=self._request)
            yield chunk

    def _pieces(self) -> Iterator[bytes]:
        if not self._unpack:
            yield from self._stream
            return
        unpacker = zlib.decompressobj(GZIP)
        try:
            for packed in self._stream:
                waiting = packed
                while waiting:
                    yield unpacker.decompress(waiting, CHUNK)
                    waiting = unpacker.unconsumed_tail
            yield unpacker.flush()
        except zlib.error as error:
            raise httpx2.DecodingError(str(error), request=self._request) from error
        if not unpacker.eof:
            raise httpx2.RemoteProtocolError("the packed body ends before a complete message", request=self._request)

    def close(self) -> None:
        self._stream.close()


def capped(response: requests.Response, limit: int) -> requests.Response:
    """An answer of requests with its body read, at most so many bytes. Raises ContentDecodingError."""
    if response.headers.get("Content-Encoding", "identity").lower() != "identity":
        response.close()
        raise requests.exceptions.ContentDecodingError("an encoding that nobody asked for")
    body: bytes = response.raw.read(limit + 1, decode_content=False)
    if len(body) > limit:
        response.close()
        raise requests.exceptions.ContentDecodingError(f"an answer of more than {limit:,} bytes")
    response.raw.release_conn()
    response.raw = io.BytesIO(body)
    return response
