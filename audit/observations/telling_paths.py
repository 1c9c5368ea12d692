"""Names in a repository that speak of a component.

Where a search found nothing, a name of this kind that was not there before is a reason to look
again. A name is a prompt for a person: it proves nothing, and is never taken for the component.
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from audit.core.hidden import replace_hidden_characters

MAX_PATHS = 200
"""Kept of one repository, the topmost first."""
MAX_PATH_CHARACTERS = 200
_REPORT = r"report|paper|\.pdf$"
_EVALUATION = r"eval|bench|harness"
_NAMES: Mapping[str, str] = {
    "model-parameters-intermediate": r"checkpoint|ckpt|intermediate|\bsteps?[-_]?\d",
    "data-preprocessing-code": r"process|dedup|decontam|filter|curat|clean|crawl|\bdata[-_]?prep",
    "training-code": r"\btrain|pretrain|fine[-_]?tun|\b(?:sft|dpo|ppo|grpo|rlhf)\b",
    "data-card": r"data[-_]?(?:set)?[-_]?(?:card|sheet|statement)",
    "datasets": r"\b(?:data|datasets?|corpus|corpora)\b|\.(?:jsonl|parquet|arrow)$",
    "model-card": r"model[-_]?card",
    "technical-report": _REPORT,
    "research-paper": _REPORT,
    "evaluation-code": _EVALUATION,
    "evaluation-data": _EVALUATION,
    "evaluation-results": rf"{_EVALUATION}|results?|scores?",
    "sample-model-outputs": r"outputs?|generations?|samples?|transcripts?",
    "inference-code": r"infer|generat|serv(?:e|ing)|\bchat",
    "model-architecture": r"\bmodell?ing|architecture|\bmodel\.py$",
    "supporting-libraries-and-tools": r"\btools?\b|tokeniz|\butils?\b|librar",
}
"""By component, what a name of a file or a folder holds that speaks of it."""
_PATTERNS = {component: re.compile(pattern) for component, pattern in _NAMES.items()}


def find_telling_paths(paths: Iterable[str]) -> tuple[str, ...]:
    """Paths, each cut behind the first name that speaks of a component; sorted.

    What is added to a folder that was there is not told: a reviewer saw that folder.
    """
    found = {cut for path in paths for cut in _cut_path(path)}
    topmost = sorted(found, key=_rank_by_depth)[:MAX_PATHS]
    return tuple(sorted(topmost))


def _cut_path(path: str) -> Iterator[str]:
    names = replace_hidden_characters(path).split("/")
    for component in _PATTERNS:
        for depth, name in enumerate(names, 1):
            if _speaks_of(component, name):
                yield "/".join(names[:depth])[:MAX_PATH_CHARACTERS]
                break


def _rank_by_depth(path: str) -> tuple[int, str]:
    return path.count("/"), path


def select_paths_of(component: str, paths: Iterable[str]) -> list[str]:
    """Those whose last name speaks of the component; all of them for one without words here."""
    if component not in _PATTERNS:
        return list(paths)
    return [path for path in paths if _speaks_of(component, path.rpartition("/")[2])]


def _speaks_of(component: str, name: str) -> bool:
    # Words are parted by hyphens, dots and underscores alike.
    return _PATTERNS[component].search(name.lower().replace("_", "-")) is not None
