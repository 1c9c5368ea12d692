"""`review`: one golden comment for each kind of pull request.

GOLDEN=write makes them anew; read them before you commit them.
"""

import json
import os
import re
import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from audit.cli.main import main
from audit.contribute.review.evidence import EvidenceChecker
from audit.sources.github.repositories import GithubSource
from audit.sources.huggingface.source import HubSource
from audit.sources.patience import Patience
from audit.sources.request_log import RequestCounter
from tests.conftest import make_dataset_record, make_license_record, make_model_record
from tests.fakes.repositories import GithubRepo

GOLDEN = Path(__file__).parent / "golden"
CARD = {
    "url": "https://huggingface.co/maker/model-1/blob/0123456789012345678901234567890123456789/README.md",
    "seen": "2026-11-24",
    "kind": "primary",
}
NON_COMMERCIAL = {
    "kind": "non-commercial",
    "section": "2",
    "summary": "No commercial use.",
    "parameters": {"effect": "forbidden"},
    "evidence": ["card"],
}
FREE = {"use": "yes", "study": "yes", "modify": "yes", "share": "yes"}


def build_family_record() -> dict[str, Any]:
    code = {
        "status": "released",
        "license": "MIT",
        "url": "https://github.com/maker/code",
        "evidence": ["card"],
    }
    return {
        "$schema": "../../schemas/family.schema.json",
        "id": "fam",
        "name": "Fam",
        "developer": "Maker",
        "components": {"training-code": code},
        "evidence": {
            "card": {
                "url": "https://github.com/maker/code",
                "seen": "2026-11-24",
                "kind": "primary",
            }
        },
    }


def write_record(root: Path, folder: str, record: dict[str, Any]) -> None:
    path = root / folder / f"{record['id']}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(record, indent=2))


def edit_record(root: Path, ref: str, change: Callable[[dict[str, Any]], None]) -> None:
    path = root / f"{ref}.json"
    record = json.loads(path.read_text())
    change(record)
    path.write_text(json.dumps(record, indent=2))


def run_git(folder: Path, *arguments: str) -> None:
    who = (
        "-c",
        "user.name=Test",
        "-c",
        "user.email=test@example.org",
        "-c",
        "init.defaultBranch=main",
        "-c",
        "commit.gpgsign=false",
    )
    subprocess.run(["git", *who, "-C", str(folder), *arguments], check=True, capture_output=True)


@pytest.fixture
def branch(tmp_path: Path) -> Path:
    """A registry of three licenses, a dataset, a family and forty models, committed.

    What follows is a branch's work.
    """
    root = tmp_path / "registry"
    write_record(root, "licenses", make_license_record())
    write_record(root, "licenses", make_license_record("Apache-2.0"))
    write_record(
        root,
        "licenses",
        make_license_record(
            "NC",
            hub_tags=["nc"],
            osi_approved=False,
            freedoms={**FREE, "use": "limited"},
            conditions=[NON_COMMERCIAL],
        ),
    )
    write_record(
        root,
        "datasets",
        make_dataset_record(
            availability={"status": "released", "class": "public", "evidence": ["card"]}
        ),
    )
    write_record(root, "families", build_family_record())
    data = {"status": "released", "datasets": ["maker/data"], "evidence": ["card"]}
    for number in range(1, 41):
        record = make_model_record(f"maker/model-{number}", base_models=[], evidence={"card": CARD})
        record["components"]["datasets"] = data
        if number > 37:
            record["family"] = "fam"
        write_record(root, "models", record)
    run_git(tmp_path, "init")
    run_git(tmp_path, "add", "-A")
    run_git(tmp_path, "commit", "-m", "Base")
    return root


def change_weights(**changes: Any) -> Callable[[dict[str, Any]], None]:
    return lambda record: record["components"]["model-parameters-final"].update(changes)


def add_model(root: Path) -> None:
    write_record(
        root,
        "models",
        make_model_record(
            "lab/new",
            family="fam",
            hub={"repo": "lab/new", "gated": "unknown", "license_tag": None},
        ),
    )


