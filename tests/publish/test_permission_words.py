"""One list of common uses and one wording of permissions, wherever people read of them."""

import csv
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from audit.analysis.explanation import explain_model
from audit.cli.render_explanation import render_explanation
from audit.cli.render_permission import render_permission
from audit.definitions.common_uses import COMMON_USES, describe_changed_uses
from audit.definitions.permission_view import answer_question
from audit.definitions.permissions import judge_permission
from audit.licenses.uses import PERMISSION_WORDS, TOLD_WORDS
from audit.projects.finding.mention import Mention
from audit.projects.policy_rules import ProjectPolicy
from audit.projects.watch import judge_project_models
from audit.projects.watch_json import serialize_watched_model
from audit.publish.bom.facts import judge_model
from audit.publish.pages.context import judge_registry
from audit.publish.pages.license_clauses import render_demands
from audit.publish.pages.model_page import render_model_pages
from audit.publish.site.build import list_site_files
from audit.records.load import load_registry
from audit.records.model import Model
from audit.records.registry import Registry
from tests.definitions.builders import (
    make_condition,
    make_model,
    make_registry,
    replace_component,
)
from tests.publish.test_site import make_site_data

SAMPLED = (
    "meta-llama/Llama-3.3-70B-Instruct",
    "black-forest-labs/FLUX.1-dev",
    "Qwen/Qwen2.5-3B",
    "allenai/OLMo-2-1124-7B",
    "TinyLlama/TinyLlama-1.1B-Chat-v1.0",
)
ON_PAGES = [common for common in COMMON_USES if common.is_on_pages]
OTHER_WORDS = re.compile(r"yes, with obligations|only with a separate license|partly", re.I)


@pytest.fixture(scope="module")
def registry(root: Path) -> Registry:
    return load_registry(root / "registry")


def find_words(model: Model, registry: Registry) -> dict[str, str]:
    """What `allows` says of each common use that pages list."""
    return {
        common.noun: TOLD_WORDS[judge_permission(model, registry, common.use).told]
        for common in ON_PAGES
    }


def read_uses_line(page: str) -> dict[str, str]:
    """The word of a page for each use."""
    (line,) = re.findall(r"^\* What you may do: (.*)$", page, re.M)
    return split_uses(line.replace("**", ""))


def read_explained_uses(explained: str) -> dict[str, str]:
    """The word of an explanation for each use."""
    part = explained.split("What you may do")[1].split("\n\n")[0].split("\n", 1)[1]
    return split_uses(" ".join(part.split()))


def split_uses(line: str) -> dict[str, str]:
    """Uses with the same answer stand together."""
    groups = [part.split(": ") for part in line.split(" · ")]
    return {use: words for uses, words in groups for use in uses.split(", ")}


@pytest.mark.parametrize("id", SAMPLED)
def test_pages_explanations_and_answers_use_the_same_words(registry: Registry, id: str):
    """Every common use stands on the page under the word of its permission, and nowhere under another."""
    model = registry.models[id]
    alone = replace(registry, models={id: model})
    words = find_words(model, alone)
    page = render_model_pages(judge_registry(alone))[f"models/{id}.md"]
    explained = render_explanation(explain_model(model, alone))
    commercial = words["commercial use"]
    assert read_uses_line(page) == words
    assert f"Commercial use: **{commercial}**" in page
    assert f"May you use it commercially? {commercial.upper()}" in explained
    assert read_explained_uses(explained) == words
    told = render_permission(answer_question(model, alone, COMMON_USES[0].use))
    assert told.startswith(f"{id}: {commercial}, to ")
    assert not OTHER_WORDS.search(read_text_on_uses(page, explained))


