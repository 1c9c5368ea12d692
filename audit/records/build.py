"""From validated JSON to typed records, models merged with their families."""

from collections.abc import Mapping
from typing import Any

from audit.records.model import (
    COMPONENTS,
    DEFAULT_HOST,
    BaseModelLink,
    Component,
    DataInformation,
    Dataset,
    Evidence,
    EvidenceConflict,
    Family,
    HubPins,
    KnownText,
    License,
    LicenseCondition,
    MakerClaim,
    Model,
    ReleaseDate,
    StewardReview,
)

JsonObject = Mapping[str, Any]


UNKNOWN_COMPONENTS: Mapping[str, Component] = {name: Component(name) for name in COMPONENTS}
"""What nobody stated; one object for all models."""


class EvidenceTable:
    """The evidence table of one record: turns keys into evidence."""

    def __init__(self, ref: str, table: JsonObject) -> None:
        self.ref = ref
        self.evidence_by_key = {
            key: Evidence(
                key,
                row["url"],
                row["seen"],
                row["kind"],
                row.get("revision"),
                row.get("quote"),
                row.get("note"),
                ref,
            )
            for key, row in table.items()
        }

    def get_cited(self, holder: JsonObject | None, name: str = "evidence") -> tuple[Evidence, ...]:
        """The evidence that a fact cites. A key that the table lacks is a problem of its own and left out here."""
        keys = (holder or {}).get(name, ())
        return tuple(self.evidence_by_key[key] for key in keys if key in self.evidence_by_key)

    def list_all(self) -> tuple[Evidence, ...]:
        """The whole table."""
        return tuple(self.evidence_by_key.values())

    def build_conflict(self, holder: JsonObject) -> EvidenceConflict | None:
        """The disagreement that a fact records."""
        row = holder.get("conflict")
        return (
            EvidenceConflict(
                self.get_cited(row, "followed"), self.get_cited(row, "set_aside"), row["why"]
            )
            if row
            else None
        )


def build_family(data: JsonObject) -> Family:
    """A family from its JSON."""
    sources = EvidenceTable(f"families/{data['id']}", data["evidence"])
    information = data.get("data_information")
    return Family(
        id=data["id"],
        name=data["name"],
        developer=data["developer"],
        components={
            name: _build_component(name, row, sources)
            for name, row in data.get("components", {}).items()
        },
        data_information=_build_data_information(information, sources) if information else None,
        claims=_build_claims(data, sources),
    )


def build_model(data: JsonObject, family: Family | None) -> Model:
    """A model from its JSON, merged with its family: what the model states wins, fact by fact."""
    sources = EvidenceTable(f"models/{data['id']}", data["evidence"])
    own = {name: _build_component(name, row, sources) for name, row in data["components"].items()}
    inherited = dict(family.components) if family else {}
    inherited.pop("model-parameters-final", None)
    information = data.get("data_information")
    shared_information = family.data_information if family else None
    released = data.get("released")
    compute = data.get("training_compute")
    size = data.get("parameters", {})
    return Model(
        id=data["id"],
        name=data["name"],
        developer=data.get("developer") or (family.developer if family else "unknown"),
        family=data.get("family"),
        modalities=tuple(data.get("modalities", ())),
        released=ReleaseDate(released["date"], sources.get_cited(released)) if released else None,
        hub=_build_hub_pins(data.get("hub"), sources),
        base_models=_build_base_models(data, sources),
        components={
            name: own.get(name) or inherited.get(name) or UNKNOWN_COMPONENTS[name]
            for name in COMPONENTS
        },
        data_information=_build_data_information(information, sources)
        if information
        else (shared_information or DataInformation()),
        claims=_build_claims(data, sources) or (family.claims if family else ()),
        evidence=sources.list_all(),
        total_parameters=size.get("total"),
        active_parameters=size.get("active"),
        training_flop=compute["flop"] if compute else None,
        training_flop_evidence=sources.get_cited(compute),
        from_scratch_evidence=sources.get_cited(data.get("from_scratch")),
        reviews=tuple(
            StewardReview(row["by"], row["definition"], row["found"], sources.get_cited(row))
            for row in data.get("reviews", ())
        ),
    )


