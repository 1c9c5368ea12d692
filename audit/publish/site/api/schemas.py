"""The schemas of api/v1: closed objects, so that a field which nobody described fails a test."""

from collections.abc import Mapping
from typing import Any

from audit.licenses.uses import PERMISSION_WORDS, TOLD_WORDS
from audit.publish.pages.phrases import LABEL_WORDS
from audit.publish.site.changes import DIRECTION_SIGNS
from audit.publish.views.model_summary import DATA_VALUES, GATE_VALUES

Schema = dict[str, Any]
TEXT: Schema = {"type": "string"}
COUNT: Schema = {"type": "integer", "minimum": 0}
YES_NO: Schema = {"type": "boolean"}
TEXTS: Schema = {"type": "array", "items": TEXT}
WORDS: Schema = {"type": "object", "additionalProperties": TEXT}
COUNTS: Schema = {"type": "object", "additionalProperties": COUNT}
API_VERSION = 1


def close_object(**fields: Schema) -> Schema:
    """An object of just these fields, all of them there; a name may end with `_` for a Python word."""
    properties = {name.removesuffix("_"): schema for name, schema in fields.items()}
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def refer(name: str) -> Schema:
    """A schema of the document by its name."""
    return {"$ref": f"#/components/schemas/{name}"}


def list_of(name: str) -> Schema:
    """A list of things by the name of their schema."""
    return {"type": "array", "items": refer(name)}


def one_of(words: Any) -> Schema:
    """A word of a closed vocabulary."""
    return {"type": "string", "enum": list(words)}


def wrap_document(**fields: Schema) -> Schema:
    """A document: it says its version and the day of its newest fact."""
    return close_object(schema_version={"const": API_VERSION}, data_date=TEXT, **fields)


_PERMISSION = one_of(PERMISSION_WORDS)
"""What a text says by itself."""
_TOLD = one_of(TOLD_WORDS)
"""What is told of a model."""
_THINGS: Mapping[str, Schema] = {
    "Size": close_object(
        parameters=COUNT, active=COUNT, basis=one_of(("counted", "name", "unknown"))
    ),
    "Summary": close_object(
        id=TEXT,
        name=TEXT,
        developer=TEXT,
        family=TEXT,
        label=one_of(LABEL_WORDS),
        commercial=_TOLD,
        license=TEXT,
        license_name=TEXT,
        size=refer("Size"),
        modalities=TEXTS,
        data=one_of(DATA_VALUES),
        gate=one_of(GATE_VALUES),
        released=TEXT,
        changed=TEXT,
        depth=TEXT,
        other_names=TEXTS,
        verdicts=WORDS,
    ),
    "Question": close_object(id=TEXT, question=TEXT, answer=TEXT, reason=TEXT),
    "Use": close_object(use=TEXT, answer=_TOLD),
    "Shipped": close_object(do=TEXT, words=TEXT),
    "Holder": close_object(model=TEXT, license=TEXT, section=TEXT),
    "Clause": close_object(
        kind=TEXT,
        effect=_PERMISSION,
        summary=TEXT,
        except_=TEXT,
        quote=TEXT,
        ship=list_of("Shipped"),
        stands_in=list_of("Holder"),
    ),
    "Stage": close_object(stage=TEXT, title=TEXT, clauses=list_of("Clause")),
    "Permission": close_object(
        use=TEXT,
        answer=_TOLD,
        licenses=TEXTS,
        decided_by=list_of("Clause"),
        to_do=list_of("Stage"),
        open_questions=TEXTS,
        conflicts=TEXTS,
    ),
    "Step": close_object(id=TEXT, clause=TEXT, answer=TEXT, reason=TEXT, of=TEXT),
    "Verdict": close_object(
        definition=TEXT,
        version=TEXT,
        value=TEXT,
        missing=TEXTS,
        to_improve=TEXTS,
        steps=list_of("Step"),
    ),
    "Fact": close_object(
        name=TEXT,
        value=TEXT,
        license=TEXT,
        url=TEXT,
        note=TEXT,
        stated_by=TEXT,
        sources={"type": "array", "items": COUNT},
        looked_in=TEXTS,
    ),
    "Source": close_object(
        number=COUNT,
        url=TEXT,
        kind=one_of(("primary", "secondary")),
        seen=TEXT,
        revision=TEXT,
        quote=TEXT,
        note=TEXT,
    ),
    "Base": close_object(id=TEXT, relation=TEXT),
    "Event": close_object(
        finding=TEXT,
        record=TEXT,
        makers=TEXTS,
        kind=TEXT,
        direction=one_of(DIRECTION_SIGNS),
        day=TEXT,
        seen=TEXT,
        sentence=TEXT,
        before=TEXT,
        after=TEXT,
        label_before=TEXT,
        label_after=TEXT,
        url=TEXT,
    ),
    "Group": close_object(
        id=TEXT,
        name=TEXT,
        models=TEXTS,
        labels=COUNTS,
        licenses=COUNTS,
        sizes=TEXT,
        newest=TEXT,
    ),
    "License": close_object(
        id=TEXT,
        name=TEXT,
        kind=TEXT,
        answers={"type": "object", "additionalProperties": _PERMISSION},
        thresholds=TEXTS,
        phrases=TEXTS,
        models=TEXTS,
    ),
    "LicenseClause": close_object(
        group=TEXT, kind=TEXT, effect=TEXT, summary=TEXT, section=TEXT, quote=TEXT, except_=TEXT
    ),
    "Dataset": close_object(
        id=TEXT,
        name=TEXT,
        publisher=TEXT,
        status=TEXT,
        availability=TEXT,
        license=TEXT,
        derived_from=TEXTS,
        models=TEXTS,
    ),
    "Definition": close_object(id=TEXT, name=TEXT, version=TEXT, source=TEXT, counts=COUNTS),
    "Link": close_object(name=TEXT, path=TEXT),
}
DOCUMENTS: Mapping[str, Schema] = {
    "Index": wrap_document(license=TEXT, counts=COUNTS, links=list_of("Link")),
    "Models": wrap_document(models=list_of("Summary")),
    "Model": wrap_document(
        model=refer("Summary"),
        questions=list_of("Question"),
        uses=list_of("Use"),
        permission=refer("Permission"),
        verdicts=list_of("Verdict"),
        facts=list_of("Fact"),
        sources=list_of("Source"),
        is_lineage_stated=YES_NO,
        bases=list_of("Base"),
        derived=TEXTS,
        datasets=TEXTS,
        claims=TEXTS,
        lacking=TEXTS,
        events=list_of("Event"),
    ),
    "Makers": wrap_document(makers=list_of("Group")),
    "Families": wrap_document(families=list_of("Group")),
    "Licenses": wrap_document(licenses=list_of("License")),
    "LicensePage": wrap_document(license=refer("License"), clauses=list_of("LicenseClause")),
    "Datasets": wrap_document(datasets=list_of("Dataset")),
    "Definitions": wrap_document(definitions=list_of("Definition")),
    "Events": wrap_document(events=list_of("Event")),
    "Identifiers": wrap_document(purl=WORDS, names=WORDS),
    "Permissions": wrap_document(use=TEXT, answers=WORDS),
    "JsonSchema": {"type": "object", "required": ["$schema", "title"]},
}
"""Each kind of file."""


def list_schemas() -> dict[str, Schema]:
    """Documents and what is in them, by name."""
    return {**_THINGS, **DOCUMENTS}
