"""Makers' own pages: the terms that stand on them, asked for once a day and only if they changed.

A page is read from the address that a license record names and from nowhere else: by https, from
public addresses, redirects within the same site followed by hand. What is not plainly the page in
its language, such as a login, a script's shell or a translation, shows nothing.
"""

import hashlib
import threading
from collections.abc import Mapping
from dataclasses import replace
from typing import ClassVar
from urllib.parse import quote, urljoin, urlsplit

import requests

from audit.core.git_blobs import compute_blob_id
from audit.observations.facts import WEB, LicenseFile, Observation, PageFacts, Target
from audit.observations.license_files import analyze_license_file
from audit.observations.page_addresses import build_page_address, read_page_address
from audit.sources.base import LookupSource, ObservationContext
from audit.sources.bounded_requests import open_bounded_session
from audit.sources.failures import ForeignRedirect, SourceFailure, build_unverifiable
from audit.sources.pages.errors import PAGE_ERROR_RULES, RefusedPage
from audit.sources.pages.layout import LaidOutPage, lay_out_page
from audit.sources.patience import DEFAULT_PATIENCE, Patience, PatientAsker, build_rate_limiter
from audit.sources.public_hosts import PrivateHostError, require_public
from audit.sources.request_log import RequestCounter

PAGES_BUCKET = "pages"
MAX_PARALLEL_REQUESTS = 2
MAX_REDIRECTS = 5
MAX_PAGE_BYTES = 4 << 20
DEFAULT_ENDPOINT = "https://web.invalid"
"""The web itself: each page's own host. Another endpoint, such as a cache, takes it as a folder."""
CONNECT_SECONDS = 10.0
HEADERS = {
    "Accept": "text/html, text/plain;q=0.9, text/markdown;q=0.9",
    "Accept-Language": "en",
    "User-Agent": "open-model-registry",
}
SHARED_LABELS = 2
"""Labels of two hosts of one site: `www.maker.ai` and `legal.maker.ai`."""
Answer = LaidOutPage | None
"""None where the server says that nothing changed."""


class PagesSource(LookupSource):
    """Fulfils `Source`. Safe to use from several threads."""

    host: ClassVar[str] = WEB
    request_buckets: ClassVar[tuple[str, ...]] = (PAGES_BUCKET,)
    max_parallel_requests: ClassVar[int] = MAX_PARALLEL_REQUESTS

    def __init__(
        self,
        endpoint: str,
        token: str | None,
        counter: RequestCounter,
        patience: Patience = DEFAULT_PATIENCE,
    ) -> None:
        """Nothing is sent yet. No page gets a token."""
        del token
        self.endpoint = endpoint.rstrip("/")
        counter.name_buckets((PAGES_BUCKET,))
        self._counter = counter
        self._timeout = (min(patience.timeout, CONNECT_SECONDS), patience.timeout)
        self._asker = PatientAsker(counter, patience, PAGE_ERROR_RULES)
        self._rate_limiter = build_rate_limiter(counter, patience)
        self._local = threading.local()

    def build_url(self, target: Target) -> str:
        """The page's address."""
        return build_page_address(target)

    def observe(self, target: Target, context: ObservationContext) -> Observation:
        """The terms on the page, or those known where nothing changed."""
        before = context.previous.get(target)
        previous = before if isinstance(before, PageFacts) else None
        url = self.build_url(target)
        headers: dict[str, str] = {}
        answer = self._asker.ask(
            lambda: self._fetch_page(target, _build_conditions(previous), headers),
            self._rate_limiter,
        )
        if isinstance(answer, SourceFailure):
            return answer.build_observation(target, url)
        if answer is None and previous is not None:
            return Observation(target, "ok", url, 304, "ok", previous)
        if answer is None or _is_translation(answer, previous):
            return build_unverifiable("other-language", 200).build_observation(target, url)
        context.keep_text(answer.terms)
        facts = _keep_known_whole(_build_facts(target, answer, headers), previous)
        if previous is None or facts.whole_text != previous.whole_text:
            context.keep_text(answer.whole)
        return Observation(target, "ok", url, 200, "ok", facts)

    def _fetch_page(
        self, target: Target, conditions: Mapping[str, str], headers: dict[str, str]
    ) -> Answer:
        """The page behind its redirects. `headers` takes those of the answer."""
        host, path = read_page_address(target)
        for hop in range(MAX_REDIRECTS + 1):
            # What a redirect leads to is another thing than what the conditions speak of.
            response = self._send(host, path, conditions if hop == 0 else {})
            if response.is_redirect:
                host, path = _follow(host, path, response.headers["Location"])
                continue
            if response.status_code == 304 and conditions:
                return None
            if response.status_code != 200:
                raise RefusedPage(response)
            if hop == 0:
                headers.update(response.headers)
            return lay_out_page(response)
        raise ForeignRedirect("more redirects than a page needs")

    def _send(self, host: str, path: str, conditions: Mapping[str, str]) -> requests.Response:
        self._counter.count_request(PAGES_BUCKET)
        if not self._reads_the_web:
            return self._get(f"{self.endpoint}/{host}", path, conditions)
        try:
            with require_public(host):
                return self._get(f"https://{host}", path, conditions)
        except PrivateHostError as error:
            raise ForeignRedirect(str(error)) from error

    def _get(self, prefix: str, path: str, conditions: Mapping[str, str]) -> requests.Response:
        return self._get_session().get(
            prefix + quote(path, safe="/%:@!$&'()*+,;=~"),
            headers={**HEADERS, **conditions},
            timeout=self._timeout,
            allow_redirects=False,
        )

    @property
    def _reads_the_web(self) -> bool:
        return self.endpoint == DEFAULT_ENDPOINT

    def _get_session(self) -> requests.Session:
        """One per thread: requests does not promise that a session may be shared."""
        session: requests.Session | None = getattr(self._local, "session", None)
        if session is None:
            session = self._local.session = open_bounded_session(MAX_PAGE_BYTES)
        return session