def correct_fact(root: Path) -> None:
    source = {
        "url": "https://example.org/terms",
        "seen": "2026-11-24",
        "kind": "primary",
        "quote": "for research purposes",
    }
    edit_record(
        root, "models/maker/model-1", lambda record: record["evidence"].update(terms=source)
    )
    edit_record(
        root,
        "models/maker/model-1",
        change_weights(
            license="NC",
            evidence=["terms"],
            conflict={"followed": ["terms"], "set_aside": ["card"], "why": "the page is newer"},
        ),
    )


def change_value_alone(root: Path) -> None:
    edit_record(root, "models/maker/model-2", lambda record: record["hub"].update(gated="manual"))


def change_license(root: Path) -> None:
    edit_record(root, "licenses/MIT", lambda record: record["conditions"].append(NON_COMMERCIAL))
    edit_record(
        root,
        "licenses/MIT",
        lambda record: record.update(osi_approved=False, freedoms={**FREE, "use": "limited"}),
    )


def add_license(root: Path) -> None:
    write_record(
        root,
        "licenses",
        make_license_record("LicenseRef-lab", hub_tags=[], hub_names=["lab"], osi_approved=False),
    )


def withdraw_data(root: Path) -> None:
    edit_record(
        root,
        "datasets/maker/data",
        lambda record: record.update(availability={"status": "withdrawn", "evidence": ["card"]}),
    )


def correct_family(root: Path) -> None:
    edit_record(
        root,
        "families/fam",
        lambda record: record["components"]["training-code"].update(license="Apache-2.0"),
    )
    edit_record(
        root,
        "families/fam",
        lambda record: record["components"].update(
            {"inference-code": {"status": "not-released", "evidence": ["card"]}}
        ),
    )


def remove_model(root: Path) -> None:
    (root / "models/maker/model-3.json").unlink()


def rename_model(root: Path) -> None:
    """A rename that hides another license behind it."""
    path = root / "models/maker/model-2.json"
    record = json.loads(path.read_text())
    path.unlink()
    record |= {"id": "maker/renamed", "former_ids": ["maker/model-2"]}
    change_weights(license="NC")(record)
    write_record(root, "models", record)


def change_evidence_alone(root: Path) -> None:
    edit_record(
        root,
        "models/maker/model-4",
        lambda record: record["evidence"]["card"].update(url="https://example.org/better"),
    )


def write_unknown_license(root: Path) -> None:
    edit_record(root, "models/maker/model-5", change_weights(license="MIT-ish"))


def write_hostile_texts(root: Path) -> None:
    source = {"url": "https://example.org/a)b", "seen": "2026-11-24", "kind": "primary"}
    name = "`code` | @maintainers fixes #1 <!-- </details> [x](https://evil.example) ::error::"
    edit_record(root, "models/maker/model-6", lambda record: record.update(name=name))
    edit_record(root, "models/maker/model-6", lambda record: record["evidence"].update(card=source))


CASES: dict[str, tuple[Callable[[Path], None], int]] = {
    "nothing": (lambda root: None, 0),
    "add-model": (add_model, 0),
    "correct-fact": (correct_fact, 0),
    "same-evidence": (change_value_alone, 0),
    "change-license": (change_license, 1),
    "add-license": (add_license, 0),
    "withdraw-data": (withdraw_data, 1),
    "correct-family": (correct_family, 0),
    "remove-model": (remove_model, 0),
    "rename-model": (rename_model, 1),
    "evidence-only": (change_evidence_alone, 0),
    "invalid": (write_unknown_license, 1),
    "hostile": (write_hostile_texts, 0),
}


def run_review(root: Path, capsys, *arguments: str) -> tuple[int, str]:
    status = main(["review", "--registry", str(root), "--base", "main", *arguments])
    return status, re.sub(r"`[0-9a-f]{12}`", "`COMMIT`", capsys.readouterr().out)


@pytest.mark.parametrize("case", CASES)
def test_each_kind_of_pull_request_has_its_comment(branch: Path, capsys, case: str):
    """Records, facts beside their evidence, verdicts and permissions that move and why, and what is to be mended first."""
    change, status = CASES[case]
    change(branch)
    found, page = run_review(branch, capsys)
    golden = GOLDEN / f"{case}.md"
    if os.environ.get("GOLDEN") == "write":
        golden.write_text(page)
    assert page == golden.read_text()
    assert found == status


