"""Answers that no GitHub gives, but that a proxy or another server in its place can."""

import pytest
from pytest_httpserver import HTTPServer

from audit.publish.issues import tracker as tracker_module
from audit.publish.issues.tracker import IssueTracker
from audit.publish.issues.tracker_answers import TrackerError
from audit.sources.patience import Patience
from audit.sources.request_log import RequestCounter


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
