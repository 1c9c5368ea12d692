"""What a program gets of each thing: one type per field, `unknown` as a word, nothing left out."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from audit.definitions.answered_question import AnsweredQuestion
from audit.definitions.base import Step, Verdict
from audit.definitions.clause_view import ViewedClause
from audit.definitions.permission_view import PermissionView, StageDuties
from audit.publish.site.changes import SiteEvent
from audit.publish.site.licenses import LicenseRow, ShownClause, group_clauses
from audit.publish.site.list_pages import GroupRow
from audit.publish.site.model_view import ModelView, SiteFact
from audit.publish.views.model_summary import UNKNOWN, ModelSummary
from audit.records.dataset import Dataset
from audit.records.evidence import Evidence
from audit.records.license import License

Shape = dict[str, Any]
_PLAIN_FIELDS = (
    "id",
    "name",
    "developer",
    "family",
    "label",
    "commercial",
    "data",
    "gate",
    "depth",
)
_SOURCE_FIELDS = ("url", "kind", "seen", "revision", "quote", "note")
_HOLDER_FIELDS = ("model", "license", "section")
_EVENT_FIELDS = (
    *("record", "kind", "direction", "day", "seen", "sentence", "before", "after"),
    *("label_before", "label_after", "url"),
)


def shape_summary(row: ModelSummary) -> Shape:
    """One model as in the list."""
    return {
        **read_fields(row, _PLAIN_FIELDS),
        "license": row.license or "no-weights",
        "license_name": row.license_name or "no weights",
        "size": shape_size(row),
        "modalities": list(row.modalities),
        "released": row.released or UNKNOWN,
        "changed": row.changed or "never",
        "other_names": list(row.other_names),
        "verdicts": dict(row.verdicts),
    }


def shape_size(row: ModelSummary) -> Shape:
    """A size that nobody counted may stand in the name: the basis tells."""
    basis = "counted" if row.parameters is not None else "name"
    return {
        "parameters": row.likely_parameters or 0,
        "active": row.active_parameters or 0,
        "basis": basis if row.likely_parameters else UNKNOWN,
    }


def shape_model(view: ModelView) -> Shape:
    """One model with its reasons."""
    return {
        "model": shape_summary(view.row),
        **_shape_answers(view),
        **_shape_evidence(view),
        **_shape_lineage(view),
        "claims": [claim.says for claim in view.explanation.claims],
        "lacking": list(view.explanation.depth.lacking),
        "events": [shape_event(event) for event in view.events],
    }


def _shape_answers(view: ModelView) -> Shape:
    said = view.explanation
    return {
        "questions": [_shape_question(each) for each in said.questions],
        "uses": [{"use": each.noun, "answer": each.value} for each in said.permissions],
        "permission": shape_permission(view.permission),
        "verdicts": [shape_verdict(each) for each in said.verdicts],
    }


def _shape_question(asked: AnsweredQuestion) -> Shape:
    return {"answer": asked.words, **read_fields(asked, ("id", "question", "reason"))}


def _shape_evidence(view: ModelView) -> Shape:
    numbers = {source: number for number, source in enumerate(view.sources, 1)}
    return {
        "facts": [_shape_fact(fact, numbers) for fact in view.facts],
        "sources": [_shape_source(source, number) for source, number in numbers.items()],
    }


def _shape_lineage(view: ModelView) -> Shape:
    model = view.model
    return {
        "is_lineage_stated": model.base_models is not None,
        "bases": [read_fields(each, ("id", "relation")) for each in model.base_models or ()],
        "derived": list(view.derived),
        "datasets": list(model.components["datasets"].datasets),
    }


def read_fields(thing: object, names: Iterable[str]) -> Shape:
    """Fields that a program gets under their own names; nothing recorded is an empty text."""
    return {name: getattr(thing, name) or "" for name in names}


def shape_permission(view: PermissionView) -> Shape:
    """One answer of `allows`."""
    return {
        "use": view.use_words,
        "answer": view.told,
        "licenses": sorted(view.licenses),
        "decided_by": [_shape_clause(each) for each in view.decided_by],
        "to_do": [_shape_stage(stage) for stage in view.to_do],
        "open_questions": list(view.open_questions),
        "conflicts": list(view.certainty.conflicts),
    }


def _shape_stage(stage: StageDuties) -> Shape:
    clauses = [_shape_clause(each) for each in stage.clauses]
    return {**read_fields(stage, ("stage", "title")), "clauses": clauses}


def _shape_clause(clause: ViewedClause) -> Shape:
    return {
        **read_fields(clause, ("kind", "effect", "summary", "quote")),
        "except": clause.exception,
        "ship": [{"do": each.what, "words": each.words} for each in clause.ship],
        "stands_in": [read_fields(each, _HOLDER_FIELDS) for each in clause.holders],
    }


def shape_verdict(verdict: Verdict) -> Shape:
    """What one definition says, step by step."""
    return {
        "definition": verdict.framework,
        **read_fields(verdict, ("version", "value")),
        "missing": list(verdict.missing),
        "to_improve": list(verdict.to_improve),
        "steps": [_shape_step(step) for step in verdict.steps],
    }


def _shape_step(step: Step) -> Shape:
    return {**read_fields(step, ("id", "clause", "answer", "reason")), "of": step.subject}


def _shape_fact(fact: SiteFact, numbers: Mapping[Evidence, int]) -> Shape:
    return {
        "name": fact.name,
        "value": fact.value,
        "license": fact.terms,
        "url": fact.url,
        "note": fact.note,
        "stated_by": fact.origin,
        "sources": [numbers[each] for each in fact.evidence],
        "looked_in": [each.url for each in fact.looked_in],
    }


def _shape_source(source: Evidence, number: int) -> Shape:
    return {"number": number, **read_fields(source, _SOURCE_FIELDS)}


def shape_event(event: SiteEvent) -> Shape:
    """One change."""
    return {"finding": event.id, "makers": list(event.makers), **read_fields(event, _EVENT_FIELDS)}


def shape_group(id: str, group: GroupRow, rows: Sequence[ModelSummary]) -> Shape:
    """A maker or a family."""
    return {
        "id": id,
        "name": group.name,
        "models": [row.id for row in rows],
        "labels": dict(group.labels),
        "licenses": dict(group.licenses),
        "sizes": group.sizes or UNKNOWN,
        "newest": group.newest or UNKNOWN,
    }


def shape_license(row: LicenseRow) -> Shape:
    """A license as in the matrix."""
    return {
        "id": row.id,
        "name": row.name,
        "kind": row.kind,
        "answers": dict(row.answers),
        "thresholds": list(row.thresholds),
        "phrases": list(row.phrases),
        "models": [each.id for each in row.models],
    }


def shape_clauses(license: License) -> list[Shape]:
    """The clauses of a license as on its page."""
    return [
        _shape_license_clause(title, clause)
        for title, clauses in group_clauses(license)
        for clause in clauses
    ]


def _shape_license_clause(title: str, clause: ShownClause) -> Shape:
    fields = read_fields(clause, ("effect", "summary", "section", "quote"))
    return {"group": title, "kind": clause.name, "except": clause.exception, **fields}


def shape_dataset(dataset: Dataset, models: Sequence[str]) -> Shape:
    """A dataset and the models that state it."""
    return {
        "id": dataset.id,
        "name": dataset.name,
        "publisher": dataset.publisher or UNKNOWN,
        "status": dataset.status,
        "availability": dataset.availability.class_,
        "license": dataset.license or UNKNOWN,
        "derived_from": list(dataset.derived_from),
        "models": list(models),
    }
