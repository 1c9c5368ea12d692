"""What a program gets of each thing: one type per field, `unknown` as a word, nothing left out."""

from collections.abc import Mapping, Sequence
from typing import Any

from audit.definitions.base import Verdict
from audit.definitions.clause_view import ViewedClause
from audit.definitions.permission_view import PermissionView
from audit.publish.site.changes import SiteEvent
from audit.publish.site.licenses import LicenseRow, group_clauses
from audit.publish.site.list_pages import GroupRow
from audit.publish.site.model_view import ModelView, SiteFact
from audit.publish.views.model_summary import UNKNOWN, ModelSummary
from audit.records.dataset import Dataset
from audit.records.evidence import Evidence
from audit.records.license import License

Shape = dict[str, Any]


def shape_summary(row: ModelSummary) -> Shape:
    """One model as in the list. A size that nobody counted may stand in the name."""
    basis = "counted" if row.parameters is not None else "name"
    return {
        "id": row.id,
        "name": row.name,
        "developer": row.developer,
        "family": row.family,
        "label": row.label,
        "commercial": row.commercial,
        "license": row.license or "no-weights",
        "license_name": row.license_name or "no weights",
        "size": {
            "parameters": row.likely_parameters or 0,
            "active": row.active_parameters or 0,
            "basis": basis if row.likely_parameters else UNKNOWN,
        },
        "modalities": list(row.modalities),
        "data": row.data,
        "gate": row.gate,
        "released": row.released or UNKNOWN,
        "changed": row.changed or "never",
        "depth": row.depth,
        "other_names": list(row.other_names),
        "verdicts": dict(row.verdicts),
    }


def shape_model(view: ModelView) -> Shape:
    """One model with its reasons."""
    model, said, sources = view.model, view.explanation, view.sources
    numbers = {source: number for number, source in enumerate(sources, 1)}
    return {
        "model": shape_summary(view.row),
        "questions": [
            {"id": each.id, "question": each.question, "answer": each.words, "reason": each.reason}
            for each in said.questions
        ],
        "uses": [{"use": each.noun, "answer": each.value} for each in said.permissions],
        "permission": shape_permission(view.permission),
        "verdicts": [shape_verdict(each) for each in said.verdicts],
        "facts": [_shape_fact(fact, numbers) for fact in view.facts],
        "sources": [_shape_source(source, numbers[source]) for source in sources],
        "is_lineage_stated": model.base_models is not None,
        "bases": [{"id": each.id, "relation": each.relation} for each in model.base_models or ()],
        "derived": list(view.derived),
        "datasets": list(model.components["datasets"].datasets),
        "claims": [claim.says for claim in said.claims],
        "lacking": list(said.depth.lacking),
        "events": [shape_event(event) for event in view.events],
    }


def shape_permission(view: PermissionView) -> Shape:
    """One answer of `allows`."""
    return {
        "use": view.use_words,
        "answer": view.value,
        "licenses": sorted(view.licenses),
        "decided_by": [_shape_clause(each) for each in view.decided_by],
        "to_do": [
            {
                "stage": stage.stage,
                "title": stage.title,
                "clauses": [_shape_clause(each) for each in stage.clauses],
            }
            for stage in view.to_do
        ],
        "open_questions": list(view.open_questions),
        "conflicts": list(view.certainty.conflicts),
    }


def _shape_clause(clause: ViewedClause) -> Shape:
    return {
        "kind": clause.kind,
        "effect": clause.effect,
        "summary": clause.summary,
        "except": clause.exception,
        "quote": clause.quote,
        "ship": [{"do": each.what, "words": each.words} for each in clause.ship],
        "stands_in": [
            {"model": each.model, "license": each.license, "section": each.section}
            for each in clause.holders
        ],
    }


def shape_verdict(verdict: Verdict) -> Shape:
    """What one definition says, step by step."""
    return {
        "definition": verdict.framework,
        "version": verdict.version,
        "value": verdict.value,
        "missing": list(verdict.missing),
        "to_improve": list(verdict.to_improve),
        "steps": [
            {
                "id": step.id,
                "clause": step.clause,
                "answer": step.answer,
                "reason": step.reason,
                "of": step.subject,
            }
            for step in verdict.steps
        ],
    }


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
    return {
        "number": number,
        "url": source.url,
        "kind": source.kind,
        "seen": source.seen,
        "revision": source.revision or "",
        "quote": source.quote or "",
        "note": source.note or "",
    }


def shape_event(event: SiteEvent) -> Shape:
    """One change."""
    return {
        "finding": event.id,
        "record": event.record,
        "makers": list(event.makers),
        "kind": event.kind,
        "direction": event.direction,
        "day": event.day,
        "seen": event.seen,
        "sentence": event.sentence,
        "before": event.before,
        "after": event.after,
        "label_before": event.label_before,
        "label_after": event.label_after,
        "url": event.url,
    }


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
        {
            "group": title,
            "kind": clause.name,
            "effect": clause.effect,
            "summary": clause.summary,
            "section": clause.section,
            "quote": clause.quote,
            "except": clause.exception,
        }
        for title, clauses in group_clauses(license)
        for clause in clauses
    ]


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
