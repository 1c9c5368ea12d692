"""The schedules of docs/schedules: least privilege, nox only, off the hour, uninterrupted."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.test_commands import list_sessions

FOLDER = Path(__file__).parents[2] / "docs" / "schedules"
CHECKOUT = "/srv/open-model-registry"


def read_schedule(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


WORKFLOW = yaml.safe_load(read_schedule("github-actions.yml"))
PIPELINE = yaml.safe_load(read_schedule("gitlab-ci.yml"))
STEPS = [step for job in WORKFLOW["jobs"].values() for step in job["steps"]]
COMMANDS_OF_A_SCHEDULE = (
    r"nox -s [a-z]+|git |test ! -s saved\.patch |python3 -m pip install --quiet "
)
UNITS = sorted(path.name for path in FOLDER.glob("*.service"))
TIMERS = sorted(path.name for path in FOLDER.glob("*.timer"))


def test_github_calls_only_nox_and_pins_every_action():
    """No expression in a shell, no logic, each action by 40 hex digits with its version beside."""
    for step in STEPS:
        assert ("run" in step) != ("uses" in step)
        if "run" in step:
            assert "${{" not in step["run"]
            assert "\n" not in step["run"]
            assert re.match(COMMANDS_OF_A_SCHEDULE, step["run"])
        else:
            assert re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40}", step["uses"])
    pins = re.findall(r"uses: .*", read_schedule("github-actions.yml"))
    assert len(pins) == sum("uses" in step for step in STEPS)
    assert all(re.search(r"# v\d+\.\d+\.\d+$", pin) for pin in pins)


def test_github_grants_little():
    """Nothing by default; observing reads, publishing writes issues, pushing writes contents."""
    assert WORKFLOW["permissions"] == {}
    assert {name: job["permissions"] for name, job in WORKFLOW["jobs"].items()} == {
        "observe": {"contents": "read"},
        "publish": {"contents": "read", "issues": "write"},
        "push": {"contents": "write"},
        "health": {"contents": "read"},
    }


def test_github_keeps_credentials_in_one_job():
    """The Hub's token is seen by the job that asks the Hub; only the job that pushes may push."""
    jobs = WORKFLOW["jobs"]
    assert [name for name, job in jobs.items() if "HF_TOKEN" in str(job)] == ["observe"]
    checkouts = {name: job["steps"][0]["with"] for name, job in jobs.items()}
    pushing = [name for name, given in checkouts.items() if given["persist-credentials"]]
    assert pushing == ["push"]


def test_what_may_push_installs_nothing_and_the_rest_only_what_is_locked():
    """No package, however it got there, is in the job that can write to the repository."""
    push = [step["run"] for step in WORKFLOW["jobs"]["push"]["steps"] if "run" in step]
    assert all(re.match(r"(test ! -s saved\.patch|git) ", line) for line in push)
    assert PIPELINE["push"]["before_script"] == []
    installs = [step["run"] for step in STEPS if "pip" in step.get("run", "")]
    installs += PIPELINE["default"]["before_script"]
    assert len(installs) == 4
    assert all("--require-hashes --requirement locks/nox.txt" in line for line in installs)


def test_github_interrupts_nothing_and_waits_for_nothing_without_end():
    """Two runs never overlap, none is cut off by the next, and each job has a limit."""
    assert WORKFLOW["concurrency"] == {"group": "audit", "cancel-in-progress": False}
    assert all(job["timeout-minutes"] <= 60 for job in WORKFLOW["jobs"].values())


def test_gitlab_calls_only_nox_and_is_not_interrupted():
    """The same for GitLab, with variables bound to the environment of one job."""
    jobs = {
        name: job for name, job in PIPELINE.items() if isinstance(job, dict) and "script" in job
    }
    assert list(jobs) == ["observe", "publish", "push", "health"]
    lines = [line for job in jobs.values() for line in job["script"]]
    assert all(re.match(COMMANDS_OF_A_SCHEDULE, line) for line in lines)
    assert all("timeout" in job for job in jobs.values())
    assert PIPELINE["default"]["interruptible"] is False
    assert jobs["observe"]["environment"]["name"] != jobs["publish"]["environment"]["name"]
    grouped = [name for name, job in jobs.items() if job.get("resource_group") == "audit"]
    assert grouped == ["observe", "publish", "push"]


@pytest.mark.parametrize("path", sorted(FOLDER.iterdir()), ids=lambda path: path.name)
def test_every_session_that_a_schedule_calls_exists(path: Path, root: Path):
    """A session that is renamed is renamed in what people copied from here, too."""
    called = set(re.findall(r"nox -s ([a-z-]+)", path.read_text(encoding="utf-8")))
    assert called <= list_sessions(root)


