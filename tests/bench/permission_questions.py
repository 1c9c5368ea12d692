"""`python -m tests.bench.permission_questions`: today's answers beside the answer key, by mode.

The key (tests/definitions/permission_questions.md) was written from the license texts before the
program that has to answer. This measures; it holds nothing. A question that `allows` has no words
for yet is counted as *not askable*, never as right.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from audit.definitions.permissions import IntendedUse, judge_permission
from audit.records.load import load_registry
from audit.records.model import Registry

KEY = Path(__file__).parents[1] / "definitions" / "permission_questions.jsonl"
ASKABLE_MODES = {
    "internal",
    "host",
    "redistribute",
    "fine-tune",
    "sell-fine-tune",
    "train-on-outputs",
}
ASKABLE_CIRCUMSTANCES = {
    "as",
    "purpose",
    "field",
    "territory",
    "users",
    "users_month",
    "revenue",
    "revenue_period",
    "revenue_of",
    "currency",
}
Question = Mapping[str, Any]


def read_questions() -> Iterator[Question]:
    """The rows of the key, in its order."""
    for line in KEY.read_text(encoding="utf-8").splitlines():
        yield json.loads(line)


def is_askable(question: Question) -> bool:
    """Whether today's options can say what the question says; its field may be a synonym."""
    circumstances = set(question["circumstances"])
    return (
        question["model"] is not None
        and question["mode"] in ASKABLE_MODES
        and circumstances <= ASKABLE_CIRCUMSTANCES
    )


def build_use(question: Question) -> IntendedUse:
    """The question in today's words."""
    circumstances = question["circumstances"]
    return IntendedUse(
        purpose=circumstances.get("purpose"),
        host=question["mode"] == "host",
        monthly_users=circumstances.get("users"),
        users_month=circumstances.get("users_month"),
        revenue=circumstances.get("revenue"),
        revenue_period=circumstances.get("revenue_period", "year"),
        territory=circumstances.get("territory"),
        redistribute=question["mode"] in ("redistribute", "sell-fine-tune"),
        fine_tune=question["mode"] in ("fine-tune", "sell-fine-tune"),
        train_on_outputs=question["mode"] == "train-on-outputs",
        field=circumstances.get("field"),
    )


def compare_answers(registry: Registry) -> dict[str, Counter[str]]:
    """How many answers are right, wrong, wrongly permissive, or cannot be asked for, by mode."""
    found: dict[str, Counter[str]] = {}
    for question in read_questions():
        counts = found.setdefault(question["mode"], Counter())
        if not is_askable(question):
            counts["not askable"] += 1
            continue
        answer = judge_permission(
            registry.models[question["model"]], registry, build_use(question)
        ).value
        if answer == question["answer"]:
            counts["right"] += 1
        else:
            counts["wrong"] += 1
            counts["wrongly permissive"] += answer.startswith("allowed") and not question[
                "answer"
            ].startswith("allowed")
    return found


def list_wrong_answers(registry: Registry) -> None:
    """Print each question that is answered otherwise than in the key."""
    for question in read_questions():
        if is_askable(question):
            use = build_use(question)
            answer = judge_permission(registry.models[question["model"]], registry, use)
            if answer.value != question["answer"]:
                print(
                    question["n"],
                    question["model"],
                    question["mode"],
                    question["circumstances"],
                    f"key {question['answer']}, today {answer.value}: {question['decides']}",
                )


def main() -> int:
    """Print the table."""
    found = compare_answers(load_registry(Path("registry")))
    columns = ("right", "wrong", "wrongly permissive", "not askable")
    print(f"{'mode':20}" + "".join(f"{column:>20}" for column in columns))
    total: Counter[str] = Counter()
    for mode, counts in sorted(found.items()):
        total += counts
        print(f"{mode:20}" + "".join(f"{counts[column]:>20}" for column in columns))
    if "--list" in sys.argv:
        list_wrong_answers(load_registry(Path("registry")))
    print(f"{'all':20}" + "".join(f"{total[column]:>20}" for column in columns))
    return 0


if __name__ == "__main__":
    sys.exit(main())
