"""Terms on makers' pages: what is told of a change of words, and all that is no change of words."""

import hashlib
from dataclasses import dataclass, field
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from audit.drift.compare.inputs import TargetComparison
from audit.drift.compare.target import compare_target
from audit.drift.finding import Difference, TargetDeclaration
from audit.observations.facts import Observation, PageFacts
from audit.observations.page_addresses import (
    build_page_address,
    build_page_target,
    read_page_address,
)
from audit.records.registry import Registry
from audit.sources.base import ObservationContext
from audit.sources.pages.source import PagesSource
from audit.sources.patience import Patience
from audit.sources.request_log import RequestCounter
from tests.drift.comparisons import REGISTRY

URL = "https://maker.example.com/legal/model-terms"
TERMS = (
    "This license agreement grants you the right to use, copy and redistribute the model.",
    "You shall not use the model for a commercial purpose above one million euros a year.",
    "The maker gives no warranty of any kind and shall not be liable for any damage whatever.",
    "Your rights terminate when you do not comply with the terms of this license agreement.",
    "The law of the maker's country shall govern these terms and every use of the model.",
)
MENU = "<nav><a>Home</a> <a>License terms and rights of our products and our agreements</a></nav>"


def build_page(terms: tuple[str, ...] = TERMS, around: str = MENU, language: str = "en") -> str:
    body = "".join(f"<p>{line}</p>" for line in terms)
    return f"<!doctype html><html lang='{language}'><body>{around}<main>{body}</main></body></html>"


@dataclass
class PageWatch:
    """A page that is read again and again, as runs do it day by day."""

    server: HTTPServer
    facts: PageFacts | None = None
    first: PageFacts | None = None
    texts: dict[str, bytes] = field(default_factory=dict)
    answer: Response = field(default_factory=Response)
    seen_headers: list[Any] = field(default_factory=list)

    def observe(self, answer: str | Response, path: str = "/legal/model-terms") -> Observation:
        """What one look at an answer shows."""
        self.answer = answer if isinstance(answer, Response) else _build_response(answer)
        self.server.clear()
        self.server.expect_request(f"/maker.example.com{path}").respond_with_handler(self._respond)
        target = build_page_target(URL)
        assert target is not None
        context = ObservationContext({target: self.facts} if self.facts else {}, {}, self._keep)
        source = PagesSource(
            self.server.url_for("/"), None, RequestCounter(), Patience(sleep=[].append, pause=0.001)
        )
        seen = source.observe(target, context)
        if isinstance(seen.facts, PageFacts):
            self.facts, self.first = seen.facts, self.first or seen.facts
        return seen

    def compare(
        self, seen: Observation, registry: Registry = REGISTRY, record: str = "LicenseRef-maker"
    ) -> list[Difference]:
        """What a look says about the license record that names the page."""
        declaration = TargetDeclaration(f"licenses/{record}", None)
        comparison = TargetComparison(
            "terms", declaration, self.first, seen, lambda digest: self.texts.get(digest or "")
        )
        return compare_target(comparison, registry)

    def _respond(self, request: Request) -> Response:
        self.seen_headers.append(request.headers)
        return self.answer

    def _keep(self, content: bytes) -> None:
        self.texts[hashlib.sha256(content).hexdigest()] = content


def _build_response(page: str, status: int = 200, **headers: str) -> Response:
    response = Response(page, status, content_type="text/html; charset=utf-8")
    response.headers.update({name.replace("_", "-"): value for name, value in headers.items()})
    return response


@pytest.fixture
def watch(httpserver: HTTPServer) -> PageWatch:
    watch = PageWatch(httpserver)
    assert watch.observe(build_page()).state == "ok"
    return watch


@pytest.mark.parametrize(
    "terms",
    [
        (
            *TERMS[:2],
            "You must not use the model within the European Union, and no right is granted.",
            *TERMS[2:],
        ),
        TERMS[:1] + TERMS[2:],
        tuple(line.replace("one million", "ten thousand") for line in TERMS),
    ],
    ids=["added", "removed", "number"],
)
def test_other_words_are_told_with_what_changed(watch: PageWatch, terms: tuple[str, ...]):
    """After a second look, and to be read by a person: a page's wording says no direction."""
    (found,) = watch.compare(watch.observe(build_page(terms)))
    assert (found.kind, found.field, found.direction, found.sightings_needed) == (
        "terms-elsewhere-changed",
        "url",
        "unreviewed",
        2,
    )
    assert found.text_diff is not None
    assert found.text_diff.passages


BANNER = (
    "<div><p>We use cookies, and by your rights and our terms you may accept the license.</p></div>"
)
BANNERS_ELSEWHERE = (
    "<div><p>Wir verwenden Cookies; die Lizenz, Ihre Rechte und unsere Bedingungen stehen unten.</p></div>",
    "<div><p>我们使用 Cookie 以改善您的体验。继续使用本网站即表示您同意我们的条款和协议。</p></div>",
    "<div><p>Nous utilisons des cookies ; vous acceptez nos conditions et la licence de ce site.</p></div>",
    "<div><a>English</a> <a>Deutsch</a> <a>中文</a></div>",
)
REBUILT = "<table><tr><td>" + "</td></tr><tr><td>".join(TERMS) + "</td></tr></table>"


