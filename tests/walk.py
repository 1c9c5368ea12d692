"""Types every command of README.md as it is printed there, in a fresh clone and an empty environment.

Only what says where packages and certificates come from is kept; the Hub and GitHub are doubles on
loopback that hold what the records declare. CONTRIBUTING.md is walked by its own test.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.rehearsal.serve import serve_upstreams

ROOT = Path(__file__).parents[1]
KEPT = re.compile(r"PIP_\w+|UV_\w+|SSL_CERT_FILE|SSL_CERT_DIR|REQUESTS_CA_BUNDLE")
SHELL_BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PROMISED = re.compile(
    r"^```sh\n(uvx [^\n]+)\n```\n\n```text\n(.+?)…\n```$", re.MULTILINE | re.DOTALL
)
LONG = " -s tests"
"""The suite has a run of its own; here it would run itself."""
MAX_SHOWN_LINES = 8


@dataclass(frozen=True)
class WalkedCommand:
    """One line of the page, and what became of it."""

    line: str
    status: int
    seconds: float
    said: str


def walk_readme(clone: Path, environment: Mapping[str, str]) -> Iterator[WalkedCommand]:
    """Type the lines of every shell block, in the order of the page."""
    text = (clone / "README.md").read_text(encoding="utf-8")
    for block in SHELL_BLOCK.findall(text):
        for line in block.strip().splitlines():
            if LONG not in line:
                yield type_line(line, clone, environment)


def type_line(line: str, clone: Path, environment: Mapping[str, str]) -> WalkedCommand:
    """Run a line as a shell would."""
    start = time.monotonic()
    done = subprocess.run(
        ["sh", "-c", line], cwd=clone, env=dict(environment), capture_output=True, text=True
    )
    seconds = time.monotonic() - start
    return WalkedCommand(line, done.returncode, seconds, done.stdout + done.stderr)


def build_environment(clone: Path, home: Path) -> dict[str, str]:
    """Empty but for packages, certificates, and the address of the repository."""
    kept = {name: value for name, value in os.environ.items() if KEPT.fullmatch(name)}
    path = os.pathsep.join(["/usr/local/bin", "/usr/bin", "/bin", *find_uv_folder()])
    return {**kept, "PATH": path, "HOME": str(home), "REPOSITORY": clone.as_uri()}


def find_uv_folder() -> list[str]:
    """Where uvx is, if it is anywhere."""
    found = shutil.which("uvx")
    return [str(Path(found).parent)] if found else []


def find_faults(walked: WalkedCommand, promised: Mapping[str, str]) -> Iterator[str]:
    """What a reader of the page would complain of."""
    if walked.status:
        yield f"ends with {walked.status}"
    if "Traceback" in walked.said:
        yield "shows a traceback"
    if walked.line in promised and not walked.said.startswith(promised[walked.line]):
        yield "prints something else than the page shows"


def main() -> int:
    """Walk, print a table, and say how many lines do not do what the page says."""
    faulty = 0
    with tempfile.TemporaryDirectory(prefix="walk-") as folder:
        clone, home = Path(folder, "clone"), Path(folder, "home")
        home.mkdir()
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        text = (clone / "README.md").read_text(encoding="utf-8")
        promised = dict(PROMISED.findall(text))
        with serve_upstreams(clone / "registry") as upstreams:
            for walked in walk_readme(clone, build_environment(clone, home) | upstreams):
                faults = list(find_faults(walked, promised))
                faulty += bool(faults)
                print_walked(walked, faults)
    print(
        f"{faulty} lines do not do what the page says" if faulty else "every line does what it says"
    )
    return 1 if faulty else 0


def print_walked(walked: WalkedCommand, faults: list[str]) -> None:
    """One line of the table, and what a faulty command said last."""
    mark = "; ".join(faults) or "ok"
    print(f"{walked.seconds:6.1f} s  {mark:<10} {walked.line}", flush=True)
    if faults:
        for line in walked.said.splitlines()[-MAX_SHOWN_LINES:]:
            print(f"            | {line}")


if __name__ == "__main__":
    sys.exit(main())
