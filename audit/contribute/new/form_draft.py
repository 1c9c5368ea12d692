"""A model record from a filled form. What the Hub says goes before what the form says; the form alone states what its sources show. Pure."""

from typing import Any

from audit.contribute.new.draft import DraftQuestion, RecordDraft
from audit.contribute.new.hub_evidence import EvidenceOrigin, build_hub_url
from audit.contribute.new.issue_form import NewModelForm
from audit.contribute.new.license import choose_example_license
from audit.contribute.new.start import KnownAnswers
from audit.contribute.new.without_repository import draft_closed_model
from audit.contribute.review.evidence import parse_hub_repository
from audit.records.model import Registry

STATUS_BY_LOCATION = {
    "hub": "released",
    "elsewhere": "released",
    "none": "not-released",
    "unknown": "unknown",
}


def draft_from_form(form: NewModelForm, registry: Registry, reader: EvidenceOrigin) -> RecordDraft:
    """The record that the form alone can carry: nothing in it was looked up."""
    draft = draft_closed_model(
        form.model, form.sources[0], None, registry, reader, KnownAnswers(form.developer)
    )
    record = draft.record
    keys = [f"source-{number}" for number, _ in enumerate(form.sources, start=1)]
    weights: dict[str, Any] = {"status": STATUS_BY_LOCATION[form.weights_location]}
    if form.license in registry.licenses and form.weights_location != "none":
        weights["license"] = form.license
    weights |= (
        {"url": build_hub_url("models", form.model)} if form.weights_location == "hub" else {}
    )
    weights["evidence"] = keys
    components = record.pop("components") | {"model-parameters-final": weights}
    del record["evidence"]
    if form.weights_location == "hub":
        record["hub"] = {"repo": form.model, "gated": "unknown", "license_tag": None}
    record["components"] = components
    record["evidence"] = {
        key: _build_evidence_row(url, form, reader)
        for key, url in zip(keys, form.sources, strict=True)
    }
    draft.questions = [_cite_first_source(each) for each in draft.questions]
    draft.notes.append(
        "Nothing was looked up: the record states what the form says, by the sources that it names. Read them before you merge."
    )
    _add_license_question(draft, form, registry)
    return draft


def add_form_notes(draft: RecordDraft, form: NewModelForm) -> RecordDraft:
    """A record from the Hub, with what the form adds as notes: the Hub's word counts more."""
    stated = draft.record["components"]["model-parameters-final"].get("license")
    if form.license and form.license != stated:
        draft.notes.append(
            f"The form says that the license is {form.license!r}; the Hub's answer {f'says {stated}' if stated else 'leaves it open'}."
        )
    draft.notes.append(
        f"The form names as sources: {', '.join(form.sources)}. Cite those that carry a fact."
    )
    return draft


def _build_evidence_row(url: str, form: NewModelForm, reader: EvidenceOrigin) -> dict[str, Any]:
    """Secondary, unless it is the page of the very repository: who stands behind another page, a form cannot prove."""
    place = parse_hub_repository(url) if url.startswith("https://huggingface.co/") else None
    own = place is not None and place[1].lower() == form.model.lower()
    return {
        "url": url,
        "seen": reader.day,
        "kind": "primary" if own else "secondary",
        "note": "Named in an issue; not yet read by a reviewer.",
    }


def _cite_first_source(question: DraftQuestion) -> DraftQuestion:
    example = (
        {**question.example, "evidence": ["source-1"]}
        if isinstance(question.example, dict)
        else question.example
    )
    return DraftQuestion(question.path, question.asks, example, question.needed, question.decides)


def _add_license_question(draft: RecordDraft, form: NewModelForm, registry: Registry) -> None:
    if form.weights_location == "none" or form.license in registry.licenses:
        return
    asks = (
        f"The form says {form.license!r}, which is no id of registry/licenses. Which license is it?"
        if form.license
        else "Under which license are the weights?"
    )
    draft.questions.insert(
        0,
        DraftQuestion(
            "$.components.model-parameters-final.license", asks, choose_example_license(registry)
        ),
    )
