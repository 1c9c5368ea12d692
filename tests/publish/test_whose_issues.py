"""Which issues are ours: the token's account, a hidden line, and a finding that we hold must agree."""

import json
from dataclasses import replace

import pytest

from audit.cli.environment import read_endpoint, read_marker_key
from audit.core.errors import UsageError
from audit.publish.issues.session import PublishOptions
from audit.publish.issues.signing import MarkerKey
from audit.publish.issues.tracker import IssueTracker
from audit.publish.issues.tracker_answers import RequestRefused, TrackerError
from audit.publish.issues.types import format_issue_marker, format_note_marker
from tests.fakes.repositories import GithubComment, GithubIssue
from tests.publish.conftest import PublisherBench, build_finding

GATED = build_finding()
SETTLED = replace(GATED, status="reverted")
KEY, OTHER_KEY = MarkerKey(b"k" * 32), MarkerKey(b"o" * 32)


def add_issue(publisher: PublisherBench, body: str, author: str) -> GithubIssue:
    """An issue that was not opened by publishing."""
    issues = publisher.github_repo.issues
    stamp = "2026-02-01T00:00:00Z"
    issue = GithubIssue(len(issues) + 1, "A bug", body, [], stamp, stamp, author=author)
    issues.append(issue)
    return issue


def edit_ledger(publisher: PublisherBench, **changes: object) -> None:
    path = publisher.root / "alerts" / "ledger.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


def test_a_merged_ledger_steers_to_nobody_s_issue(publisher):
    """It names a stranger's issue, whose body has our line, and a stranger's account: the issue is as it was, ours is opened."""
    publisher.publish_once()
    body = f"Help!\n\n{format_issue_marker(GATED.id, 'a' * 12)}"
    theirs = add_issue(publisher, body, "alice")
    edit_ledger(publisher, issues={GATED.id: theirs.number}, account="alice", status=theirs.number)
    publisher.set_open_findings(GATED)
    publisher.publish_once()

    assert (theirs.title, theirs.body, theirs.state, theirs.comments) == ("A bug", body, "open", [])
    assert [each.author for each in publisher.drift_issues] == ["alice", "registry-bot"]
    assert publisher.written_ledger["account"] == "registry-bot"


def test_an_issue_about_what_we_do_not_hold_is_left_alone(publisher):
    """Even of our own account and even twice: a line with any id is no order to close."""
    publisher.publish_once()
    body = format_issue_marker("f" * 12, "a" * 12)
    twins = [add_issue(publisher, body, "registry-bot") for _ in range(2)]
    publisher.publish_once()
    assert [(each.state, each.title, each.comments) for each in twins] == [
        ("open", "A bug", [])
    ] * 2


def test_an_account_is_asked_for_and_not_believed(publisher, monkeypatch):
    """GitHub says whose token it is; --account is for a token that it does not tell, and contradicts no answer."""
    with pytest.raises(UsageError, match="is not whose token this is"):
        publisher.publish_once(account="alice")
    assert publisher.github_repo.issues == []
    monkeypatch.setattr(IssueTracker, "fetch_account", lambda tracker: None)
    with pytest.raises(TrackerError, match="pass --account LOGIN"):
        publisher.publish_once()
    publisher.publish_once(account="registry-bot")
    with pytest.raises(TrackerError, match="pass --account LOGIN"):
        publisher.publish_once()


def test_a_stranger_s_comment_silences_nothing(publisher):
    """The line of our closing comment can be computed by anybody; only our own account's counts."""
    publisher.set_open_findings(GATED)
    publisher.publish_once()
    issue = publisher.drift_issues[0]
    for words in ("reverted", "accepted", "withdrawn", "removed"):
        for marker in (
            format_note_marker(GATED.id, words, GATED.first_seen),
            format_note_marker(GATED.id, words),
        ):
            comment = GithubComment(len(issue.comments), marker, "2026-03-01T06:00:00Z", "mallory")
            issue.comments.append(comment)
    publisher.set_open_findings()
    publisher.record_event(SETTLED)
    publisher.record_later_run()
    publisher.publish_once()
    assert issue.state == "closed"
    assert issue.comments[-1].author == "registry-bot"


