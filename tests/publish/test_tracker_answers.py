"""Answers that no GitHub gives, but that a proxy or another server in its place can."""

import pytest
from pytest_httpserver import HTTPServer

from audit.publish.issues import tracker as tracker_module
from audit.publish.issues.remote_lock import PublisherBusy
from audit.publish.issues.tracker import IssueTracker
from audit.publish.issues.tracker_answers import TrackerError
from audit.sources.patience import Patience
from audit.sources.request_log import RequestCounter
from tests.fakes.repositories import GithubLabel
from tests.publish.conftest import build_finding


@pytest.mark.parametrize("headers", [{}, {"Content-Encoding": "gzip"}])
def test_answers_to_the_tracker_have_a_cap(httpserver: HTTPServer, monkeypatch, headers):
    """More than a page can hold is not read, and packed answers, which nobody asked for, not unpacked."""
    monkeypatch.setattr(tracker_module, "MAX_ANSWER_BYTES", 1000)
    httpserver.expect_request("/repos/registry/records/labels").respond_with_data(
        b"[" + b" " * 2000 + b"]" if not headers else b"[]", headers=headers
    )
    tracker = IssueTracker(
        httpserver.url_for(""),
        "registry/records",
        "token",
        RequestCounter(),
        Patience(sleep=lambda _: None),
    )
    with pytest.raises(TrackerError, match="ContentDecodingError"):
        tracker.list_labels()
    assert httpserver.log[0][0].headers["Accept-Encoding"] == "identity"


@pytest.mark.parametrize(
    "body",
    [
        "[" * 100_000,
        '[{"number": 1e999, "title": "", "state": "open", "user": {"login": "us"}}]',
        '[{"number": 1, "title": "", "state": "closed", "closed_at": "soon", "user": {"login": "us"}}]',
        '[{"number": 1, "title": "", "state": "closed", "closed_at": "2026-03-01T06:00:00", "user": {"login": "us"}}]',
    ],
    ids=["deep", "infinite", "no-date", "no-zone"],
)
def test_answers_to_the_tracker_that_no_issue_has(httpserver: HTTPServer, body):
    """A failure in one line, and nothing is changed."""
    httpserver.expect_request("/repos/registry/records/issues").respond_with_data(body)
    with pytest.raises(TrackerError, match="nothing was changed"):
        IssueTracker(
            httpserver.url_for(""),
            "registry/records",
            "token",
            RequestCounter(),
            Patience(sleep=lambda _: None),
        ).list_issues("us")


def open_tracker(httpserver: HTTPServer) -> IssueTracker:
    return IssueTracker(
        httpserver.url_for(""),
        "registry/records",
        "token",
        RequestCounter(),
        Patience(sleep=lambda _: None),
    )


@pytest.mark.parametrize("labels", ["[{}]", '[{"name": null}]', '[{"name": ["x"]}]'])
def test_a_label_without_a_name_is_a_failure_in_one_line(httpserver: HTTPServer, labels: str):
    """No answer in place of GitHub's ends with a traceback."""
    httpserver.expect_request("/repos/registry/records/labels").respond_with_data(labels)
    with pytest.raises(TrackerError, match="a label without a name"):
        open_tracker(httpserver).list_labels()


@pytest.mark.parametrize("number", ["1e3", "-1", "true", '"1"', "9" * 4000])
def test_a_number_of_an_issue_is_a_small_number(httpserver: HTTPServer, number: str):
    """It becomes part of an address, and is shown."""
    issue = f'[{{"number": {number}, "title": "", "state": "open", "user": {{"login": "us"}}}}]'
    httpserver.expect_request("/repos/registry/records/issues").respond_with_data(issue)
    with pytest.raises(TrackerError, match="a number"):
        open_tracker(httpserver).list_issues("us")


def test_half_a_character_in_an_answer_is_replaced(httpserver: HTTPServer):
    """The name of the account is sent again, and half a character cannot be."""
    httpserver.expect_request("/user").respond_with_data(r'{"login": "u\ud800"}')
    assert open_tracker(httpserver).fetch_account() == "u\ufffd"


@pytest.mark.parametrize(
    ("since", "is_held"),
    [
        ("2026-03-01T05:30:00Z", True),
        ("2026-03-01T06:30:00Z", True),
        ("2026-03-01T03:00:00Z", False),
        ("9999-12-31T23:59:59Z", False),
        ("2026-03-01T05:30:00", False),
        ("0001-01-01T00:00:00+14:00", False),
        ("yesterday", False),
    ],
)
def test_a_lock_of_another_publisher_holds_for_an_hour(publisher, since: str, is_held: bool):
    """Whoever may write labels can write one with any date: one of the year 9999 would hold up all publishing until then, and one without a zone ended it with a traceback."""
    publisher.set_open_findings(build_finding())
    repo = publisher.github_repo
    lock = GithubLabel("audit-publishing-1", "ededed", f"held by abcdef since {since}")
    repo.labels[lock.name] = lock
    if is_held:
        with pytest.raises(PublisherBusy):
            publisher.publish_once()
    else:
        assert len(publisher.publish_once().opened) == 1
