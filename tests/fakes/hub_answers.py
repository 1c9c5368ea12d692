"""Answers of the loopback Hub that hold no decision: JSON, redirects, and the bytes of files."""

import base64
import gzip
import hashlib
import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, unquote, urlencode

from tests.fakes.hub_errors import JSON, TEXT
from tests.fakes.loopback import Answer, Request
from tests.fakes.repositories import HubFile, HubRepo
from tests.fakes.world import World

COMPRESSED_FROM = 1_000
"""Bytes from which the Hub's front end compresses text, and weakens its ETag."""


def json_answer(value: Any) -> Answer:
    """JSON with the weak ETag that the Hub's web framework makes: length and hash."""
    # JavaScript writes half a character as its escape, which is what this error handler makes of one.
    body = json.dumps(value, ensure_ascii=False).encode(errors="backslashreplace")
    digest = base64.b64encode(hashlib.sha1(body, usedforsecurity=False).digest()).decode()[:27]
    return Answer(200, {"Content-Type": JSON, "ETag": f'W/"{len(body):x}-{digest}"', "Vary": "Origin"}, body)


def temporary_redirect(location: str, headers: dict[str, str] | None = None) -> Answer:
    """307 to an address of the same origin, relative as the Hub writes it."""
    body = f"Temporary Redirect. Redirecting to {location}".encode()
    return Answer(307, {"Content-Type": TEXT, "Vary": "Origin, Accept"} | (headers or {}) | {"Location": location}, body)


def resolved_file(request: Request, repo: HubRepo, revision: str, file: HubFile, storage_endpoint: str) -> Answer:
    """Where a file is: a small one in the Hub's own cache, a large one in the storage of another origin."""
    headers = {"X-Repo-Commit": revision, "Accept-Ranges": "bytes", "Content-Type": TEXT}
    if file.sha256 is not None:
        location = f"{storage_endpoint}/storage/{repo.hub_id}/{file.sha256}"
        linked = {"X-Linked-Size": str(file.size), "X-Linked-ETag": f'"{file.sha256}"', "Location": location}
        return Answer(302, headers | linked, f"Found. Redirecting to {location}".encode())
    tag = f'"{file.blob_id}"'
    query = urlencode({unquote(request.path): "", "etag": tag})
    location = f"/api/resolve-cache/{repo.kind}/{repo.id}/{revision}/{quote(file.path, safe='')}?{query}"
    return temporary_redirect(location, headers | {"X-Linked-ETag": tag})


def small_file(request: Request, revision: str, file: HubFile) -> Answer:
    """The bytes of a file in git, compressed where the client takes that."""
    content = file.pointer
    name = file.path.rpartition("/")[2]
    headers = {
        "X-Repo-Commit": revision,
        "Accept-Ranges": "bytes",
        "Content-Type": TEXT,
        "Content-Disposition": f"inline; filename*=UTF-8''{quote(name)}; filename=\"{name}\";",
        "ETag": f'"{file.blob_id}"',
        "Vary": "Origin",
    }
    resumed = re.fullmatch(r"bytes=(\d+)-", request.headers.get("range", ""))
    if resumed and int(resumed[1]) < len(content):
        start = int(resumed[1])
        return Answer(206, headers | {"Content-Range": f"bytes {start}-{len(content) - 1}/{len(content)}"}, content[start:])
    takes_gzip = "gzip" in request.headers.get("accept-encoding", "")
    if request.method == "GET" and takes_gzip and len(content) >= COMPRESSED_FROM:
        headers |= {"ETag": f'W/"{file.blob_id}"', "Content-Encoding": "gzip", "Vary": "Origin,accept-encoding"}
        return Answer(200, headers, gzip.compress(content, mtime=0))
    return Answer(200, headers, content)


def large_file(world: World, hub_id: str, sha256: str) -> Answer:
    """A file in the storage. Most have no bytes here: then HEAD tells the size, and GET ends before the first byte."""
    for file in _files_of(world, hub_id):
        if file.sha256 == sha256:
            headers = {"ETag": f'"{sha256}"', "Content-Type": "application/octet-stream"}
            return Answer(200, headers, file.content or b"", file.size)
    return Answer(404, {"Content-Type": TEXT}, b"Not Found")


def _files_of(world: World, hub_id: str) -> Iterator[HubFile]:
    """Every file of every revision of a repository."""
    for repo in (*world.hub_repos("models"), *world.hub_repos("datasets")):
        if repo.hub_id == hub_id:
            for commit in repo.history.values():
                yield from commit.files.values()
