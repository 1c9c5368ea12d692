"""The package as it is installed: no test doubles, its schemas inside, and two names."""

import subprocess
import sys
import zipfile
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.conftest import WriteRegistry, make_license_record, make_model_record

pytestmark = pytest.mark.skipif(find_spec("hatchling") is None, reason="nothing here builds wheels")


@pytest.fixture(scope="module")
def installed(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what a wheel installs."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=root, capture_output=True, check=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def run_installed(installed: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command of the installed package, in a folder that is no clone."""
    return subprocess.run(
        [sys.executable, "-m", "audit", *arguments],
        cwd=installed,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_wheel_holds_the_package_and_nothing_beside_it(installed: Path):
    """One folder at the top, no test double in it, and every schema of the repository."""
    assert [path.name for path in installed.iterdir() if path.suffix != ".dist-info"] == ["audit"]
    schemas = {path.name for path in (installed / "audit" / "schemas").iterdir()}
    assert "model.schema.json" in schemas
    assert schemas == {path.name for path in (Path(__file__).parents[1] / "schemas").iterdir()}


def test_both_names_of_the_command_are_installed(installed: Path):
    """`omr` is short, and `open-model-registry` is what the package is called."""
    (scripts,) = installed.glob("*.dist-info/entry_points.txt")
    names = {line.partition(" = ")[0] for line in scripts.read_text("utf-8").splitlines()}
    assert {"omr", "open-model-registry"} <= names


def test_an_installed_command_reads_its_schemas(installed: Path, write_registry: WriteRegistry):
    """Records are checked by the schemas of the package."""
    root = write_registry(("licenses", make_license_record()), ("models", make_model_record()))
    done = run_installed(installed, "validate", "--registry", str(root))
    assert (done.returncode, done.stderr) == (0, "")


def test_an_installed_drill_says_where_it_exists(installed: Path):
    """One line, exit status 2."""
    done = run_installed(installed, "drill")
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.endswith("clone the repository and run `nox -s drill` there\n")
    assert done.stderr.count("\n") == 1
