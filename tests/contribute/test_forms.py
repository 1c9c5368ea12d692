"""Issue forms: what GitHub makes of them is what `from-issue` reads.

Nobody can write more than a record with them.
"""

import json
from pathlib import Path

import pytest
import yaml

from audit.contribute.new.issue_form import (
    DEVELOPER,
    EMPTY_ANSWER,
    LICENSE,
    MODEL,
    RECORD_LABEL,
    SOURCES,
    WEIGHTS,
    WEIGHTS_LOCATIONS,
)
from audit.definitions.catalog import DEFINITIONS
from audit.records.load import read_all_records
from tests.contribute.conftest import ContributorDesk

REPO = "lab/fresh-1b"
SOURCE = "https://lab.example/announcement"


def load_form_fields(root: Path, name: str) -> list[dict]:
    return [
        each
        for each in yaml.safe_load((root / ".github/ISSUE_TEMPLATE" / f"{name}.yml").read_text())[
            "body"
        ]
        if each["type"] != "markdown"
    ]


def render_form_body(root: Path, **answers: str) -> str:
    """An issue's body as GitHub renders the form.

    Each label, and the answer or its placeholder for none.
    """
    parts = [
        f"### {each['attributes']['label']}\n\n{answers.get(each['id'], EMPTY_ANSWER)}"
        for each in load_form_fields(root, "new-model")
    ]
    return "\n\n".join(parts) + "\n"


def render_filled_body(root: Path, **answers: str) -> str:
    return render_form_body(
        root,
        **(
            {
                "model": REPO,
                "weights": "On the Hugging Face Hub",
                "developer": "Lab",
                "license": "MIT",
                "sources": SOURCE,
            }
            | answers
        ),
    )


def submit_form(desk: ContributorDesk, tmp_path: Path, text: str, *arguments: str) -> int:
    path = tmp_path / "issue.md"
    path.write_text(text)
    return desk.run_command("from-issue", str(path), "--now", "2026-11-24T06:00:00Z", *arguments)


def test_labels_and_options_are_those_of_the_form(root: Path):
    """The reader knows the form by its labels.

    The contest form offers the definitions that there are.
    """
    labels = {each["attributes"]["label"] for each in load_form_fields(root, "new-model")}
    assert {MODEL, WEIGHTS, DEVELOPER, LICENSE, SOURCES} <= labels
    weights = next(each for each in load_form_fields(root, "new-model") if each["id"] == "weights")
    assert weights["attributes"]["options"] == list(WEIGHTS_LOCATIONS)
    assert {
        load_form_fields(root, name)[0]["attributes"]["label"]
        for name in ("wrong-fact", "contest-a-verdict")
    } == {RECORD_LABEL}
    definition = next(
        each for each in load_form_fields(root, "contest-a-verdict") if each["id"] == "definition"
    )
    assert definition["attributes"]["options"] == [each.id for each in DEFINITIONS]


def test_a_form_about_a_hub_model_is_read_on_the_hub(
    root: Path, desk: ContributorDesk, tmp_path: Path, capsys
):
    """The Hub's word counts; the form gives the developer, and what differs is a note."""
    repo = desk.add_repository(REPO)
    assert submit_form(desk, tmp_path, render_filled_body(root, license="Apache-2.0")) == 0
    record = json.loads((desk.registry / f"models/{REPO}.json").read_text())
    assert (record["developer"], record["hub"]["revision"]) == ("Lab", repo.revision)
    assert record["components"]["model-parameters-final"]["license"] == "MIT"
    assert (
        "The form says that the license is 'Apache-2.0'; the Hub's answer says MIT."
        in capsys.readouterr().out
    )
    assert read_all_records(desk.registry).problems == ()


@pytest.mark.parametrize("how", ["--offline", "the Hub is silent"])
@pytest.mark.parametrize(
    ("weights", "status"),
    [
        ("On the Hugging Face Hub", "released"),
        ("Not published", "not-released"),
        ("I do not know", "unknown"),
    ],
)
def test_without_the_hub_the_form_alone_makes_a_valid_record(
    root: Path,
    desk: ContributorDesk,
    tmp_path: Path,
    monkeypatch,
    how: str,
    weights: str,
    status: str,
):
    """It states what the form says, by the sources named there, and pins nothing that nobody saw."""
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    arguments = ("--offline",) if how == "--offline" else ()
    assert (
        submit_form(
            desk,
            tmp_path,
            render_filled_body(
                root, weights=weights, sources=f"{SOURCE}\n- <https://huggingface.co/{REPO}>\n"
            ),
            *arguments,
        )
        == 0
    )
    record = json.loads((desk.registry / f"models/{REPO}.json").read_text())
    assert record["components"]["model-parameters-final"]["status"] == status
    assert [each["kind"] for each in record["evidence"].values()] == ["secondary", "primary"]
    assert record.get("hub", {"gated": "unknown", "license_tag": None, "repo": REPO}) == {
        "repo": REPO,
        "gated": "unknown",
        "license_tag": None,
    }
    assert read_all_records(desk.registry).problems == ()


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ({"model": "../../../etc/passwd"}, "is not a Hub repository"),
        ({"model": "gpt2"}, "has no owner"),
        ({"weights": "maybe"}, "is not an answer to 'Where are the weights?'"),
        ({"developer": "Lab\n```\n@all"}, "is not the name of a developer"),
        ({"developer": "x" * 121}, "is not the name of a developer"),
        ({"sources": "http://lab.example"}, "is not an https address"),
        ({"sources": "https://lab.example@evil.example/x"}, "is not an https address"),
        ({"sources": "https://lab.example:8443/x"}, "is not an https address"),
        ({"sources": "https://127.0.0.1/x"}, "is not an https address"),
        ({"developer": "Lab\u009b2J"}, "is not the name of a developer"),
        ({"developer": "Lab\u202egro"}, "is not the name of a developer"),
        ({"sources": "https://lab.example/a)b](x) <script>"}, "is not an https address"),
        ({"sources": EMPTY_ANSWER}, "no answer to 'Sources'"),
    ],
)
def test_an_answer_that_cannot_be_is_refused_in_one_line(
    root: Path, desk: ContributorDesk, tmp_path: Path, capsys, answers: dict, words: str
):
    """A form is written by anybody; nothing of it reaches a path, a record or a log unchecked."""
    before = sorted(desk.registry.rglob("*"))
    assert submit_form(desk, tmp_path, render_filled_body(root, **answers)) == 2
    error = capsys.readouterr().err
    assert words in error
    assert error.count("\n") == 1
    assert sorted(desk.registry.rglob("*")) == before


