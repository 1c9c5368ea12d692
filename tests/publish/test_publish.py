"""The life of an issue, on a GitHub that keeps state.

Each row of the table in docs/operations.md.
"""

from dataclasses import replace
from datetime import timedelta

import pytest

from audit.publish.issues.status_body import render_status_body
from audit.publish.issues.tracker_answers import TrackerError
from audit.store.run_status import Heartbeat, UnverifiedTarget
from tests.fakes.faults import FaultRule
from tests.fakes.github_server import LoopbackGithub
from tests.fakes.loopback import LoopbackAnswer
from tests.fakes.repositories import GithubLabel, GithubRepo
from tests.fakes.world import UpstreamWorld
from tests.publish.conftest import DAY, REPO, PublisherBench, build_finding

GATED = build_finding()
MANUAL = replace(GATED, after="manual", first_seen="2026-03-05T06:00:00Z")


def summarize_issues(publisher):
    return [(each.title, each.state, len(each.comments)) for each in publisher.drift_issues]


def test_a_suspicion_opens_nothing(publisher):
    """Only what is confirmed becomes an issue."""
    publisher.set_open_findings(replace(GATED, status="suspected"))
    publisher.publish_once()
    assert publisher.drift_issues == []


def test_a_confirmed_finding_opens_one_issue(publisher):
    """Once, with labels and a marker.

    A second run changes nothing and sends nothing that writes.
    """
    publisher.set_open_findings(GATED)
    assert len(publisher.publish_once().opened) == 1
    publisher.github.clear_log()
    done = publisher.publish_once()
    (issue,) = publisher.drift_issues
    assert (done.opened, done.edited, done.closed) == ([], [], [])
    assert {each.method for each in publisher.github.log} == {"GET"}
    assert set(issue.labels) == {"drift", "drift: weights", "more-closed", "owner: maker"}
    assert "nox -s accept -- " + GATED.id in issue.body


def test_another_value_edits_and_says_so_once(publisher):
    """The body follows the value, with one comment, however often the run is repeated."""
    publisher.set_open_findings(GATED)
    publisher.publish_once()
    publisher.set_open_findings(MANUAL)
    publisher.publish_once()
    publisher.publish_once()
    (issue,) = publisher.drift_issues
    assert len(issue.comments) == 1
    assert "a gate that a person opens" in issue.body


@pytest.mark.parametrize(
    ("status", "words"), [("reverted", "again as recorded"), ("accepted", "in line with upstream")]
)
def test_a_settled_finding_is_closed_with_its_reason(publisher, status, words):
    """One comment with the reason, closed as completed, and not touched again."""
    publisher.set_open_findings(GATED)
    publisher.publish_once()
    publisher.set_open_findings()
    publisher.record_event(replace(GATED, status=status))
    publisher.record_later_run()
    publisher.publish_once()
    publisher.publish_once()
    (issue,) = publisher.drift_issues
    assert (issue.state, issue.state_reason, len(issue.comments)) == ("closed", "completed", 1)
    assert words in issue.comments[0].body


def test_one_look_does_not_close(publisher):
    """Upstream must be as recorded in a second run that could see it.

    A mended record closes at once.
    """
    publisher.set_open_findings(GATED)
    publisher.publish_once()
    publisher.set_open_findings()
    publisher.record_event(replace(GATED, status="reverted"))
    for after, unseen in (
        (timedelta(0), ()),
        (timedelta(hours=6), ("huggingface/model/maker/model-1",)),
    ):
        publisher.record_later_run(after, unseen)
        publisher.publish_once()
        assert publisher.drift_issues[0].state == "open"
    publisher.record_later_run(timedelta(hours=12))
    publisher.publish_once()
    assert publisher.drift_issues[0].state == "closed"


def test_what_cannot_be_seen_leaves_the_issue_alone(publisher):
    """A finding that is neither open nor settled, as after a damaged run, is no reason to write."""
    publisher.set_open_findings(GATED)
    publisher.publish_once()
    publisher.set_open_findings()
    publisher.publish_once()
    assert summarize_issues(publisher)[0][1:] == ("open", 0)


@pytest.mark.parametrize(("days", "issues"), [(20, 1), (40, 2)])
def test_drift_that_comes_back(publisher, days, issues):
    """Within 30 days the same issue is opened again with a comment.

    Later it is a new one that links the old.
    """
    publisher.set_open_findings(GATED)
    publisher.publish_once()
    publisher.set_open_findings()
    publisher.record_event(replace(GATED, status="reverted"))
    publisher.record_later_run()
    publisher.publish_once()
    publisher.now += timedelta(days=days)
    publisher.set_open_findings(
        replace(GATED, first_seen=publisher.now.strftime("%Y-%m-%dT%H:%M:%SZ"))
    )
    publisher.publish_once()
    publisher.publish_once()
    assert len(publisher.drift_issues) == issues
    last = publisher.drift_issues[-1]
    assert last.state == "open"
    assert (len(last.comments) == 2) if issues == 1 else ("#1." in last.body)


