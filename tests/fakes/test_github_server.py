"""The loopback GitHub, asked by requests: what the audit reads, and the issues and labels that `publish` keeps."""

from datetime import date

import pytest
import requests

from tests.fakes.faults import FaultInjector, FaultRule
from tests.fakes.github_server import LoopbackGithub
from tests.fakes.repositories import GithubRepo
from tests.fakes.world import UpstreamWorld

TOKEN = {"Authorization": "Bearer writer"}


@pytest.fixture
def world():
    world = UpstreamWorld(day=date(2026, 3, 1), github_tokens={"writer": "rehearsal"})
    world.add_github_repo(
        GithubRepo("acme/train", "Apache-2.0", files={"LICENSE": b"Synthetic terms.\n"})
    )
    world.add_github_repo(GithubRepo("acme/odd", "NOASSERTION"))
    return world


@pytest.fixture
def github(world):
    with LoopbackGithub(world) as server:
        yield server


@pytest.fixture
def session():
    with requests.Session() as session:
        yield session


def test_a_repository_and_its_license(github, session):
    """License by SPDX id, `NOASSERTION` for one without a name, null for none; stars grow."""
    first = session.get(f"{github.endpoint}/repos/acme/train").json()
    second = session.get(f"{github.endpoint}/repos/ACME/Train").json()
    assert (first["full_name"], first["archived"], first["license"]["spdx_id"]) == (
        "acme/train",
        False,
        "Apache-2.0",
    )
    assert second["full_name"] == "acme/train"
    assert second["stargazers_count"] > first["stargazers_count"]
    assert (
        session.get(f"{github.endpoint}/repos/acme/odd").json()["license"]["spdx_id"]
        == "NOASSERTION"
    )
    assert (
        session.get(f"{github.endpoint}/repos/acme/train/license").json()["license"]["key"]
        == "apache-2.0"
    )
    assert session.get(f"{github.endpoint}/repos/acme/odd/license").status_code == 404


def test_a_rename_redirects_through_the_repositorys_number(github, session, world):
    """Reading moves by 301, writing by 307, both over several renames."""
    world.rename_github_repo("acme/train", "acme/trainer")
    world.rename_github_repo("acme/trainer", "newco/trainer")
    answer = session.get(f"{github.endpoint}/repos/acme/train")
    assert [step.status_code for step in answer.history] == [301]
    assert answer.json()["full_name"] == "newco/trainer"
    created = session.post(
        f"{github.endpoint}/repos/acme/train/issues", json={"title": "t"}, headers=TOKEN
    )
    assert [step.status_code for step in created.history] == [307]
    assert created.status_code == 201
    assert len(world.get_github_repo("newco/trainer").issues) == 1


def test_missing_is_404_and_archived_is_read_only(github, session, world):
    """A deleted and a private repository answer alike."""
    world.archive_github_repo("acme/train")
    assert session.get(f"{github.endpoint}/repos/acme/train").json()["archived"] is True
    assert (
        session.post(
            f"{github.endpoint}/repos/acme/train/issues", json={"title": "t"}, headers=TOKEN
        ).status_code
        == 403
    )
    world.remove_github_repo("acme/train")
    assert session.get(f"{github.endpoint}/repos/acme/train").status_code == 404


def test_issues_keep_their_state(github, session, world):
    """Open, find by label, comment, close, reopen: the next run sees what the last one did."""
    issues = f"{github.endpoint}/repos/acme/train/issues"
    made = session.post(
        issues, json={"title": "drift", "body": "b", "labels": ["audit", "license"]}, headers=TOKEN
    ).json()
    session.post(issues, json={"title": "other"}, headers=TOKEN)
    assert [
        issue["title"] for issue in session.get(issues, params={"labels": "Audit,license"}).json()
    ] == ["drift"]
    assert (
        session.post(f"{made['url']}/comments", json={"body": "again"}, headers=TOKEN).status_code
        == 201
    )
    world.day = date(2026, 3, 5)
    closed = session.patch(
        made["url"], json={"state": "closed", "state_reason": "completed"}, headers=TOKEN
    ).json()
    assert (closed["state"], closed["closed_at"], closed["comments"]) == (
        "closed",
        "2026-03-05T00:00:00Z",
        1,
    )
    assert [issue["title"] for issue in session.get(issues).json()] == ["other"]
    assert [
        issue["number"]
        for issue in session.get(issues, params={"state": "all", "labels": "audit"}).json()
    ] == [1]
    reopened = session.patch(made["url"], json={"state": "open"}, headers=TOKEN).json()
    assert (reopened["state"], reopened["state_reason"], reopened["closed_at"]) == (
        "open",
        "reopened",
        None,
    )


