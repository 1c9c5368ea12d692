"""A model record from a filled form. Pure.

What the Hub says counts more than what the form says; the form alone states what its sources show.
"""

from audit.contribute.new.draft import (
    WEIGHTS,
    WEIGHTS_PATH,
    DraftQuestion,
    EvidenceTable,
    JsonObject,
    RecordDraft,
)
from audit.contribute.new.hub_evidence import HUB_URL, EvidenceOrigin, build_hub_url
from audit.contribute.new.issue_form import NewModelForm, WeightsLocation
from audit.contribute.new.license import choose_example_license
from audit.contribute.new.maker import KnownAnswers
from audit.contribute.new.without_repository import (
    MakerPage,
    draft_closed_model,
    replace_citation,
)
from audit.contribute.review.evidence import parse_hub_repository
from audit.records.registry import Registry

STATUS_BY_LOCATION: dict[WeightsLocation, str] = {
    "hub": "released",
    "elsewhere": "released",
    "none": "not-released",
    "unknown": "unknown",
}
UNREAD_FORM_NOTE = (
    "Nothing was looked up: the record states what the form says, "
    "by the sources that it names. Read them before you merge."
)


def draft_from_form(form: NewModelForm, registry: Registry, origin: EvidenceOrigin) -> RecordDraft:
    """The record that the form alone can carry: nothing in it was looked up."""
    page, answers = MakerPage(form.sources[0]), KnownAnswers(form.developer)
    draft = draft_closed_model(form.model, page, registry, origin, answers)
    _state_form_facts(draft, form, registry, origin)
    draft.add_note(UNREAD_FORM_NOTE)
    asked = [replace_citation(question, "source-1") for question in draft.questions]
    # What verdicts turn on most comes first.
    draft.questions = [*_build_license_questions(form, registry), *asked]
    return draft


def _state_form_facts(
    draft: RecordDraft, form: NewModelForm, registry: Registry, origin: EvidenceOrigin
) -> None:
    """Set weights and repository as the form says, by the sources that it names."""
    rows = _build_evidence_rows(form, origin)
    draft.set_evidence(rows)
    draft.state_component(WEIGHTS, _build_weights(form, registry, list(rows)))
    if form.weights_location == "hub":
        pins = {"repo": form.model, "gated": "unknown", "license_tag": None}
        draft.state_fact("hub", pins)


def add_form_notes(draft: RecordDraft, form: NewModelForm) -> None:
    """Add to a record from the Hub what the form says beyond it."""
    stated = draft.components[WEIGHTS].get("license")
    if form.license and form.license != stated:
        hub_says = f"says {stated}" if stated else "leaves it open"
        draft.add_note(
            f"The form says that the license is {form.license!r}; the Hub's answer {hub_says}."
        )
    sources = ", ".join(form.sources)
    draft.add_note(f"The form names as sources: {sources}. Cite those that carry a fact.")


def _build_weights(form: NewModelForm, registry: Registry, evidence_keys: list[str]) -> JsonObject:
    weights: JsonObject = {"status": STATUS_BY_LOCATION[form.weights_location]}
    if form.license in registry.licenses and form.weights_location != "none":
        weights["license"] = form.license
    if form.weights_location == "hub":
        weights["url"] = build_hub_url("models", form.model)
    weights["evidence"] = evidence_keys
    return weights


def _build_evidence_rows(form: NewModelForm, origin: EvidenceOrigin) -> EvidenceTable:
    return {
        f"source-{number}": _build_evidence_row(url, form, origin)
        for number, url in enumerate(form.sources, start=1)
    }


def _build_evidence_row(url: str, form: NewModelForm, origin: EvidenceOrigin) -> JsonObject:
    """Secondary, unless it is the page of the very repository.

    A form cannot prove who publishes another page.
    """
    return {
        "url": url,
        "seen": origin.day,
        "kind": "primary" if _is_repository_page(url, form.model) else "secondary",
        "note": "Named in an issue; not yet read by a reviewer.",
    }


def _is_repository_page(url: str, repo: str) -> bool:
    place = parse_hub_repository(url) if url.startswith(f"{HUB_URL}/") else None
    return place is not None and place[1].lower() == repo.lower()


def _build_license_questions(form: NewModelForm, registry: Registry) -> list[DraftQuestion]:
    if form.weights_location == "none" or form.license in registry.licenses:
        return []
    asks, example = _ask_for_license(form.license), choose_example_license(registry)
    return [DraftQuestion(f"{WEIGHTS_PATH}.license", asks, example)]


def _ask_for_license(said: str | None) -> str:
    if not said:
        return "Under which license are the weights?"
    return f"The form says {said!r}, which is not an id of registry/licenses. Which license is it?"