@pytest.mark.parametrize(
    "page",
    [
        build_page(),
        build_page(around=BANNER + MENU.replace("Home", "Start")),
        build_page(
            around="<header><p>New! Our license terms grant rights, read the agreement.</p></header>"
        ),
        f"<html lang='en'><body><h1>Terms</h1>{REBUILT}<footer>Agreement, terms, rights.</footer></body>",
        build_page(tuple(line.replace(" ", "\n  ") for line in TERMS)),
        build_page(around="<p>1,024 people have read this</p>"),
        *(build_page(around=banner) for banner in BANNERS_ELSEWHERE),
    ],
    ids=[
        *("same", "banner", "teaser", "rebuilt", "rewrapped", "counter"),
        *("German banner", "Chinese banner", "French banner", "choice of languages"),
    ],
)
def test_a_page_that_says_the_same_is_quiet(watch: PageWatch, page: str):
    """What stands around the terms, and how they are laid out, is no matter of terms."""
    seen = watch.observe(page)
    assert (seen.state, watch.compare(seen)) == ("ok", [])


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (build_page(language="de"), "other-language"),
        ("<html lang='en'><form>Please sign in to read our license terms.</form>", "wrong-content"),
        ("<html><body><div id='root'></div><script>render()</script></body>", "wrong-content"),
        (_build_response("no", 403), "refused"),
        (_build_response("no", 503), "http-503"),
        (Response(b"%PDF-1.7", content_type="application/pdf"), "wrong-content"),
        (_build_response("", 302, Location="https://elsewhere.example.org/"), "foreign-redirect"),
        (_build_response("", 302, Location="http://maker.example.com/plain"), "foreign-redirect"),
        (_build_response("", 302, Location="/legal/model-terms"), "foreign-redirect"),
    ],
)
def test_what_is_not_plainly_the_page_shows_nothing(
    watch: PageWatch, answer: str | Response, reason: str
):
    """A translation, a login, a script's shell, an error or another site is never a change."""
    seen = watch.observe(answer)
    assert (seen.state, seen.reason, watch.compare(seen)) == ("unverifiable", reason, [])


def test_a_page_that_is_gone_needs_the_looks_of_a_loss(watch: PageWatch):
    """404 by the maker's own server."""
    (found,) = watch.compare(watch.observe(_build_response("no", 404)))
    assert (found.kind, found.sightings_needed) == ("terms-page-gone", 2)


def test_an_unchanged_page_is_asked_for_with_its_conditions(httpserver: HTTPServer):
    """The server says in one line that nothing changed, and the facts stay as they are."""
    watch = PageWatch(httpserver)
    watch.observe(_build_response(build_page(), ETag='"one"', Last_Modified="Sat, 1 Aug 2026"))
    before = watch.facts
    seen = watch.observe(Response(status=304))
    assert watch.seen_headers[-1]["If-None-Match"] == '"one"'
    assert watch.seen_headers[-1]["If-Modified-Since"] == "Sat, 1 Aug 2026"
    assert (seen.state, seen.facts) == ("ok", before)


def test_a_redirect_within_the_site_is_followed(watch: PageWatch):
    """The page moved; its words did not."""
    watch.server.clear()
    moved = _build_response("", 301, Location="https://www.example.com/new")
    watch.server.expect_request("/www.example.com/new").respond_with_handler(
        lambda request: _build_response(build_page())
    )
    watch.answer = moved
    watch.server.expect_request("/maker.example.com/legal/model-terms").respond_with_handler(
        lambda request: moved
    )
    target = build_page_target(URL)
    source = PagesSource(watch.server.url_for("/"), None, RequestCounter())
    seen = source.observe(target, ObservationContext({}, {}, lambda content: None))
    assert (seen.state, watch.compare(seen)) == ("ok", [])
    assert seen.facts.etag is None


@pytest.mark.parametrize(
    "url",
    [
        "https://ai.google.dev/gemma/terms",
        "https://mistral.ai/licenses/MNPL-0.1.md",
        "https://www.llama.com/llama3_1/license/",
        "https://maker.ai",
    ],
)
def test_an_address_is_a_target_and_back(url: str):
    """The name is one that a file can have, and the address follows from it."""
    target = build_page_target(url)
    assert target is not None
    assert build_page_address(target) == url
    assert read_page_address(target)[0] in url


@pytest.mark.parametrize(
    "url",
    [
        "http://maker.ai/terms",
        "https://user@maker.ai/terms",
        "https://maker.ai:8443/terms",
        "https://127.0.0.1/terms",
        "https://[::1]/terms",
        "https://localhost/terms",
        "https://maker.ai/terms?version=2",
        "ftp://maker.ai",
        "https://maker.ai/" + "a" * 300,
        None,
    ],
)
def test_other_addresses_are_not_read(url: str | None):
    """Only public pages by https, as a license record would name them."""
    target = build_page_target(url)
    assert target is None
