"""Silence is noticed, the kill switch holds, and what the machine wrote reaches git without anything else."""

import json
import subprocess
from datetime import UTC, datetime, timedelta

import pytest

from audit.cli.main import main
from audit.core.locking import hold_registry_lock
from audit.publish.save import NotSavedError, RegistryCheckout
from audit.store.health import check_health
from audit.store.run_status import Heartbeat, UnverifiedTarget, write_heartbeat
from tests.conftest import make_license_record, make_model_record

pytestmark = pytest.mark.usefixtures("without_pauses")

NOW = datetime(2026, 3, 10, 6, tzinfo=UTC)


def format_hours_ago(hours):
    return (NOW - timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%SZ")


def write_sample_heartbeat(root, finished, complete, status="complete", unseen=0):
    rows = {
        f"models/maker/m{n}": UnverifiedTarget(1, format_hours_ago(finished), "timeout")
        for n in range(unseen)
    }
    write_heartbeat(
        root,
        Heartbeat(
            "r",
            format_hours_ago(finished),
            format_hours_ago(finished),
            status,
            None if complete is None else format_hours_ago(complete),
            rows,
        ),
    )


@pytest.mark.parametrize(
    ("finished", "complete", "status", "alive", "words"),
    [
        (1, 1, "complete", True, "alive"),
        (71, 71, "complete", True, "alive"),
        (73, 73, "complete", False, "look at the scheduler"),
        (1, 60, "incomplete", True, "alive"),
        (1, 100, "incomplete", False, "timeout"),
        (1, None, "incomplete", False, "never"),
        (1, 20, "degraded", False, "breaker"),
    ],
)
def test_three_periods(tmp_path, finished, complete, status, alive, words):
    """A day and its two successors may be missed; then it fails and says what to do."""
    write_sample_heartbeat(
        tmp_path, finished, complete, status, unseen=2 if status == "incomplete" else 0
    )
    found = check_health(tmp_path, NOW, 24)
    assert found.alive is alive
    assert words in " ".join(found.said)


def test_a_refused_token_is_told_at_once(tmp_path):
    """It does not mend itself: nobody waits three periods for that."""
    write_sample_heartbeat(tmp_path, 1, 20, "incomplete")
    assert check_health(tmp_path, NOW, 24).alive
    when = format_hours_ago(1)
    missed = {f"github/code/maker/c{n}": UnverifiedTarget(1, when, "bad-token") for n in range(2)}
    write_heartbeat(
        tmp_path, Heartbeat("r", when, when, "incomplete", format_hours_ago(20), missed)
    )
    found = check_health(tmp_path, NOW, 24)
    assert not found.alive
    assert found.said == (
        "github refused the token of the last run, so that 2 targets could not be verified; "
        "renew it",
    )


def test_never_ran_and_paused(tmp_path):
    """A registry that nobody audited is not alive, and neither is a paused one."""
    assert not check_health(tmp_path, NOW, 24).alive
    write_sample_heartbeat(tmp_path, 1, 1)
    (tmp_path / "PAUSED").touch()
    assert "PAUSED" in check_health(tmp_path, NOW, 24).said[0]


def test_the_kill_switch_stops_every_scheduled_command(write_registry, capsys, monkeypatch):
    """Neither a request nor a write; exit 0, so that no scheduler shouts, and the reason is said."""
    root = write_registry(("licenses", make_license_record()), ("models", make_model_record()))
    (root / "PAUSED").touch()
    before = sorted(root.rglob("*"))
    monkeypatch.setenv("GITHUB_TOKEN", "token")
    monkeypatch.setenv("GITHUB_REPOSITORY", "a/b")
    for command in (["run"], ["publish"], ["save"], ["webhook", "--since", "1d"]):
        assert main([*command, "--registry", str(root)]) == 0
        assert "PAUSED" in capsys.readouterr().err
    assert sorted(root.rglob("*")) == before


def run_git(folder, *arguments):
    return subprocess.run(
        ["git", *arguments], cwd=folder, check=True, capture_output=True, text=True
    ).stdout


@pytest.fixture
def clones(tmp_path, monkeypatch):
    """Two checkouts of one bare repository, on a machine without any git configuration."""
    for name in ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM"):
        monkeypatch.setenv(name, "/dev/null")
    run_git(tmp_path, "init", "--quiet", "--bare", "--initial-branch", "main", "origin")
    run_git(tmp_path, "clone", "--quiet", "origin", "one")
    (tmp_path / "one" / "registry" / "models" / "maker").mkdir(parents=True)
    (tmp_path / "one" / "registry" / "models" / "maker" / "m.json").write_text("{}")
    run_git(tmp_path / "one", "checkout", "--quiet", "-B", "main")
    run_git(tmp_path / "one", "add", ".")
    run_git(
        tmp_path / "one",
        "-c",
        "user.name=a",
        "-c",
        "user.email=a@example.org",
        "commit",
        "--quiet",
        "-m",
        "first",
    )
    run_git(tmp_path / "one", "push", "--quiet", "origin", "HEAD:main")
    run_git(tmp_path, "clone", "--quiet", "--branch", "main", "origin", "two")
    return tmp_path / "one", tmp_path / "two"


def write_machine_file(folder, name, text="x"):
    path = folder / "registry" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_only_the_machine_s_files_are_committed(clones):
    """Records that somebody is editing, and what they staged, stay theirs; nothing new makes no commit."""
    one, _ = clones
    for name in (
        "events/2026/a.json",
        "feeds/all.atom",
        "models/maker/README.md",
        "README.md",
        "models/maker/m.json",
        "models/maker/new.json",
    ):
        write_machine_file(one, name)
    run_git(one, "add", "registry/models/maker/new.json")
    saved = RegistryCheckout(one / "registry")
    assert saved.commit_written_files("Audit")
    assert run_git(one, "show", "--name-only", "--format=%an").split() == [
        "open-model-registry", "audit", "registry/README.md", "registry/events/2026/a.json", "registry/feeds/all.atom", "registry/models/maker/README.md",
    ]  # fmt: skip
    assert run_git(one, "status", "--short").split() == [
        "M",
        "registry/models/maker/m.json",
        "A",
        "registry/models/maker/new.json",
    ]
    assert not saved.commit_written_files("Audit")


def test_neither_locks_nor_the_files_of_people_are_committed(clones):
    """Where the audit has written nothing yet, too, and where a fork has no `.gitignore`."""
    one, _ = clones
    run_git(one, "rm", "--quiet", "-r", "registry")
    run_git(one, "-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "-qm", "empty")
    write_machine_file(one, "models/maker/m.json")
    write_machine_file(one, "../.env", "SECRET")
    saved = RegistryCheckout(one / "registry")
    assert not saved.commit_written_files("Audit")
    write_machine_file(one, "observations/.lock")
    write_machine_file(one, "observations/models/.x.json.abc.tmp")
    assert not saved.commit_written_files("Audit")
    write_machine_file(one, "observations/heartbeat.json")
    assert saved.commit_written_files("Audit")
    shown = run_git(one, "show", "--name-only", "--format=", "--diff-filter=A").split()
    assert shown == ["registry/observations/heartbeat.json"]


HOSTILE = ("x\n\nFixes #1 @alice\x1b[2J", "--amend", "9" * 99999, {"a": 1}, [], None, 7)


@pytest.mark.parametrize("value", [*HOSTILE, "99999-01-01T00:00:00Z", "2026-11-28T00:00:00"])
@pytest.mark.parametrize("name", ["started", "finished", "last_complete", "run", "status"])
def test_a_merged_heartbeat_says_nothing_in_our_name(write_registry, capsys, name, value):
    """It stands in the message of a commit and in reports: what no run writes is refused in one line."""
    if (name, value) == ("last_complete", None):
        return
    if name in ("run", "status") and isinstance(value, str) and value.isprintable():
        value = f"\x07{value}"
    root = write_registry()
    stamp = format_hours_ago(1)
    write_heartbeat(root, Heartbeat("r", stamp, stamp, "complete", stamp))
    path = root / "observations" / "heartbeat.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), name: value}))
    assert main(["health", "--every", "24", "--registry", str(root)]) == 1
    assert "not a heartbeat" in capsys.readouterr().err


def test_save_waits_for_nobody(clones, capsys):
    """Beside another command nothing is committed, and a script cannot take that for done."""
    root = clones[0] / "registry"
    before = run_git(clones[0], "rev-parse", "HEAD")
    (root / "events").mkdir(exist_ok=True)
    (root / "events" / "x.json").write_text("{}")
    with hold_registry_lock(root):
        assert main(["save", "--registry", str(root)]) == 3
    assert "nothing was committed" in capsys.readouterr().err
    assert run_git(clones[0], "rev-parse", "HEAD") == before


DAMAGE = {
    "events/2026/a.json": "{",
    "observations/heartbeat.json": "[]",
    "observations/huggingface/model/maker/m.json": '{"format": "observation/1"}',
    "alerts/ledger.json": "",
}


def test_no_damaged_file_is_committed(clones, capsys):
    """The last commit is what a damaged file is restored from: all of them are named, with the way."""
    one, _ = clones
    before = run_git(one, "rev-parse", "HEAD")
    for name, text in DAMAGE.items():
        write_machine_file(one, name, text)
    write_machine_file(one, "feeds/all.atom")
    assert main(["save", "--registry", str(one / "registry")]) == 1
    said = capsys.readouterr().err
    assert all(f"git checkout HEAD -- registry/{name}" in said for name in DAMAGE)
    assert said.endswith("nothing was committed\n")
    assert run_git(one, "rev-parse", "HEAD") == before


@pytest.mark.parametrize("name", ["feeds/all.atom", "models/maker/m.md", "observations/hf"])
def test_no_link_is_committed(clones, tmp_path, capsys, name):
    """Whoever clones it would read what lies elsewhere on a machine of theirs."""
    one, _ = clones
    before = run_git(one, "rev-parse", "HEAD")
    outside = tmp_path / "outside"
    outside.mkdir()
    link = one / "registry" / name
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(outside)
    assert main(["save", "--registry", str(one / "registry")]) == 2
    assert f"{link} is a symbolic link" in capsys.readouterr().err
    assert run_git(one, "rev-parse", "HEAD") == before


def test_much_damage_is_told_shortly(clones, capsys):
    """A disk that lost a folder damages thousands of files: ten are named, the others counted."""
    one, _ = clones
    for number in range(13):
        write_machine_file(one, f"events/2026/{number}.json", "{")
    assert main(["save", "--registry", str(one / "registry")]) == 1
    said = capsys.readouterr().err.splitlines()
    assert [line.count("git checkout") for line in said] == [*[1] * 10, 0, 0]
    assert said[-2:] == ["and 3 more damaged files", "nothing was committed"]


def test_a_push_goes_on_top_of_others(clones):
    """Somebody pushed a record meanwhile: both stand."""
    one, two = clones
    write_machine_file(one, "events/2026/a.json")
    write_machine_file(two, "events/2026/b.json")
    for each in (one, two):
        RegistryCheckout(each / "registry").commit_written_files("Audit")
    RegistryCheckout(one / "registry").push_to_branch("origin", "main")
    RegistryCheckout(two / "registry").push_to_branch("origin", "main")
    assert run_git(two, "ls-tree", "-r", "--name-only", "origin/main").count("events/2026") == 2


def test_a_conflict_is_left_to_a_person(clones):
    """Two audits of the same registry: nothing is overwritten, the checkout is as it was, and the next run says so again."""
    one, two = clones
    for each, text in ((one, "1"), (two, "2")):
        write_machine_file(each, "feeds/all.atom", text)
        RegistryCheckout(each / "registry").commit_written_files("Audit")
    RegistryCheckout(one / "registry").push_to_branch("origin", "main")
    with pytest.raises(NotSavedError, match="somebody else"):
        RegistryCheckout(two / "registry").push_to_branch("origin", "main")
    assert (two / "registry" / "feeds" / "all.atom").read_text() == "2"
    assert "rebase" not in run_git(two, "status")


def test_git_s_own_line_is_passed_on(clones):
    """What git complains about is what a person has to mend."""
    one, _ = clones
    (one / ".git" / "index.lock").write_text("")
    write_machine_file(one, "feeds/all.atom")
    with pytest.raises(
        NotSavedError, match=r"fatal: Unable to create .*index\.lock.*; .* remove that file"
    ):
        RegistryCheckout(one / "registry").commit_written_files("Audit")


def test_no_address_in_git_s_words_is_passed_on(clones):
    """A remote's address can hold a password; the error shows none of it."""
    one, _ = clones
    run_git(one, "remote", "set-url", "origin", "https://user:SECRET-TOKEN@127.0.0.1:9/x")
    write_machine_file(one, "feeds/all.atom")
    RegistryCheckout(one / "registry").commit_written_files("Audit")
    with pytest.raises(NotSavedError) as caught:
        RegistryCheckout(one / "registry").push_to_branch("origin", "main")
    assert "SECRET-TOKEN" not in str(caught.value)