def _build_conditions(previous: PageFacts | None) -> dict[str, str]:
    if previous is None:
        return {}
    values = {"If-None-Match": previous.etag, "If-Modified-Since": previous.last_modified}
    return {name: value for name, value in values.items() if value}


def _follow(host: str, path: str, location: str) -> tuple[str, str]:
    """Where a redirect leads. Raises ForeignRedirect for another site."""
    try:
        parts = urlsplit(urljoin(f"https://{host}{path}", location))
        following = (parts.hostname or "").lower()
        has_port = parts.port is not None
    except ValueError as error:
        raise ForeignRedirect("no address") from error
    is_plain = parts.scheme == "https" and not has_port and not parts.username
    if not is_plain or not _is_same_site(host, following):
        raise ForeignRedirect(following)
    return following, parts.path


def _is_same_site(host: str, other: str) -> bool:
    return host.split(".")[-SHARED_LABELS:] == other.split(".")[-SHARED_LABELS:]


def _is_translation(page: LaidOutPage, previous: PageFacts | None) -> bool:
    if previous is None or previous.language is None or page.language is None:
        return False
    return page.language != previous.language


def _build_facts(target: Target, page: LaidOutPage, headers: Mapping[str, str]) -> PageFacts:
    size, blob_id = len(page.terms), compute_blob_id(page.terms)
    file = LicenseFile(build_page_address(target), size, blob_id)
    return PageFacts(
        target.repo,
        page.language,
        (analyze_license_file(file, page.terms),),
        _read_header(headers, "ETag"),
        _read_header(headers, "Last-Modified"),
        hashlib.sha256(page.whole).hexdigest(),
    )


def _keep_known_whole(facts: PageFacts, previous: PageFacts | None) -> PageFacts:
    """The facts with the page as it was when these terms came: what stands around them is no news."""
    if previous is None or previous.whole_text is None:
        return facts
    old, new = previous.license_files[0], facts.license_files[0]
    is_same = old.normalized == new.normalized and old.normalizer == new.normalizer
    return replace(facts, whole_text=previous.whole_text) if is_same else facts


def _read_header(headers: Mapping[str, str], name: str) -> str | None:
    value = headers.get(name, "")
    return value if value and len(value) <= 300 and value.isprintable() else None
