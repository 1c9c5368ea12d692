"""Open data: OSAID 1.0, and every training dataset obtainable under terms that allow sharing.

The stricter reading that critics of OSAID 1.0 ask for; no organization publishes it as a standard.
`open` and `public` datasets are publicly obtainable; `obtainable` ones, which may cost a fee, and
`unshareable` ones are not. Sharing must be granted for any purpose: a license for non-commercial
sharing only is not enough.
"""

from collections.abc import Iterator

from audit.definitions.base import Answer, Definition, FactUsed, Step, Verdict, judge_conformance
from audit.definitions.license_facts import describe_terms_needed, judge_terms, list_license_facts
from audit.definitions.lineage import trace_parameters
from audit.definitions.osaid import build_osaid_steps
from audit.definitions.rules import ComponentRule, apply_rule
from audit.records.dataset import Dataset
from audit.records.model import Model
from audit.records.registry import Registry

ID = "open-data"
VERSION = "1"
_CLAUSE = "Every training dataset can be obtained by anybody and shared on"

_AVAILABLE_RULE = ComponentRule("datasets", _CLAUSE, "datasets", "available")
_SHARING_RULE = ComponentRule("datasets-terms", _CLAUSE, "datasets", "sharing")
_ACCESS_ANSWERS: dict[str, Answer] = {"open": "yes", "public": "yes", "unknown": "unknown"}
"""By class of availability; any other class is no public access."""


def judge(model: Model, registry: Registry) -> Verdict:
    """`conforms`, `conforms-if-relicensed`, `fails` or `undetermined`.

    Raises InvalidExpressionError for an unknown license.
    """
    steps = [*build_osaid_steps(model, registry), *_build_data_steps(model, registry, "")]
    for base in trace_parameters(model, registry).ancestors:
        steps += _build_data_steps(base, registry, base.id)
    return judge_conformance(ID, VERSION, tuple(steps))


def _build_data_steps(model: Model, registry: Registry, subject: str) -> Iterator[Step]:
    ids = model.components["datasets"].datasets
    yield apply_rule(_AVAILABLE_RULE, model, registry, subject)
    if not ids:
        yield apply_rule(_SHARING_RULE, model, registry, subject)
    for id in ids:
        yield from _build_dataset_steps(id, registry, subject)


def _build_dataset_steps(id: str, registry: Registry, subject: str) -> Iterator[Step]:
    dataset = registry.datasets.get(id)
    if dataset is None:
        yield _build_unrecorded_step(id, subject)
    else:
        yield _check_obtainable(dataset, subject)
        yield _check_sharing(dataset, registry, subject)


def _build_unrecorded_step(id: str, subject: str) -> Step:
    reason = f"the registry holds no dataset {id}"
    needs = f"add a record of the dataset {id}"
    return Step(f"dataset:{id}", _CLAUSE, "unknown", reason, subject=subject, needs=needs)


def _check_obtainable(dataset: Dataset, subject: str) -> Step:
    answer, shown = _judge_access(dataset)
    return Step(
        f"dataset:{dataset.id}",
        _CLAUSE,
        answer,
        f"{dataset.name}: {shown}",
        (FactUsed(dataset.ref, "availability", shown, dataset.availability.evidence),),
        subject=subject,
        needs=_describe_access_needed(answer, dataset.id),
    )


def _describe_access_needed(answer: Answer, id: str) -> str:
    if answer == "no":
        return f"make the dataset {id} publicly obtainable"
    return f"establish who can obtain the dataset {id}" if answer == "unknown" else ""


def _judge_access(dataset: Dataset) -> tuple[Answer, str]:
    if dataset.status == "unknown":
        return "unknown", "availability unknown"
    if dataset.status != "released":
        return "no", _describe_absence(dataset)
    whose = dataset.availability.class_
    shown = "to whom is unknown" if whose == "unknown" else whose
    return _ACCESS_ANSWERS.get(whose, "no"), f"released, {shown}"


def _describe_absence(dataset: Dataset) -> str:
    began = dataset.availability.since
    return f"{dataset.status} since {began}" if began else dataset.status


def _check_sharing(dataset: Dataset, registry: Registry, subject: str) -> Step:
    license = dataset.license
    answer = judge_terms(license, "sharing", registry)
    shown = license or "unknown"
    declared = FactUsed(dataset.ref, "terms", shown, dataset.license_evidence)
    return Step(
        f"dataset-terms:{dataset.id}",
        _CLAUSE,
        answer,
        f"{dataset.name}: terms that allow sharing needed; license {shown}",
        (declared, *list_license_facts(license, registry)),
        "terms",
        subject,
        describe_terms_needed(answer, "sharing", f"the dataset {dataset.id}", license),
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
