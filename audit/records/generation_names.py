"""What the name of a repository says of its line and generation: `Kimi-K2.5` is `kimi k`, 2.5.

Cautious: what may be a copy, a part, or another kind of model has another line, or none at all.
A name says nothing of terms, and a generation of it is no fact of a record.
"""

import re
from dataclasses import dataclass, field
from functools import lru_cache

Version = tuple[int, ...]

_SEPARATORS = re.compile(r"[-_\s]+")
_JOINED_NUMBERS = re.compile(r"(?<=\d)_(?=\d)")
_SIZE = re.compile(
    r"(\d+x)?[ae]?\d+(\.\d+)?[bmkt]"  # 7b, 8x7b, a22b, e4b, 128k
    r"|\d+b\d+"  # 2b4
    r"|\d+e|patch\d+|vit[bslgh]\d+|\d{3,4}|\d{6}|\d{8}"  # experts, images, days
    r"|bf16|fp16|fp32|hf|base|instruct|chat|it|pt|sft|dpo|rlhf"
)
"""Sizes, dates and stages of training: they are the same generation."""
_VERSION = re.compile(r"v?(\d{1,2}(?:\.\d{1,2}){0,2})")
_WORD_AND_VERSION = re.compile(r"([a-z]+?)\.?v?(\d{1,2}(?:\.\d{1,2}){0,2})")
_COPIES = re.compile(
    r"(gg(uf|ml)|awq|gptq|exl\d|mlx|onnx|openvino|coreml|tflite|litert|tensorrt|trt|bnb|qat"
    r"|(int|fp|nf|mxfp|nvfp|q)[2-8]|w\d+a\d+|\d+bits?|quantized|quant|lora|qlora|adapter|adapters"
    r"|tokenizer|draft|eagle\d*|mtp|speculator|medusa|distill|distilled|merge|merged|pruned"
    r"|dataset|datasets|data|corpus|traces|logs|evals?|results|demo|test|dummy|tiny-random"
    r"|checkpoints?|ckpts?|intermediate|optimizer|sae|saes|probes?|steps?)"
)
"""Copies in other forms, parts and by-products: no generation of anything."""
_OTHER_LINES = frozenset(
    [
        "vl",
        "vision",
        "video",
        "image",
        "audio",
        "speech",
        "asr",
        "tts",
        "ocr",
        "omni",
        "coder",
        "code",
        "math",
        "embedding",
        "embeddings",
        "embed",
        "reranker",
        "rerank",
        "reward",
        "rm",
        "prm",
        "guard",
        "shield",
        "safety",
        "edit",
        "translate",
        "mt",
        "captioner",
        "aligner",
        "encoder",
        "decoder",
        "moderation",
        "robotics",
        "med",
        "medical",
        "bio",
    ]
)
"""Words that make another line of what they follow."""
VARIANT_WORDS = frozenset(
    [
        "max",
        "pro",
        "plus",
        "air",
        "flash",
        "lite",
        "mini",
        "nano",
        "micro",
        "small",
        "medium",
        "large",
        "xl",
        "xxl",
        "super",
        "ultra",
        "turbo",
        "fast",
        "thinking",
        "think",
        "reasoning",
        "reasoner",
        "next",
        "preview",
        "exp",
        "experimental",
        "speciale",
        "terminus",
        "latest",
        "dev",
        "schnell",
        "final",
        "long",
        "zero",
    ]
)
"""Words for members of one generation."""


@dataclass(frozen=True)
class GenerationName:
    """A name, read."""

    line: str
    """The stem with the words that make another line of it; the same for all generations."""
    version: Version
    """Empty where the name has none."""
    label: str
    """Its stem and version as they are written."""
    words: frozenset[str]
    """Further words, such as those of a variant."""


@dataclass
class _Reading:
    """What was read of a name so far."""

    stem: list[str] = field(default_factory=list)
    version: Version = ()
    others: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    label: list[str] = field(default_factory=list)

    def read(self, written: str) -> None:
        """Take in one part of the name."""
        part = written.lower()
        if part not in _OTHER_LINES and _SIZE.fullmatch(part):
            return
        if self.version and part not in _OTHER_LINES:
            self.words.append(part)
            return
        self.label.append(written)
        if part in _OTHER_LINES:
            self.others.append(part)
        else:
            self._read_stem(part)

    def finish(self, owner: frozenset[str]) -> GenerationName | None:
        """The whole name; None where nothing but sizes was in it. `owner`: words of the account."""
        stem = _drop_owner(self.stem, owner)
        if not stem:
            return None
        others = (f"+{word}" for word in sorted(set(self.others)))
        line, label = " ".join([*stem, *others]), "-".join(self.label)
        return GenerationName(line, self.version, label, frozenset(self.words))

    def _read_stem(self, part: str) -> None:
        plain, joined = _VERSION.fullmatch(part), _WORD_AND_VERSION.fullmatch(part)
        if plain and self.stem:
            self.version = _parse_version(plain[1])
        elif joined:
            if joined[1] != "v":
                self.stem.append(joined[1])
            self.version = _parse_version(joined[2])
        else:
            self.stem.append(part)


def _parse_version(digits: str) -> Version:
    """`2.0` is the same as `2`."""
    numbers = [int(number) for number in digits.split(".")]
    while len(numbers) > 1 and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)


@lru_cache(maxsize=1 << 14)
def read_generation_name(repo: str) -> GenerationName | None:
    """What the name of a repository says; None of a copy, a part, or a name without a stem."""
    owner, _, name = repo.partition("/")
    parts = list(filter(None, _SEPARATORS.split(_JOINED_NUMBERS.sub(".", name))))
    if any(_COPIES.fullmatch(part.lower()) for part in parts):
        return None
    reading = _Reading()
    for part in parts:
        reading.read(part)
    return reading.finish(frozenset(_SEPARATORS.split(owner.lower())))


def _drop_owner(stem: list[str], owner: frozenset[str]) -> list[str]:
    """`Meta-Llama` of meta-llama is Llama: makers write their own names first, and then do not."""
    left = list(stem)
    while len(left) > 1 and left[0] in owner:
        left.pop(0)
    return left
