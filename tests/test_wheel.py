"""What is installed: the package with its schemas and the records, and nothing else."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from audit.store.record_pack import pack_records, read_pack

PROBE = """
from pathlib import Path
import audit
from audit.records.schema import find_schema_folder, find_schema_problems
package = Path(audit.__file__).parent
assert Path(str(find_schema_folder())) == package / "schemas", find_schema_folder()
print(package)
problems = find_schema_problems("license", {"id": "MIT"}, "MIT.json")
assert "'name' is missing" in [problem.message for problem in problems], problems
from audit.cli.main import main
raise SystemExit(main(["validate", "--registry", "registry"]))
"""


@pytest.fixture(scope="module")
def wheel(root: Path, tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """The wheel of this tree."""
    builder = pytest.importorskip("hatchling.builders.wheel").WheelBuilder(str(root))
    folder = tmp_path_factory.mktemp("wheel")
    (path,) = builder.build(directory=str(folder), versions=["standard"])
    return zipfile.ZipFile(path)


def test_the_wheel_holds_the_package_only(wheel: zipfile.ZipFile, root: Path):
    """One top-level package beside the metadata: no tests, no doubles, no pages, no `schemas`."""
    names = wheel.namelist()
    packages = {name.partition("/")[0] for name in names if ".dist-info/" not in name}
    assert packages == {"audit"}
    code = [name for name in names if not name.startswith("audit/registry/")]
    assert [name for name in code if "test" in name or "fake" in name] == []
    assert [name for name in names if name.startswith("audit/registry/") and ".md" in name] == []
    shipped = {Path(name).name for name in names if name.startswith("audit/schemas/")}
    assert shipped == {path.name for path in (root / "schemas").glob("*.json")}


def test_an_installed_copy_validates_records(
    wheel: zipfile.ZipFile, tmp_path: Path, write_registry
):
    """Away from the clone, the schemas are found in the package."""
    write_registry()
    wheel.extractall(tmp_path / "site")
    done = subprocess.run(
        [sys.executable, "-c", PROBE],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path / "site")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"{tmp_path / 'site' / 'audit'}\n")


def test_both_names_of_the_command_are_installed(wheel: zipfile.ZipFile):
    """`omr` is short, and `open-model-registry` is what the package is called."""
    (scripts,) = [name for name in wheel.namelist() if name.endswith("entry_points.txt")]
    lines = wheel.read(scripts).decode().splitlines()
    assert {"omr", "open-model-registry"} <= {line.partition(" = ")[0] for line in lines}


def test_an_installed_drill_says_where_it_exists(wheel: zipfile.ZipFile, tmp_path: Path):
    """The doubles stay in the clone: one line, exit status 2."""
    wheel.extractall(tmp_path)
    done = subprocess.run(
        [sys.executable, "-m", "audit", "drill"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.endswith("clone the repository and run `nox -s drill` there\n")
    assert done.stderr.count("\n") == 1


def test_the_wheel_carries_what_an_update_brings(wheel: zipfile.ZipFile, root: Path):
    """One set of folders and files, though the build cannot ask the program for it."""
    packed = read_pack(pack_records(root / "registry", "")).files
    prefix = "audit/registry/"
    carried = {name.removeprefix(prefix) for name in wheel.namelist() if name.startswith(prefix)}
    assert carried == set(packed)