def test_a_damaged_record_is_not_called_removed(branch: Path, capsys):
    """A record that does not parse any more is something to mend, and no removal."""
    (branch / "models/maker/model-7.json").write_text("{")
    status, page = run_review(branch, capsys)
    assert status == 1
    assert "model-7.json" in page
    assert "removed" not in page


def test_what_was_seen_tomorrow_is_to_be_mended(branch: Path, capsys):
    """A branch says a day that has not come by the reviewer's clock."""
    add_model(branch)
    assert run_review(branch, capsys)[0] == 0
    status, page = run_review(branch, capsys, "--now", "2020-01-01T00:00:00Z")
    assert status == 1
    assert "still to come" in page


def test_more_than_a_twentieth_of_the_verdicts_needs_a_number(branch: Path, capsys):
    """The guard opens for exactly the number of moves that somebody looked at."""
    change_license(branch)
    moved = int(re.search(r"Verdicts: (\d+) of", run_review(branch, capsys)[1])[1])
    assert run_review(branch, capsys, "--expect-moves", str(moved))[0] == 0
    assert run_review(branch, capsys, "--expect-moves", str(moved - 1))[0] == 1
    run_git(branch.parent, "checkout", "-q", ".")
    assert run_review(branch, capsys, "--expect-moves", "1")[0] == 1


def test_what_others_did_on_main_is_not_the_branch_s_doing(branch: Path, capsys):
    """Compared is with the commit where the branch began, not with what main is today."""
    run_git(branch.parent, "checkout", "-q", "-b", "topic")
    change_value_alone(branch)
    run_git(branch.parent, "commit", "-qam", "Topic")
    run_git(branch.parent, "checkout", "-q", "main")
    remove_model(branch)
    run_git(branch.parent, "commit", "-qam", "Main went on")
    run_git(branch.parent, "checkout", "-q", "topic")
    assert "Records: 1 changed." in run_review(branch, capsys)[1]


@pytest.mark.parametrize("base", ["nowhere", "--output=x", "main:registry", ""])
def test_a_base_that_is_no_commit_is_a_usage_error(branch: Path, capsys, base: str):
    """A name that git does not know, and one that git would take for an option."""
    assert main(["review", "--registry", str(branch), f"--base={base}"]) == 2
    assert "is not a commit here" in capsys.readouterr().err


def test_outside_of_git_is_a_usage_error(write_registry, capsys):
    """There is nothing to compare with, and the message says so."""
    assert main(["review", "--registry", str(write_registry()), "--base", "main"]) == 2
    assert "not in a git repository" in capsys.readouterr().err


SHA = "a" * 40


def test_evidence_is_asked_and_silence_is_not_absence(make_desk, write_registry, httpserver):
    """Known hosts are asked; missing is believed only where the host answered otherwise.

    Strangers are never asked.
    """
    desk = make_desk(write_registry())
    repo = desk.add_repository("lab/here")
    desk.add_repository("lab/gated", gated="auto")
    desk.add_repository("lab/data", kind="datasets")
    desk.world._github_repos["lab/code"] = GithubRepo("lab/code")
    httpserver.expect_request("/abs/1").respond_with_data("paper")
    httpserver.expect_request("/abs/3").respond_with_data("busy", 503)
    counter = RequestCounter()
    hub, github = (
        HubSource(desk.hub.endpoint, None, counter, Patience(pause=0.001)),
        GithubSource(desk.github.endpoint, None, counter, Patience(pause=0.001)),
    )
    plain = {
        "arxiv.org": httpserver.url_for("").rstrip("/"),
        "spdx.org": httpserver.url_for("").rstrip("/"),
    }
    wanted = {
        f"https://huggingface.co/lab/here/blob/{repo.revision}/README.md": "ok",
        f"https://huggingface.co/lab/here/tree/{SHA}": "absent",
        "https://huggingface.co/lab/gated": "gated",
        "https://huggingface.co/datasets/lab/data": "ok",
        "https://huggingface.co/lab/nothing": "absent",
        "https://github.com/lab/code/blob/main/LICENSE": "ok",
        "https://raw.githubusercontent.com/lab/code/main/LICENSE": "ok",
        "https://github.com/lab/none": "absent",
        "https://arxiv.org/abs/1": "ok",
        "https://arxiv.org/abs/2": "unverifiable",
        "https://arxiv.org/abs/3": "unverifiable",
        "https://spdx.org/licenses/none": "unverifiable",
        "https://example.org/x": "not-checked",
        "https://user@huggingface.co/lab/here": "not-checked",
        "https://127.0.0.1/x": "not-checked",
    }
    httpserver.expect_request("/abs/2").respond_with_data(
        "", 302, {"Location": "https://elsewhere.example/"}
    )
    found = EvidenceChecker(hub, github, plain).check_urls([*wanted, *wanted])
    assert {each.url: each.state for each in found} == wanted
    assert counter.get_counts()["github"] == 2, "one question for each repository"


