"""Records started from the Hub: what the answer carries, nothing else, and never a traceback."""

import json
from pathlib import Path

import pytest

from audit.records.load import read_all_records
from tests.contribute.conftest import ContributorDesk
from tests.fakes.repositories import HubFile

REPO = "lab/fresh-1b"


def start_records(desk: ContributorDesk, capsys, *arguments: str) -> dict:
    assert desk.run_command("new", *arguments, "--json", "--now", "2026-11-24T06:00:00Z") == 0
    return json.loads(capsys.readouterr().out)


def test_everything_that_the_hub_says_is_written_with_evidence_at_its_revision(
    desk: ContributorDesk,
):
    """Gate, tag, base, size and datasets come from one answer, each citing the card at the commit that was read."""
    desk.add_repository("maker/data", kind="datasets")
    card = {
        "license": "mit",
        "base_model": "maker/model-1",
        "base_model_relation": "adapter",
        "datasets": ["maker/data"],
        "pipeline_tag": "text-to-image",
    }
    repo = desk.add_repository(REPO, card, gated="auto", created_at="2026-02-03T00:00:00.000Z")
    desk.run_command(
        "new", REPO, "--developer", "Lab", "--with-related", "--now", "2026-11-24T06:00:00Z"
    )

    record = json.loads((desk.registry / "models" / f"{REPO}.json").read_text())
    assert record["hub"] == {
        "repo": REPO,
        "revision": repo.revision,
        "gated": "auto",
        "license_tag": "mit",
        "evidence": ["card"],
    }
    assert record["base_models"] == [
        {"id": "maker/model-1", "relation": "adapter", "evidence": ["card"]}
    ]
    assert record["components"]["datasets"] == {
        "status": "unknown",
        "datasets": ["maker/data"],
        "evidence": ["card"],
    }
    assert record["components"]["model-parameters-final"]["license"] == "MIT"
    assert (record["modalities"], record["parameters"]["total"]) == (["text", "image"], 500_000)
    assert (
        record["evidence"]["card"]["url"]
        == f"https://huggingface.co/{REPO}/blob/{repo.revision}/README.md"
    )
    assert record["evidence"]["card"]["kind"] == "secondary", "this Hub is not the Hub"
    assert "released" not in record, "the day of a repository is not the day of a release"
    assert list(record)[:4] == ["$schema", "id", "name", "developer"]
    assert read_all_records(desk.registry).problems == ()


def test_one_question_to_the_hub(desk: ContributorDesk):
    """A model costs one question, and beyond it its card and its license texts are fetched."""
    repo = desk.add_repository(REPO)
    assert desk.run_command("new", REPO, "--dry-run") == 0
    first, *fetched = [(each.path, each.query) for each in desk.hub.log]
    assert first == (f"/api/models/{REPO}", "blobs=true")
    assert fetched == [(f"/api/resolve-cache/models/{REPO}/{repo.revision}/README.md", "")]


def test_nothing_is_overwritten(desk: ContributorDesk, capsys):
    """A record that is there stays as it is, whatever the case of the letters and under every name of the repository."""
    desk.add_repository(REPO)
    assert desk.run_command("new", REPO) == 0
    before = (desk.registry / "models" / f"{REPO}.json").read_bytes()
    for word in (REPO, REPO.upper(), f"https://huggingface.co/{REPO}/tree/main", "maker/MODEL-1"):
        assert desk.run_command("new", word) == 2
        assert "is there already" in capsys.readouterr().err
    assert (desk.registry / "models" / f"{REPO}.json").read_bytes() == before


def test_a_renamed_repository_stands_under_its_present_name(desk: ContributorDesk, capsys):
    """The Hub answers with another id; the record takes it and the output says so."""
    desk.add_repository("lab/old-name")
    desk.world.rename_hub_repo("models", "lab/old-name", REPO)
    document = start_records(desk, capsys, "lab/old-name")
    assert (
        document["drafts"][0]["record"]["id"],
        document["drafts"][0]["record"]["hub"]["repo"],
    ) == (REPO, REPO)
    assert "is called lab/fresh-1b on the Hub now" in document["drafts"][0]["notes"][0]


def test_a_gate_hides_the_license_text_and_the_output_says_so(desk: ContributorDesk, capsys):
    """The card's tag still counts; the text was not read and is not pinned."""
    desk.add_repository(REPO, gated="manual", texts={"LICENSE": "Terms of our own.\n"})
    draft = start_records(desk, capsys, REPO)["drafts"][0]
    assert draft["record"]["components"]["model-parameters-final"]["license"] == "MIT"
    assert "license_files" not in draft["record"]["hub"]
    assert "LICENSE was not read: it lies behind the gate" in draft["notes"][0]


def test_an_edited_text_keeps_the_license_open(desk: ContributorDesk, capsys):
    """`license: mit` beside a text that no reviewer knows.

    The text is pinned, and a person reads it.
    """
    desk.add_repository(REPO, texts={"LICENSE": "MIT, but show our logo to 100 million users.\n"})
    draft = start_records(desk, capsys, REPO)["drafts"][0]
    assert "license" not in draft["record"]["components"]["model-parameters-final"]
    assert list(draft["record"]["hub"]["license_files"]) == ["LICENSE"]
    asked = next(
        each
        for each in draft["questions"]
        if each["path"].endswith("model-parameters-final.license")
    )
    assert "was it edited?" in asked["asks"]


