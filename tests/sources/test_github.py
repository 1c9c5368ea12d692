"""Every way in which GitHub can answer about a repository."""

import pytest
from pytest_httpserver import HTTPServer

from audit.observations.facts import CodeFacts
from audit.sources.github.repositories import GithubSource
from audit.sources.patience import Patience
from audit.sources.request_log import BudgetReached, RequestCounter
from tests.fakes.faults import FaultRule
from tests.fakes.repositories import GITHUB_FIRST_DATE, GithubRepo
from tests.sources.conftest import SourceBench


def test_facts_of_a_repository(bench: SourceBench):
    """Name, archived and the detected license; a license that GitHub cannot name is none."""
    bench.world.add_github_repo(GithubRepo("maker/code", license="Apache-2.0", archived=True))
    bench.world.add_github_repo(GithubRepo("maker/odd", license="NOASSERTION"))
    github = bench.open_upstreams().get_source("github")
    seen = github.observe_repository("maker/code").facts
    number = str(bench.world.get_github_repo("maker/code").id)
    dates = {"created_at": GITHUB_FIRST_DATE, "pushed_at": GITHUB_FIRST_DATE}
    assert seen == CodeFacts("maker/code", True, False, "Apache-2.0", repository_id=number, **dates)
    assert github.observe_repository("maker/odd").facts.license is None


def test_a_rename_is_followed_on_the_same_origin_only(bench: SourceBench, httpserver: HTTPServer):
    """A rename answers 301; letter case is no rename; another origin gets no request."""
    bench.world.add_github_repo(GithubRepo("maker/old"))
    bench.world.rename_github_repo("maker/old", "maker/new")
    upstreams = bench.open_upstreams()
    seen = upstreams.get_source("github").observe_repository("maker/old")
    assert (seen.state, seen.facts.repo) == ("moved", "maker/new")
    assert upstreams.counter.get_counts()["github"] == 2
    assert upstreams.get_source("github").observe_repository("Maker/NEW").state == "ok"
    httpserver.expect_request("/repos/a/b").respond_with_data(
        "", 301, {"Location": f"{bench.github_server.endpoint}/repositories/1"}
    )
    before = len(bench.github_server.log)
    assert (
        GithubSource(httpserver.url_for("/"), "secret", RequestCounter())
        .observe_repository("a/b")
        .reason
        == "foreign-redirect"
    )
    assert len(bench.github_server.log) == before


def test_a_missing_repository_is_absent(bench: SourceBench):
    """404 with GitHub's own sentence."""
    seen = bench.open_upstreams().get_source("github").observe_repository("maker/none")
    assert (seen.state, seen.reason, seen.status) == ("absent", "repo-not-found", 404)


@pytest.mark.parametrize(
    ("status", "body", "headers", "expected"),
    [
        (404, "<html>not here</html>", {}, ("unverifiable", "http-404", False)),
        (401, '{"message": "Bad credentials"}', {}, ("unverifiable", "bad-token", True)),
        (
            403,
            '{"message": "API rate limit exceeded"}',
            {"X-RateLimit-Remaining": "0"},
            ("unverifiable", "rate-limited", True),
        ),
        (
            403,
            '{"message": "You have exceeded a secondary rate limit."}',
            {},
            ("unverifiable", "rate-limited", True),
        ),
        (429, "{}", {"Retry-After": "5"}, ("unverifiable", "rate-limited", True)),
        (403, '{"message": "Resource not accessible"}', {}, ("unverifiable", "http-403", False)),
        (
            451,
            '{"message": "Repository access blocked"}',
            {},
            ("disabled", "blocked-legal", False),
        ),
        (
            451,
            '{"message": "Repository access blocked", "block": {"reason": "dmca"}}',
            {},
            ("disabled", "blocked-dmca", False),
        ),
        (
            403,
            '{"message": "Repository access blocked", "block": {"reason": "tos"}}',
            {},
            ("disabled", "blocked-terms", False),
        ),
        (451, "<html>blocked by your office</html>", {}, ("unverifiable", "http-451", False)),
        (410, '{"message": "Repository has been deleted"}', {}, ("absent", "gone", False)),
        (410, "<html>gone</html>", {}, ("unverifiable", "http-410", False)),
        (200, "<html>sign in</html>", {}, ("unverifiable", "wrong-content", False)),
        (200, '{"full_name": "a/b", "archived": false}', {}, ("unverifiable", "schema", False)),
        (200, '{"full_name": "a/b", "license": null}', {}, ("unverifiable", "schema", False)),
        (200, "[]", {}, ("unverifiable", "schema", False)),
        (
            200,
            '{"full_name": "a/b", "archived": false, "license": null, "private": true}',
            {},
            ("absent", "private", False),
        ),
    ],
)
def test_what_an_answer_means(httpserver: HTTPServer, status, body, headers, expected):
    """Our own faults are ours, and a page that only looks like a 404 proves no absence."""
    httpserver.expect_request("/repos/a/b").respond_with_data(body, status, headers)
    seen = GithubSource(
        httpserver.url_for("/"), None, RequestCounter(), Patience(sleep=[].append)
    ).observe_repository("a/b")
    assert (seen.state, seen.reason, seen.is_our_fault) == expected


@pytest.mark.parametrize(
    ("fault", "reason", "requests"),
    [
        ("timeout", "timeout", 3),
        ("503", "http-503", 3),
        ("429", "rate-limited", 2),
        ("html", "wrong-content", 1),
        ("reset", "reset", 3),
        ("truncated", "truncated", 3),
        ("unreachable", "reset", 3),
        ("bad-json", "truncated", 3),
    ],
)
def test_a_fault_is_unverifiable(bench: SourceBench, fault, reason, requests):
    """Repeated where that may help, and never absent."""
    bench.world.add_github_repo(GithubRepo("maker/code"))
    bench.world.fault_injector.add_rule(FaultRule(fault))
    upstreams = bench.open_upstreams()
    seen = upstreams.get_source("github").observe_repository("maker/code")
    assert (seen.state, seen.reason, seen.is_our_fault) == ("unverifiable", reason, fault == "429")
    assert upstreams.counter.get_counts()["github"] == requests


def test_a_refused_connection_is_our_fault():
    """No server at all: our network."""
    seen = GithubSource("http://127.0.0.1:1", None, RequestCounter()).observe_repository("a/b")
    assert (seen.state, seen.reason, seen.is_our_fault) == ("unverifiable", "connection", True)


def test_the_counter_stops_a_run():
    """At the limit nothing is sent any more."""
    counter = RequestCounter(limit=1)
    counter.count_request("github")
    with pytest.raises(BudgetReached):
        counter.count_request("hub-api")
    assert counter.get_counts() == {"github": 1}
    assert counter.total == 1