def test_evidence_that_is_gone_stops_the_branch(branch: Path, capsys, make_desk):
    """With --check-evidence an address that is gone is named first, and the status is 1.

    One that was not asked does not count.
    """
    desk = make_desk(branch)
    desk.add_repository("maker/other")
    other = {"url": "https://huggingface.co/maker/other", "seen": "2026-11-24", "kind": "primary"}
    record = make_model_record(
        "maker/other",
        evidence={"card": other, "gone": {**other, "url": "https://huggingface.co/maker/gone"}},
    )
    record["claims"] = [{"says": "open", "evidence": ["gone"]}]
    write_record(branch, "models", record)
    status, page = run_review(branch, capsys, "--check-evidence")
    assert status == 1
    assert "- No longer there: [evidence](https://huggingface.co/maker/gone)" in page
    assert "1 no longer there, 1 there." in page


FOREIGN_PATHS = {
    "registry/verdicts.json": "generated on main",
    "registry/models/maker/README.md": "generated on main",
    "registry/events/2026/2026-11-24.jsonl": "written by the audit",
    "registry/observations/models/maker/model-1.json": "written by the audit",
    "registry/alerts/ledger.json": "written by the audit",
    "registry/feeds/all.atom": "written by the audit",
    "registry/PAUSED": "stops the audit",
    "registry/address.json": "not a record",
    "registry/models/.hidden/model-1.json": "not a record",
    "registry/models/maker/deep/er.json": "not a record",
    "registry/Models/maker/model-1.json": "not a record",
    ".cache/catalog.json": "code, schemas or text of the project",
    ".github/workflows/audit.yml": "code, schemas or text of the project",
    "audit/cli/main.py": "code, schemas or text of the project",
    "noxfile.py": "code, schemas or text of the project",
    "registry2/models/maker/model-1.json": "code, schemas or text of the project",
}


def commit_branch(root: Path, paths: Iterable[str] = ()) -> None:
    """A branch with one commit: whatever was changed before, and these files."""
    for path in paths:
        file = root.parent / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("forged")
    run_git(root.parent, "checkout", "-q", "-b", "topic")
    run_git(root.parent, "add", "-A", "--force")
    run_git(root.parent, "commit", "-qm", "Topic")


@pytest.mark.parametrize("path", FOREIGN_PATHS)
def test_a_pull_request_holds_records_only(branch: Path, capsys, path: str):
    """What the machine writes, what steers it, and code are named before everything else, and the status is 1."""
    add_model(branch)
    commit_branch(branch, [path])
    status, page = run_review(branch, capsys)
    assert status == 1
    sections = re.findall(r"^### (.+)$", page, flags=re.MULTILINE)
    assert sections[0] == "Not records"
    assert f"- `{path}`: {FOREIGN_PATHS[path]}" in page