def test_a_model_without_a_repository(desk: ContributorDesk):
    """A service has no repository: nothing is looked up, and without a source nothing is stated."""
    source = ("--source", "https://vendor.example/api", "--quote", "available through our API only")
    assert (
        desk.run_command("new", "--closed", "vendor/service-1", "--developer", "Vendor", *source)
        == 0
    )
    assert desk.run_command("new", "--closed", "vendor/service-2", "--developer", "Vendor") == 0
    records = [
        json.loads((desk.registry / f"models/vendor/service-{number}.json").read_text())
        for number in (1, 2)
    ]
    assert [each["components"]["model-parameters-final"]["status"] for each in records] == [
        "not-released",
        "unknown",
    ]
    assert desk.hub.log == []
    assert read_all_records(desk.registry).problems == ()


BAD_YAML = "---\nlicense: [mit\ndatasets: {{\n---\n# A model\n"
HOSTILE = {
    "broken front matter": (
        {},
        {"README.md": BAD_YAML},
        lambda draft: (
            draft["record"]["hub"]["license_tag"] is None and "cannot read" in draft["notes"][0]
        ),
    ),
    "no front matter": (
        {},
        {"README.md": "# A model\n"},
        lambda draft: draft["record"]["hub"]["license_tag"] is False,
    ),
    "no card": (
        {},
        {"README.md": None},
        lambda draft: (
            "model-card" not in draft["record"]["components"]
            and "/tree/" in draft["record"]["evidence"]["card"]["url"]
        ),
    ),
    "a list of licenses": (
        {"license": ["mit", "apache-2.0"]},
        {},
        lambda draft: draft["record"]["hub"]["license_tag"] == "apache-2.0 AND mit",
    ),
    "another license": (
        {"license": "other", "license_name": "lab-license"},
        {},
        lambda draft: draft["record"]["hub"]["license_name"] == "lab-license",
    ),
    "a license of a megabyte": (
        {"license": "x" * (1 << 20)},
        {},
        lambda draft: draft["record"]["hub"]["license_tag"] is None,
    ),
    "a card of 10 MB": (
        {},
        {"README.md": "# A model\n" + "word " * (2 << 20)},
        lambda draft: "bytes and was not read" in draft["notes"][0],
    ),
    "front matter of 10 MB": (
        {"license": "mit", "extra": "x" * (10 << 20)},
        {},
        lambda draft: draft["record"]["hub"]["license_tag"] == "mit",
    ),
    "ten thousand datasets": (
        {"license": "mit", "datasets": [f"a/d{n}" for n in range(10_000)]},
        {},
        lambda draft: "looked up" in " ".join(draft["notes"]),
    ),
    "a dataset that is not there": (
        {"license": "mit", "datasets": ["nobody/nothing"]},
        {},
        lambda draft: "not publicly reachable" in draft["notes"][0],
    ),
    "a base that is no id": (
        {"license": "mit", "base_model": ["../../etc", "x", REPO, "a" * 200]},
        {},
        lambda draft: "base_models" not in draft["record"],
    ),
    "values of other types": (
        {"license": 7, "datasets": {"a": [1]}, "base_model": 3, "tags": "x"},
        {},
        lambda draft: draft["record"]["hub"]["license_tag"] is False,
    ),
    "lists within lists": (
        {"license": [["mit"], None, {"a": 1}], "datasets": [["a/b"], None]},
        {},
        lambda draft: True,
    ),
    "markup": (
        {"license": "other", "license_name": "](x) @all <script>\u202e"},
        {},
        lambda draft: True,
    ),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_card_gives_a_record_or_a_refusal(desk: ContributorDesk, capsys, case: str):
    """Whatever stands in a card, the outcome is a record that validates once its questions are answered."""
    card, texts, holds = HOSTILE[case]
    repo = desk.add_repository(REPO, card)
    for path, content in texts.items():
        if content is None:
            desk.world.remove_file("models", REPO, path)
        else:
            desk.world.put_file("models", REPO, HubFile.create_text(path, content))
    assert repo.revision
    draft = start_records(desk, capsys, REPO, "--with-related", "--developer", "Lab")["drafts"][-1]
    assert holds(draft), draft
    assert [str(each) for each in read_all_records(desk.registry).problems] == []


@pytest.mark.parametrize(
    ("word", "status", "words"),
    [
        ("nobody/nothing", 1, "not publicly reachable on the Hub: missing or private"),
        ("lab/private", 1, "not publicly reachable"),
        ("lab/disabled", 1, "disabled by the Hub"),
        ("../../etc/passwd", 2, "is not a Hub repository"),
        ("a/b/c", 2, "is not a Hub repository"),
        ("https://example.org/a/b", 2, "is not a Hub repository"),
        ("", 2, "is not a Hub repository"),
    ],
)
def test_a_refusal_is_one_line_and_writes_nothing(
    desk: ContributorDesk, capsys, word: str, status: int, words: str
):
    """Missing, private, disabled and nonsense: each is refused in words of its own."""
    desk.add_repository("lab/private", private=True)
    desk.add_repository("lab/disabled", disabled=True)
    before = sorted(desk.registry.rglob("*"))
    assert desk.run_command("new", word) == status
    error = capsys.readouterr().err
    assert words in error
    assert error.count("\n") == 1
    assert sorted(desk.registry.rglob("*")) == before


def test_a_hub_that_does_not_answer_says_nothing_about_the_model(
    desk: ContributorDesk, capsys, monkeypatch
):
    """Exit status 3, and the message blames nobody."""
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    assert desk.run_command("new", REPO) == 3
    assert "says nothing about the repository" in capsys.readouterr().err
    assert not (desk.registry / "models" / "lab").exists()


def test_what_is_missing_is_offered_and_with_related_written(desk: ContributorDesk, capsys):
    """Bases and datasets without a record are named.

    With --with-related they are records too, under their present names.
    """
    desk.add_repository("lab/base")
    desk.add_repository("lab/old-data", {"license": "mit"}, kind="datasets")
    desk.world.rename_hub_repo("datasets", "lab/old-data", "lab/data")
    desk.add_repository(
        REPO, {"license": "mit", "base_model": "lab/base", "datasets": ["lab/old-data"]}
    )
    assert start_records(desk, capsys, REPO, "--dry-run")["offered"] == [
        "datasets/lab/data",
        "models/lab/base",
    ]
    document = start_records(desk, capsys, REPO, "--with-related")
    assert [Path(each["file"]).name for each in document["drafts"]] == [
        "data.json",
        "base.json",
        "fresh-1b.json",
    ]
    assert document["drafts"][-1]["record"]["components"]["datasets"]["datasets"] == ["lab/data"]


def test_a_started_record_that_misses_an_answer_does_not_stand_in_the_way(
    desk: ContributorDesk, capsys
):
    """A first draft without its developer is invalid; a second one can be started all the same."""
    desk.add_repository(REPO)
    desk.add_repository("lab/second")
    assert desk.run_command("new", REPO) == 0
    assert desk.run_command("validate") == 1
    assert (
        "$.developer: neither the model nor a family says who made it; add 'developer'"
        in capsys.readouterr().out
    )
    assert desk.run_command("new", "lab/second", "--developer", "Lab") == 0


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("./models/llama-3-8b", "The card names ./models/llama-3-8b as a base"),
        ("https://huggingface.co/maker/model-1", "The card names maker/model-1 as a base"),
        ("llama", "The card names llama as a base"),
    ],
)
def test_a_base_that_only_the_card_names_is_asked_about(
    desk: ContributorDesk, capsys, written: str, asked: str
):
    """A path, an address and a name without owner become no tag; that the card names none would be false."""
    desk.add_repository(REPO, {"license": "mit", "base_model": written})
    draft = start_records(desk, capsys, REPO, "--dry-run")["drafts"][-1]
    (question,) = [each for each in draft["questions"] if each["path"] == "$.base_models"]
    assert question["asks"].startswith(asked)
    assert "base_models" not in draft["record"]