def test_what_a_person_closed_stays_closed(publisher):
    """For that same value there is silence; for another one there is a new issue."""
    publisher.set_open_findings(GATED)
    publisher.publish_once()
    issue = publisher.drift_issues[0]
    issue.state, issue.closed_by, issue.closed_at = "closed", "somebody", "2026-03-02T00:00:00Z"
    publisher.publish_once()
    assert len(publisher.drift_issues) == 1
    publisher.set_open_findings(MANUAL)
    publisher.publish_once()
    publisher.publish_once()
    assert len(publisher.drift_issues) == 2


@pytest.mark.parametrize(
    "fate", [{"deleted": True}, {"moved_to": "http://127.0.0.1:9/repos/other/place/issues/1"}]
)
def test_a_lost_issue_is_forgotten(publisher, fate):
    """Deleted (410) or moved to another repository (301).

    It is told anew, once, and nobody follows it.
    """
    publisher.set_open_findings(GATED)
    publisher.publish_once()
    vars(publisher.drift_issues[0]).update(fate)
    publisher.publish_once()
    publisher.publish_once()
    assert [bool(each.deleted or each.moved_to) for each in publisher.drift_issues] == [True, False]


def test_labels_follow_the_direction_and_leave_those_of_people(publisher):
    """What became more open loses `more-closed`; a label that a person put there stays."""
    publisher.set_open_findings(GATED)
    publisher.publish_once()
    publisher.drift_issues[0].labels.append("drift")
    publisher.github_repo.labels["triage"] = GithubLabel("triage")
    publisher.drift_issues[0].labels.append("triage")
    publisher.set_open_findings(replace(GATED, after="manual", direction="more-open"))
    publisher.publish_once()
    publisher.github.clear_log()
    publisher.publish_once()
    assert {each.method for each in publisher.github.log} == {"GET"}
    assert set(publisher.drift_issues[0].labels) == {
        "drift",
        "drift: weights",
        "more-open",
        "owner: maker",
        "triage",
    }


def test_labels_are_created_once(publisher):
    """Every label with its color, by the first run only."""
    publisher.set_open_findings(GATED)
    publisher.publish_once()
    publisher.set_open_findings(GATED, build_finding("models/maker/model-2"))
    publisher.github.clear_log()
    publisher.publish_once()
    created = [
        each
        for each in publisher.github.log
        if (each.method, each.path) == ("POST", f"/repos/{REPO}/labels")
    ]
    assert len(created) == 1  # the lock
    assert publisher.github_repo.labels["more-closed"].color == "b60205"


@pytest.mark.parametrize(
    ("method", "path"), [("POST", "/issues$"), ("PATCH", r"/issues/\d+$"), ("POST", "/comments$")]
)
def test_what_github_refuses_does_not_stop_the_rest(publisher, method, path):
    """A 422 on one issue is told, the others are done, and the next run catches up."""
    publisher.set_open_findings(GATED, build_finding("models/maker/model-2"))
    publisher.publish_once()
    publisher.set_open_findings(
        MANUAL,
        build_finding("models/maker/model-2", after="manual"),
        build_finding("models/maker/model-3"),
        build_finding("models/maker/model-4"),
    )
    publisher.github.world.fault_injector.add_rule(
        FaultRule("422", "github", path, times=1, method=method)
    )
    done = publisher.publish_once()
    assert len(done.held_back) == 1
    assert "422" in done.held_back[0]
    publisher.publish_once()
    assert [len(each.comments) for each in publisher.drift_issues] == [1, 1, 0, 0]
    assert sum("gate that a person opens" in each.body for each in publisher.drift_issues) == 2


def test_few_issues_a_run_and_the_rest_waits(publisher):
    """Five new ones a run by default, 20 at most, worst first; the status issue names the rest."""
    publisher.set_open_findings(*(build_finding(f"models/maker/model-{n}") for n in range(1, 31)))
    done = publisher.publish_once()
    assert (len(done.opened), done.waiting) == (5, 25)
    assert any("Waiting to be opened" in (each.body or "") for each in publisher.github_repo.issues)
    assert len(publisher.publish_once(most_new=100).opened) == 20
    assert len(publisher.publish_once().opened) == 5
    assert len(publisher.drift_issues) == 30