def test_lists_are_paged_by_link(github, session):
    """Pages of `per_page`, 100 at most, newest first, with next and last."""
    issues = f"{github.endpoint}/repos/acme/train/issues"
    for number in range(7):
        session.post(issues, json={"title": str(number)}, headers=TOKEN)
    titles, url, pages = [], f"{issues}?per_page=3&state=all", 0
    while url:
        answer = session.get(url)
        titles += [issue["title"] for issue in answer.json()]
        url, pages = answer.links.get("next", {}).get("url"), pages + 1
    assert (titles, pages) == (list("6543210"), 3)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 422),
        ({"title": "t" * 257}, 422),
        ({"title": "t", "body": "b" * 65_537}, 422),
        ({"title": "t", "labels": "audit"}, 422),
        ({"title": "t", "unknown": 1}, 201),
    ],
)
def test_bodies_are_checked_as_github_does(github, session, body, status):
    """What GitHub refuses is refused, so that `publish` cannot pass with it; unknown fields are ignored."""
    assert (
        session.post(
            f"{github.endpoint}/repos/acme/train/issues", json=body, headers=TOKEN
        ).status_code
        == status
    )


def test_labels_are_made_once(github, session):
    """A second label of the same name is 422, in any case."""
    labels = f"{github.endpoint}/repos/acme/train/labels"
    assert (
        session.post(labels, json={"name": "Drift", "color": "ff0000"}, headers=TOKEN).status_code
        == 201
    )
    assert (
        session.post(labels, json={"name": "drift"}, headers=TOKEN).json()["errors"][0]["code"]
        == "already_exists"
    )
    assert [label["name"] for label in session.get(labels).json()] == ["Drift"]
    assert session.get(f"{labels}/drift").status_code == 200


def test_writing_needs_a_valid_token(github, session):
    """No token and a wrong one are told apart; a wrong one may not even read."""
    repo = f"{github.endpoint}/repos/acme/train"
    assert (
        session.post(f"{repo}/issues", json={"title": "t"}).json()["message"]
        == "Requires authentication"
    )
    assert (
        session.get(repo, headers={"Authorization": "Bearer mistyped"}).json()["message"]
        == "Bad credentials"
    )


def test_the_quota_is_counted_and_refused_by_headers(world, session):
    """403 with nothing remaining; /rate_limit costs nothing; an hour later it is free again."""
    now = [5_000.0]
    with LoopbackGithub(world, quota=2, clock=lambda: now[0]) as github:
        repo = f"{github.endpoint}/repos/acme/train"
        session.get(repo)
        assert session.get(f"{github.endpoint}/rate_limit").json()["rate"]["remaining"] == 1
        session.get(repo)
        refused = session.get(repo)
        assert (
            refused.status_code,
            refused.headers["x-ratelimit-remaining"],
            refused.headers["x-ratelimit-reset"],
        ) == (403, "0", "8600")
        now[0] += 3_600
        assert session.get(repo).status_code == 200


def test_weather_strikes_the_host_it_names(world, session):
    """A rule for the Hub leaves GitHub alone; a refused write has changed nothing."""
    world.fault_injector = FaultInjector(
        [FaultRule("html", "hub"), FaultRule("503", "github", "/issues$", times=1)]
    )
    with LoopbackGithub(world) as github:
        issues = f"{github.endpoint}/repos/acme/train/issues"
        assert session.post(issues, json={"title": "t"}, headers=TOKEN).status_code == 503
        assert session.get(issues).json() == []