@pytest.mark.parametrize(
    ("bases", "status", "told"),
    [
        (None, "released", "allowed-lineage-open"),
        (("maker/unrecorded",), "released", "allowed-lineage-open"),
        ((), "released", "allowed"),
        ((), "withdrawn", "allowed"),
    ],
)
def test_an_open_lineage_is_told_wherever_a_grant_is(root: Path, bases, status, told: str):
    """Row, CSV, both pages and the file of the API, `explain`, `allows`, a bill, `watch`: one rule, one wording.

    A question about something else than the lineage makes no lineage open.
    """
    model = replace_component(make_model(bases=bases), "model-parameters-final", status)
    data = make_site_data(make_registry(model), root / "registry")
    words, files = TOLD_WORDS[told], dict(list_site_files(data))
    assert [row.commercial for row in data.rows] == [told]
    assert (
        next(csv.DictReader(files["export/models.csv"].decode().splitlines()))["commercial"] == told
    )
    answers = json.loads(files[f"api/v1/models/{model.id}.json"])
    asked = {each["id"]: each["answer"] for each in answers["questions"]}
    assert (asked["commercial"], answers["permission"]["answer"]) == (words, told)
    uses = {each["use"]: each["answer"] for each in answers["uses"]}
    assert (uses["commercial use"], uses["fine-tuning"]) == (told, told)
    page = files[f"models/{model.id}.html"].decode()
    assert f"<dt>Use it commercially?</dt><dd><strong>{words}</strong>" in page
    assert f'Commercial use: <span class="answer-{told}">{words}</span>' in page
    assert f"<strong>{words.capitalize()}</strong> under" in page
    marked = render_model_pages(data.judged)[f"models/{model.id}.md"]
    assert f"Commercial use: **{words}**" in marked
    # The page of weights that nobody can have lists no uses.
    assert status == "withdrawn" or read_uses_line(marked)["commercial use"] == words
    explained = render_explanation(explain_model(model, data.registry))
    assert f"May you use it commercially? {words.upper()}" in explained
    view = answer_question(model, data.registry, COMMON_USES[0].use)
    assert render_permission(view).startswith(f"{model.id}: {words}, to ")
    assert judge_model(model, data.registry).commercial == told
    mention = Mention(model.id, "a.py", 1)
    (watched,) = judge_project_models([mention], data.registry, (), ProjectPolicy())
    assert serialize_watched_model(watched)["told"] == told


def read_text_on_uses(page: str, explained: str) -> str:
    """The lines that speak of permissions; other questions may be answered with partly."""
    lines = [*page.splitlines(), *explained.splitlines()]
    kept = [line for line in lines if "ommercial" in line or "may do" in line]
    return "\n".join(re.sub(r"(Rebuild|See|Audit)[^·]*\*\*[a-z, ]+\*\*", "", line) for line in kept)


def test_a_license_page_lists_duties_by_stage_with_their_words(registry: Registry):
    """Limits, then duties at the stages of `allows`, with exact words and exceptions; then the rest."""
    license = replace(
        registry.licenses["MIT"],
        conditions=(
            make_condition("naming", display="Built with X", place="on a page"),
            make_condition("redistribution", effect="forbidden", **{"except": "copies"}),
            make_condition("termination"),
            make_condition("patent-grant"),
        ),
    )
    page = "\n".join(render_demands(license))
    assert re.findall(r"^#+ (.*)$", page, re.M) == [
        "What it limits",
        "What it asks for",
        "In the product",
        "At the end",
        "Also in the text",
    ]
    assert 'Display: "Built with X". Where: on a page.' in page
    assert "Except: copies." in page


def test_issues_tell_a_change_in_the_same_words(registry: Registry):
    """A use that another license allows less is told with the word before and the word now."""
    model = registry.models["allenai/OLMo-2-1124-7B"]
    told = list(
        describe_changed_uses(model, "Apache-2.0", "LicenseRef-flux-1-dev-nc-1.1.1", registry)
    )
    assert told
    known = "|".join(PERMISSION_WORDS.values())
    for sentence in told:
        assert re.search(rf": ({known}) before, ({known}) now\.$", sentence), sentence
