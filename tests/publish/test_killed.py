"""Killed at any request, before it leaves or after it was answered.

The next run finishes, and nothing is doubled or lost.
"""

from dataclasses import replace
from datetime import timedelta

import pytest
from requests.adapters import HTTPAdapter

from audit.publish.issues.remote_lock import PublisherBusy
from tests.publish.conftest import PublisherBench, build_finding

FIRST = [build_finding(f"models/maker/model-{n}") for n in range(1, 5)]


class Killed(BaseException):
    """The process ends here."""


class Killer(HTTPAdapter):
    """Ends the process at the n-th request, before or after it is served."""

    def __init__(self, at, when):
        super().__init__()
        self.at, self.when, self.count = at, when, 0

    def send(self, *arguments, **options):
        self.count += 1
        if self.count == self.at and self.when == "before":
            raise Killed
        answer = super().send(*arguments, **options)
        if self.count == self.at:
            raise Killed
        return answer


def prepare_issues(publisher):
    """Two issues stand and one is closed.

    Then one changes, one is settled, one is new, and one comes back.
    """
    publisher.set_open_findings(*FIRST[:2], FIRST[3])
    publisher.publish_once()
    publisher.set_open_findings(*FIRST[:2])
    publisher.record_event(replace(FIRST[3], status="accepted"))
    publisher.publish_once()
    publisher.set_open_findings(
        replace(FIRST[0], after="manual", direction="more-open", first_seen="2026-03-04T06:00:00Z"),
        FIRST[2],
        replace(FIRST[3], first_seen="2026-03-04T06:00:00Z"),
    )
    publisher.record_event(replace(FIRST[1], status="reverted"))
    publisher.record_later_run()


def summarize_issues(publisher):
    return sorted((each.title, each.state, len(each.comments)) for each in publisher.drift_issues)


@pytest.mark.parametrize("when", ["before", "after"])
def test_every_boundary(github, tmp_path, when):
    """All requests of a run that opens, edits, relabels, closes and opens again are tried, each
    in a world of its own."""
    at = 0
    while True:
        at += 1
        repo = github.world.get_github_repo("registry/records")
        repo.issues.clear()
        repo.labels.clear()
        publisher = PublisherBench(tmp_path / f"{at}", github)
        publisher.root.mkdir()
        prepare_issues(publisher)
        adapter = Killer(at, when)
        try:
            publisher.publish_once(adapter)
        except Killed:
            publisher.publish_once()
        else:
            break
        publisher.publish_once()
        ends = summarize_issues(publisher)
        assert [row[1:] for row in ends] == [
            ("open", 1),
            ("closed", 1),
            ("open", 0),
            ("open", 2),
        ], (at, when)
        assert "more-open" in publisher.drift_issues[0].labels
        assert not [name for name in repo.labels if name.startswith("audit-publishing")], (at, when)
        assert sum("audit-status" in (each.body or "") for each in repo.issues) == 1
    assert at > 10


def test_two_publishers_at_once(github, tmp_path):
    """Another checkout's lock stops us.

    Left behind for more than an hour it is taken over, and nothing is doubled.
    """
    first, second = (PublisherBench(tmp_path / name, github) for name in ("one", "two"))
    for each in (first, second):
        each.root.mkdir()
        each.set_open_findings(*FIRST)
    with pytest.raises(Killed):
        first.publish_once(Killer(7, "after"))
    assert [name for name in first.github_repo.labels if name.startswith("audit-publishing")] == [
        "audit-publishing-1"
    ]
    with pytest.raises(PublisherBusy):
        second.publish_once()
    assert len(first.drift_issues) < len(FIRST)
    second.now += timedelta(hours=2)
    second.publish_once()
    first.publish_once()
    assert len(first.drift_issues) == len(FIRST)
    assert not [name for name in first.github_repo.labels if name.startswith("audit-publishing")]