def test_the_card_s_own_word_for_a_relation_counts(desk: ContributorDesk, capsys):
    """An address with a relation beside it says all that a row needs."""
    card = {
        "license": "mit",
        "base_model": "https://hf.co/maker/model-1",
        "base_model_relation": "quantized",
    }
    desk.add_repository(REPO, card)
    (row,) = start_records(desk, capsys, REPO, "--dry-run")["drafts"][-1]["record"]["base_models"]
    assert (row["id"], row["relation"]) == ("maker/model-1", "quantized")


@pytest.mark.parametrize(
    ("tag", "prose", "is_asked"),
    [
        ("mit", "The weights are under CC-BY-NC-4.0, because some of the data is.", True),
        ("mit", "The weights may not be used commercially.", True),
        ("mit", "Code: Apache 2.0. The model files are released under CC BY-NC 4.0.", True),
        ("mit", "This model is released under the MIT license.", False),
        ("mit", "A small model that writes poems.", False),
    ],
)
def test_prose_about_terms_is_quoted_and_asked_about(
    desk: ContributorDesk, capsys, tag: str, prose: str, is_asked: bool
):
    """A card whose words contradict its tag gives no license: the sentence is quoted, and a person settles it."""
    repo = desk.add_repository(REPO, {"license": tag})
    assert repo.revision
    card = f"---\nlicense: {tag}\n---\n# Model\n\n{prose}\n"
    desk.world.put_file("models", REPO, HubFile.create_text("README.md", card))
    draft = start_records(desk, capsys, REPO, "--dry-run")["drafts"][-1]
    weights = draft["record"]["components"]["model-parameters-final"]
    asked = " ".join(question["asks"] for question in draft["questions"])
    assert ("license" not in weights) == is_asked
    assert ("the card says: “" in asked) == is_asked