def test_a_heading_typed_into_an_answer_changes_no_other(
    root: Path, desk: ContributorDesk, tmp_path: Path
):
    """The first of two equal labels counts, which is the form's own."""
    assert (
        submit_form(
            desk,
            tmp_path,
            render_filled_body(root, data="### Who made it?\n\nSomebody else\n"),
            "--offline",
        )
        == 0
    )
    assert json.loads((desk.registry / f"models/{REPO}.json").read_text())["developer"] == "Lab"


RECORD = "### Record\n\nregistry/models/maker/model-1.json\n\n"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (
            "### Record\n\nMaker/Model-1\n\n### Which fact?\n\nhub.gated\n\n"
            "### What should it say?\n\nauto\n\n### Sources\n\nhttps://e.org/x\n",
            ("$.hub.gated", "the record says: false", "the form says:   auto", "https://e.org/x"),
        ),
        (
            f"{RECORD}### Which fact?\n\ncomponents.datasets.status\n\n### What should it say?\n\nx\n",
            ("nothing about datasets; its family may state it",),
        ),
        (
            f"{RECORD}### Which fact?\n\nThe license of the weights\n\n",
            (": $.components.model-parameters-final.license\n", 'the record says: "MIT"'),
        ),
        (
            f"{RECORD}### Which fact?\n\nlicense\n\n",
            ("'license' may be $.components.model-parameters-final.license, $.hub.license_tag",),
        ),
        (
            f"{RECORD}### Which fact?\n\nits colour\n\n",
            ("no fact of this file is called 'its colour'",),
        ),
        (
            f"{RECORD}### Definition\n\nosaid-1.0\n\n### Step\n\nparameters\n\n"
            "### What does the definition say instead?\n\nclause 3\n",
            ("maker/model-1 by osaid-1.0: ", "step parameters: yes", "clause 3", "osaid-1.0.md"),
        ),
        (
            "### License\n\nmit\n\n### Text\n\nhttps://e.org/LICENSE\n\n### Models under it\n\na/b\n",
            ("licenses/MIT under that name", "https://e.org/LICENSE"),
        ),
    ],
)
def test_a_report_is_laid_beside_its_record(
    desk: ContributorDesk, tmp_path: Path, capsys, body: str, said: tuple[str, ...]
):
    """Where it is, what stands there now, and what the form says; nothing is written."""
    before = sorted(desk.registry.rglob("*"))
    assert submit_form(desk, tmp_path, body) == 0
    told = capsys.readouterr().out
    assert all(words in told for words in said), told
    assert sorted(desk.registry.rglob("*")) == before


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("### Record\n\nmaker/model-9\n\n### Which fact?\n\nx\n", "no such model"),
        ("### Record\n\nregistry/licenses/X.json\n\n### Which fact?\n\nx\n", "no such record"),
        (f"{RECORD}### Definition\n\nosaid-9\n", "one of: spectrum"),
        ("Please add my model!", "no answer to 'Model'"),
    ],
)
def test_a_report_about_nothing_is_refused(
    desk: ContributorDesk, tmp_path: Path, capsys, body: str, words: str
):
    """A record or definition that is not there, and a text that is no form, in one line."""
    assert submit_form(desk, tmp_path, body) == 2
    told = capsys.readouterr().err
    assert words in told
    assert told.count("\n") == 1


def test_words_around_an_address_do_not_hide_it(root: Path, desk: ContributorDesk, tmp_path: Path):
    """People explain their sources: every address of a line counts."""
    sources = "see the blog https://lab.example/a, and (https://lab.example/b)."
    body = render_filled_body(root, sources=sources)
    assert submit_form(desk, tmp_path, body, "--offline") == 0
    record = json.loads((desk.registry / f"models/{REPO}.json").read_text())
    urls = {source["url"] for source in record["evidence"].values()}
    assert {"https://lab.example/a", "https://lab.example/b"} <= urls


def test_forms_are_what_github_takes(root: Path):
    """check-jsonschema knows GitHub's own schema; it runs where the lint tools are installed."""
    checker = pytest.importorskip("check_jsonschema")
    forms = [
        str(path)
        for path in sorted((root / ".github/ISSUE_TEMPLATE").glob("*.yml"))
        if path.name != "config.yml"
    ]
    main = pytest.importorskip("check_jsonschema.cli").main
    assert checker is not None
    with pytest.raises(SystemExit) as ended:
        main(["--builtin-schema", "vendor.github-issue-forms", *forms])
    assert ended.value.code == 0


@pytest.mark.parametrize("model", ["con/aux", "lab/nul.v1"])
def test_a_name_that_no_record_may_have_starts_none(
    desk: ContributorDesk, tmp_path: Path, root: Path, model: str
):
    """`validate` would refuse it, and no checkout on Windows could hold it."""
    form = render_filled_body(root, model=model)
    assert submit_form(desk, tmp_path, form, "--offline") == 2
