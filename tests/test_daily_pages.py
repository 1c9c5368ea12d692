"""Makers' pages in runs: once a day, told after two days, and never what makes a run incomplete."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from audit.publish.issues.body import build_desired_issue
from audit.publish.issues.labels import OWNER_LABEL_PREFIX
from audit.publish.issues.open_findings import load_open_and_closed_findings
from audit.records.load import load_registry
from audit.runs.collect import Upstreams
from audit.runs.report import RunReport
from audit.runs.run import RunOptions, run_audit
from audit.sources.github.repositories import GithubSource
from audit.sources.huggingface.source import HubSource
from audit.sources.pages.source import PagesSource
from audit.sources.patience import Patience
from audit.sources.request_log import RequestCounter
from tests.conftest import WriteRegistry, make_license_record, make_model_record
from tests.fakes.github_server import LoopbackGithub
from tests.fakes.hub_server import LoopbackHub
from tests.fakes.world import build_world
from tests.sources.test_pages import TERMS, build_page

START = datetime(2026, 1, 1, 6, tzinfo=UTC)
MODEL = "models/maker/model-1"
RECORD = "licenses/LicenseRef-maker"
PAGE = "https://maker.example.com/legal/model-terms"


@dataclass
class PageStage:
    """A registry with a maker's own license, and the page on which its terms stand."""

    root: Path
    endpoints: tuple[str, str, str]
    answer: Response = field(default_factory=lambda: _build_response(TERMS))
    hours: int = 0

    def audit(self, hours: int = 24, **options: bool) -> RunReport:
        """One run, so many hours after the last."""
        counter, patience = RequestCounter(), Patience(sleep=[].append, pause=0.001)
        kinds = (HubSource, GithubSource, PagesSource)
        sources = tuple(
            kind(endpoint, None, counter, patience)
            for kind, endpoint in zip(kinds, self.endpoints, strict=True)
        )
        now = START + timedelta(hours=self.hours)
        self.hours += hours
        upstreams = Upstreams(sources, counter)
        return run_audit(load_registry(self.root), upstreams, RunOptions(self.root, now, **options))

    def respond(self, request: Request) -> Response:
        del request
        return self.answer


def _build_response(terms: tuple[str, ...]) -> Response:
    return Response(build_page(terms), content_type="text/html; charset=utf-8")


@pytest.fixture
def stage(write_registry: WriteRegistry, httpserver: HTTPServer) -> Iterator[PageStage]:
    model = make_model_record()
    model["components"]["model-parameters-final"]["license"] = "LicenseRef-maker"
    model["hub"]["license_tag"] = "other"
    license = make_license_record("LicenseRef-maker", hub_tags=[], url=PAGE, osi_approved=False)
    records = [("licenses", license), ("models", model)]
    root = write_registry(
        *records,
        *[("models", make_model_record(f"a/m-{n}")) for n in range(2)],
        ("licenses", make_license_record()),
    )
    world = build_world(load_registry(root))
    with LoopbackHub(world) as hub, LoopbackGithub(world) as github:
        endpoints = (hub.endpoint, github.endpoint, httpserver.url_for("/"))
        staged = PageStage(root, endpoints)
        path = PAGE.removeprefix("https:/")
        httpserver.expect_request(path).respond_with_handler(staged.respond)
        assert staged.audit().status == "complete"
        yield staged


def list_statuses(report: RunReport) -> list[tuple[str, str, str]]:
    return [(each.record, each.kind, each.status) for each in report.changed_findings]


def test_a_page_is_asked_for_once_a_day(stage: PageStage):
    """By runs and by sweeps alike; in between its findings stay as they are."""
    assert stage.audit(hours=1).requests["pages"] == 1
    assert stage.audit(hours=1).requests["pages"] == 0
    assert stage.audit(hours=22, sweep=True).requests["pages"] == 0
    assert stage.audit(sweep=True).requests["pages"] == 1


def test_changed_terms_are_told_on_the_second_day(stage: PageStage):
    """For the license record, with the models that are under it; no label moves unread."""
    stage.answer = _build_response(TERMS[:2] + TERMS[3:])
    assert list_statuses(stage.audit()) == [(RECORD, "terms-elsewhere-changed", "suspected")]
    report = stage.audit()
    assert list_statuses(report) == [(RECORD, "terms-elsewhere-changed", "confirmed")]
    (finding,) = report.changed_findings
    assert (finding.affects, finding.label_changes) == ((MODEL,), ())
    stage.answer = _build_response(TERMS)
    assert list_statuses(stage.audit()) == [(RECORD, "terms-elsewhere-changed", "reverted")]


def test_a_license_record_gets_an_issue_like_any_other(stage: PageStage):
    """It stands while the finding does, and is closed when a later run has read the old terms again."""
    stage.answer = _build_response(TERMS[:2] + TERMS[3:])
    stage.audit()
    (finding,) = stage.audit().changed_findings
    wanted, closed = load_open_and_closed_findings(load_registry(stage.root), stage.root)
    assert ([each.id for each in wanted], closed) == ([finding.id], {})
    issue = build_desired_issue(finding, load_registry(stage.root), "https://example.org")
    assert not [label for label in issue.labels if label.startswith(OWNER_LABEL_PREFIX)]
    stage.answer = _build_response(TERMS)
    for _ in range(2):
        stage.audit()
    wanted, closed = load_open_and_closed_findings(load_registry(stage.root), stage.root)
    assert (wanted, list(closed)) == ([], [finding.id])


def test_a_page_that_refuses_programs_leaves_runs_complete(stage: PageStage):
    """The report names it every day; nothing else hangs on it."""
    stage.answer = Response("no", 403)
    report = stage.audit()
    assert report.status == "complete"
    assert [seen.reason for seen in report.target_observations if seen.target.host == "web"] == [
        "refused"
    ]
    assert report.requests["pages"] == 1
    assert list_statuses(report) == []
