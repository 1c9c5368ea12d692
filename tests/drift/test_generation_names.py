"""What names say of lines and generations: real names, and what must never count as a generation."""

import pytest

from audit.records.generation_names import read_generation_name


@pytest.mark.parametrize(
    ("repo", "line", "version", "label"),
    [
        ("moonshotai/Kimi-K2-Instruct-0905", "kimi k", (2,), "Kimi-K2"),
        ("moonshotai/Kimi-K2.5", "kimi k", (2, 5), "Kimi-K2.5"),
        ("meta-llama/Llama-2-7b-chat-hf", "llama", (2,), "Llama-2"),
        ("meta-llama/Meta-Llama-3-8B-Instruct", "llama", (3,), "Meta-Llama-3"),
        ("meta-llama/Llama-4-Scout-17B-16E", "llama", (4,), "Llama-4"),
        ("meta-llama/Llama-3.2-11B-Vision", "llama +vision", (3, 2), "Llama-3.2-Vision"),
        ("google/gemma-7b-it", "gemma", (), "gemma"),
        ("google/gemma-4-E4B-it", "gemma", (4,), "gemma-4"),
        ("google/gemma-3n-E4B-it", "gemma 3n", (), "gemma-3n"),
        ("deepseek-ai/DeepSeek-V3-0324", "deepseek", (3,), "DeepSeek-V3"),
        ("deepseek-ai/deepseek-math-7b-base", "deepseek +math", (), "deepseek-math"),
        ("deepseek-ai/DeepSeek-Math-V2", "deepseek +math", (2,), "DeepSeek-Math-V2"),
        ("mistralai/Mistral-Large-Instruct-2411", "mistral large", (), "Mistral-Large"),
        ("mistralai/Mistral-Large-3-675B-Base-2512", "mistral large", (3,), "Mistral-Large-3"),
        ("black-forest-labs/FLUX.2-dev", "flux", (2,), "FLUX.2"),
        ("internlm/internlm2_5-7b-chat", "internlm", (2, 5), "internlm2.5"),
        ("tiiuae/falcon-180B", "falcon", (), "falcon"),
        ("openai/whisper-large-v3", "whisper large", (3,), "whisper-large-v3"),
        ("stabilityai/stable-diffusion-xl-base-1.0", "stable diffusion xl", (1,), "stable-diffusion-xl-1.0"),
        ("nvidia/NVIDIA-Nemotron-3-Nano-30B-A3B-BF16", "nemotron", (3,), "NVIDIA-Nemotron-3"),
        ("Qwen/Qwen2.5-VL-3B-Instruct", "qwen +vl", (2, 5), "Qwen2.5-VL"),
    ],
)  # fmt: skip
def test_a_name_has_a_line_and_a_version(repo: str, line: str, version: tuple, label: str):
    """Sizes, dates and stages of training are none of the version; a maker's own name is no part of the line."""
    name = read_generation_name(repo)
    assert name is not None
    assert (name.line, name.version, name.label) == (line, version, label)


@pytest.mark.parametrize(
    "name",
    [
        "Qwen3-8B-GGUF",
        "Qwen2.5-7B-Instruct-AWQ",
        "Qwen3-8B-FP8",
        "Qwen3-8B-MLX-4bit",
        "Llama-4-8B-int4",
        "Kimi-K3-w4a16",
        "Kimi-K3-LoRA",
        "Kimi-K3-Eagle3",
        "DeepSeek-R2-Distill-Qwen-7B",
        "Kimi-K3-dataset",
        "Kimi-K3-tokenizer",
        "Kimi-K3-checkpoints",
        "",
        "-",
        "7B",
    ],
)
def test_a_copy_a_part_or_a_data_set_is_no_generation(name: str):
    """Other forms of one model, what belongs to one, and names that say nothing."""
    assert read_generation_name(f"maker/{name}") is None
