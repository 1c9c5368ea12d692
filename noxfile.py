"""Every job of the registry. `nox -s NAME -- ARGS` runs `python -m audit NAME ARGS`; a scheduler or CI only calls these."""

# /// script
# dependencies = ["nox>=2025.5"]
# ///

import os
import random
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import nox

UV_PATIENCE = 60
"""Seconds for each step of the trial of uv."""


def find_fault_of_uv(uv: str) -> str | None:
    """What keeps this uv from making an environment and installing what the project's build needs; None where it can.

    uv reads neither pip's settings nor, by itself, the certificates of the system, so that it may fail where pip works.
    """
    with tempfile.TemporaryDirectory(prefix="uv-") as folder:
        for step in (
            ["venv", "--quiet", "--python", sys.executable, folder],
            ["pip", "install", "--quiet", "--python", folder, "hatchling"],
        ):
            try:
                done = subprocess.run(
                    [uv, *step], capture_output=True, text=True, timeout=UV_PATIENCE, check=False
                )
            except (OSError, subprocess.TimeoutExpired) as error:
                return str(error)
            if done.returncode:
                return (
                    " ".join(done.stderr.split()) or f"`uv {step[0]}` ended with {done.returncode}"
                )
    return None


def choose_backend() -> str:
    """uv where it is there and works, and virtualenv elsewhere."""
    uv = shutil.which(os.environ.get("UV") or "uv")
    if uv is None:
        return "virtualenv"
    fault = find_fault_of_uv(uv)
    if fault is None:
        return "uv|virtualenv"
    print(f"uv is here and cannot install, so virtualenv is used: {fault}", file=sys.stderr)
    return "virtualenv"


nox.needs_version = ">=2025.5"
nox.options.default_venv_backend = choose_backend()
nox.options.sessions = ["lint", "tests", "validate"]
nox.options.error_on_external_run = True
nox.options.reuse_existing_virtualenvs = True

GITHUB_MOCK = ("@octokit/openapi@23.0.2", "@stoplight/prism-cli@5.14.2")
GROUPS = nox.project.load_toml("pyproject.toml")["dependency-groups"]


def _install(session: nox.Session, *groups: str) -> None:
    """Install the project as it stands here, and the dependency groups."""
    needed = [
        each
        for group in groups
        for each in nox.project.dependency_groups(nox.project.load_toml("pyproject.toml"), group)
    ]
    session.install("-q", "-e", ".", *needed)


def _audit(session: nox.Session, command: str) -> None:
    _install(session)
    session.run(
        "python",
        "-m",
        "audit",
        command,
        *session.posargs,
        success_codes=[0, 1, 2, 3, 4] if session.posargs == ["--help"] else [0],
    )


@nox.session
def tests(session: nox.Session) -> None:
    """Run the tests."""
    _install(session, "test")
    session.run("pytest", "-n", "auto", *session.posargs)


@nox.session
def lint(session: nox.Session) -> None:
    """Check style, types and the schemas."""
    _install(session, "lint", "test")
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("mypy")
    forms = sorted(map(str, Path(".github/ISSUE_TEMPLATE").glob("*-*.yml")))
    session.run("check-jsonschema", "--builtin-schema", "vendor.github-issue-forms", *forms)
    session.run(
        "check-jsonschema",
        "--builtin-schema",
        "vendor.github-issue-config",
        ".github/ISSUE_TEMPLATE/config.yml",
    )
    for kind, schema, name in (
        ("github", "vendor.github-workflows", "audit.yml"),
        ("gitlab", "vendor.gitlab-ci", ".gitlab-ci.yml"),
    ):
        session.run(
            "python", "-m", "audit", "schedule", kind, "--output", session.create_tmp(), silent=True
        )
        session.run(
            "check-jsonschema", "--builtin-schema", schema, f"{session.create_tmp()}/{name}"
        )
    session.run("zizmor", "--offline", "--quiet", f"{session.create_tmp()}/audit.yml")


@nox.session
def interop(session: nox.Session) -> None:
    """Audit an independent Hub server, olah, that serves recorded answers."""
    _install(session, "interop")
    session.run("pytest", "-m", "interop", "tests/interop/test_olah.py", *session.posargs)


@nox.session(name="interop-github")
def interop_github(session: nox.Session) -> None:
    """Let a mock server made from GitHub's own description judge every request of `publish`; needs node and npm."""
    _install(session, "test")
    folder = session.create_tmp()
    session.run(
        "npm",
        "install",
        "--silent",
        "--no-fund",
        "--no-audit",
        "--prefix",
        folder,
        *GITHUB_MOCK,
        external=True,
    )
    env = {"GITHUB_DESCRIPTION_MODULES": f"{folder}/node_modules"}
    session.run(
        "pytest",
        "-m",
        "interop",
        "tests/interop/test_github_description.py",
        *session.posargs,
        env=env,
    )


@nox.session
def drill(session: nox.Session) -> None:
    """Rehearse the whole audit against a Hub and a GitHub served here, replaying real drift."""
    _audit(session, "drill")


@nox.session
def validate(session: nox.Session) -> None:
    """Check every record."""
    _audit(session, "validate")


@nox.session
def explain(session: nox.Session) -> None:
    """Say how open a model is, and why."""
    _audit(session, "explain")


@nox.session
def allows(session: nox.Session) -> None:
    """Say whether a use is permitted, and by which clause."""
    _audit(session, "allows")


@nox.session
def run(session: nox.Session) -> None:
    """Audit the registry against the Hub and GitHub."""
    _audit(session, "run")


