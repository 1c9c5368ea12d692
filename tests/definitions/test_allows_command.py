"""`allows` on the command line: the words of a question, and how the command ends."""

import re
from pathlib import Path

import pytest

from audit.cli.main import main


def ask(root: Path, *arguments: str) -> int:
    return main(["allows", *arguments, "--registry", str(root / "registry")])


@pytest.mark.parametrize(
    ("arguments", "first_line"),
    [
        (("meta-llama/Llama-3.3-70B-Instruct", "--field", "legal"), "allowed with obligations"),
        (("meta-llama/Llama-2-70b-hf", "--field", "Army"), "forbidden"),
        (
            ("meta-llama/Llama-3.3-70B-Instruct", "--commercial", "--territory", "EU"),
            "allowed with obligations",
        ),
        (("Qwen/Qwen2.5-3B", "--field", "evaluation"), "allowed with obligations"),
        (("Qwen/Qwen2.5-3B", "--purpose", "production"), "needs a separate license"),
        (("deepseek-ai/DeepSeek-R1", "--commercial", "--field", "military"), "allowed"),
        (
            ("moonshotai/Kimi-K2-Instruct", "--commercial", "--revenue", "100000000"),
            "allowed with obligations",
        ),
    ],
)
def test_questions_as_people_ask_them(
    root: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], first_line: str
):
    """The answer stands first; synonyms, purposes and territories are understood."""
    assert ask(root, *arguments) == 0
    assert capsys.readouterr().out.startswith(f"{arguments[0]}: {first_line}, to ")


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (("allenai/OLMo-2-1124-7B", "--commercial"), 0),
        (("meta-llama/Llama-2-70b-hf", "--field", "military"), 5),
        (("Qwen/Qwen2.5-3B", "--commercial"), 5),
        (("TinyLlama/TinyLlama-1.1B-Chat-v1.0", "--commercial"), 6),
    ],
)
def test_exit_code(root: Path, arguments: tuple[str, ...], status: int):
    """0 allowed, 5 not allowed or to be asked for, 6 unknown."""
    assert ask(root, *arguments, "--exit-code") == status


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--field", "armies"), "near: "),
        (("--users-month", "June"), "write it as 2024-11"),
        (("--territory", "Narnia"), "ISO 3166-1"),
        (("--users-in", "DE", "--users-in", "Mars"), "--users-in 'Mars'"),
        (("--currency", "dollars"), "ISO 4217"),
        (("--monthly-users", "-1"), "from 0 up"),
    ],
)
def test_other_words_are_refused(
    root: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], message: str
):
    """A word that the vocabulary lacks is refused with what to write, and decides nothing."""
    assert ask(root, "Qwen/Qwen2.5-3B", *arguments) == 2
    captured = capsys.readouterr()
    assert message in captured.err
    assert captured.out == ""


def test_each_mode_gets_an_answer_and_the_harshest_ends_the_command(
    root: Path, capsys: pytest.CaptureFixture[str]
):
    """One use is one question: several modes give several answers, and no mode the common uses."""
    model = "meta-llama/Llama-2-70b-hf"
    assert ask(root, model, "--internal", "--train-on-outputs", "--exit-code") == 5
    said = capsys.readouterr().out
    answers = re.findall(rf"^{model}: ([a-z ]+), to (\w+)", said, re.M)
    assert answers == [("allowed with obligations", "run"), ("forbidden", "train")]
    assert said.splitlines()[0].split() == ["Model", "Mode", "Answer"]
    assert ask(root, model, "--exit-code") == 0
    assert re.search(r"^  commercial use +allowed with obligations$", capsys.readouterr().out, re.M)
