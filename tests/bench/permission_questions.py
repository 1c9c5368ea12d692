"""`python -m tests.bench.permission_questions`: today's answers beside the answer key, by mode.

The key (tests/definitions/permission_questions.md) was written from the license texts before the
program that has to answer. This measures; it holds nothing.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from audit.analysis.permission_as_of import restore_terms_as_of
from audit.definitions.common_uses import build_model_under_license
from audit.definitions.permissions import PermissionAnswer, judge_permission
from audit.licenses.uses import IntendedUse
from audit.records.load import load_registry
from audit.records.model import Model
from audit.records.registry import Registry
from audit.store.events import EventStore

KEY = Path(__file__).parents[1] / "definitions" / "permission_questions.jsonl"
REGISTRY_FOLDER = Path(__file__).parents[2] / "registry"
Question = Mapping[str, Any]


def read_questions() -> Iterator[Question]:
    """The rows of the key, in its order."""
    for line in KEY.read_text(encoding="utf-8").splitlines():
        yield json.loads(line)


def build_use(question: Question) -> IntendedUse:
    """The question in the program's words; its field may be a synonym."""
    stated = dict(question["circumstances"])
    stated.pop("on", None)
    purpose = stated.pop("purpose", None)
    return IntendedUse(
        mode=question["mode"],
        purposes=(purpose,) if purpose else (),
        asker=stated.pop("as", None),
        monthly_users=stated.pop("users", None),
        user_territories=tuple(stated.pop("users_in", ())),
        **stated,
    )


def answer_question(question: Question, registry: Registry) -> PermissionAnswer:
    """What the program answers to a row, of a model or of a license alone, today or on a past day."""
    use = build_use(question)
    day = question["circumstances"].get("on")
    if day is not None:
        events = EventStore(REGISTRY_FOLDER).load_events(registry)
        return restore_terms_as_of(question["model"], registry, events, day).judge(use)
    return judge_permission(_find_subject(question, registry), registry, use)


def is_outdated(question: Question, registry: Registry) -> bool:
    """Whether the row rests on a license or a lineage that was unknown, and is recorded since."""
    model = registry.models.get(question["model"])
    if model is None:
        return False
    mentioned = question["must_mention"]
    is_read = question["license"] is None and model.weights.license is not None
    is_traced = bool(model.base_models)
    return (is_read and "license-unread" in mentioned) or (
        is_traced and "lineage-unknown" in mentioned
    )


def _find_subject(question: Question, registry: Registry) -> Model:
    if question["model"] is not None:
        return registry.models[question["model"]]
    return build_model_under_license(registry.licenses[question["license"]])


def compare_answers(registry: Registry) -> dict[str, Counter[str]]:
    """How many answers are right, wrong, wrongly permissive, or cannot be asked for, by mode."""
    found: dict[str, Counter[str]] = {}
    for question in read_questions():
        counts = found.setdefault(question["mode"], Counter())
        answer = answer_question(question, registry).value
        if is_outdated(question, registry):
            counts["outdated"] += 1
        elif answer == question["answer"]:
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
        answer = answer_question(question, registry).value
        if answer != question["answer"] or is_outdated(question, registry):
            print(
                question["n"],
                question["model"],
                question["mode"],
                question["circumstances"],
                f"key {question['answer']}, today {answer}: {question['decides']}",
            )


def main() -> int:
    """Print the table."""
    found = compare_answers(load_registry(REGISTRY_FOLDER))
    columns = ("right", "wrong", "wrongly permissive", "outdated")
    print(f"{'mode':20}" + "".join(f"{column:>20}" for column in columns))
    total: Counter[str] = Counter()
    for mode, counts in sorted(found.items()):
        total += counts
        print(f"{mode:20}" + "".join(f"{counts[column]:>20}" for column in columns))
    if "--list" in sys.argv:
        list_wrong_answers(load_registry(REGISTRY_FOLDER))
    print(f"{'all':20}" + "".join(f"{total[column]:>20}" for column in columns))
    return 0


if __name__ == "__main__":
    sys.exit(main())