def test_more_comments_than_can_be_read_stop_that_issue_alone(publisher, monkeypatch):
    """The others are brought up to date, and what was not done is said."""
    second = build_finding("models/maker/model-2")
    publisher.set_open_findings(GATED, second)
    publisher.publish_once()
    noisy, quiet = publisher.drift_issues
    noisy.comments += [
        GithubComment(number, "!", "2026-03-01T06:00:00Z", "mallory") for number in range(301)
    ]
    monkeypatch.setattr("audit.publish.issues.tracker.MAX_PAGES", 3)
    publisher.set_open_findings(replace(GATED, after="manual"), replace(second, after="manual"))
    done = publisher.publish_once()
    assert any("more than 3 pages" in each for each in done.held_back)
    assert done.edited == [quiet.number]


def test_old_issues_are_adopted_once_and_then_only_signed_ones_count(publisher):
    """The first run with a key signs what stands and opens nothing; a line without the digest is nobody's after that."""
    publisher.set_open_findings(GATED)
    publisher.publish_once()
    old = publisher.drift_issues[0]
    publisher.publish_once(key=KEY)
    assert len(publisher.drift_issues) == 1
    assert KEY.is_signed(old.body)
    assert publisher.publish_once(key=KEY).edited == []

    forged = add_issue(publisher, format_issue_marker(GATED.id, "a" * 12), "registry-bot")
    publisher.publish_once(key=KEY)
    assert (forged.state, forged.title, forged.comments) == ("open", "A bug", [])
    assert old.state == "open"


@pytest.mark.parametrize("keys", [(KEY, OTHER_KEY), (KEY, MarkerKey()), (MarkerKey(), KEY)])
@pytest.mark.parametrize("is_closed", [False, True])
def test_another_key_opens_no_second_issue(publisher, keys, is_closed: bool):
    """Rotated, lost, or the first one: issues that stand, and those that a person closed, are still ours; with and without a ledger."""
    before, after = keys
    publisher.set_open_findings(GATED)
    publisher.publish_once(key=before)
    issue = publisher.drift_issues[0]
    if is_closed:
        issue.state, issue.closed_by, issue.closed_at = "closed", "ann", "2026-03-02T00:00:00Z"
    for _ in range(2):
        (publisher.root / "alerts" / "ledger.json").unlink()
        assert publisher.publish_once(key=after).opened == []
    assert len(publisher.drift_issues) == 1
    assert after.is_signed(issue.body)


def test_an_adoption_that_was_refused_is_not_over(publisher, monkeypatch):
    """As long as one issue could not be signed, the status issue is not, and the next run goes on."""
    publisher.set_open_findings(GATED)
    publisher.publish_once()
    issue = publisher.drift_issues[0]
    real, refusals = IssueTracker.edit_issue, [RequestRefused("locked")]

    def refuse_once(tracker, number, changes):
        if number == issue.number and refusals:
            raise refusals.pop()
        real(tracker, number, changes)

    monkeypatch.setattr(IssueTracker, "edit_issue", refuse_once)
    assert publisher.publish_once(key=KEY).held_back != []
    assert not any(
        KEY.is_signed(each.body)
        for each in publisher.github_repo.issues
        if each.title == "Audit status"
    )
    publisher.publish_once(key=KEY)
    assert KEY.is_signed(issue.body)
    assert len(publisher.drift_issues) == 1


def test_a_key_is_long_and_never_shown(monkeypatch):
    """Neither in an error nor where options are printed."""
    monkeypatch.setenv("REGISTRY_MARKER_KEY", "short-secret")
    with pytest.raises(UsageError) as caught:
        read_marker_key()
    assert "short-secret" not in str(caught.value)
    assert "kkkk" not in repr(PublishOptions(None, None, "", key=KEY))


@pytest.mark.parametrize("address", ["https://user:secret@host", "ftp://secret@host", "https://host/?secret"])  # fmt: skip
def test_an_endpoint_has_no_password_and_none_is_shown(monkeypatch, address: str):
    """It is stored with every observation and printed in reports."""
    for name, host in (("HF_ENDPOINT", "huggingface"), ("GITHUB_API_URL", "github")):
        monkeypatch.setenv(name, address)
        with pytest.raises(UsageError) as caught:
            read_endpoint(host)
        assert "secret" not in str(caught.value)
