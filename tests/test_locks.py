"""The locks hold what pyproject.toml asks for, by hash, and name no host."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
GROUPS = PROJECT["dependency-groups"]
WANTED = {
    "audit": [*PROJECT["project"]["dependencies"], *GROUPS["build"]],
    "nox": GROUPS["nox"],
}


def read_lock(name: str) -> dict[str, tuple[str, int]]:
    """Version and number of hashes by package."""
    text = (ROOT / "locks" / f"{name}.txt").read_text(encoding="utf-8")
    found = {}
    for block in re.split(r"\n(?=\S)", re.sub(r"(?m)^#.*\n", "", text)):
        head = re.match(r"([a-z0-9-]+)==(\S+)", block)
        assert head, block
        found[head[1]] = (head[2], len(re.findall(r"--hash=sha256:[0-9a-f]{64}", block)))
    return found


@pytest.mark.parametrize("name", sorted(WANTED))
def test_a_lock_holds_what_is_asked_for(name: str):
    """A range that was moved without `nox -s lock` is noticed here, before a schedule fails."""
    locked = read_lock(name)
    for text in WANTED[name]:
        wanted = Requirement(text)
        version, _ = locked[wanted.name.lower().replace("_", "-")]
        assert wanted.specifier.contains(version), text
    assert all(hashes for _, hashes in locked.values())


@pytest.mark.parametrize("name", sorted(WANTED))
def test_a_lock_names_no_host_and_no_folder(name: str):
    """Each machine says itself where its packages come from."""
    text = (ROOT / "locks" / f"{name}.txt").read_text(encoding="utf-8")
    assert not re.search(r"://|--index|--extra|--find-links| @ ", text)