def build_dataset(data: JsonObject) -> Dataset:
    """A dataset from its JSON."""
    sources = EvidenceTable(f"datasets/{data['id']}", data["evidence"])
    availability = data["availability"]
    terms = data.get("terms")
    return Dataset(
        id=data["id"],
        name=data["name"],
        publisher=data.get("publisher"),
        status=availability["status"],
        availability=availability.get("class", "unknown"),
        since=availability.get("since"),
        availability_evidence=sources.get_cited(availability),
        license=terms["license"] if terms else None,
        license_evidence=sources.get_cited(terms),
        hub=_build_hub_pins(data.get("hub"), sources),
        url=data.get("url"),
        derived_from=tuple(data.get("derived_from", ())),
        evidence=sources.list_all(),
        note=availability.get("note"),
    )


def build_license(data: JsonObject) -> License:
    """A license from its JSON."""
    sources = EvidenceTable(f"licenses/{data['id']}", data["evidence"])
    approved = data["osi_approved"]
    freedoms = data["freedoms"]
    return License(
        id=data["id"],
        name=data["name"],
        category=data["category"],
        version=data.get("version"),
        predecessor=data.get("predecessor"),
        url=data.get("url"),
        osi_approved=None if approved == "unknown" else approved,
        hub_tags=tuple(data.get("hub_tags", ())),
        hub_names=tuple(data.get("hub_names", ())),
        use=freedoms["use"],
        study=freedoms["study"],
        modify=freedoms["modify"],
        share=freedoms["share"],
        conditions=tuple(
            LicenseCondition(
                row["kind"],
                row["section"],
                row["summary"],
                row.get("parameters", {}),
                sources.get_cited(row),
            )
            for row in data["conditions"]
        ),
        texts=tuple(map(_build_known_text, data.get("texts", ()))),
        evidence=sources.list_all(),
    )


def _build_known_text(row: JsonObject) -> KnownText:
    return KnownText(
        sha256=row["sha256"],
        kind=row.get("kind", "license"),
        words=row.get("words"),
        words_sha256=row.get("words_sha256"),
        body_sha256=row.get("body_sha256"),
        body_words=row.get("body_words", row.get("words")),
        window=row.get("window", 0),
        fingerprint=row.get("fingerprint", ""),
    )


def _build_component(name: str, row: JsonObject, sources: EvidenceTable) -> Component:
    return Component(
        name=name,
        status=row["status"],
        license=row.get("license"),
        url=row.get("url"),
        datasets=tuple(row.get("datasets", ())),
        evidence=sources.get_cited(row),
        conflict=sources.build_conflict(row),
        note=row.get("note"),
        origin=sources.ref,
    )


def _build_data_information(row: JsonObject, sources: EvidenceTable) -> DataInformation:
    return DataInformation(
        row["sufficient"],
        row.get("reason"),
        row.get("license"),
        sources.get_cited(row),
        sources.build_conflict(row),
        sources.ref,
    )


def _build_claims(data: JsonObject, sources: EvidenceTable) -> tuple[MakerClaim, ...]:
    return tuple(
        MakerClaim(row["says"], sources.get_cited(row), sources.ref)
        for row in data.get("claims", ())
    )


def _build_base_models(
    data: JsonObject, sources: EvidenceTable
) -> tuple[BaseModelLink, ...] | None:
    if "base_models" not in data:
        return None
    return tuple(
        BaseModelLink(row["id"], row["relation"], sources.get_cited(row))
        for row in data["base_models"]
    )


def _build_hub_pins(row: JsonObject | None, sources: EvidenceTable) -> HubPins | None:
    if row is None:
        return None
    return HubPins(
        repo=row["repo"],
        revision=row.get("revision"),
        gated=row["gated"],
        license_tag=row["license_tag"],
        license_name=row.get("license_name"),
        license_link=row.get("license_link"),
        license_files=dict(row.get("license_files", {})),
        evidence=sources.get_cited(row),
        host=row.get("host", DEFAULT_HOST),
    )
