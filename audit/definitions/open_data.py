"""Open data: OSAID 1.0, and every training dataset obtainable under terms that allow sharing.

The stricter reading that critics of OSAID 1.0 ask for; no organization publishes it as a standard.
`open` and `public` datasets are publicly obtainable; `obtainable` ones, which may cost a fee, and
`unshareable` ones are not. Sharing must be granted for any purpose: a license for non-commercial
sharing only is not enough.
"""

from collections.abc import Iterator

from audit.definitions.base import Answer, Definition, FactUsed, Step, Verdict, judge_conformance
from audit.definitions.lineage import trace_lineage
from audit.definitions.osaid import build_osaid_steps
from audit.definitions.rules import (
    ComponentRule,
    apply_rule,
    describe_terms_needed,
    judge_terms,
    list_license_facts,
)
from audit.records.model import Dataset, Model, Registry

ID = "open-data"
VERSION = "1"
_CLAUSE = "Every training dataset can be obtained by anybody and shared on"


def judge(model: Model, registry: Registry) -> Verdict:
    """`conforms`, `conforms-if-relicensed`, `fails` or `undetermined`.

    Raises InvalidExpressionError for an unknown license.
    """
    steps = build_osaid_steps(model, registry) + tuple(_build_dataset_steps(model, registry, ""))
    for base in trace_lineage(model, registry).ancestors:
        steps += tuple(_build_dataset_steps(base, registry, base.id))
    return judge_conformance(ID, VERSION, steps)


def _build_dataset_steps(model: Model, registry: Registry, subject: str) -> Iterator[Step]:
    component = model.components["datasets"]
    yield apply_rule(
        ComponentRule("datasets", _CLAUSE, "datasets", "available"), model, registry, subject
    )
    if not component.datasets:
        yield apply_rule(
            ComponentRule("datasets-terms", _CLAUSE, "datasets", "sharing"),
            model,
            registry,
            subject,
        )
    for id in component.datasets:
        dataset = registry.datasets.get(id)
        if dataset is None:
            needs = f"add a record of the dataset {id}"
            yield Step(
                f"dataset:{id}",
                _CLAUSE,
                "unknown",
                f"the registry holds no dataset {id}",
                (),
                "available",
                subject,
                needs,
            )
        else:
            yield _check_obtainable(dataset, subject)
            yield _check_sharing(dataset, registry, subject)


def _check_obtainable(dataset: Dataset, subject: str) -> Step:
    answer, shown = _judge_access(dataset)
    needs = {
        "no": f"make the dataset {dataset.id} publicly obtainable",
        "unknown": f"establish who can obtain the dataset {dataset.id}",
    }
    fact = FactUsed(dataset.ref, "availability", shown, dataset.availability.evidence)
    return Step(
        f"dataset:{dataset.id}",
        _CLAUSE,
        answer,
        f"{dataset.name}: {shown}",
        (fact,),
        "available",
        subject,
        needs.get(answer, ""),
    )


def _judge_access(dataset: Dataset) -> tuple[Answer, str]:
    if dataset.status == "unknown":
        return "unknown", "availability unknown"
    if dataset.status != "released":
        began = dataset.availability.since
        return "no", f"{dataset.status}{f' since {began}' if began else ''}"
    answers: dict[str, Answer] = {"open": "yes", "public": "yes", "unknown": "unknown"}
    whose = dataset.availability.class_
    shown = "to whom is unknown" if whose == "unknown" else whose
    return answers.get(whose, "no"), f"released, {shown}"


def _check_sharing(dataset: Dataset, registry: Registry, subject: str) -> Step:
    answer = judge_terms(dataset.license, "sharing", registry)
    facts = (
        FactUsed(dataset.ref, "terms", dataset.license or "unknown", dataset.license_evidence),
        *list_license_facts(dataset.license, registry),
    )
    reason = (
        f"{dataset.name}: terms that allow sharing needed; license {dataset.license or 'unknown'}"
    )
    needs = (
        ""
        if answer == "yes"
        else describe_terms_needed(answer, "sharing", f"the dataset {dataset.id}", dataset.license)
    )
    return Step(
        f"dataset-terms:{dataset.id}", _CLAUSE, answer, reason, facts, "terms", subject, needs
    )


DEFINITION = Definition(
    id=ID,
    version=VERSION,
    name="OSAID and open data",
    short_name="open data",
    source="https://opensource.org/ai/open-source-ai-definition",
    judge=judge,
    positive_values=frozenset({"conforms"}),
)