def test_nothing_starts_on_the_hour():
    """At the full and the half hour every scheduler is busy, and GitHub drops jobs."""
    minutes = re.findall(r'cron: "(\d+) ', read_schedule("github-actions.yml"))
    minutes += re.findall(r"(?m)^(\d+) \d+ \* \* \*", read_schedule("crontab"))
    for name in TIMERS:
        minutes += re.findall(r"OnCalendar=\*-\*-\* \d\d:(\d\d):00 UTC", read_schedule(name))
    assert len(minutes) == 5
    assert not {"0", "00", "30"} & set(minutes)


def test_units_write_only_the_checkout_and_know_only_their_own_credentials():
    """Each service is fenced in, and reads at most one file of credentials."""
    for name in UNITS:
        text = read_schedule(name)
        assert "ProtectSystem=strict\n" in text
        assert "CapabilityBoundingSet=\n" in text
        assert re.findall(r"ReadWritePaths=(.*)", text) == [CHECKOUT]
    credentials = {
        name: re.findall(r"EnvironmentFile=-.*/(\w+)\.env", read_schedule(name)) for name in UNITS
    }
    assert credentials == {
        "open-model-registry-health.service": [],
        "open-model-registry-publish.service": ["publish"],
        "open-model-registry.service": ["observe"],
    }


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not here")
def test_systemd_accepts_the_units(tmp_path: Path):
    """`systemd-analyze verify` finds no fault."""
    write_nox(tmp_path, "exit 0")
    for name in (*UNITS, *TIMERS):
        (tmp_path / name).write_text(read_schedule(name).replace(CHECKOUT, str(tmp_path)))
    done = subprocess.run(
        ["systemd-analyze", "verify", *(str(tmp_path / name) for name in (*UNITS, *TIMERS))],
        capture_output=True,
        text=True,
        check=False,
    )
    output = (done.stdout + done.stderr).splitlines()
    assert [line for line in output if "open-model-registry" in line] == []


def write_nox(folder: Path, script: str) -> None:
    """A nox that runs `script` instead."""
    nox = folder / ".venv" / "bin" / "nox"
    nox.parent.mkdir(parents=True)
    nox.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    nox.chmod(0o755)


def test_a_crontab_keeps_credentials_apart(tmp_path: Path):
    """Each step sees its own credentials; a missing file or a failed run stops no later step."""
    write_nox(
        tmp_path,
        'echo "$2 ${HF_TOKEN:-none} ${GITHUB_TOKEN:-none}" >> log\n[ "$2" != run ]',
    )
    config = tmp_path / ".config" / "open-model-registry"
    config.mkdir(parents=True)
    (config / "publish.env").write_text("GITHUB_TOKEN=write\n")
    run_cron_line(tmp_path)
    once = ["run none none", "publish none write", "save none none"]
    assert (tmp_path / "log").read_text().splitlines() == once
    (config / "observe.env").write_text("HF_TOKEN=read\n")
    run_cron_line(tmp_path)
    assert (tmp_path / "log").read_text().splitlines()[3:] == ["run read none", *once[1:]]


def run_cron_line(folder: Path) -> None:
    """Run the first line of the crontab as cron does, in another checkout."""
    text = read_schedule("crontab").replace(CHECKOUT, str(folder))
    line = next(line for line in text.splitlines() if re.match(r"\d", line))
    environment = {
        "HOME": str(folder),
        "CONFIG": ".config/open-model-registry",
        "PATH": "/usr/bin:/bin",
    }
    subprocess.run(["/bin/sh", "-c", line.split(" ", 5)[5]], env=environment, check=False)


def test_what_pages_show_to_copy_is_pinned_as_our_own(root: Path):
    """A workflow in a page names an action by the same commit as the schedule does."""
    pins = set(re.findall(r"uses: (.*)", read_schedule("github-actions.yml")))
    shown = [re.findall(r"- uses: (.*)", path.read_text()) for path in (root / "docs").glob("*.md")]
    assert any(shown)
    assert {pin for pins_of_page in shown for pin in pins_of_page} <= pins


def test_new_versions_wait_a_week(root: Path):
    """A package that somebody took over is most often found out within days."""
    updates = yaml.safe_load((root / ".github" / "dependabot.yml").read_text())["updates"]
    assert [each["cooldown"]["default-days"] for each in updates] == [7, 7]


def test_the_security_policy_has_what_scorecard_counts(root: Path):
    """An address, text beside it, and two words or numbers about disclosure: ten points of ten (checks/raw/security_policy.go of OpenSSF Scorecard)."""
    policy = (root / ".github" / "SECURITY.md").read_text()
    links = re.findall(r"https?://[a-zA-Z0-9./?=_%:-]*", policy)
    assert links
    assert len(policy) > 2 * sum(map(len, links))
    assert len(re.findall(r"(?i)\b[0-9]{1,4}\b|disclos|vuln", policy)) > 1