@nox.session
def publish(session: nox.Session) -> None:
    """Make the issues on GitHub say what the audit knows."""
    _audit(session, "publish")


@nox.session
def feeds(session: nox.Session) -> None:
    """Write, or check, the feeds."""
    _audit(session, "feeds")


@nox.session
def digest(session: nox.Session) -> None:
    """Say what changed since a day."""
    _audit(session, "digest")


@nox.session
def webhook(session: nox.Session) -> None:
    """Post what changed, signed, to WEBHOOK_URL."""
    _audit(session, "webhook")


@nox.session
def watch(session: nox.Session) -> None:
    """Say what the registry knows of the models that a project uses."""
    _audit(session, "watch")


@nox.session
def schedule(session: nox.Session) -> None:
    """Print definitions for cron, systemd, GitHub Actions or GitLab CI."""
    _audit(session, "schedule")


@nox.session
def save(session: nox.Session) -> None:
    """Commit what the audit wrote."""
    _audit(session, "save")


@nox.session
def health(session: nox.Session) -> None:
    """Fail when the last good run is too old."""
    _audit(session, "health")


@nox.session
def migrate(session: nox.Session) -> None:
    """Rewrite stored files of an older format in today's."""
    _audit(session, "migrate")


@nox.session
def identify(session: nox.Session) -> None:
    """Say which license a text is, and what differs."""
    _audit(session, "identify")


@nox.session
def fingerprint(session: nox.Session) -> None:
    """Print what a license record keeps of a text."""
    _audit(session, "fingerprint")


@nox.session(name="license-bench")
def license_bench(session: nox.Session) -> None:
    """Measure how well license texts are told apart."""
    _audit(session, "license-bench")


@nox.session(name="license-oracle")
def license_oracle(session: nox.Session) -> None:
    """Compare with ScanCode on the same texts; a large installation."""
    _install(session, "oracle")
    session.run("python", "-m", "audit", "license-bench", "--oracle", *session.posargs)


@nox.session(name="compare-indexes")
def compare_indexes(session: nox.Session) -> None:
    """List the facts that other indexes see differently."""
    _audit(session, "compare-indexes")


@nox.session
def catalog(session: nox.Session) -> None:
    """Write, or check, the generated pages."""
    _audit(session, "catalog")


@nox.session(name="spot-check")
def spot_check(session: nox.Session) -> None:
    """Draw facts at random, for a check by hand."""
    _audit(session, "spot-check")


@nox.session
def new(session: nox.Session) -> None:
    """Start a record from what the Hub says."""
    _audit(session, "new")


@nox.session
def review(session: nox.Session) -> None:
    """Say what a branch does to records, verdicts and permissions."""
    _audit(session, "review")


@nox.session
def accept(session: nox.Session) -> None:
    """Take what the audit saw into the records."""
    _audit(session, "accept")


@nox.session(name="from-issue")
def from_issue(session: nox.Session) -> None:
    """Turn a filled issue form into a record."""
    _audit(session, "from-issue")


@nox.session
def bench(session: nox.Session) -> None:
    """Measure requests, pace and local speed, beside the loop that users write. A few minutes."""
    _install(session)
    session.run(
        "python",
        "-m",
        "tests.bench",
        *session.posargs,
        env={"HF_HUB_DISABLE_TELEMETRY": "1", "HF_HUB_DISABLE_PROGRESS_BARS": "1"},
    )


@nox.session
def chaos(session: nox.Session) -> None:
    """A simulated month of faults, kills and real drift, hundreds of runs: nothing invented, nothing missed, no corrupt state."""
    _install(session, "test")
    session.run(
        "python",
        "-m",
        "tests.faults.chaos",
        *session.posargs,
        env={"HF_HUB_DISABLE_TELEMETRY": "1"},
    )


@nox.session
def fuzz(session: nox.Session) -> None:
    """Fuzz everything that reads foreign bytes, guided by coverage, for a minute unless told otherwise; then search the properties, for a few more."""
    _install(session, "test")
    session.install("-q", "atheris>=3")
    given = [each.removeprefix("-seed=") for each in session.posargs if each.startswith("-seed=")]
    seed = given[-1] if given else str(random.randrange(1, 1 << 31))
    options = [each for each in session.posargs if not each.startswith("-seed=")] or [
        "-max_total_time=60"
    ]
    session.log(
        f"The seed is {seed}; the same search again: nox -s fuzz -- -seed={seed} {' '.join(options)}"
    )
    session.run("python", "-m", "tests.hostile.fuzz", f"-seed={seed}", *options)
    session.run(
        "pytest",
        "-n",
        "auto",
        "-m",
        "hypothesis",
        "--hypothesis-profile=search",
        f"--hypothesis-seed={seed}",
    )


@nox.session
def mutation(session: nox.Session) -> None:
    """Count the small faults in the drift code that the tests do not notice, or in the groups named; tests/bench/mutation.toml. Five minutes."""
    _install(session, "mutation")
    session.run("python", "-m", "tests.bench.mutation", *session.posargs)


@nox.session
def screen(session: nox.Session) -> None:
    """Read a published table of the whole Hub and say where the next audit should look first."""
    session.install("-q", "-e", ".[hubtable]")
    session.run("python", "-m", "audit", "screen", *session.posargs)


@nox.session
def cluster(session: nox.Session) -> None:
    """Two Dask workers on loopback, one killed in mid-run, write byte for byte what one process writes."""
    _install(session, "test")
    session.install("-q", "-e", ".[cluster]")
    session.run("python", "-m", "tests.cluster.two_workers", *session.posargs)