def test_an_event_that_cannot_be_read_hides_nothing(branch: Path, capsys):
    """A forged event was the only line of the review: the other paths and the facts are shown beside it."""
    correct_fact(branch)
    path = "registry/events/2026/20261130T000000Z.json"
    commit_branch(branch, [path, "noxfile.py"])
    status, page = run_review(branch, capsys)
    assert status == 1
    assert f"- `{path}`: written by the audit" in page
    assert "- `noxfile.py`: code" in page
    assert "take the change of this file out of the branch" in page
    assert "Facts, with their evidence" in page


def test_one_address_under_two_keys_is_one_link(branch: Path, capsys):
    """Two rows of evidence that lead to one page are one source to open."""
    row = {"url": "https://example.org/twice", "seen": "2026-11-24", "kind": "primary"}

    def cite_twice(record: dict[str, Any]) -> None:
        record["evidence"] |= {"one": row, "two": row}
        weights = record["components"]["model-parameters-final"]
        weights |= {"license": "NC", "evidence": ["one", "two"]}

    edit_record(branch, "models/maker/model-4", cite_twice)
    _, page = run_review(branch, capsys)
    fact = next(line for line in page.splitlines() if "model-parameters-final.license` |" in line)
    assert fact.count("https://example.org/twice") == 1


def test_a_rename_without_a_link_is_to_be_mended(branch: Path, capsys):
    """Under another id the record would begin anew, and what the audit found of it would be over."""
    rename_model(branch)
    path = branch / "models/maker/renamed.json"
    record = json.loads(path.read_text())
    del record["former_ids"]
    write_record(branch, "models", record)
    status, page = run_review(branch, capsys)
    assert status == 1
    assert "write maker/model-2 into former_ids" in page


def test_records_of_every_kind_are_what_a_pull_request_holds(branch: Path, capsys):
    """Added, changed and removed records are no reason to stop a branch."""
    for change in (add_model, add_license, correct_family, change_value_alone, remove_model):
        change(branch)
    commit_branch(branch)
    status, page = run_review(branch, capsys)
    assert status == 0
    assert "Not records" not in page


def test_a_maintainer_s_branch_may_hold_more(branch: Path, capsys):
    """With --allow-code the paths are still named, and do not stop the branch."""
    commit_branch(branch, ["noxfile.py", "registry/events/2026/2026-11-24.jsonl"])
    status, page = run_review(branch, capsys, "--allow-code")
    assert status == 0
    assert "- `noxfile.py`: code" in page
    assert "Allowed by `--allow-code`" in page
    assert run_review(branch, capsys, "--json")[0] == 1
    status, document = run_review(branch, capsys, "--json", "--allow-code")
    assert json.loads(document)["passes"]
    assert [row["path"] for row in json.loads(document)["foreign_paths"]] == [
        "noxfile.py",
        "registry/events/2026/2026-11-24.jsonl",
    ]


def test_a_branch_cannot_hide_a_path(branch: Path, capsys):
    """Neither by attributes, nor by saying that changes of a repository inside are to be ignored, nor by its name."""
    modules = '[submodule "x"]\n\tpath = code\n\turl = ./x\n\tignore = all\n'
    (branch.parent / ".gitmodules").write_text(modules)
    (branch.parent / ".gitattributes").write_text("* -diff linguist-generated\n")
    odd = "registry/`x` <!-- @maintainers\n\u202e.json"
    commit_branch(branch, [odd])
    run_git(branch.parent, "update-index", "--add", "--cacheinfo", f"160000,{SHA},code")
    run_git(branch.parent, "commit", "-qm", "A repository inside")
    status, page = run_review(branch, capsys)
    assert status == 1
    listed = page.partition("### Not records")[2].partition("A pull request holds")[0]
    assert re.findall(r"^- (`.*): ", listed, flags=re.MULTILINE) == [
        "`.gitattributes`",
        "`.gitmodules`",
        "`code`",
        "``registry/`x` <!- - @maintainers .json``",
    ]


def test_many_paths_are_cut_aloud(branch: Path, capsys):
    """The comment stays short, and says that there are more."""
    commit_branch(branch, [f"audit/{number:02}.py" for number in range(30)])
    page = run_review(branch, capsys)[1]
    assert page.count("- `audit/") == 20
    assert "- And 10 more." in page
