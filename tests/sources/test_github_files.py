"""License files on GitHub: listed after a push, read by their blobs, and never asked for twice."""

import hashlib
from typing import Any

import pytest

from audit.observations.facts import CodeFacts, Target
from audit.sources.base import ObservationContext
from audit.sources.github.license_files import parse_tree
from audit.sources.huggingface.files import MAX_LICENSE_FILES
from tests.fakes.faults import FaultRule
from tests.fakes.repositories import GithubRepo
from tests.sources.conftest import SourceBench

TARGET = Target("github", "code", "maker/code")
TEXT = b"You may use it until 1 May 2030.\n"


class Watch:
    """A repository observed over and over, as runs do it."""

    def __init__(self, bench: SourceBench) -> None:
        self._bench = bench
        self.texts: list[bytes] = []
        self.facts: CodeFacts | None = None

    def observe(self) -> tuple[Any, int]:
        """The observation and the requests that it cost."""
        upstreams = self._bench.open_upstreams()
        previous = {TARGET: self.facts} if self.facts else {}
        context = ObservationContext(previous, {}, self.texts.append)
        seen = upstreams.get_source("github").observe(TARGET, context)
        if seen.facts:
            self.facts = seen.facts
        return seen, upstreams.counter.get_counts()["github"]


@pytest.fixture
def watch(bench: SourceBench) -> Watch:
    files = {"LICENSE": TEXT, "train.py": b"pass", "third_party/x/LICENSE": b"Other terms."}
    bench.world.add_github_repo(GithubRepo("maker/code", files=files))
    return Watch(bench)


def test_an_unchanged_repository_costs_one_request(watch: Watch):
    """Repository, tree and text at first sight; then the repository alone."""
    seen, requests = watch.observe()
    assert requests == 3
    assert [file.path for file in seen.facts.license_files] == ["LICENSE"]
    assert seen.facts.license_files[0].sha256 == hashlib.sha256(TEXT).hexdigest()
    assert watch.texts == [TEXT]
    assert watch.observe() == (seen, 1)


def test_a_push_lists_the_files_anew_and_reads_only_what_is_new(bench: SourceBench, watch: Watch):
    """A push that touches no license costs the listing; another text costs its blob too."""
    first, _ = watch.observe()
    bench.world.push_github_file("maker/code", "train.py", "print()")
    seen, requests = watch.observe()
    assert (seen.facts.license_files, requests) == (first.facts.license_files, 2)
    bench.world.push_github_file("maker/code", "models/MODEL_LICENSE", "Only on Sundays.")
    seen, requests = watch.observe()
    assert requests == 3
    assert [bool(file.sha256) for file in seen.facts.license_files] == [True, True]


def test_a_file_that_is_gone_is_not_listed(bench: SourceBench, watch: Watch):
    """What was removed is no file of the repository; a repository without any has none."""
    watch.observe()
    bench.world.push_github_file("maker/code", "LICENSE", None)
    assert watch.observe()[0].facts.license_files == ()
    for path in ("train.py", "third_party/x/LICENSE"):
        bench.world.push_github_file("maker/code", path, None)
    seen, _ = watch.observe()
    assert (seen.state, seen.facts.license_files) == ("ok", ())


def test_a_listing_that_fails_leaves_the_last_facts(bench: SourceBench, watch: Watch):
    """Half an answer is none: nothing is compared until all of it was seen."""
    watch.observe()
    bench.world.push_github_file("maker/code", "LICENSE", "Other words.")
    bench.world.fault_injector.add_rule(FaultRule("503", path="/git/"))
    seen, _ = watch.observe()
    assert (seen.state, seen.reason, seen.facts) == ("unverifiable", "http-503", None)


def test_another_repository_under_the_name_is_read_from_the_start(bench: SourceBench, watch: Watch):
    """What was known of the old one says nothing about the new one, even at the same date."""
    old, _ = watch.observe()
    bench.world.remove_github_repo("maker/code")
    bench.world.add_github_repo(GithubRepo("maker/code", files={"COPYING": TEXT}, id=7))
    seen, requests = watch.observe()
    assert seen.facts.repository_id == "7" != old.facts.repository_id
    assert [file.path for file in seen.facts.license_files] == ["COPYING"]
    assert requests == 3


def test_a_tree_keeps_the_topmost_files():
    """A monorepo holds hundreds of licenses; those at the top speak for the whole."""
    rows = [
        {"type": "blob", "path": f"packages/p{number:03}/LICENSE", "sha": "a" * 40, "size": 1}
        for number in range(MAX_LICENSE_FILES)
    ]
    top = {"type": "blob", "path": "LICENSE", "sha": "b" * 40, "size": 1}
    tree = parse_tree({"tree": [*rows, top], "truncated": True})
    assert len(tree.license_files) == MAX_LICENSE_FILES
    assert tree.license_files[0].path == "LICENSE"
    assert tree.is_truncated
