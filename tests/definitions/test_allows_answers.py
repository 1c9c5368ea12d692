"""`allows` on the command line: what the whole answer holds, for telling models and for license texts."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from audit.cli.main import main
from audit.cli.render_permission import render_permission
from audit.definitions.permission_view import answer_question
from audit.licenses.uses import IntendedUse
from tests.definitions.builders import (
    make_condition,
    make_license,
    make_model,
    make_registry,
    replace_component,
)

R1_DISTILL = "deepseek-ai/DeepSeek-R1-Distill-Llama-70B"
LLAMA = "meta-llama/Llama-3.3-70B-Instruct"


def ask(root: Path, *arguments: str) -> int:
    return main(["allows", *arguments, "--registry", str(root / "registry")])


@pytest.fixture
def ask_json(root: Path, capsys: pytest.CaptureFixture[str]):
    """The document of one call."""

    def ask_for_document(*arguments: str) -> dict[str, Any]:
        assert ask(root, *arguments, "--json") == 0
        return json.loads(capsys.readouterr().out)

    return ask_for_document


def list_words(answer: dict[str, Any]) -> Iterator[str]:
    """The exact words that the checklist has."""
    for stage in answer["to_do"]:
        for clause in stage["clauses"]:
            yield from (each["words"] for each in clause["ship"])


def list_other_answers(answer: dict[str, Any]) -> set[tuple[str, str, str]]:
    """What could have been said, with the answer to it."""
    return {
        (each["option"], words, other["value"])
        for each in answer["unsaid"]
        for other in each["answers"]
        for words in other["supposed"]
    }


def test_llama_in_germany(ask_json):
    """A text model is allowed in the EU; the number of November 2024 decides, and the name is to be shown."""
    (answer,) = ask_json(LLAMA, "--redistribute", "--commercial", "--territory", "DE")["answers"]
    assert answer["value"] == "allowed-with-obligations"
    assert answer["words"] == "allowed with obligations"
    assert answer["use"]["territory"] == "DE"
    assert {"Built with Llama", "Llama"} <= set(list_words(answer))
    assert ("--monthly-users", "more than 700,000,000 in 2024-11", "needs-separate-license") in (
        list_other_answers(answer)
    )
    assert ("--field", "Military and defense", "forbidden") in list_other_answers(answer)
    assert [each["copy"] for each in answer["certainty"]["texts"]] == ["own"]


def test_flux_weights_and_outputs(ask_json):
    """Commercial hosting needs a license; one question per mode, each with its own answer."""
    document = ask_json("black-forest-labs/FLUX.1-dev", "--host", "--use-outputs", "--commercial")
    answers = {each["use"]["mode"]: each for each in document["answers"]}
    assert set(answers) == {"host", "use-outputs"}
    assert answers["host"]["value"] == "needs-separate-license"
    kinds = {each["kind"] for each in answers["host"]["decided_by"]}
    assert "non-commercial" in kinds
    assert all(each["holders"][0]["section"] for each in answers["host"]["decided_by"])
    assert all(each["quote"] for each in answers["host"]["decided_by"])
    assert answers["use-outputs"]["value"] == "allowed-with-obligations"


def test_a_distilled_model_names_both_licenses_and_their_conflict(ask_json):
    """MIT over a Llama: the terms of the base bind, and the answer says that sources disagree."""
    (answer,) = ask_json(R1_DISTILL, "--host")["answers"]
    governed = {each["model"]: each["licenses"] for each in answer["governed_by"]}
    assert governed[R1_DISTILL] == ["MIT License"]
    assert "Llama 3.3" in governed[LLAMA][0]
    assert any("MIT" in words for words in answer["certainty"]["conflicts"])
    assert {holder["model"] for each in answer["to_do"] for clause in each["clauses"]
            for holder in clause["holders"]} == {LLAMA}  # fmt: skip


def test_mistral_medium_asks_for_the_month(ask_json):
    """A year's revenue cannot decide a month's limit: not known, and the month is what was not said."""
    id = "mistralai/Mistral-Medium-3.5-128B"
    (answer,) = ask_json(id, "--commercial", "--revenue", "200000000")["answers"]
    assert answer["value"] == "unknown"
    assert {
        ("--revenue", "more than 20,000,000 USD a month", "needs-separate-license"),
        ("--revenue", "at most 20,000,000 USD a month", "allowed"),
    } <= list_other_answers(answer)
    assert [each["copy"] for each in answer["certainty"]["texts"]] == ["third-party"]


def test_olmo_has_duties_of_the_package_only(ask_json):
    """Apache-2.0: what to put into the package; patents and trademarks stand in the text besides."""
    (answer,) = ask_json("allenai/OLMo-2-1124-7B", "--redistribute", "--commercial")["answers"]
    assert answer["decided_by"] == []
    assert [each["stage"] for each in answer["to_do"]] == ["repository"]
    assert {"patent-grant", "no-trademark"} <= {each["kind"] for each in answer["also_in_text"]}
    assert not {value for _, _, value in list_other_answers(answer)} & {"forbidden", "unknown"}


def test_an_unknown_license_is_not_known(ask_json):
    """No recorded terms, no permission, and nothing to do is claimed."""
    (answer,) = ask_json("TinyLlama/TinyLlama-1.1B-Chat-v1.0", "--internal")["answers"]
    assert answer["value"] == "unknown"
    assert answer["decided_by"]


def test_several_models_begin_with_a_table(root: Path, capsys: pytest.CaptureFixture[str]):
    """A line for each model and mode, then the answers; the harshest is the exit status."""
    status = ask(root, LLAMA, "Qwen/Qwen2.5-3B", "--host", "--commercial", "--exit-code")
    table, *answers = capsys.readouterr().out.split("\n\n")
    assert status == 5
    assert [line.split()[0] for line in table.splitlines()] == ["Model", LLAMA, "Qwen/Qwen2.5-3B"]
    assert sum("What decides it" in part for part in answers) == 2


def test_a_license_is_asked_by_its_id_or_by_its_text(root: Path, tmp_path: Path, ask_json):
    """`--license` takes an id in any case, or a file; a text that nobody has read is not known."""
    document = ask_json("--license", "apache-2.0", "--redistribute")
    assert [each["value"] for each in document["answers"]] == ["allowed-with-obligations"]
    own = tmp_path / "terms.txt"
    own.write_text("You may do with it as you like, and more than that. " * 30)
    (answer,) = ask_json("--license", str(own), "--redistribute")["answers"]
    assert answer["value"] == "unknown"
    assert "A person has to read it" in answer["decided_by"][0]["summary"]
    (known,) = ask_json("--license", str(root / "LICENSE"), "--redistribute")["answers"]
    assert known["value"] == "allowed-with-obligations"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "name a model"),
        (("--license", "Apache-2"), "near: "),
        (("--license", "MIT", "--on", "2025-01-31"), "--on asks about a model"),
        ((LLAMA, "--on", "January"), "write it as 2025-01-31"),
        ((LLAMA, "--on", "2999-01-01"), "lies in the future"),
    ],
)
def test_questions_that_cannot_be_asked(
    root: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], message: str
):
    """One line says what to write instead."""
    assert ask(root, *arguments, "--host") == 2
    assert message in capsys.readouterr().err


def test_the_terms_of_a_past_day(ask_json):
    """Phi-2 was for research before it came under MIT; of other days without a source nothing is known."""
    (then,) = ask_json("microsoft/phi-2", "--commercial", "--on", "2023-12-31")["answers"]
    (now,) = ask_json("microsoft/phi-2", "--commercial")["answers"]
    assert (then["value"], now["value"]) == ("forbidden", "allowed")
    assert any("2023-12-31" in words for words in then["history"])
    (gemma,) = ask_json("google/gemma-2-9b", "--commercial", "--on", "2024-12-31")["answers"]
    assert gemma["value"] == "unknown"
    assert "2025-03-24" in gemma["decided_by"][0]["summary"]


def test_the_text_of_an_answer():
    """The answer first, then what decides, where to ask, what to do by stage, what was not said, how sure."""
    terms = make_license(
        "Own Terms",
        replace(make_condition("hosted-service", effect="needs-license"), summary="Not as a service."),
        make_condition("user-threshold", users=9, period="month", effect="forbidden"),
        replace(make_condition("notice", notice_text="© Maker", stage="product"), summary="Keep it."),
        make_condition("contact"),
        make_condition("termination"),
    )  # fmt: skip
    model = replace_component(make_model(), "model-parameters-final", license="Own Terms")
    view = answer_question(model, make_registry(model, licenses=(terms,)), IntendedUse(mode="host"))
    headings = re.findall(r"^(?:  )?([A-Z][a-z][\w ,]+)$", render_permission(view, "c" * 40), re.M)
    assert headings == [
        "What decides it",
        "Where to ask",
        "What to do",
        "Before use",
        "At the end",
        "What you did not say, and would change the answer",
        "Also in the text",
        "How sure",
        "Sources",
    ]