def test_a_forged_marker_is_not_believed(publisher):
    """An issue of somebody else that carries our marker is not ours."""
    publisher.set_open_findings(GATED)
    publisher.publish_once()
    forged = publisher.drift_issues[0]
    forged.author = "somebody"
    (publisher.root / "alerts" / "ledger.json").unlink()
    publisher.publish_once()
    assert len(publisher.drift_issues) == 2


@pytest.mark.parametrize("fault", ["html", "bad-json", "503", "truncated"])
def test_a_bad_listing_opens_nothing(publisher, fault):
    """A listing that fails, or is no list, ends the run before anything is written."""
    publisher.set_open_findings(GATED)
    publisher.github.world.fault_injector.add_rule(
        FaultRule(fault, "github", "/issues$", method="GET")
    )
    with pytest.raises(TrackerError):
        publisher.publish_once()
    assert publisher.drift_issues == []


class BlindGithub(LoopbackGithub):
    """A GitHub whose filter by creator finds nothing, as for an account that is listed under
    another name."""

    def answer_request(self, request):
        return (
            LoopbackAnswer(200, {"Content-Type": "application/json"}, b"[]")
            if request.find_parameter("creator")
            else super().answer_request(request)
        )


def test_an_empty_listing_is_not_believed(tmp_path):
    """A listing without issues that are known to stand proves nothing: nothing new is opened."""
    world = UpstreamWorld(day=DAY, github_tokens={"ours": "registry-bot"})
    world.add_github_repo(GithubRepo(REPO))
    with LoopbackGithub(world) as seeing, BlindGithub(world) as blind:
        publisher = PublisherBench(tmp_path, seeing)
        publisher.set_open_findings(GATED)
        publisher.publish_once()
        publisher.set_open_findings(GATED, build_finding("models/maker/model-2"))
        publisher.github = blind
        done = publisher.publish_once()
        assert (done.opened, len(done.held_back)) == ([], 1)
        publisher.github = seeing
        assert len(publisher.publish_once().opened) == 1


def test_a_filter_that_finds_nothing_doubles_nothing(tmp_path):
    """Without a ledger and without a listing by creator the issues are found by their label."""
    world = UpstreamWorld(day=DAY, github_tokens={"ours": "registry-bot"})
    world.add_github_repo(GithubRepo(REPO))
    with BlindGithub(world) as github:
        for name in ("one", "two"):
            checkout = PublisherBench(tmp_path / name, github)
            checkout.root.mkdir()
            checkout.set_open_findings(GATED)
            checkout.publish_once()
        assert len(checkout.drift_issues) == 1
        assert len(checkout.github_repo.issues) == 2  # with the status


@pytest.mark.parametrize("fault", ["lost", "500-done"])
def test_an_answer_that_never_came(publisher, fault):
    """The issue was made and nobody said so: it is found, not made again."""
    publisher.set_open_findings(GATED, build_finding("models/maker/model-2"))
    publisher.github.world.fault_injector.add_rule(
        FaultRule(fault, "github", "/issues$", times=1, method="POST")
    )
    publisher.publish_once()
    publisher.github.world.fault_injector.clear_rules()
    publisher.publish_once()
    assert len(publisher.drift_issues) == 2
    assert publisher.written_ledger["asked"] == []


@pytest.mark.parametrize("fault", ["429", "403-limit"])
def test_a_limit_is_waited_for(publisher, fault):
    """429, or 403, with Retry-After delays, and nothing is doubled."""
    publisher.set_open_findings(GATED)
    publisher.github.world.fault_injector.add_rule(FaultRule(fault, "github", times=2))
    publisher.publish_once()
    assert len(publisher.drift_issues) == 1


def test_paused(publisher):
    """The kill switch stops it before the first request."""
    (publisher.root / "PAUSED").touch()
    publisher.set_open_findings(GATED)
    with pytest.raises(Exception, match="PAUSED"):
        publisher.publish_once()
    assert publisher.github.log == []


@pytest.mark.parametrize(("same", "is_told"), [(2, False), (3, True)])
def test_the_status_issue_names_what_fails_three_runs_in_a_row(same: int, is_told: bool):
    """An upstream can make each look fail and so hide what it changed: a section of its own names it, with the reason."""
    row = UnverifiedTarget(same, "2026-01-01T06:00:00Z", "schema", same)
    heartbeat = Heartbeat("r", "s", "f", "incomplete", None, {"huggingface/model/maker/m": row})
    body = render_status_body(heartbeat, [], [])
    assert ("### Fails the same way run after run: 1" in body) is is_told
    assert ("`huggingface/model/maker/m`: `schema`, 3 runs" in body) is is_told
