"""What schedulers are given: least privilege, only nox, off the hour, and nothing that breaks a run in its middle."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from audit.cli.main import main
from audit.cli.schedules.cron import cron
from audit.cli.schedules.github import github
from audit.cli.schedules.gitlab import gitlab
from audit.cli.schedules.plan import checkout, timing
from audit.cli.schedules.systemd import systemd
from audit.core.errors import UsageError

WHEN = timing(12, "05:17")
FOLDER = "/srv/registry"
WORKFLOW = yaml.safe_load(github(WHEN, FOLDER)["audit.yml"])
PIPELINE = yaml.safe_load(gitlab(WHEN, FOLDER)[".gitlab-ci.yml"])
STEPS = [step for job in WORKFLOW["jobs"].values() for step in job["steps"]]


def test_github_calls_only_nox_and_pins_every_action():
    """No expression in a command, no logic, each action by 40 hex digits with its version in a comment."""
    for step in STEPS:
        assert ("run" in step) != ("uses" in step)
        if "run" in step:
            assert re.fullmatch(r'pipx run nox -s [a-z]+( -- [a-z0-9" \[\]-]+)?', step["run"]), (
                step["run"]
            )
        else:
            assert re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40}", step["uses"])
    pins = re.findall(r"uses: .*", github(WHEN, FOLDER)["audit.yml"])
    assert all(re.search(r"# v\d+\.\d+\.\d+$", each) for each in pins)


def test_github_grants_little():
    """Nothing by default; observing may read, publishing may write contents and issues, and no job has the other's token."""
    assert WORKFLOW["permissions"] == {}
    assert {name: job["permissions"] for name, job in WORKFLOW["jobs"].items()} == {
        "observe": {"contents": "read"},
        "publish": {"contents": "write", "issues": "write"},
        "health": {"contents": "read"},
    }
    text = {name: str(job) for name, job in WORKFLOW["jobs"].items()}
    assert [name for name in text if "HF_TOKEN" in text[name]] == ["observe"]
    assert WORKFLOW["concurrency"]["cancel-in-progress"] is False
    assert all(job["timeout-minutes"] <= 60 for job in WORKFLOW["jobs"].values())


def test_gitlab_calls_only_nox_and_is_not_interrupted():
    """The same for GitLab, with variables bound to the environment of one job."""
    jobs = {
        name: job for name, job in PIPELINE.items() if isinstance(job, dict) and "script" in job
    }
    assert list(jobs) == ["observe", "publish", "save", "health"]
    assert all(re.match(r"nox -s ", line) for job in jobs.values() for line in job["script"])
    assert PIPELINE["default"]["interruptible"] is False
    assert jobs["observe"]["environment"]["name"] != jobs["publish"]["environment"]["name"]
    assert [name for name, job in jobs.items() if job.get("resource_group") == "audit"] == [
        "observe",
        "publish",
        "save",
    ]


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not here")
def test_systemd_accepts_its_units(tmp_path):
    """`systemd-analyze verify` has nothing to say; timers fire off the hour."""
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "bin" / "nox").write_text("#!/bin/sh\n")
    (tmp_path / ".venv" / "bin" / "nox").chmod(0o755)
    files = systemd(WHEN, str(checkout(str(tmp_path))))
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    done = subprocess.run(
        ["systemd-analyze", "verify", *(str(tmp_path / each) for each in files)],
        capture_output=True,
        text=True,
        check=False,
    )
    ours = [
        line for line in (done.stdout + done.stderr).splitlines() if "open-model-registry" in line
    ]
    assert ours == []
    services = [text for name, text in files.items() if name.endswith(".service")]
    assert all(
        "ProtectSystem=strict" in each and "CapabilityBoundingSet=\n" in each for each in services
    )
    assert ["observe.env" in each for each in services] == [True, False, False]
    assert ["publish.env" in each for each in services] == [False, True, False]
    assert re.search(
        r"OnCalendar=\*-\*-\* 05,17:17:00 UTC", files["open-model-registry-observe.timer"]
    )


def test_a_crontab_keeps_credentials_apart(tmp_path):
    """Run by a shell: each step sees its own credentials only, a missing file stops nothing, and a failed run is published too."""
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    nox = tmp_path / ".venv" / "bin" / "nox"
    nox.write_text(
        '#!/bin/sh\necho "$2 ${HF_TOKEN:-none} ${GITHUB_TOKEN:-none}" >> log\n[ "$2" != run ]\n'
    )
    nox.chmod(0o755)
    config = tmp_path / ".config" / "open-model-registry"
    config.mkdir(parents=True)
    (config / "publish.env").write_text("GITHUB_TOKEN=write\n")
    lines = [
        line for line in cron(WHEN, str(tmp_path))["crontab"].splitlines() if re.match(r"\d", line)
    ]
    assert [line.split()[:2] for line in lines] == [["17", "5,17"], ["24", "11"]]
    environment = {
        "HOME": str(tmp_path),
        "CONFIG": ".config/open-model-registry",
        "PATH": "/usr/bin:/bin",
    }
    for step in range(2):
        if step:
            (config / "observe.env").write_text("HF_TOKEN=read\n")
        subprocess.run(["/bin/sh", "-c", lines[0].split(" ", 5)[5]], env=environment, check=False)
    once = ["run none none", "publish none write", "save none none"]
    assert (tmp_path / "log").read_text().splitlines() == [*once, "run read none", *once[1:]]


@pytest.mark.parametrize(
    ("every", "at"), [(5, "05:17"), (24, "05:00"), (24, "25:17"), (24, "x"), (24, "05:30")]
)
def test_bad_times_are_refused(every, at):
    """The full hour, a time that is none, and runs so near to each other that two looks would count as one."""
    with pytest.raises(UsageError):
        timing(every, at)


@pytest.mark.parametrize("folder", ["relative", "/with space", "/per%cent", "/semi;colon"])
def test_folders_that_a_crontab_cannot_hold_are_refused(folder):
    """What a shell or cron would read as more than a name."""
    with pytest.raises(UsageError):
        checkout(folder)


def test_the_command(tmp_path, capsys):
    """Printed, or written as files."""
    assert main(["schedule", "github", "--every", "6"]) == 0
    assert yaml.safe_load(capsys.readouterr().out)[True]["schedule"] == [
        {"cron": "17 5,11,17,23 * * *"}
    ]
    assert main(["schedule", "systemd", "--output", str(tmp_path)]) == 0
    assert len(list(Path(tmp_path).glob("*.service"))) == 3
